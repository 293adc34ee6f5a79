//! The boundary of the dialogue: what one turn may know, what it may ask for, and what it decides.
//!
//! A turn is pure. What it cannot know it asks for by returning [`Need`]s; the caller looks them up, adds them to
//! [`Facts`] and takes the same turn again. So nothing here waits, and every conversation can be replayed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::beside::Beside;
use super::dialogue::Conversation;
use super::model::Pack;
use super::values::Values;
use crate::base::{Date, Instant, Language, Period, PersonId, PlaceId};

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
    /// What was looked up so far.
    pub facts: &'a Facts,
}

/// Something a turn has to know before it can decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Has this person (or, for a body's flow, this place) still to report `flow` for `period`?
    Owes {
        /// Who.
        person: PersonId,
        /// Flow id.
        flow: String,
        /// Which period.
        period: Period,
    },
    /// Is there already a counted report of this person, flow and day with the same values?
    SameReport {
        /// Who.
        person: PersonId,
        /// Flow id.
        flow: String,
        /// Reference date.
        date: Date,
        /// [`Values::digest`].
        digest: String,
    },
    /// Was a meeting of this body already reported for this day?
    Meeting {
        /// Body id.
        body: String,
        /// Its place.
        place: PlaceId,
        /// Day of the meeting.
        date: Date,
    },
    /// Is there already a report of `flow` for this place and period?
    Once {
        /// Flow id.
        flow: String,
        /// Which place.
        place: PlaceId,
        /// Which period.
        period: Period,
    },
    /// The counted report of this person and flow before this day.
    Previous {
        /// Who.
        person: PersonId,
        /// Flow id.
        flow: String,
        /// Before this day.
        before: Date,
    },
    /// What the indicators of `flow` add up to at this place in this year.
    SoFar {
        /// Flow id.
        flow: String,
        /// Which place.
        place: PlaceId,
        /// Which year.
        year: Period,
    },
    /// The report with this receipt, sent from this phone or another phone of the same people.
    Receipt(i64),
}

/// What was looked up: one entry for each [`Need`].
#[derive(Clone, Debug, Default)]
pub struct Facts(pub BTreeMap<Need, Fact>);

/// The answer to one [`Need`].
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// To [`Need::Owes`].
    Owes(bool),
    /// To [`Need::SameReport`], [`Need::Meeting`] and [`Need::Once`]: `None` when there is none, else the receipt of the earlier one on
    /// this phone, or 0 when it came from another phone and has no number here.
    Earlier(Option<i64>),
    /// To [`Need::Previous`] and [`Need::SoFar`]: by the names of [`super::beside`]; empty when there is nothing.
    Beside(Beside),
    /// To [`Need::Receipt`]: empty when there is none; several when two phones of one person used the number.
    Reports(Vec<OwnReport>),
}

/// A report already known, as its sender may change it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnReport {
    /// Its id as text: handed back in [`Effect::Correct`] and [`Effect::Cancel`].
    pub report: String,
    /// Its receipt.
    pub receipt: i64,
    /// Flow id.
    pub flow: String,
    /// Who it is filed under; `None` while held for an unknown number.
    pub person: Option<PersonId>,
    /// The place it is about.
    pub place: PlaceId,
    /// That place's name, sendable in GSM-7.
    pub place_name: String,
    /// Its reference date.
    pub date: Date,
    /// Current values.
    pub values: Values,
    /// Number of the current revision, from 1.
    pub revision: i64,
    /// True once cancelled.
    pub cancelled: bool,
    /// True when it is a declared zero.
    pub zero: bool,
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

/// Something to be done, all in the message's own transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// File a report under its receipt, or move a draft of the same receipt to this state.
    File(Filing),
    /// A draft is given up: shown as `incomplete`, never counted.
    Abandon {
        /// Its receipt on this phone.
        receipt: i64,
    },
    /// A new revision of a counted report.
    Correct {
        /// [`OwnReport::report`].
        report: String,
        /// Revision the sender saw; another one means somebody was faster.
        from_revision: i64,
        /// All values after the correction.
        values: Values,
        /// Reference date after the correction.
        date: Date,
        /// Check ids that open a task; a task of any other check is closed.
        tasks: Vec<String>,
    },
    /// The report no longer counts.
    Cancel {
        /// [`OwnReport::report`].
        report: String,
        /// Revision the sender saw.
        from_revision: i64,
    },
    /// An officer's question, answered by the views: the words after the command. Its answer is the reply.
    Summary {
        /// Words typed after BILAN.
        words: Vec<String>,
    },
}

/// A report to file.
#[derive(Clone, Debug, PartialEq)]
pub struct Filing {
    /// Its receipt on this phone. Equal to [`Turn::next_receipt`] or above for a new one.
    pub receipt: i64,
    /// Flow id.
    pub flow: String,
    /// Who it is filed under; `None` when the number is unknown.
    pub person: Option<PersonId>,
    /// The place it is about; `None` when the number is unknown.
    pub place: Option<PlaceId>,
    /// Network it counts under; empty when the number is unknown.
    pub network: String,
    /// Body id where a body reports.
    pub body: Option<String>,
    /// Reference date.
    pub date: Date,
    /// The values.
    pub values: Values,
    /// A declared zero (RIEN): received, with nothing to count.
    pub zero: bool,
    /// Where it stands.
    pub state: FilingState,
    /// Check ids that open a task for the supervisor.
    pub tasks: Vec<String>,
}

/// Where a filed report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilingState {
    /// In the totals.
    Counted,
    /// Waiting for a missing value or an OUI.
    Draft,
    /// Left unfinished: shown, never counted.
    Incomplete,
    /// Waiting for an officer: not in the totals yet.
    AwaitingVisa,
    /// From an unknown number: kept, not counted.
    Held,
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
