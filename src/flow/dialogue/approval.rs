//! VISA n and REFUS n: an officer decides what waits in their area. Never one's own, and nothing twice.

use super::fault_text::told_back;
use super::help;
use super::reply::Rank;
use super::scene::{Scene, Wait};
use super::{Question, alert, change};
use crate::base::gsm7;
use crate::flow::model::CommandKind;
use crate::flow::read::CommandRead;
use crate::flow::text::Scope;
use crate::flow::turn::{Approval, ApprovalSubject, Effect, Outcome, Verdict};

/// VISA 31, REFUS 31 no receipt.
pub(super) fn decide(scene: &mut Scene<'_>, command: &CommandRead) -> Result<(), Wait> {
    settle(scene, command, None)
}

/// The same command again, once its area is chosen.
pub(super) fn again(scene: &mut Scene<'_>, text: &str, chosen: &str) -> Result<(), Wait> {
    match change::command_of(scene, text) {
        Some(command) if command.kind == CommandKind::Seen => alert::seen(scene, &command, Some(chosen)),
        Some(command) => settle(scene, &command, Some(chosen)),
        None => Ok(()),
    }
}

/// Decides what stands under the number of `command`: the one that was `chosen`, where several areas use it.
pub(super) fn settle(scene: &mut Scene<'_>, command: &CommandRead, chosen: Option<&str>) -> Result<(), Wait> {
    if !help::of_officer(scene, None, command) {
        return Ok(());
    }
    let Some(number) = command.number else {
        let word = scene.command_word(command.kind);
        return scene.refuse("which_approval", &[("command", Scope::from(word))]);
    };
    let known = scene.approvals(number)?;
    let waiting = |approval: &&Approval| approval.verdict.is_none();
    let is_chosen = |approval: &&Approval| chosen.is_none_or(|chosen| approval.id == chosen);
    let open: Vec<&Approval> = known.iter().filter(waiting).filter(is_chosen).collect();
    match (open.as_slice(), known.iter().find(is_chosen)) {
        ([], None) => scene.refuse("unknown_approval", &[("number", Scope::from(number))]),
        ([], Some(settled)) => already(scene, settled),
        ([one], _) => decide_one(scene, command, one),
        (several, _) => {
            let choices: Vec<(&str, &str)> =
                several.iter().map(|one| (one.area_name.as_str(), one.id.as_str())).collect();
            ask_area(scene, command, &choices);
            Ok(())
        }
    }
}

fn decide_one(scene: &mut Scene<'_>, command: &CommandRead, approval: &Approval) -> Result<(), Wait> {
    let agreed = command.kind == CommandKind::Approve;
    if agreed && !command.rest.is_empty() {
        let word = told_back(command.rest.split_whitespace().next().unwrap_or_default());
        let words = scene.keywords();
        return scene.refuse("unknown_word", &[("word", Scope::from(word)), ("words", Scope::from(words))]);
    }
    let given = about(scene, approval);
    if approval.is_own {
        return scene.refuse("own_approval", &given);
    }
    if agreed && approval.conflicts {
        return scene.refuse("approval_conflicts", &given);
    }
    scene.say(Rank::Answer, if agreed { "approved" } else { "not_approved" }, &given);
    let reason = command.rest.clone();
    scene.effects.push(Effect::Settle { approval: approval.id.clone(), agreed, reason });
    scene.became(Outcome::Command);
    Ok(())
}

/// Somebody was faster, or its sender took it back.
fn already(scene: &mut Scene<'_>, approval: &Approval) -> Result<(), Wait> {
    let name = match approval.verdict {
        Some(Verdict::Withdrawn) => "approval_withdrawn",
        Some(Verdict::Refused) => "was_not_approved",
        _ => "was_approved",
    };
    let given = about(scene, approval);
    scene.refuse(name, &given)
}

pub(super) fn about(scene: &Scene<'_>, approval: &Approval) -> Vec<(&'static str, Scope)> {
    vec![
        ("number", Scope::from(approval.number)),
        ("subject", Scope::from(subject(scene, &approval.subject))),
        ("place", Scope::from(gsm7::plain(&approval.place_name))),
    ]
}

/// `RES`, `CORR RES`, `JOIN`.
fn subject(scene: &Scene<'_>, subject: &ApprovalSubject) -> String {
    match subject {
        ApprovalSubject::Report(flow) => scene.keyword(flow),
        ApprovalSubject::Change(flow) => {
            format!("{} {}", scene.command_word(CommandKind::Correct), scene.keyword(flow))
        }
        ApprovalSubject::Join => scene.command_word(CommandKind::Join),
    }
}

/// An officer of a region has several areas below, each with its own numbers: `choices` are the name of the area and what
/// stands there under the number.
pub(super) fn ask_area(scene: &mut Scene<'_>, command: &CommandRead, choices: &[(&str, &str)]) {
    let choice = |(rank, (area, _)): (usize, &(&str, &str))| format!("{} {}", rank + 1, gsm7::plain(area));
    let number = command.number.unwrap_or_default();
    let forms = (1..=choices.len()).rev().map(|told| {
        let choices = choices[..told].iter().enumerate().map(choice).collect::<Vec<_>>().join(", ");
        scene.text("which_area", &[("number", Scope::from(number)), ("choices", Scope::from(choices))])
    });
    let forms = forms.collect();
    scene.give_up_for_another();
    scene.reply.add(Rank::Answer, forms);
    let choices = choices.iter().map(|(_, id)| (*id).to_owned()).collect();
    let text = change::typed(scene, command);
    scene.ask(None, Question::Area { text, choices, since: scene.turn.now });
}
