//! What a USSD screen asks, kept with the session so that the next answer meets the same question on any server.

use serde::{Deserialize, Serialize};

use crate::base::Date;

/// The question of a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Page {
    /// Who of several people on this phone is speaking.
    Who,
    /// What to do.
    Menu {
        /// Rank of the first choice shown, from 0.
        first: usize,
    },
    /// How to use this.
    Help,
    /// Whether to go on with what was left.
    Left,
    /// Which report has nothing to declare.
    Nothing {
        /// Flow ids to choose from.
        flows: Vec<String>,
    },
    /// Whether an optional value is to be left out.
    Unless {
        /// Its label.
        label: String,
    },
    /// A value.
    Value {
        /// Its label.
        label: String,
    },
    /// Whether unusual values are right.
    Doubts {
        /// What a yes agrees to.
        doubts: Vec<String>,
    },
    /// What to do about values that a rule forbids.
    Forbidden,
    /// Whether to send.
    Confirm,
    /// Whether a report like one already there is to be sent.
    Same {
        /// The earlier one's receipt; 0 when it came from another phone.
        receipt: i64,
        /// Its day.
        date: Date,
    },
    /// Which value to correct.
    Which {
        /// Rank of the first value shown, from 0.
        first: usize,
    },
    /// About reports already sent.
    Mine(Mine),
    /// About what waits for an officer.
    Decide(Decide),
}

/// The question of a screen about what waits for an officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decide", rename_all = "snake_case")]
pub enum Decide {
    /// Which of what waits to look at.
    Approvals {
        /// Id and number of each, in the order shown.
        waiting: Vec<(String, i64)>,
        /// Rank of the first one shown, from 0.
        first: usize,
    },
    /// What to decide of one.
    Approval {
        /// Its id.
        id: String,
        /// Its number in its area.
        number: i64,
    },
    /// Which of the open alerts to look at.
    Alerts {
        /// Id and number of each, in the order shown.
        open: Vec<(String, i64)>,
        /// Rank of the first one shown, from 0.
        first: usize,
    },
    /// Whether one is acknowledged.
    Alert {
        /// Its id.
        id: String,
        /// Its number in its area.
        number: i64,
    },
}

/// The question of a screen about reports already sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mine", rename_all = "snake_case")]
pub enum Mine {
    /// Which of them to look at.
    List {
        /// Id and receipt of each, in the order shown: another may have come since.
        reports: Vec<(String, i64)>,
        /// Rank of the first one shown, from 0.
        first: usize,
    },
    /// What to do with one.
    One {
        /// Its id.
        report: String,
        /// Its receipt.
        receipt: i64,
    },
    /// Whether to cancel it.
    Drop {
        /// Its id.
        report: String,
        /// Its receipt.
        receipt: i64,
        /// The revision shown.
        revision: i64,
    },
    /// Whether to go on with a correction that was left.
    Left,
    /// Which value to correct.
    Which {
        /// Rank of the first value shown, from 0.
        first: usize,
    },
    /// A new value.
    Value {
        /// Its label.
        label: String,
    },
    /// A new reference date.
    Day,
    /// What to do about a correction that a rule forbids.
    Forbidden,
    /// Whether unusual new values are right.
    Doubts {
        /// What a yes agrees to.
        doubts: Vec<String>,
    },
    /// Whether to carry the correction out.
    Confirm {
        /// What was shown: before and after of each value.
        changes: Vec<String>,
    },
}
