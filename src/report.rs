//! A report through its life: draft, counted, corrected, cancelled.
//!
//! Never knows SQL or HTTP. What a state means for the totals is decided here, once.

use crate::base::{Calendar, Date, Instant, MessageId, Period, PeriodKind, PersonId, PlaceId, ReportId};
use crate::flow::model::Flow;
use crate::flow::values::Values;

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// In the totals.
    Counted,
    /// Waiting for a value or an OUI.
    Draft,
    /// Was a draft for too long: listed, never counted.
    Incomplete,
    /// From an unknown number: kept, not counted.
    Held,
    /// Waiting for an officer.
    AwaitingVisa,
    /// An officer said no.
    Refused,
    /// Taken back by its sender.
    Cancelled,
}

impl ReportState {
    const WORDS: [(ReportState, &'static str); 7] = [
        (ReportState::Counted, "counted"),
        (ReportState::Draft, "draft"),
        (ReportState::Incomplete, "incomplete"),
        (ReportState::Held, "held"),
        (ReportState::AwaitingVisa, "awaiting_visa"),
        (ReportState::Refused, "refused"),
        (ReportState::Cancelled, "cancelled"),
    ];

    /// The word used in the API and the store.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// The state called `word`.
    pub fn from_word(word: &str) -> Option<ReportState> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(state, _)| *state)
    }

    /// True while the report is in the totals.
    pub fn is_counted(self) -> bool {
        self == ReportState::Counted
    }
}

/// The current revision of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Keyed index of the phone that sent it.
    pub phone_index: String,
    /// The number its sender sees, counted per phone.
    pub receipt: i64,
    /// Flow id.
    pub flow: String,
    /// Hash of the flow's text when it was filed: its cells come from that version.
    pub flow_hash: String,
    /// Who it is filed under; `None` while held.
    pub person: Option<PersonId>,
    /// Who owes it: see [`reporter_key`]; `None` while held.
    pub reporter: Option<String>,
    /// Body id where a body reports.
    pub body: Option<String>,
    /// The place it is about; `None` while held.
    pub place: Option<PlaceId>,
    /// Network it counts under.
    pub network: String,
    /// Role of its sender when it was filed.
    pub role: String,
    /// The day it is about.
    pub date: Date,
    /// Name of the period it is due for, such as `2026-W47`.
    pub period: String,
    /// Where it stands.
    pub state: ReportState,
    /// A declared zero: received, nothing to count.
    pub zero: bool,
    /// Number of the revision, from 1.
    pub revision: i64,
    /// Values by label.
    pub values: Values,
    /// The message that brought it.
    pub message: MessageId,
    /// The day it came in, in the programme's time zone: decides whether it was on time.
    pub received_on: Date,
    /// When it was filed.
    pub created: Instant,
    /// When it last changed.
    pub updated: Instant,
}

/// Who owes a report: the person, or for a body's flow the body at its place.
pub fn reporter_key(person: PersonId, body: Option<&str>, place: PlaceId) -> String {
    match body {
        Some(body) => format!("{body}@{place}"),
        None => person.to_string(),
    }
}

/// The period a report of `flow` about `date` is due for. A flow without cadence is filed by the day.
pub fn due_period(flow: &Flow, calendar: &Calendar, date: Date) -> Period {
    calendar.period(flow.cadence.unwrap_or(PeriodKind::Day), date)
}

/// How a report was received for its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReceivedKind {
    /// With figures, or a meeting held.
    Report,
    /// A meeting not held, with the reason.
    NotHeld,
    /// A declared zero.
    Zero,
}

impl ReceivedKind {
    const WORDS: [(ReceivedKind, &'static str); 3] =
        [(ReceivedKind::Report, "report"), (ReceivedKind::NotHeld, "not_held"), (ReceivedKind::Zero, "zero")];

    /// The word used in the API and the store.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// The kind called `word`.
    pub fn from_word(word: &str) -> Option<ReceivedKind> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }

    /// What a report is for its period: a body that says why it did not meet has reported, but not met.
    pub fn of(flow: &Flow, zero: bool, values: &Values) -> ReceivedKind {
        // A declared zero that was corrected to figures is a report like any other.
        if zero && values.is_empty() {
            ReceivedKind::Zero
        } else if flow.by_body && values.get(NOT_HELD_LABEL).is_some() {
            ReceivedKind::NotHeld
        } else {
            ReceivedKind::Report
        }
    }
}

/// Label under which a body says why it did not meet (design of REU: `NON` and a reason).
pub const NOT_HELD_LABEL: &str = "NON";

/// What an officer agrees to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalKind {
    /// A report: it counts from then on.
    Report,
    /// A late correction or cancellation.
    Change,
    /// A number that asks to report for a site.
    Join,
}

impl ApprovalKind {
    const WORDS: [(ApprovalKind, &'static str); 3] =
        [(ApprovalKind::Report, "report"), (ApprovalKind::Change, "change"), (ApprovalKind::Join, "join")];

    /// The word used in the API and the store.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// The kind called `word`.
    pub fn from_word(word: &str) -> Option<ApprovalKind> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}
