//! What a turn decides is to be done.

use std::collections::BTreeMap;

#[cfg(doc)]
use super::{OwnReport, Turn};
use crate::base::{Date, Language, PersonId, PlaceId};
use crate::flow::model::CommandKind;
use crate::flow::values::Values;

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
        /// Alerts it raises; any other of this report is withdrawn.
        alerts: Vec<Raised>,
    },
    /// The report no longer counts.
    Cancel {
        /// [`OwnReport::report`].
        report: String,
        /// Revision the sender saw.
        from_revision: i64,
    },
    /// A correction or cancellation that came late: an officer has to agree, and what counts stays until then.
    Propose {
        /// [`OwnReport::report`].
        report: String,
        /// Revision the sender saw.
        from_revision: i64,
        /// All values after the change.
        values: Values,
        /// Reference date after the change.
        date: Date,
        /// Check ids that open a task once agreed to.
        tasks: Vec<String>,
        /// True when the report is to count no longer.
        cancels: bool,
    },
    /// An officer decides what waits.
    Settle {
        /// [`super::Approval::id`].
        approval: String,
        /// VISA, or REFUS.
        agreed: bool,
        /// Why not, as typed.
        reason: String,
    },
    /// An officer has seen an alert.
    Acknowledge {
        /// [`super::KnownAlert::id`].
        alert: String,
    },
    /// An unknown number asks to report for a site.
    Join {
        /// The site.
        place: PlaceId,
        /// Role id.
        role: String,
        /// Network id.
        network: String,
        /// The name they gave; may be empty.
        name: String,
    },
    /// The language of this phone from now on.
    Speak(Language),
    /// Nothing is sent any more that we begin.
    Stop,
    /// Undoes it.
    Resume,
    /// BILAN, MUETS, RAPPEL or INFO, answered by the views: the words after the command. Its answer is the reply.
    Ask {
        /// Which of them.
        command: CommandKind,
        /// Words typed after it.
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
    /// Alerts it raises, once it counts or waits for an officer.
    pub alerts: Vec<Raised>,
}

/// An alert a report raises, or joins where the same is known already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Its id within the flow.
    pub alert: String,
    /// The values that make another report of the same place the same alert.
    pub key: String,
    /// Level of the places whose officers are told.
    pub level: String,
    /// The one role that is told; without it, every role that may ask for figures.
    pub role: Option<String>,
    /// How long it may wait to be acknowledged.
    pub acknowledge_within_ms: i64,
    /// How long the same again is merged into it.
    pub merge_within_ms: i64,
    /// True where a report that is merged into it adds nothing to the totals.
    pub counts_once: bool,
    /// What officers are told, in every language of the pack.
    pub content: BTreeMap<Language, String>,
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
