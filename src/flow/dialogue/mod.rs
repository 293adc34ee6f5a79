//! One turn of a conversation: what a person typed, and what becomes of it.
//!
//! Pure: what a turn cannot know it asks for as [`Need`]s. Nothing is counted that the sender did not type or confirm.

pub mod alert;
mod answer;
mod approval;
mod change;
mod conversation;
mod correction;
mod date;
mod earlier;
mod fault_text;
mod faults;
mod help;
mod join;
mod known;
mod meant;
pub mod officer;
mod outcome;
mod phone;
mod reply;
mod report;
pub mod says;
mod scene;
mod speaker;
mod unknown;
mod ussd;
mod zero;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use conversation::{Change, Conversation, Draft, Question};
pub use ussd::{Dialled, Mine, Page, Pressed, Session, press};

use super::model::CommandKind;
use super::read::{CommandRead, Part, Reading, Said};
use super::turn::{Need, Outcome, Step, Turn};
use reply::Rank;
use scene::{Scene, Wait};

/// Takes one turn: `text` came from the phone whose open `conversation` this is.
///
/// # Errors
/// What has to be looked up first: add it to [`Turn::facts`] and take the same turn, with the same conversation, again.
pub fn step(turn: &Turn<'_>, conversation: Conversation, text: &str) -> Result<Step, Vec<Need>> {
    let mut scene = Scene::new(turn, conversation);
    scene.let_lapse();
    converse(&mut scene, text)?;
    Ok(scene.finish())
}

/// Reads `text` and takes its parts in order.
fn converse(scene: &mut Scene<'_>, text: &str) -> Result<(), Wait> {
    let people = scene.senders();
    let open = scene.conversation.draft.as_ref().map(|draft| draft.flow.clone());
    let reading = scene.turn.pack.reader().read_of(text, scene.turn.today, &people, open.as_deref());
    if scene.turn.reporters.is_empty() {
        return unknown::take(scene, reading);
    }
    if reading.too_long {
        return too_long(scene, reading);
    }
    if let Some(code) = &reading.lone_code {
        return answer::code(scene, code);
    }
    if reading.parts.is_empty() {
        help::nothing_said(scene);
        return Ok(());
    }
    if speaker::must_be_asked(scene, &reading) {
        speaker::ask(scene, text);
        return Ok(());
    }
    parts(scene, reading)
}

/// Longer than any report: nothing is done, and what was read of a report is refused by name.
fn too_long(scene: &mut Scene<'_>, mut reading: Reading) -> Result<(), Wait> {
    reading.parts.retain(|part| matches!(part.said, Said::Report(_)));
    if !reading.parts.is_empty() {
        return parts(scene, reading);
    }
    scene.say(Rank::Answer, "fault_too_long", &[]);
    scene.became(Outcome::Refused);
    Ok(())
}

fn parts(scene: &mut Scene<'_>, reading: Reading) -> Result<(), Wait> {
    let mut agent: Option<String> = None;
    for Part { agent: named, said } in reading.parts {
        agent = named.or(agent);
        match said {
            Said::Report(read) => {
                if let Some((who, by_code)) = speaker::of(scene, agent.as_deref()) {
                    report::take(scene, read, who, by_code)?;
                }
            }
            Said::Command(command) => self::command(scene, agent.as_deref(), &command)?,
            Said::Loose(loose) => answer::loose(scene, agent.as_deref(), &loose)?,
        }
    }
    Ok(())
}

fn command(scene: &mut Scene<'_>, agent: Option<&str>, command: &CommandRead) -> Result<(), Wait> {
    match command.kind {
        CommandKind::Yes => answer::yes(scene, &command.rest),
        CommandKind::No => answer::no(scene, &command.rest),
        CommandKind::Zero => match speaker::of(scene, agent) {
            Some((who, _)) => zero::declare(scene, command, who),
            None => Ok(()),
        },
        CommandKind::Correct => change::correct(scene, command),
        CommandKind::Cancel => change::cancel(scene, command),
        CommandKind::Help => {
            help::help(scene, command);
            Ok(())
        }
        CommandKind::Summary | CommandKind::Silent | CommandKind::Remind => {
            help::asked(scene, agent, command);
            Ok(())
        }
        CommandKind::Approve | CommandKind::Refuse => approval::decide(scene, command),
        CommandKind::Seen => alert::seen(scene, command, None),
        CommandKind::Me | CommandKind::Language | CommandKind::Stop | CommandKind::Resume | CommandKind::Join => {
            of_anyone(scene, command)
        }
        CommandKind::Info => of_anyone(scene, command),
    }
}

/// Commands about the phone itself, and what anyone may know: from a number nobody registered too.
fn of_anyone(scene: &mut Scene<'_>, command: &CommandRead) -> Result<(), Wait> {
    match command.kind {
        CommandKind::Join => return join::ask(scene, command),
        CommandKind::Language => phone::language(scene, command),
        CommandKind::Stop => phone::stop(scene, command),
        CommandKind::Resume => phone::resume(scene, command),
        CommandKind::Info => help::ask(scene, command),
        _ => phone::me(scene, command),
    }
    Ok(())
}
