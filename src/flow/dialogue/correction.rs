//! A correction of a report already filed: what the rules say of it, and how it is carried out. One way for CORR and for
//! USSD. The earlier revision is always kept.

use std::collections::BTreeSet;

use super::reply::Rank;
use super::report::look_beside;
use super::scene::{Scene, Wait, body_of};
use super::{alert, earlier, faults, outcome};
use crate::base::Date;
use crate::flow::beside::Beside;
use crate::flow::model::{Field, Flow, Severity};
use crate::flow::rule::{self, Findings};
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, Outcome, OwnReport};
use crate::flow::values::Values;

/// A correction, judged.
pub(super) struct Correction<'f> {
    /// All values after it.
    pub values: Values,
    /// The reference date after it.
    pub date: Date,
    /// What it changes, in words: [`changes`].
    pub changes: Vec<String>,
    /// Labels whose value goes because it is asked no longer beside the others: they were not typed, so this is confirmed.
    pub dropped: Vec<String>,
    /// What the rules say of it.
    pub findings: Findings<'f>,
}

/// What the rules say of a correction, whether it came by SMS or on USSD.
pub(super) enum Judged<'f> {
    /// It changes nothing.
    Same,
    /// Another report stands in its way, or the time for it is over: its sender was told.
    Said,
    /// A rule forbids it, or it leaves out a value.
    Forbidden(Correction<'f>),
    /// It can be carried out, once its [`doubts`] are settled.
    Sound(Correction<'f>),
}

/// Judges a correction of `report` by these values and this day.
pub(super) fn judge<'f>(
    scene: &mut Scene<'_>,
    flow: &'f Flow,
    report: &OwnReport,
    (corrected, day): (&Values, Option<Date>),
) -> Result<Judged<'f>, Wait> {
    let mut values = report.values.clone();
    values.0.extend(corrected.0.clone());
    rule::drop_day_not_asked(scene.turn.pack, flow, &mut values, &BTreeSet::new());
    let dropped = rule::drop_not_asked(scene.turn.pack, flow, &mut values, corrected);
    let date = day.unwrap_or(report.date);
    let changes = changes(scene, flow, (&report.values, report.date), (&values, date));
    if changes.is_empty() {
        return Ok(Judged::Same);
    }
    if body_of(flow, &values) != body_of(flow, &report.values) && !report.zero {
        // Another body is another reporter: its meeting is reported, not corrected.
        let given = [("keyword", Scope::from(flow.keyword.as_str())), ("receipt", Scope::from(report.receipt))];
        scene.say(Rank::Answer, "body_stays", &given);
        scene.became(Outcome::Refused);
        return Ok(Judged::Said);
    }
    if has_met(scene, flow, report, &values, date)? || has_come(scene, flow, report, date)? {
        return Ok(Judged::Said);
    }
    if date != report.date && outcome::is_closed(scene, flow, Some(date)) {
        return Ok(Judged::Said);
    }
    let beside = match report.person {
        Some(person) => look_beside(scene, flow, (person, report.place), date)?,
        None => Beside::new(),
    };
    let findings = rule::examine(scene.turn.pack, flow, &values, &BTreeSet::new(), &beside);
    let only_dated = report.zero && values.is_empty();
    let is_forbidden = findings.is_refused() || (!findings.missing.is_empty() && !only_dated);
    let correction = Correction { values, date, changes, dropped, findings };
    Ok(if is_forbidden { Judged::Forbidden(correction) } else { Judged::Sound(correction) })
}

/// Carries a correction out, and tells its sender.
pub(super) fn file(scene: &mut Scene<'_>, flow: &Flow, report: &OwnReport, correction: Correction<'_>) {
    let Correction { values, date, changes, findings, .. } = correction;
    let (tasks, id, from_revision) = (findings.tasks(), report.report.clone(), report.revision);
    let proposed = needs_agreement(scene, report);
    corrected(scene, flow, report, &changes, date, if proposed { "correct_proposed" } else { "corrected" });
    scene.effects.push(if proposed {
        Effect::Propose { report: id, from_revision, values, date, tasks, cancels: false }
    } else {
        let about = (report.receipt, report.place_name.as_str(), date);
        let alerts = alert::raised(scene.turn, flow, (&values, &findings.beside), about);
        Effect::Correct { report: id, from_revision, values, date, tasks, alerts }
    });
}

/// True where its sender cannot change the report alone: it has a visa, or its time is over.
pub(super) fn needs_agreement(scene: &Scene<'_>, report: &OwnReport) -> bool {
    let pack = scene.turn.pack;
    let flow = pack.flow(&report.flow);
    if report.awaits_visa {
        return false;
    }
    let last = match flow.and_then(|flow| flow.cadence) {
        Some(cadence) => pack.calendar.period(cadence, report.date).last(),
        None => report.date,
    };
    let open = jiff::Span::new().days(pack.approval.change_days);
    let is_late = last.max(report.received_on).checked_add(open).is_ok_and(|until| scene.turn.today > until);
    is_late || flow.is_some_and(|flow| flow.visa)
}

/// True, and said, when the correction would put a second meeting of a body on one day.
fn has_met(scene: &mut Scene<'_>, flow: &Flow, report: &OwnReport, values: &Values, date: Date) -> Result<bool, Wait> {
    let moves = date != report.date || !rule::is_held(scene.turn.pack, &report.values);
    Ok(moves && earlier::met_on(scene, flow, (report.place, &report.place_name), values, date)?)
}

/// True, and said, when the correction would put a second report into a period that has its one.
fn has_come(scene: &mut Scene<'_>, flow: &Flow, report: &OwnReport, date: Date) -> Result<bool, Wait> {
    let period = |date| flow.cadence.map(|cadence| scene.turn.pack.calendar.period(cadence, date));
    let moves = period(date) != period(report.date);
    Ok(moves && earlier::came_for(scene, flow, (report.place, &report.place_name), date)?)
}

/// What is unusual and has to be confirmed.
pub(super) fn doubts(findings: &Findings<'_>) -> Vec<String> {
    let soft = findings.above_soft.iter().map(|field| format!("soft.{}", field.label));
    soft.chain(findings.failed_as(Severity::Confirm).map(|check| check.id.clone())).collect()
}

/// Why `doubts` of a correction have to be confirmed, in words.
pub(super) fn told_doubts(
    scene: &Scene<'_>,
    flow: &Flow,
    correction: &Correction<'_>,
    doubts: &[String],
) -> Vec<String> {
    let mut scope = rule::names(scene.turn.pack, flow, &correction.values, scene.language());
    rule::add_beside(&mut scope, &correction.findings.beside);
    faults::doubts(scene, &scope, &correction.findings, doubts)
}

fn corrected(scene: &mut Scene<'_>, flow: &Flow, report: &OwnReport, changes: &[String], date: Date, name: &str) {
    let mut forms = Vec::new();
    for told in (1..=changes.len()).rev() {
        let text = faults::first_of(scene, changes, ", ", told);
        let given = [
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("receipt", Scope::from(report.receipt)),
            ("revision", Scope::from(report.revision + 1)),
            ("period", Scope::from(scene.period_of(flow, date))),
            ("changes", Scope::from(text)),
        ];
        forms.push(scene.text(name, &given));
    }
    scene.reply.add(Rank::Answer, forms);
    scene.became(Outcome::Command);
}

/// `V 38>37`, in field order, and the date.
pub(super) fn changes(
    scene: &Scene<'_>,
    flow: &Flow,
    (was, was_on): (&Values, Date),
    (values, date): (&Values, Date),
) -> Vec<String> {
    let change = |field: &Field| {
        let (before, after) = (was.get(&field.label), values.get(&field.label));
        if before == after || Some(&field.label) == flow.date_field().map(|field| &field.label) {
            return None;
        }
        let shown = |value| faults::shown(scene, field, value);
        let (before, after) = (before.map(shown), after.map(shown));
        Some(format!("{} {}>{}", field.label, before.as_deref().unwrap_or("-"), after.as_deref().unwrap_or("-")))
    };
    let mut changes: Vec<String> = flow.fields.iter().filter_map(change).collect();
    if date != was_on {
        changes.push(format!("DATE {}>{}", was_on.strftime("%d/%m"), date.strftime("%d/%m")));
    }
    changes
}
