//! USSD: the same report and the same draft as by SMS, one question to a screen, made from the flow file.
//!
//! A session is no special state: it is the phone's draft plus the question of its last screen, both kept with the
//! conversation. So a redial, or any other server, goes on where it stopped, and an SMS can finish what USSD began.
//! Nothing is counted before the confirm screen was answered. Pure, as all of the dialogue.

mod amend;
mod answer;
mod line;
mod menu;
mod mine;
mod officer;
mod page;
mod question;
mod review;
mod screen;
mod session;

#[cfg(test)]
mod tests;

pub use page::{Mine, Page};
pub use session::{Dialled, Session};

use super::scene::Scene;
use super::{Conversation, Question};
use crate::base::UssdInput;
use crate::flow::turn::{Need, Outcome, Step, Turn};
use line::Line;
use session::{Move, follow};

/// What a call of a session comes to.
#[derive(Debug)]
pub enum Pressed {
    /// The step taken last, sent again: its screen once more, and nothing changes.
    Again {
        /// The screen.
        screen: String,
        /// False where it closes the session.
        goes_on: bool,
    },
    /// An earlier step, sent again: what it was answered stands with the message of this key; nothing changes.
    Earlier {
        /// Key of that message.
        key: String,
        /// The present screen, where no such message is kept.
        screen: String,
    },
    /// A step, taken.
    Taken {
        /// What it decided: `reply` is the screen, `sms` what is sent besides.
        step: Box<Step>,
        /// What its message is known by.
        key: String,
        /// True where it is neither a dial nor an answer to the screen shown last: it may have been answered before.
        stray: bool,
    },
    /// The end of a session that is over already, or of none we know.
    Nothing,
}

/// Takes one call of a USSD session of the phone whose open `conversation` this is.
///
/// # Errors
/// What has to be looked up first: add it to [`Turn::facts`] and take the same call, with the same conversation, again.
pub fn press(turn: &Turn<'_>, conversation: Conversation, dialled: &Dialled) -> Result<Pressed, Vec<Need>> {
    let moved = follow(conversation.session.as_ref(), dialled, turn.now);
    match (moved, &conversation.session) {
        (Move::Again, Some(kept)) => Ok(Pressed::Again { screen: kept.screen.clone(), goes_on: kept.goes_on }),
        (Move::Earlier(key), Some(kept)) => Ok(Pressed::Earlier { key, screen: kept.screen.clone() }),
        (Move::Stale, _) => Ok(stale(turn, conversation, dialled)),
        (Move::Ended, Some(kept)) if !kept.goes_on => Ok(Pressed::Nothing),
        (moved, _) => take(turn, conversation, dialled, moved),
    }
}

fn take(turn: &Turn<'_>, mut conversation: Conversation, dialled: &Dialled, moved: Move) -> Result<Pressed, Vec<Need>> {
    let kept = conversation.session.take().filter(|_| moved != Move::Began);
    let mut scene = Scene::new(turn, conversation);
    scene.let_lapse();
    let mut session = kept.unwrap_or_else(|| Session::new(dialled, turn.now));
    let key = session.stepped(dialled, turn.now);
    let stray = !matches!(moved, Move::Began | Move::Answered(_));
    let mut line = Line { scene: &mut scene, session, septets_max: dialled.septets_max, sms: None };
    match moved {
        _ if turn.reporters.is_empty() => line.close_unknown(),
        Move::Ended => line.hung_up(),
        Move::Began => menu::begin(&mut line),
        Move::Answered(typed) => answer::take(&mut line, &typed)?,
        _ => line.again(),
    }
    let sms = line.sms.take();
    let Line { session, .. } = line;
    let (reply, goes_on) = (Some(session.screen.clone()), session.goes_on);
    scene.conversation.session = Some(session);
    let step = Step { reply, goes_on, sms, ..scene.finish() };
    Ok(Pressed::Taken { step: Box::new(step), key, stray })
}

/// A call that waited in the spool while its caller dialled again: it was not shown the screen it would now answer.
fn stale(turn: &Turn<'_>, conversation: Conversation, dialled: &Dialled) -> Pressed {
    if dialled.input == UssdInput::Ended {
        return Pressed::Nothing;
    }
    let mut scene = Scene::new(turn, conversation);
    let screen = scene.text("ussd_down", &[]);
    scene.became(Outcome::Refused);
    let key = Session::new(dialled, turn.now).stepped(dialled, turn.now);
    let step = Step { reply: Some(screen), ..scene.finish() };
    Pressed::Taken { step: Box::new(step), key, stray: true }
}

/// The doubts about reading that an open question holds: they stay open whatever screen comes next.
fn doubts_kept(question: Option<&Question>) -> Vec<String> {
    match question {
        Some(Question::Confirm { doubts }) => {
            doubts.iter().filter(|doubt| super::report::is_about_reading(doubt)).cloned().collect()
        }
        _ => Vec::new(),
    }
}
