//! A number nobody registered: a sound report is held, and one polite answer a day is given. Asks nothing back.

use super::reply::Rank;
use super::scene::{Scene, Wait, body_of};
use crate::flow::model::CommandKind;
use crate::flow::read::{CommandRead, KeywordMatch, Reading, ReportRead, Said};
use crate::flow::rule;
use crate::flow::turn::{Effect, Filing, FilingState, Outcome};

/// Takes a message of an unknown number.
pub(super) fn take(scene: &mut Scene<'_>, reading: Reading) -> Result<(), Wait> {
    if let Some(command) = asked_first(&reading) {
        return super::of_anyone(scene, command);
    }
    let mut held = 0;
    let mut reports = 0;
    for part in reading.parts {
        if let Said::Report(read) = part.said {
            reports += 1;
            held += usize::from(hold(scene, read));
        }
    }
    if !scene.turn.greeted_today {
        let name = if held == reports && reports > 0 { "unknown_sender" } else { "unknown_sender_unread" };
        scene.say(Rank::Answer, name, &[]);
    }
    scene.became(Outcome::UnknownSender);
    Ok(())
}

/// A command that anyone may send: to join, to be left alone, to be answered in another language, to be told what is public.
fn asked_first(reading: &Reading) -> Option<&CommandRead> {
    let open = |kind| {
        use CommandKind::{Info, Join, Language, Resume, Stop};
        matches!(kind, Join | Language | Stop | Resume | Info)
    };
    match reading.parts.first().map(|part| &part.said) {
        Some(Said::Command(command)) if open(command.kind) => Some(command),
        _ => None,
    }
}

/// Keeps a report that is complete and breaks no rule. False when it cannot be kept.
fn hold(scene: &mut Scene<'_>, read: ReportRead) -> bool {
    let (flow, body) = (&read.flow, read.body);
    let findings = rule::examine(scene.turn.pack, flow, &body.values, &body.unfinished, &Default::default());
    // What is asked of some roles only may be none of theirs.
    let whole = findings.missing.iter().all(|field| !field.roles.is_empty());
    let sound = body.faults.is_empty() && !findings.is_refused() && whole;
    if !sound || read.keyword != KeywordMatch::Exact {
        return false;
    }
    let filing = Filing {
        receipt: scene.new_receipt(),
        flow: flow.id.clone(),
        person: None,
        place: None,
        network: String::new(),
        body: body_of(flow, &body.values).map(str::to_owned),
        date: body.date.unwrap_or(scene.turn.today),
        tasks: findings.tasks(),
        alerts: Vec::new(),
        values: body.values,
        zero: false,
        state: FilingState::Held,
    };
    scene.effects.push(Effect::File(filing));
    true
}
