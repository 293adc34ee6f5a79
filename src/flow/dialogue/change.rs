//! CORR n and ANNUL n: changes to a report already filed, by its receipt. The earlier revision is always kept.

use super::correction::{Correction, Judged, doubts, file, judge, needs_agreement, told_doubts};
use super::fault_text::told_back;
use super::faults::Refused;
use super::reply::Rank;
use super::scene::{Scene, Wait};
use super::{Question, answer, faults};
use crate::base::{gsm7, text::fold};
use crate::flow::model::{CommandKind, Field, Flow};
use crate::flow::read::{CommandRead, Said, is_number_word};
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, Outcome, OwnReport};

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
        return scene.refuse("which_number", &[("command", Scope::from(word))]);
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
        ([], []) => scene.refuse("unknown_number", &[("receipt", Scope::from(number))]),
        ([], [cancelled, ..]) => {
            let keyword = scene.keyword(&cancelled.flow);
            scene.refuse("is_cancelled", &[("keyword", Scope::from(keyword)), ("receipt", Scope::from(number))])
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

/// The number is the open draft's: ANNUL drops it, CORR adds to it.
fn change_draft(scene: &mut Scene<'_>, command: &CommandRead) -> Result<(), Wait> {
    match scene.conversation.draft.clone() {
        Some(draft) if command.kind == CommandKind::Correct && !command.rest.is_empty() => {
            answer::fragment(scene, draft, &command.rest)
        }
        Some(_) if command.kind == CommandKind::Correct => {
            let word = scene.command_word(command.kind);
            scene.refuse("which_number", &[("command", Scope::from(word))])
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
        return scene.refuse("unknown_word", &[("word", Scope::from(word)), ("words", Scope::from(words))]);
    }
    drop_report(scene, report);
    Ok(())
}

/// The report counts no more, and its sender is told.
pub(super) fn drop_report(scene: &mut Scene<'_>, report: &OwnReport) {
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
}

fn correct_report(scene: &mut Scene<'_>, command: &CommandRead, report: &OwnReport, agreed: bool) -> Result<(), Wait> {
    let Some(flow) = scene.flow_of(&report.flow, report.person) else {
        return scene.refuse("unknown_number", &[("receipt", Scope::from(report.receipt))]);
    };
    let role = report.person.and_then(|person| scene.reporter(person)).map(|who| who.role.as_str());
    let body = scene.turn.pack.reader().read_body_of(&flow.id, &command.rest, scene.turn.today, role);
    if !body.faults.is_empty() {
        faults::refuse_read(scene, flow, &body, Refused::Change(report.receipt));
        return Ok(());
    }
    if let Some(field) = body.unfinished.iter().find_map(|label| flow.field(label)) {
        let lacking = lacking(scene, field);
        scene.reply.add(Rank::Answer, vec![lacking]);
        scene.became(Outcome::Refused);
        return Ok(());
    }
    match judge(scene, flow, report, (&body.values, body.date))? {
        Judged::Said => Ok(()),
        Judged::Same => {
            let labels = flow.fields.iter().map(|field| field.label.as_str()).collect::<Vec<_>>().join(" ");
            let given = [
                ("keyword", Scope::from(flow.keyword.as_str())),
                ("receipt", Scope::from(report.receipt)),
                ("labels", Scope::from(labels)),
            ];
            scene.refuse("nothing_changed", &given)
        }
        Judged::Forbidden(correction) => {
            refuse_correction(scene, flow, report.receipt, &correction);
            Ok(())
        }
        Judged::Sound(correction)
            if agreed || (doubts(&correction.findings).is_empty() && correction.dropped.is_empty()) =>
        {
            file(scene, flow, report, correction);
            Ok(())
        }
        Judged::Sound(correction) => {
            ask_correction(scene, flow, command, report, &correction);
            Ok(())
        }
    }
}

fn refuse_correction(scene: &mut Scene<'_>, flow: &Flow, receipt: i64, correction: &Correction<'_>) {
    let Correction { values, findings, .. } = correction;
    match findings.missing.first().filter(|_| !findings.is_refused()) {
        Some(field) => {
            let lacking = lacking(scene, field);
            scene.reply.add(Rank::Answer, vec![lacking]);
            scene.became(Outcome::Refused);
        }
        None => faults::refuse_rules(scene, flow, values, findings, Refused::Change(receipt)),
    }
}

/// This field has no value.
pub(super) fn lacking(scene: &Scene<'_>, field: &Field) -> String {
    let name = scene.wording(&field.name);
    scene.text("fault_no_value", &[("label", Scope::from(field.label.as_str())), ("name", Scope::from(name))])
}

fn ask_correction(
    scene: &mut Scene<'_>,
    flow: &Flow,
    command: &CommandRead,
    report: &OwnReport,
    correction: &Correction<'_>,
) {
    let mut reasons = told_doubts(scene, flow, correction, &doubts(&correction.findings));
    if !correction.dropped.is_empty() {
        let labels = Scope::from(correction.dropped.join(" "));
        reasons.push(scene.text("drops", &[("labels", labels)]));
    }
    let changes = &correction.changes;
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
