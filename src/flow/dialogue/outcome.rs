//! Wording what became of a report: saved, asked about, already there. Decides nothing.

use std::collections::BTreeMap;

use super::reply::Rank;
use super::scene::{About, Scene, Wait};
use super::{Draft, alert, faults};
use crate::base::{Date, gsm7};
use crate::flow::model::{Flow, Severity};
use crate::flow::read::Note;
use crate::flow::rule::{self, Findings};
use crate::flow::text::Scope;
use crate::flow::turn::{Filing, Outcome, Reporter};

/// A report was counted: what, for where and when, what was read otherwise than typed, how to undo it.
pub(super) fn saved(
    scene: &mut Scene<'_>,
    flow: &Flow,
    who: &Reporter,
    draft: &Draft,
    filing: &Filing,
    findings: &Findings<'_>,
) -> Result<(), Wait> {
    let (receipt, date) = (filing.receipt, filing.date);
    let agent = who.agent_code.as_deref().filter(|_| draft.by_code);
    let about = About { receipt, place: &who.place_name, date, agent };
    let mut scope = scene.flow_scope(flow, &draft.values, &about);
    rule::add_beside(&mut scope, &findings.beside);
    let mut given = report_given(scene, flow, &scope, receipt);
    given.push(("agent", Scope::from(gsm7::plain(agent.unwrap_or_default()))));
    given.push(("initials", Scope::from(gsm7::plain(&who.initials))));
    let names = match (flow.visa, agent.is_some()) {
        (true, _) => ("saved_visa", "saved_visa_short"),
        (false, true) => ("saved_agent", "saved_agent_short"),
        (false, false) => ("saved", "saved_short"),
    };
    let forms = vec![scene.text(names.0, &given), scene.text(names.1, &given)];
    // A warning is worth more than telling all the numbers again.
    scene.reply.add(Rank::Reading, forms);
    for (rank, check) in findings.failed_as(Severity::Warn).enumerate() {
        let warning = scene.flow_text(&check.say, &scope);
        // The first one is always told; each leaves its task all the same.
        let forms = if rank == 0 { vec![warning] } else { vec![warning, String::new()] };
        scene.reply.add(Rank::Besides, forms);
    }
    for told in alert::told_to_sender(scene, flow, who.place, &filing.alerts, &scope)? {
        scene.reply.add(Rank::Besides, vec![told, String::new()]);
    }
    tell_reading(scene, draft, receipt);
    let names: &[&str] = match (agent.is_some(), draft.notes.is_empty()) {
        (true, _) => &["undo_agent"],
        (false, true) => &["undo", "undo_short"],
        // Told with what was read otherwise.
        (false, false) => &[],
    };
    let mut undo_forms: Vec<String> =
        names.iter().map(|name| scene.text(name, &[("receipt", Scope::from(receipt))])).collect();
    undo_forms.extend((!names.is_empty()).then(String::new));
    scene.reply.add(Rank::Undo, undo_forms);
    Ok(())
}

/// `Lu O=0 et l=1. Faux? ANNUL 4830`.
fn tell_reading(scene: &mut Scene<'_>, draft: &Draft, receipt: i64) {
    let (o, l) = (draft.notes.contains(&Note::LetterO), draft.notes.contains(&Note::LetterL));
    let name = match (o, l) {
        (true, true) => "read_o_l",
        (true, false) => "read_o",
        (false, true) => "read_l",
        (false, false) => return,
    };
    let read = scene.text(name, &[]);
    scene.reply.add(Rank::Besides, vec![read]);
    let undo = scene.text("undo_reading", &[("receipt", Scope::from(receipt))]);
    scene.reply.add(Rank::Undo, vec![undo, String::new()]);
}

fn report_given(
    scene: &Scene<'_>,
    flow: &Flow,
    scope: &BTreeMap<String, Scope>,
    receipt: i64,
) -> Vec<(&'static str, Scope)> {
    vec![
        ("keyword", Scope::from(flow.keyword.as_str())),
        ("receipt", Scope::from(receipt)),
        ("head", Scope::from(scene.flow_text(&format!("flow.{}.head", flow.id), scope))),
        ("content", Scope::from(scene.flow_text(&format!("flow.{}.content", flow.id), scope))),
    ]
}

/// Asks for OUI, with the reasons.
pub(super) fn ask_confirm(
    scene: &mut Scene<'_>,
    flow: &Flow,
    scope: &BTreeMap<String, Scope>,
    receipt: i64,
    reasons: &[String],
) {
    let mut forms = Vec::new();
    for (name, told) in [("ask_confirm", reasons.len()), ("ask_confirm_short", reasons.len()), ("ask_confirm_short", 1)]
    {
        let mut given = report_given(scene, flow, scope, receipt);
        given.push(("reasons", Scope::from(faults::first_of(scene, reasons, " ", told))));
        forms.push(scene.text(name, &given));
    }
    scene.reply.add(Rank::Answer, forms);
}

/// The same report is already counted.
pub(super) fn same_report(scene: &mut Scene<'_>, flow: &Flow, date: Date, receipt: i64) {
    let given = [
        ("keyword", Scope::from(flow.keyword.as_str())),
        ("receipt", Scope::from(receipt)),
        ("period", Scope::from(scene.period_of(flow, date))),
    ];
    scene.say(Rank::Answer, "duplicate", &given);
}

/// The body already met that day.
pub(super) fn meeting_known(scene: &mut Scene<'_>, flow: &Flow, place: &str, body: &str, date: Date, receipt: i64) {
    let name = scene.turn.pack.body(body).map_or(body, |body| body.name.get(scene.language())).to_owned();
    let given = [
        ("keyword", Scope::from(flow.keyword.as_str())),
        ("receipt", Scope::from(receipt)),
        ("body", Scope::from(name)),
        ("place", Scope::from(gsm7::plain(place))),
        ("date", Scope::from(date.strftime("%d/%m").to_string())),
    ];
    scene.say(Rank::Answer, "meeting_known", &given);
    scene.became(Outcome::Duplicate);
}

/// The one report of this place and period has come.
pub(super) fn has_come(scene: &mut Scene<'_>, flow: &Flow, place: &str, date: Date, receipt: i64) {
    let given = [
        ("keyword", Scope::from(flow.keyword.as_str())),
        ("receipt", Scope::from(receipt)),
        ("place", Scope::from(gsm7::plain(place))),
        ("period", Scope::from(scene.period_of(flow, date))),
    ];
    scene.say(Rank::Answer, "once_known", &given);
    scene.became(Outcome::Duplicate);
}

/// True, and said, when the flow takes no report about `date` (today where none was typed): its campaign is over, or yet
/// to come.
pub(super) fn is_closed(scene: &mut Scene<'_>, flow: &Flow, date: Option<Date>) -> bool {
    let today = scene.turn.today;
    let Some(season) = flow.season.filter(|season| !season.takes(date.unwrap_or(today), today)) else { return false };
    let day = |day: Date| Scope::from(day.strftime("%d/%m/%Y").to_string());
    let given = [("keyword", Scope::from(flow.keyword.as_str())), ("from", day(season.from)), ("to", day(season.to))];
    scene.say(Rank::Answer, "closed", &given);
    scene.became(Outcome::Refused);
    true
}

/// A second report of one SMS would open a second question: it is to be sent again, alone.
pub(super) fn one_at_a_time(scene: &mut Scene<'_>, flow: &Flow) {
    scene.say(Rank::Besides, "one_at_a_time", &[("keyword", Scope::from(flow.keyword.as_str()))]);
    scene.became(Outcome::Refused);
}
