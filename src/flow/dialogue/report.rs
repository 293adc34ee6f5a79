//! A report: from what was read to what is refused, asked or filed. Every value was typed or confirmed.

use std::collections::BTreeSet;

use super::faults::Refused;
use super::reply::Rank;
use super::scene::{About, Scene, Wait, body_of};
use super::{Draft, Question, alert, answer, date, earlier, faults, help, meant, outcome, zero};
use crate::base::Date;
use crate::flow::beside::{self, Beside};
use crate::flow::model::{FieldKind, Flow, Severity};
use crate::flow::read::{Body, KeywordMatch, ReportRead};
use crate::flow::rule::{self, Findings};
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, Filing, FilingState, Need, Outcome, Reporter};
use crate::flow::values::{Value, Values};

/// Doubt about the keyword.
const KEYWORD: &str = "keyword";
/// Doubt about a number that can be read in two ways, or is in packages.
pub(super) const READ: &str = "read";
/// Doubt about two labels exchanged.
const SWAP: &str = "swap";
/// Doubt about a report that is already there.
pub(super) const SAME: &str = "same";

/// True for doubts about what was meant, as against doubts about unusual values: a new value does not settle them.
pub(super) fn is_about_reading(doubt: &str) -> bool {
    matches!(doubt, KEYWORD | READ | SWAP)
}

/// Takes a report of a registered person.
pub(super) fn take(scene: &mut Scene<'_>, read: ReportRead, who: &Reporter, by_code: bool) -> Result<(), Wait> {
    let known = scene.flow_of(&read.flow.id, Some(who.person)).cloned();
    let read = ReportRead { flow: known.unwrap_or(read.flow), ..read };
    let flow = &read.flow;
    if let Some(person) = answer::zero_answered_by(scene, &flow.id).filter(|_| read.body.is_empty()) {
        return zero::one(scene, flow, "", scene.reporter(person).unwrap_or(who));
    }
    if let Some(draft) = answer::completed_by(scene, &read, who.person) {
        return answer::add(scene, draft, read.body);
    }
    let waiting = scene.put_aside(&flow.id, who.person);
    let filed = scene.effects.len();
    take_alone(scene, read, who, by_code)?;
    scene.take_up(waiting, filed);
    Ok(())
}

/// Takes a report that answers nothing and completes nothing.
fn take_alone(scene: &mut Scene<'_>, read: ReportRead, who: &Reporter, by_code: bool) -> Result<(), Wait> {
    let flow = &read.flow;
    if !flow.open_to(&who.role) && read.keyword != KeywordMatch::Exact {
        // `RAS` is no report of money of someone who sends none.
        help::unknown_word(scene, &read.typed, &scene.keywords_of(&who.role));
        scene.became(Outcome::Refused);
        return Ok(());
    }
    if !flow.open_to(&who.role) {
        let given =
            [("keyword", Scope::from(flow.keyword.as_str())), ("words", Scope::from(scene.keywords_of(&who.role)))];
        scene.say(Rank::Answer, "role_refused", &given);
        scene.became(Outcome::Refused);
        return Ok(());
    }
    if outcome::is_closed(scene, flow, read.body.date) {
        return Ok(());
    }
    if read.body.is_empty() {
        faults::say_nothing_typed(scene, flow);
        return Ok(());
    }
    let mut doubts = Vec::new();
    if read.keyword != KeywordMatch::Exact {
        doubts.push(KEYWORD.to_owned());
    }
    let mut draft = Draft {
        flow: flow.id.clone(),
        person: who.person,
        by_code,
        receipt: None,
        values: read.body.values,
        date: read.body.date,
        chosen_date: None,
        unfinished: read.body.unfinished,
        notes: read.body.notes,
        agreed: BTreeSet::new(),
        beside: Beside::new(),
        skipped: BTreeSet::new(),
        dialled: false,
        since: scene.turn.now,
    };
    if !read.body.faults.is_empty() {
        let body = Body { values: draft.values.clone(), faults: read.body.faults, ..Body::default() };
        meant::propose_reading(scene, flow, draft, &body, doubts);
        return Ok(());
    }
    fill_from_mandate(scene, flow, who, &mut draft);
    settle(scene, draft, &read.typed, doubts)
}

/// The body the sender's mandate stands for, where none was typed and there is just one.
pub(super) fn fill_from_mandate(scene: &Scene<'_>, flow: &Flow, who: &Reporter, draft: &mut Draft) {
    for field in flow.fields.iter().filter(|field| field.from_mandate && field.kind == FieldKind::Body) {
        let unanswered = draft.values.get(&field.label).is_none() && !draft.unfinished.contains(&field.label);
        let theirs = |body: &&crate::flow::model::Body| {
            body.level == who.level && body.network.as_ref().is_none_or(|network| *network == who.network)
        };
        let mut bodies = scene.turn.pack.bodies.iter().filter(theirs);
        if let (true, Some(body), None) = (unanswered, bodies.next(), bodies.next()) {
            draft.values.set(&field.label, Value::Word(body.id.clone()));
        }
    }
}

/// Judges a draft and does what follows: refuses, asks or files. `doubts` are those reading left open.
pub(super) fn settle(scene: &mut Scene<'_>, mut draft: Draft, typed: &str, doubts: Vec<String>) -> Result<(), Wait> {
    let pack = scene.turn.pack;
    let (Some(flow), Some(who)) = (scene.flow_of(&draft.flow, Some(draft.person)), scene.reporter(draft.person)) else {
        scene.conversation.draft = Some(draft);
        scene.give_up();
        scene.say(Rank::Answer, "nothing_pending", &[]);
        scene.became(Outcome::Refused);
        return Ok(());
    };
    if let Some(body) = body_of(flow, &draft.values).and_then(|id| pack.body(id)).filter(|body| body.level != who.level)
    {
        let given = [
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("body", Scope::from(body.name.get(scene.language()))),
            ("place", Scope::from(crate::base::gsm7::plain(&who.place_name))),
        ];
        scene.say(Rank::Answer, "wrong_level", &given);
        scene.became(Outcome::Refused);
        return Ok(());
    }
    rule::drop_day_not_asked(pack, flow, &mut draft.values, &draft.unfinished);
    let findings = rule::examine(pack, flow, &draft.values, &draft.unfinished, &Beside::new());
    if findings.is_refused() {
        refuse(scene, flow, draft, &findings);
        return Ok(());
    }
    if draft.date.is_some() && outcome::is_closed(scene, flow, draft.date) {
        return Ok(());
    }
    choose_date(scene, flow, who, &mut draft)?;
    draft.beside = look_beside(scene, flow, (who.person, who.place), reference_date(scene, &draft))?;
    let findings = rule::examine(pack, flow, &draft.values, &draft.unfinished, &draft.beside);
    if findings.is_refused() {
        refuse(scene, flow, draft, &findings);
        return Ok(());
    }
    if !doubts.is_empty() {
        meant::ask_keyword(scene, flow, draft, &findings, typed, doubts);
        return Ok(());
    }
    if !findings.missing.is_empty() {
        ask_missing(scene, flow, who, draft, &findings);
        return Ok(());
    }
    if earlier::known_already(scene, flow, who, &draft)? {
        return Ok(());
    }
    let doubts = self::doubts(&findings, &draft);
    if doubts.is_empty() {
        file(scene, flow, who, draft, &findings)?;
    } else {
        ask_confirm(scene, flow, who, draft, &findings, doubts);
    }
    Ok(())
}

/// What is unusual and was not agreed to yet.
pub(super) fn doubts(findings: &Findings<'_>, draft: &Draft) -> Vec<String> {
    let soft = findings.above_soft.iter().map(|field| format!("soft.{}", field.label));
    let doubts = soft.chain(findings.failed_as(Severity::Confirm).map(|check| check.id.clone()));
    doubts.filter(|doubt| !draft.agreed.contains(doubt)).collect()
}

/// What the checks of `flow` read of earlier reports.
pub(super) fn look_beside(
    scene: &Scene<'_>,
    flow: &Flow,
    (person, place): (crate::base::PersonId, crate::base::PlaceId),
    date: Date,
) -> Result<Beside, Wait> {
    let mut known = Beside::new();
    if beside::reads_previous(flow) {
        known.extend(scene.beside(Need::Previous { person, flow: flow.id.clone(), before: date })?);
    }
    if beside::reads_sums(flow) {
        let year = scene.turn.pack.calendar.period(crate::base::PeriodKind::Year, date);
        known.extend(scene.beside(Need::SoFar { flow: flow.id.clone(), place, year })?);
    }
    Ok(known)
}

/// Chooses the reference date by the rules, once, where none was typed.
pub(super) fn choose_date(scene: &Scene<'_>, flow: &Flow, who: &Reporter, draft: &mut Draft) -> Result<(), Wait> {
    if draft.chosen_date.is_none() && draft.date.is_none() {
        draft.chosen_date = Some(match rule::asks_day(scene.turn.pack, flow, &draft.values, &draft.unfinished) {
            true => scene.turn.today,
            false => date::chosen(scene, flow, who.person)?,
        });
    }
    Ok(())
}

/// A rule forbids it: nothing is saved. Where exchanging two labels would mend it, that is offered.
fn refuse(scene: &mut Scene<'_>, flow: &Flow, draft: Draft, findings: &Findings<'_>) {
    match rule::swap(scene.turn.pack, flow, &draft.values, findings) {
        Some((one, other, values)) if findings.missing.is_empty() && draft.receipt.is_none() && !scene.asked_now => {
            let both: Values =
                Values([&one, &other].into_iter().filter_map(|l| Some((l.clone(), values.get(l)?.clone()))).collect());
            let swapped = faults::typed_again(scene, flow, &both);
            faults::ask_swap(scene, flow, &draft.values, findings, &swapped);
            scene.ask(Some(Draft { values, ..draft }), Question::Confirm { doubts: vec![SWAP.to_owned()] });
        }
        _ => {
            let refused = draft.receipt.map_or(Refused::Report, Refused::Fragment);
            faults::refuse_rules(scene, flow, &draft.values, findings, refused);
        }
    }
}

pub(super) fn reference_date(scene: &Scene<'_>, draft: &Draft) -> Date {
    draft.date.or(draft.chosen_date).unwrap_or(scene.turn.today)
}

fn ask_missing(scene: &mut Scene<'_>, flow: &Flow, who: &Reporter, mut draft: Draft, findings: &Findings<'_>) {
    if scene.asked_now {
        return outcome::one_at_a_time(scene, flow);
    }
    let receipt = *draft.receipt.get_or_insert_with(|| scene.new_receipt());
    let filing = filing(scene, flow, who, &draft, receipt, FilingState::Draft, findings);
    scene.effects.push(Effect::File(filing));
    draft.since = scene.turn.now;
    faults::ask_missing(scene, flow, who, (receipt, reference_date(scene, &draft)), &findings.missing);
    let labels = findings.missing.iter().map(|field| field.label.clone()).collect();
    scene.ask(Some(draft), Question::Missing { labels });
}

fn ask_confirm(
    scene: &mut Scene<'_>,
    flow: &Flow,
    who: &Reporter,
    mut draft: Draft,
    findings: &Findings<'_>,
    doubts: Vec<String>,
) {
    if scene.asked_now {
        return outcome::one_at_a_time(scene, flow);
    }
    let receipt = *draft.receipt.get_or_insert_with(|| scene.new_receipt());
    let filing = filing(scene, flow, who, &draft, receipt, FilingState::Draft, findings);
    scene.effects.push(Effect::File(filing));
    let about = About { receipt, place: &who.place_name, date: reference_date(scene, &draft), agent: None };
    let mut scope = scene.flow_scope(flow, &draft.values, &about);
    rule::add_beside(&mut scope, &findings.beside);
    let reasons = faults::doubts(scene, &scope, findings, &doubts);
    outcome::ask_confirm(scene, flow, &scope, receipt, &reasons);
    scene.ask(Some(draft), Question::Confirm { doubts });
}

/// Files it as counted, and says so; gives its receipt.
pub(super) fn file(
    scene: &mut Scene<'_>,
    flow: &Flow,
    who: &Reporter,
    draft: Draft,
    findings: &Findings<'_>,
) -> Result<i64, Wait> {
    let receipt = draft.receipt.unwrap_or_else(|| scene.new_receipt());
    let state = if flow.visa { FilingState::AwaitingVisa } else { FilingState::Counted };
    let filing = filing(scene, flow, who, &draft, receipt, state, findings);
    outcome::saved(scene, flow, who, &draft, &filing, findings)?;
    scene.effects.push(Effect::File(filing));
    scene.became(Outcome::Saved);
    Ok(receipt)
}

/// The draft as it is filed.
pub(super) fn filing(
    scene: &Scene<'_>,
    flow: &Flow,
    who: &Reporter,
    draft: &Draft,
    receipt: i64,
    state: FilingState,
    findings: &Findings<'_>,
) -> Filing {
    let date = reference_date(scene, draft);
    let alerts = match state {
        FilingState::Counted | FilingState::AwaitingVisa => {
            let about = (receipt, who.place_name.as_str(), date);
            alert::raised(scene.turn, flow, (&draft.values, &findings.beside), about)
        }
        _ => Vec::new(),
    };
    Filing {
        receipt,
        flow: flow.id.clone(),
        person: Some(who.person),
        place: Some(who.place),
        network: who.network.clone(),
        body: body_of(flow, &draft.values).map(str::to_owned),
        date,
        values: draft.values.clone(),
        zero: false,
        state,
        tasks: findings.tasks(),
        alerts,
    }
}
