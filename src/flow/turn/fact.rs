//! What a turn may ask for, and what it is told.

use std::collections::BTreeMap;

#[cfg(doc)]
use super::Effect;
use crate::base::{Date, Instant, Period, PersonId, PlaceId};
use crate::flow::beside::Beside;
use crate::flow::values::Values;

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
    /// The last reports of this person, from any phone of theirs.
    Own(PersonId),
    /// The site this code asks to report for.
    Join {
        /// As typed, in capitals.
        code: String,
    },
    /// What waits, or waited, under this number in the area of an officer of this phone.
    Approval(i64),
    /// What waits there, the longest waiting first; [`crate::flow::limits::OPEN_APPROVALS_MAX`] at most.
    OpenApprovals,
    /// The number of the alert that another report of the same is merged into.
    SameAlert {
        /// Flow id.
        flow: String,
        /// The alert's id within it.
        alert: String,
        /// Which place.
        place: PlaceId,
        /// [`super::Raised::key`].
        key: String,
        /// Opened at this instant or later.
        since: Instant,
    },
    /// The alerts with this number in the area of an officer of this phone.
    Alert(i64),
    /// The open alerts there, the longest open first.
    OpenAlerts,
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
    /// To [`Need::Previous`] and [`Need::SoFar`]: by the names of [`crate::flow::beside`]; empty when there is nothing.
    Beside(Beside),
    /// To [`Need::Receipt`]: empty when there is none; several when two phones of one person used the number. To
    /// [`Need::Own`]: the newest first, [`crate::flow::limits::OWN_REPORTS_MAX`] at most.
    Reports(Vec<OwnReport>),
    /// To [`Need::Join`]: `None` for a code that is unknown or has expired.
    Join(Option<JoinSite>),
    /// To [`Need::Approval`]: one for each area of theirs where the number stands. To [`Need::OpenApprovals`].
    Approvals(Vec<Approval>),
    /// To [`Need::SameAlert`].
    SameAlert(Option<i64>),
    /// To [`Need::Alert`] and [`Need::OpenAlerts`].
    Alerts(Vec<KnownAlert>),
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
    /// The day it came in.
    pub received_on: Date,
    /// Current values; those of a change that waits for an officer, where one does.
    pub values: Values,
    /// Number of the current revision, from 1.
    pub revision: i64,
    /// True once cancelled.
    pub cancelled: bool,
    /// True when it is a declared zero.
    pub zero: bool,
    /// True while it waits for an officer itself: not counted yet.
    pub awaits_visa: bool,
    /// True while a change of it waits for an officer.
    pub proposed: bool,
}

/// What a JOIN code stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinSite {
    /// The site.
    pub place: PlaceId,
    /// Its name, sendable in GSM-7.
    pub place_name: String,
    /// Role id of whoever joins with it.
    pub role: String,
    /// Network id.
    pub network: String,
    /// True when this phone has asked already and nobody has decided.
    pub waiting: bool,
}

/// What an officer decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// VISA.
    Agreed,
    /// REFUS.
    Refused,
    /// Its sender changed it or took it back before anyone decided.
    Withdrawn,
}

/// What is agreed to.
#[derive(Clone, Debug, PartialEq)]
pub enum ApprovalSubject {
    /// A report that counts once it is agreed to: flow id.
    Report(String),
    /// A late correction or cancellation of a report of this flow.
    Change(String),
    /// A number that asks to report.
    Join,
}

/// Something that waits for an officer, or did.
#[derive(Clone, Debug, PartialEq)]
pub struct Approval {
    /// Its id as text: handed back in [`Effect::Settle`].
    pub id: String,
    /// Its number in its area.
    pub number: i64,
    /// Name of the area that numbers it, sendable in GSM-7.
    pub area_name: String,
    /// What.
    pub subject: ApprovalSubject,
    /// Name of the place it is about, sendable in GSM-7.
    pub place_name: String,
    /// True when it is of someone on the asking phone: nobody agrees to their own.
    pub is_own: bool,
    /// True when it cannot be agreed to any more: another report has its day or period by now.
    pub conflicts: bool,
    /// What was decided, where it was.
    pub verdict: Option<Verdict>,
}

/// An alert of an officer's area.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownAlert {
    /// Its id as text: handed back in [`Effect::Acknowledge`].
    pub id: String,
    /// Its number in its area.
    pub number: i64,
    /// Name of that area, sendable in GSM-7.
    pub area_name: String,
    /// Flow id of the reports behind it.
    pub flow: String,
    /// Name of the place it is about, sendable in GSM-7.
    pub place_name: String,
    /// Since when it is open.
    pub opened: Instant,
    /// Who acknowledged it: true for someone on the asking phone, and when.
    pub seen: Option<(bool, Instant)>,
    /// True when no report stands behind it any more.
    pub withdrawn: bool,
}

impl KnownAlert {
    /// True while an officer still has to acknowledge it.
    pub fn is_open(&self) -> bool {
        self.seen.is_none() && !self.withdrawn
    }
}
