//! CORR n and ANNUL n: changes to a report already filed, by its receipt. The earlier revision is always kept.

use std::collections::BTreeSet;

use super::fault_text::told_back;
use super::faults::Refused;
use super::reply::Rank;
use super::report::look_beside;
use super::scene::{Scene, Wait, body_of};
use super::{Question, answer, earlier, faults, outcome};
use crate::base::{Date, gsm7, text::fold};
use crate::flow::beside::Beside;
use crate::flow::model::{CommandKind, Field, Flow, Severity};
use crate::flow::read::{CommandRead, Said, is_number_word};
use crate::flow::rule::{self, Findings};
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, Outcome, OwnReport};
use crate::flow::values::Values;

/// CORR n with labels and DATE.
pub(super) fn correct(scene: &mut Scene<'_>, command: &CommandRead) -> Result<(), Wait> {
    change(scene, command, None, false)
}

/// ANNUL n; without a number, the open draft.
pub(super) fn cancel(scene: &mut Scene<'_>, command: &CommandRead) -> Result<(), Wait> {
    if command.number.is_none() && command.rest.is_empty() && !scene.conversation.is_empty() {
        return answer::no(scene, "");
    }
    change(scene, command, None, false)
}

/// The same command again, once its report is chosen or its doubts are settled.
pub(super) fn again(scene: &mut Scene<'_>, text: &str, report: Option<&str>, agreed: bool) -> Result<(), Wait> {
    match command_of(scene, text) {
        Some(command) => change(scene, &command, report, agreed),
        None => Ok(()),
    }
}

/// The command kept while its sender was asked; where it is none any more (the pack has changed), that is said.
pub(super) fn command_of(scene: &mut Scene<'_>, text: &str) -> Option<CommandRead> {
    let mut reading = scene.turn.pack.reader().read(text, scene.turn.today, &[], None);
    match reading.parts.pop().map(|part| part.said) {
        Some(Said::Command(command)) => Some(command),
        _ => {
            scene.say(Rank::Answer, "nothing_pending", &[]);
            scene.became(Outcome::Refused);
            None
        }
    }
}

/// The command as it would be typed: kept while its sender is asked.
pub(super) fn typed(scene: &Scene<'_>, command: &CommandRead) -> String {
    let number = command.number.unwrap_or_default();
    format!("{} {number} {}", scene.command_word(command.kind), command.rest).trim_end().to_owned()
}

fn change(scene: &mut Scene<'_>, command: &CommandRead, chosen: Option<&str>, agreed: bool) -> Result<(), Wait> {
    let Some(number) = command.number else {
        let word = scene.command_word(command.kind);
        let first = command.rest.split_whitespace().next().unwrap_or_default();
        if is_number_word(&fold(first)) {
            scene.say(Rank::Answer, "fault_number_word", &[("word", Scope::from(told_back(first)))]);
        }
        return refuse(scene, "which_number", &[("command", Scope::from(word))]);
    };
    if scene.conversation.draft.as_ref().is_some_and(|draft| draft.receipt == Some(number)) {
        return change_draft(scene, command);
    }
    let reports = scene.own_reports(number)?;
    let live: Vec<&OwnReport> = reports
        .iter()
        .filter(|report| !report.cancelled && chosen.is_none_or(|chosen| report.report == chosen))
        .collect();
    match (live.as_slice(), reports) {
        ([], []) if scene.lapsed.as_ref().is_some_and(|(_, receipt)| *receipt == Some(number)) => {
            answer::nothing_pending(scene);
            Ok(())
        }
        ([], []) => refuse(scene, "unknown_number", &[("receipt", Scope::from(number))]),
        ([], [cancelled, ..]) => {
            let keyword = scene.keyword(&cancelled.flow);
            refuse(scene, "is_cancelled", &[("keyword", Scope::from(keyword)), ("receipt", Scope::from(number))])
        }
        ([report], _) => match command.kind {
            CommandKind::Cancel => cancel_report(scene, command, report),
            _ => correct_report(scene, command, report, agreed),
        },
        (several, _) => {
            ask_which(scene, command, several);
            Ok(())
        }
    }
}

fn refuse(scene: &mut Scene<'_>, name: &str, given: &[(&str, Scope)]) -> Result<(), Wait> {
    scene.say(Rank::Answer, name, given);
    scene.became(Outcome::Refused);
    Ok(())
}

/// The number is the open draft's: ANNUL drops it, CORR adds to it.
fn change_draft(scene: &mut Scene<'_>, command: &CommandRead) -> Result<(), Wait> {
    match scene.conversation.draft.clone() {
        Some(draft) if command.kind == CommandKind::Correct && !command.rest.is_empty() => {
            answer::fragment(scene, draft, &command.rest)
        }
        Some(_) if command.kind == CommandKind::Correct => {
            let word = scene.command_word(command.kind);
            refuse(scene, "which_number", &[("command", Scope::from(word))])
        }
        _ => answer::no(scene, ""),
    }
}

/// Two phones of one person used the same number: which report is meant?
fn ask_which(scene: &mut Scene<'_>, command: &CommandRead, reports: &[&OwnReport]) {
    let choice = |(rank, report): (usize, &&OwnReport)| {
        let date = report.date.strftime("%d/%m");
        format!("{} {} {} {date}", rank + 1, scene.keyword(&report.flow), gsm7::plain(&report.place_name))
    };
    let choices = reports.iter().enumerate().map(choice).collect::<Vec<_>>().join(", ");
    let number = command.number.unwrap_or_default();
    let given = [("receipt", Scope::from(number)), ("choices", Scope::from(choices))];
    scene.say(Rank::Answer, "which_report", &given);
    let reports = reports.iter().map(|report| report.report.clone()).collect();
    scene.give_up_for_another();
    scene.ask(None, Question::Report { text: typed(scene, command), reports, since: scene.turn.now });
}

fn cancel_report(scene: &mut Scene<'_>, command: &CommandRead, report: &OwnReport) -> Result<(), Wait> {
    if !command.rest.is_empty() {
        let word = told_back(command.rest.split_whitespace().next().unwrap_or_default());
        let words = scene.keywords();
        return refuse(scene, "unknown_word", &[("word", Scope::from(word)), ("words", Scope::from(words))]);
    }
    let period = scene.turn.pack.flow(&report.flow).map(|flow| scene.period_of(flow, report.date));
    let given = [
        ("keyword", Scope::from(scene.keyword(&report.flow))),
        ("receipt", Scope::from(report.receipt)),
        ("period", Scope::from(period.unwrap_or_default())),
        ("place", Scope::from(gsm7::plain(&report.place_name))),
    ];
    let (id, from_revision) = (report.report.clone(), report.revision);
    if needs_agreement(scene, report) {
        let (values, date, tasks) = (report.values.clone(), report.date, Vec::new());
        scene.effects.push(Effect::Propose { report: id, from_revision, values, date, tasks, cancels: true });
        scene.say(Rank::Answer, "cancel_proposed", &given);
    } else {
        scene.effects.push(Effect::Cancel { report: id, from_revision });
        scene.say(Rank::Answer, "cancelled", &given);
    }
    scene.became(Outcome::Command);
    Ok(())
}

fn correct_report(scene: &mut Scene<'_>, command: &CommandRead, report: &OwnReport, agreed: bool) -> Result<(), Wait> {
    let Some(flow) = scene.turn.pack.flow(&report.flow) else {
        return refuse(scene, "unknown_number", &[("receipt", Scope::from(report.receipt))]);
    };
    let body = scene.turn.pack.reader().read_body(&flow.id, &command.rest, scene.turn.today);
    if !body.faults.is_empty() {
        faults::refuse_read(scene, flow, &body, Refused::Change(report.receipt));
        return Ok(());
    }
    if let Some(field) = body.unfinished.iter().find_map(|label| flow.field(label)) {
        let name = gsm7::plain(field.name.get(scene.language()));
        let given = [("label", Scope::from(field.label.as_str())), ("name", Scope::from(name))];
        return refuse(scene, "fault_no_value", &given);
    }
    let mut values = report.values.clone();
    values.0.extend(body.values.0);
    rule::drop_day_not_asked(scene.turn.pack, flow, &mut values, &BTreeSet::new());
    let date = body.date.unwrap_or(report.date);
    let changes = changes(scene, flow, (&report.values, report.date), (&values, date));
    if changes.is_empty() {
        let labels = flow.fields.iter().map(|field| field.label.as_str()).collect::<Vec<_>>().join(" ");
        let given = [
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("receipt", Scope::from(report.receipt)),
            ("labels", Scope::from(labels)),
        ];
        return refuse(scene, "nothing_changed", &given);
    }
    if body_of(flow, &values) != body_of(flow, &report.values) && !report.zero {
        // Another body is another reporter: its meeting is reported, not corrected.
        let given = [("keyword", Scope::from(flow.keyword.as_str())), ("receipt", Scope::from(report.receipt))];
        return refuse(scene, "body_stays", &given);
    }
    if has_met(scene, flow, report, &values, date)? || has_come(scene, flow, report, date)? {
        return Ok(());
    }
    if date != report.date && outcome::is_closed(scene, flow, Some(date)) {
        return Ok(());
    }
    let beside = match report.person {
        Some(person) => look_beside(scene, flow, (person, report.place), date)?,
        None => Beside::new(),
    };
    let findings = rule::examine(scene.turn.pack, flow, &values, &BTreeSet::new(), &beside);
    let only_dated = report.zero && values.is_empty();
    if findings.is_refused() || (!findings.missing.is_empty() && !only_dated) {
        refuse_correction(scene, flow, report.receipt, &values, &findings);
        return Ok(());
    }
    let new_doubts = doubts(&findings);
    if !agreed && !new_doubts.is_empty() {
        ask_correction(scene, flow, command, report, &values, &findings, &changes);
        return Ok(());
    }
    let (tasks, id, from_revision) = (findings.tasks(), report.report.clone(), report.revision);
    let proposed = needs_agreement(scene, report);
    corrected(scene, flow, report, &changes, date, if proposed { "correct_proposed" } else { "corrected" });
    scene.effects.push(if proposed {
        Effect::Propose { report: id, from_revision, values, date, tasks, cancels: false }
    } else {
        Effect::Correct { report: id, from_revision, values, date, tasks }
    });
    Ok(())
}

/// True where its sender cannot change the report alone: it has a visa, or its time is over.
fn needs_agreement(scene: &Scene<'_>, report: &OwnReport) -> bool {
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
    let moves = date != report.date || !scene.is_held(&report.values);
    Ok(moves && earlier::met_on(scene, flow, (report.place, &report.place_name), values, date)?)
}

/// True, and said, when the correction would put a second report into a period that has its one.
fn has_come(scene: &mut Scene<'_>, flow: &Flow, report: &OwnReport, date: Date) -> Result<bool, Wait> {
    let period = |date| flow.cadence.map(|cadence| scene.turn.pack.calendar.period(cadence, date));
    let moves = period(date) != period(report.date);
    Ok(moves && earlier::came_for(scene, flow, (report.place, &report.place_name), date)?)
}

fn refuse_correction(scene: &mut Scene<'_>, flow: &Flow, receipt: i64, values: &Values, findings: &Findings<'_>) {
    match findings.missing.first().filter(|_| !findings.is_refused()) {
        Some(field) => {
            let name = gsm7::plain(field.name.get(scene.language()));
            let given = [("label", Scope::from(field.label.as_str())), ("name", Scope::from(name))];
            scene.say(Rank::Answer, "fault_no_value", &given);
            scene.became(Outcome::Refused);
        }
        None => faults::refuse_rules(scene, flow, values, findings, Refused::Change(receipt)),
    }
}

/// What is unusual and has to be confirmed.
fn doubts(findings: &Findings<'_>) -> Vec<String> {
    let soft = findings.above_soft.iter().map(|field| format!("soft.{}", field.label));
    soft.chain(findings.failed_as(Severity::Confirm).map(|check| check.id.clone())).collect()
}

fn ask_correction(
    scene: &mut Scene<'_>,
    flow: &Flow,
    command: &CommandRead,
    report: &OwnReport,
    values: &Values,
    findings: &Findings<'_>,
    changes: &[String],
) {
    let mut scope = rule::names(scene.turn.pack, flow, values, scene.language());
    rule::add_beside(&mut scope, &findings.beside);
    let reasons = faults::doubts(scene, &scope, findings, &doubts(findings));
    let mut forms = Vec::new();
    for (changes_told, reasons_told) in [(changes.len(), reasons.len()), (1, reasons.len()), (1, 1)] {
        let given = [
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("receipt", Scope::from(report.receipt)),
            ("changes", Scope::from(faults::first_of(scene, changes, ", ", changes_told))),
            ("reasons", Scope::from(faults::first_of(scene, &reasons, " ", reasons_told))),
        ];
        forms.push(scene.text("ask_correct", &given));
    }
    scene.give_up_for_another();
    scene.reply.add(Rank::Answer, forms);
    scene.ask(None, Question::Change { text: typed(scene, command), since: scene.turn.now });
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
