//! One USSD session as a phone's conversation keeps it, and what a provider's next call is in it: a dial, an answer, the
//! same step again, an earlier one, the end.
//!
//! Knows nothing of screens or reports. Providers differ in what they send (all inputs joined with `*`, or the last one
//! alone, with or without a number); behind here there is only one raw answer.

use serde::{Deserialize, Serialize};

use super::page::Page;
use crate::base::sealing::sha256_hex;
use crate::base::{Instant, PersonId, UssdInput as Input};

/// A call of a USSD session, as its provider tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    /// The provider's id of the session.
    pub session: String,
    /// What was typed.
    pub input: Input,
    /// A like answer within this time is the same step again, where the provider tells steps apart in no other way.
    pub repeat_ms: i64,
    /// What one screen of this channel holds, in septets.
    pub septets_max: usize,
}

/// A session as kept between two of its calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The provider's id.
    pub id: String,
    /// When it was dialled.
    pub began: Instant,
    /// When its last step was taken.
    pub at: Instant,
    /// All inputs so far as the provider joined them, or the last one.
    pub typed: String,
    /// Steps taken, the dial being the first.
    pub steps: u32,
    /// The screen shown last.
    pub screen: String,
    /// False once that screen closed the session.
    pub goes_on: bool,
    /// Who is speaking, on a phone that several share.
    pub person: Option<PersonId>,
    /// What the screen asks.
    pub page: Page,
    /// Answers in a row that the question could not take.
    pub tries: u32,
}

/// What a call is in the session that is kept.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// A session begins.
    Began,
    /// An answer to the screen shown last, as typed.
    Answered(String),
    /// The step taken last, once more.
    Again,
    /// A step before the last one, once more: the key of the message that answered it.
    Earlier(String),
    /// Inputs that do not follow on those known.
    Astray,
    /// The session is over.
    Ended,
    /// Of a session that is over while another one goes on.
    Stale,
}

/// What `dialled`, received at `now`, is after `kept`.
pub(super) fn follow(kept: Option<&Session>, dialled: &Dialled, now: Instant) -> Move {
    let Some(session) = kept.filter(|session| session.id == dialled.session) else {
        let is_older = kept.is_some_and(|session| now < session.at);
        return match dialled.input {
            Input::Ended => Move::Stale,
            // Read in late from the spool: its caller has dialled again since.
            _ if is_older => Move::Stale,
            _ => Move::Began,
        };
    };
    let is_soon = now.since_ms(session.at) <= dialled.repeat_ms;
    match &dialled.input {
        Input::Ended => Move::Ended,
        Input::All(text) if *text == session.typed => Move::Again,
        // An id used again for a new session; within a breath it is the dial sent twice.
        Input::All(text) if text.is_empty() && !is_soon => Move::Began,
        Input::All(text) => match after(&session.typed, text) {
            Some(answer) if session.goes_on => Move::Answered(answer.to_owned()),
            Some(_) => Move::Began,
            None if session.typed.starts_with(text.as_str()) => Move::Earlier(key(&session.id, session.began, text)),
            None => Move::Astray,
        },
        Input::Last(text) if *text == session.typed && is_soon => Move::Again,
        Input::Last(text) if session.goes_on => Move::Answered(text.clone()),
        Input::Last(_) => Move::Began,
    }
}

/// What stands in `text` behind the inputs known so far. An answer may itself hold `*`, so nothing is split at it.
fn after<'t>(known: &str, text: &'t str) -> Option<&'t str> {
    if known.is_empty() { Some(text) } else { text.strip_prefix(known)?.strip_prefix('*') }
}

/// What the message of one step is known by: a session's id alone may come back another day.
fn key(session: &str, began: Instant, step: &str) -> String {
    let digest = sha256_hex(format!("{session}\n{}\n{step}", began.0).as_bytes());
    format!("ussd:{digest}")
}

impl Session {
    /// A session that begins.
    pub(super) fn new(dialled: &Dialled, now: Instant) -> Session {
        Session {
            id: dialled.session.clone(),
            began: now,
            at: now,
            typed: String::new(),
            steps: 0,
            screen: String::new(),
            goes_on: true,
            person: None,
            page: Page::Menu { first: 0 },
            tries: 0,
        }
    }

    /// Notes that a step was taken; gives the key of its message.
    pub(super) fn stepped(&mut self, dialled: &Dialled, now: Instant) -> String {
        self.steps = self.steps.saturating_add(1);
        self.at = now;
        match &dialled.input {
            Input::All(text) => {
                self.typed.clone_from(text);
                key(&self.id, self.began, text)
            }
            Input::Last(text) => {
                self.typed.clone_from(text);
                key(&self.id, self.began, &self.steps.to_string())
            }
            Input::Ended => key(&self.id, self.began, "ended"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_000_000);

    fn session(typed: &str, goes_on: bool) -> Session {
        let dialled = Dialled { session: "s1".into(), input: Input::Ended, repeat_ms: 2_000, septets_max: 182 };
        Session { typed: typed.into(), goes_on, ..Session::new(&dialled, NOW) }
    }

    #[test]
    fn a_call_is_told_by_what_came_before() {
        let all = |text: &str| Input::All(text.into());
        let last = |text: &str| Input::Last(text.into());
        let answered = |text: &str| Move::Answered(text.into());
        let earlier = |text: &str| Move::Earlier(key("s1", NOW, text));
        for (why, known, goes_on, id, input, after_ms, expected) in [
            ("another session", "1", true, "s2", all(""), 9, Move::Began),
            ("the first answer", "", true, "s1", all("1"), 9, answered("1")),
            ("the next answer", "1*1", true, "s1", all("1*1*40"), 9, answered("40")),
            ("an answer with a star", "1*1", true, "s1", all("1*1*Jean*Paul"), 9, answered("Jean*Paul")),
            ("an empty answer", "1*1", true, "s1", all("1*1*"), 9, answered("")),
            ("the same step again", "1*1", true, "s1", all("1*1"), 99_000, Move::Again),
            ("the dial again", "", true, "s1", all(""), 99_000, Move::Again),
            ("an earlier step", "1*1*40", true, "s1", all("1*1"), 9, earlier("1*1")),
            ("the dial, late", "1*1", true, "s1", all(""), 9, earlier("")),
            ("the id used again", "1*1", true, "s1", all(""), 2_001, Move::Began),
            ("the closing step again", "1*1", false, "s1", all("1*1"), 99_000, Move::Again),
            ("an answer to a closed session", "1*1", false, "s1", all("1*1*2"), 9, Move::Began),
            ("inputs of somewhere else", "1*1", true, "s1", all("2*1"), 9, Move::Astray),
            ("a number that begins alike", "1*4", true, "s1", all("1*40"), 9, Move::Astray),
            ("the last input", "1", true, "s1", last("40"), 9, answered("40")),
            ("a like input at once", "1", true, "s1", last("1"), 2_000, Move::Again),
            ("a like input later", "1", true, "s1", last("1"), 2_001, answered("1")),
            ("a last input after the end", "1", false, "s1", last("1"), 9_000, Move::Began),
            ("the end", "1", true, "s1", Input::Ended, 9, Move::Ended),
            ("the end of another", "1", true, "s2", Input::Ended, 9, Move::Stale),
            ("late from the spool", "1", true, "s0", all("1*1"), -5, Move::Stale),
        ] {
            let kept = session(known, goes_on);
            let dialled = Dialled { session: id.into(), input, repeat_ms: 2_000, septets_max: 182 };
            assert_eq!(follow(Some(&kept), &dialled, NOW.plus_ms(after_ms)), expected, "{why}");
        }
    }
}
