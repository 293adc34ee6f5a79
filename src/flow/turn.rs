//! The boundary of the dialogue: what one turn may know, what it may ask for, and what it decides.
//!
//! A turn is pure. What it cannot know it asks for by returning [`Need`]s; the caller looks them up, adds them to
//! [`Facts`] and takes the same turn again. So nothing here waits, and every conversation can be replayed.

mod effect;
mod fact;

pub use effect::{Effect, Filing, FilingState, Raised};
pub use fact::{Approval, ApprovalSubject, Fact, Facts, JoinSite, KnownAlert, Need, OwnReport, Verdict};

use serde::{Deserialize, Serialize};

use super::dialogue::Conversation;
use super::model::Pack;
use crate::base::{Date, Instant, Language, PersonId, PlaceId};

/// A registered person as the dialogue needs to know them.
#[derive(Clone, Debug, PartialEq)]
pub struct Reporter {
    /// Who.
    pub person: PersonId,
    /// Their role's id.
    pub role: String,
    /// Their network's id.
    pub network: String,
    /// Where they report from.
    pub place: PlaceId,
    /// That place's level id.
    pub level: String,
    /// That place's name, sendable in GSM-7.
    pub place_name: String,
    /// The code typed in front of a report on a shared phone.
    pub agent_code: Option<String>,
    /// Initials, as much of a name as an SMS may hold.
    pub initials: String,
}

/// Everything one turn may know.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    /// The pack in force.
    pub pack: &'a Pack,
    /// The instant the message was received.
    pub now: Instant,
    /// That day in the programme's time zone.
    pub today: Date,
    /// The sender's language.
    pub language: Language,
    /// The people registered on this phone; empty for an unknown number.
    pub reporters: &'a [Reporter],
    /// The receipt number the next report of this phone gets.
    pub next_receipt: i64,
    /// True when an unknown number already had its one polite answer today.
    pub greeted_today: bool,
    /// True after STOP, until REPRISE.
    pub stopped: bool,
    /// What was looked up so far.
    pub facts: &'a Facts,
}

impl<'a> Turn<'a> {
    /// A turn that only words something in `language`.
    pub fn to_word(pack: &'a Pack, language: Language, (now, today): (Instant, Date), facts: &'a Facts) -> Turn<'a> {
        let (next_receipt, greeted_today, stopped, reporters) = (1, false, false, &[]);
        Turn { pack, now, today, language, reporters, next_receipt, greeted_today, stopped, facts }
    }
}

/// What a turn decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The conversation as it is now.
    pub conversation: Conversation,
    /// What is to be done, in order.
    pub effects: Vec<Effect>,
    /// What the person is told; `None` for silence.
    pub reply: Option<String>,
    /// What became of the message.
    pub outcome: Outcome,
    /// On USSD, true where the session goes on after `reply`.
    pub goes_on: bool,
    /// On USSD, what is sent as an SMS besides: the receipt.
    pub sms: Option<String>,
}

/// What became of an inbound message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// At least one report was saved.
    Saved,
    /// The sender was asked something.
    Asked,
    /// Refused, with the reason told.
    Refused,
    /// A command was carried out.
    Command,
    /// The same report again.
    Duplicate,
    /// From a number nobody registered.
    UnknownSender,
    /// Not understood by us at all: for a person to look at.
    Unreadable,
    /// Over the sender's limit.
    Limited,
}

impl Outcome {
    /// The word used in the API and the store.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Saved => "saved",
            Outcome::Asked => "asked",
            Outcome::Refused => "refused",
            Outcome::Command => "command",
            Outcome::Duplicate => "duplicate",
            Outcome::UnknownSender => "unknown_sender",
            Outcome::Unreadable => "unreadable",
            Outcome::Limited => "limited",
        }
    }
}
