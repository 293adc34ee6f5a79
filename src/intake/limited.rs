//! The pace of one sender: a burst, then a steady trickle; what comes beyond is kept, and not read.
//!
//! A step of a USSD session takes a tenth of what a message takes, and some are left to a phone that is over the limit of
//! messages. Beyond its own limit a step is not taken, and nothing is kept of it: its caller sees a closing screen, and the draft
//! stays as it was before.
//!
//! All that is kept of a phone's pace is one instant in its own row: the memory of it is bounded, is the same for every
//! server, and outlives a restart. A report is never lost by it: the message stands in the list with its text.

use super::event::{Batch, language};
use super::known::message_key;
use super::pending::{Reply, SettledMessage};
use super::{IntakeError, Received, Settled, limits};
use crate::base::{Instant, MessageId, OutboxId, Phone};
use crate::flow::text::context;
use crate::flow::turn::Outcome;
use crate::store::phone::PhoneState;

/// What comes in, and what it takes of its phone's pace.
#[derive(Clone, Copy, Debug)]
pub(super) enum Takes {
    /// A message.
    Message,
    /// A step of a USSD session.
    Step,
}

impl Takes {
    /// What it takes, and how far ahead of the time a phone may be with it, in milliseconds.
    const fn terms(self) -> (i64, i64) {
        const BURST_MS: i64 = limits::SENDER_BURST * limits::SENDER_EVERY_MS;
        match self {
            Takes::Message => (limits::SENDER_EVERY_MS, BURST_MS),
            Takes::Step => (limits::STEP_EVERY_MS, BURST_MS + limits::STEPS_SPARED * limits::STEP_EVERY_MS),
        }
    }
}

/// The instant up to which a phone's messages are spoken for once this one is taken, too; `None` where it is over the limit.
pub(super) fn next(paced: Instant, received: Instant, takes: Takes) -> Option<Instant> {
    let (every_ms, most_ms) = takes.terms();
    // Further ahead than any phone gets: the clock was set back, or this one waited in the spool while later ones were taken.
    let is_of_another_time = paced.since_ms(received) > Takes::Step.terms().1;
    let from = if is_of_another_time { received } else { paced.max(received) };
    let next = from.plus_ms(every_ms);
    (next.since_ms(received) <= most_ms).then_some(next)
}

impl<'a> Batch<'a> {
    /// Keeps a message over its sender's limit. Once a day they are told.
    pub(super) fn keep_limited(
        &mut self,
        received: &'a Received,
        phone: &'a Phone,
        mut state: PhoneState,
    ) -> Result<Settled, IntakeError> {
        let today = received.received.date_in(&self.programme.timezone);
        let message = MessageId::new(&self.programme.environment);
        let reply = if state.limited_on == Some(today) { None } else { self.notice(&state) };
        self.pending.touch(message_key(received));
        if let Some(text) = reply.clone().filter(|_| !received.replies_in_body) {
            let id = OutboxId::new(&self.programme.environment);
            self.pending.replies.push(Reply { id, message, call: received, to: phone, text });
        }
        self.pending.messages.push(SettledMessage {
            id: message,
            call: received,
            key: None,
            phone_index: Some(state.index.clone()),
            outcome: Outcome::Limited,
            reason: None,
            reply: reply.clone(),
        });
        if reply.is_some() {
            tracing::warn!(channel = %received.channel, "a number sends more than its limit; what it sends is kept unread");
            state.limited_on = Some(today);
            self.pending.phones.push(state);
        }
        Ok(Settled { reply, goes_on: false, outcome: Some(Outcome::Limited), repeated: false })
    }

    /// The screen that ends a session over its phone's limit: true, for nothing of the step was taken.
    pub(super) fn closed(&self, state: &PhoneState) -> Settled {
        tracing::debug!("a phone dials more than its limit; the step is not taken");
        let reply = self.said(state, "say.ussd_limited");
        Settled { reply, goes_on: false, outcome: Some(Outcome::Limited), repeated: false }
    }

    fn notice(&self, state: &PhoneState) -> Option<String> {
        self.said(state, "say.limited")
    }

    fn said(&self, state: &PhoneState, name: &str) -> Option<String> {
        let said = self.in_force.pack.texts.say(name, language(self.in_force, state), context! {});
        match said {
            Ok(text) => Some(text),
            Err(error) => {
                tracing::error!(%error, "the notice of a limit has no text");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant(1_795_420_800_000);

    /// How many of `count` messages, one each `every_ms`, are taken.
    fn read(count: i64, every_ms: i64, takes: Takes) -> i64 {
        let mut paced = Instant(0);
        let taken = (0..count).filter(|index| match next(paced, START.plus_ms(index * every_ms), takes) {
            Some(next) => {
                paced = next;
                true
            }
            None => false,
        });
        i64::try_from(taken.count()).expect("few")
    }

    #[test]
    fn a_burst_is_read_then_a_trickle() {
        for (label, count, every_ms, expected) in [
            ("one", 1, 0, 1),
            ("a full burst at once", limits::SENDER_BURST, 0, limits::SENDER_BURST),
            ("one too many", limits::SENDER_BURST + 1, 0, limits::SENDER_BURST),
            ("a flood at once", 100_000, 0, limits::SENDER_BURST),
            ("at the pace itself, for ever", 10_000, limits::SENDER_EVERY_MS, 10_000),
            ("twice the pace", 10 * limits::SENDER_BURST, limits::SENDER_EVERY_MS / 2, 6 * limits::SENDER_BURST - 1),
        ] {
            let found = read(count, every_ms, Takes::Message);
            assert!((found - expected).abs() <= 1, "{label}: {found} read, {expected} expected");
        }
    }

    #[test]
    fn a_session_is_never_held_and_a_machine_is() {
        for (label, count, every_ms, expected) in [
            ("a session typed blind", 40, 500, 40),
            ("ten people on one phone, all day", 20_000, 2_000, 20_000),
            ("a machine", 10_000, 10, 2_600 + 10_000 * 10 / limits::STEP_EVERY_MS),
        ] {
            let found = read(count, every_ms, Takes::Step);
            assert!((found - expected).abs() <= 1, "{label}: {found} taken, {expected} expected");
        }
    }

    #[test]
    fn a_clock_set_back_and_a_wait_in_the_spool_close_nobody_out() {
        for (label, ahead_ms) in [("two hours", 7_200_000), ("a week", 7 * 24 * 3_600_000)] {
            for takes in [Takes::Message, Takes::Step] {
                let found = next(START.plus_ms(ahead_ms), START, takes);
                assert_eq!(found, Some(START.plus_ms(takes.terms().0)), "{label}: {takes:?}");
            }
        }
    }

    #[test]
    fn a_flood_ends_with_the_flood() {
        let (mut paced, every) = (Instant(0), limits::SENDER_EVERY_MS);
        while let Some(next) = next(paced, START, Takes::Message) {
            paced = next;
        }
        assert_eq!(next(paced, START, Takes::Message), None);
        assert!(next(paced, START, Takes::Step).is_some(), "a screen still opens");
        assert!(next(paced, START.plus_ms(every), Takes::Message).is_some(), "one more with each step of the pace");
        let hour = START.plus_ms(limits::SENDER_BURST * every);
        assert_eq!(next(paced, hour, Takes::Message), Some(hour.plus_ms(every)), "then as if nothing had been");
    }
}
