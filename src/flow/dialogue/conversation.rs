//! What is open between a phone and us, kept as JSON with the phone, the same for SMS and USSD.
//!
//! At most one draft, one question, one correction and one USSD session. Data only: what a turn makes of it is beside.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ussd::Session;
use crate::base::{Date, Instant, PersonId};
use crate::flow::beside::Beside;
use crate::flow::model::{Field, FieldKind, Flow};
use crate::flow::read::Note;
use crate::flow::read::limits::DRAFT_LIFE_MS;
use crate::flow::values::Values;

/// What is open between a phone and us. Empty when nothing is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// The report being written, not yet counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<Draft>,
    /// What the person was asked last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// The correction being typed on USSD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// The USSD session dialled last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
}

/// A report being written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Flow id.
    pub flow: String,
    /// Who it is written for.
    pub person: PersonId,
    /// True when that person was named by an agent code: told back.
    pub by_code: bool,
    /// Its receipt, once it was filed as a draft; without one nothing was filed yet.
    pub receipt: Option<i64>,
    /// The values so far. Under [`Question::Confirm`] they are what OUI agrees to.
    pub values: Values,
    /// The reference date as typed; `None` lets the rules choose.
    pub date: Option<Date>,
    /// The reference date the rules chose when the draft was begun: an answer after midnight does not move it.
    pub chosen_date: Option<Date>,
    /// Labels typed without a value: asked although they are optional.
    pub unfinished: BTreeSet<String>,
    /// What was read otherwise than typed, to tell back.
    pub notes: BTreeSet<Note>,
    /// Doubts the person already answered with OUI.
    pub agreed: BTreeSet<String>,
    /// What the checks read of earlier reports.
    #[serde(default)]
    pub beside: Beside,
    /// Optional values its sender chose to leave out, on USSD.
    #[serde(default)]
    pub skipped: BTreeSet<String>,
    /// True when it was begun on USSD: nothing of it is filed before it is sent or the session ends.
    #[serde(default)]
    pub dialled: bool,
    /// When it was begun or last added to: it lives 24 hours from then.
    pub since: Instant,
}

impl Draft {
    /// Takes a value back. The day of the report goes with it, where it was one.
    pub(super) fn forget(&mut self, field: &Field) {
        let was = self.values.0.remove(&field.label);
        if was.is_some() && matches!(field.kind, FieldKind::Date { .. }) {
            (self.date, self.chosen_date) = (None, None);
        }
    }

    /// A draft begun on USSD: nothing typed yet.
    pub(super) fn dialled(flow: &Flow, person: PersonId, now: Instant) -> Draft {
        Draft {
            flow: flow.id.clone(),
            person,
            by_code: false,
            receipt: None,
            values: Values::default(),
            date: None,
            chosen_date: None,
            unfinished: BTreeSet::new(),
            notes: BTreeSet::new(),
            agreed: BTreeSet::new(),
            beside: Beside::new(),
            skipped: BTreeSet::new(),
            dialled: true,
            since: now,
        }
    }

    /// Answers its sender gave: all but what a mandate filled in.
    pub(super) fn answers(&self, flow: &Flow) -> usize {
        let typed = |field: &&Field| !field.from_mandate && self.values.get(&field.label).is_some();
        flow.fields.iter().filter(typed).count() + self.skipped.len()
    }
}

/// A correction of a report already filed, being typed on USSD: what it changes so far. Nothing of it is done before its
/// confirm screen is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Who corrects.
    pub person: PersonId,
    /// Which report: [`crate::flow::turn::OwnReport::report`].
    pub report: String,
    /// Its receipt.
    pub receipt: i64,
    /// Flow id.
    pub flow: String,
    /// The new values.
    pub values: Values,
    /// The new reference date.
    pub date: Option<Date>,
    /// Doubts about the new values that were answered with yes.
    pub agreed: BTreeSet<String>,
    /// When it was begun or last added to: it can be gone on with for 24 hours.
    pub since: Instant,
}

impl Change {
    /// True where nothing was typed yet.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.date.is_none()
    }
}

/// What the person was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Question {
    /// Values the draft lacks. Answered by a fragment such as `M5`.
    Missing {
        /// Their labels, in field order.
        labels: Vec<String>,
    },
    /// Whether the draft is right as it stands. OUI goes on, NON drops it.
    Confirm {
        /// The doubts OUI settles: `keyword`, `read`, `swap`, `same`, `soft.T`, or a check's id.
        doubts: Vec<String>,
    },
    /// Which person of a shared phone sent this. Answered by an agent code.
    Agent {
        /// The message, read again once the code is known.
        text: String,
        /// When it was asked: it stands 24 hours.
        since: Instant,
    },
    /// Which report had nothing to declare. Answered by its keyword.
    Zero {
        /// Flow ids to choose from.
        flows: Vec<String>,
        /// Who declares.
        person: PersonId,
        /// When it was asked.
        since: Instant,
    },
    /// Whether a correction with an unusual value is right. OUI carries it out.
    Change {
        /// The command.
        text: String,
        /// When it was asked.
        since: Instant,
    },
    /// Whether a mistyped command was meant. OUI carries it out.
    Command {
        /// The command, as it should have been typed.
        text: String,
        /// When it was asked.
        since: Instant,
    },
    /// Which area is meant, where a number of officers stands in several. Answered by its rank, from 1.
    Area {
        /// The command, carried out once it is known.
        text: String,
        /// What stands under the number ([`crate::flow::turn::Approval::id`]) in the order told.
        choices: Vec<String>,
        /// When it was asked.
        since: Instant,
    },
    /// Which of several reports under one number is meant. Answered by its rank, from 1.
    Report {
        /// The command, carried out once it is known.
        text: String,
        /// Report ids ([`crate::flow::turn::OwnReport::report`]) in the order told.
        reports: Vec<String>,
        /// When it was asked.
        since: Instant,
    },
}

impl Conversation {
    /// True when nothing is open between two messages.
    pub fn is_empty(&self) -> bool {
        self.draft.is_none() && self.question.is_none()
    }

    /// The instant what is open lapses, where anything is: `watch` may then clear it, and shows a filed draft as incomplete.
    pub fn lapses_at(&self) -> Option<Instant> {
        let asked = match &self.question {
            Some(
                Question::Agent { since, .. }
                | Question::Zero { since, .. }
                | Question::Change { since, .. }
                | Question::Command { since, .. }
                | Question::Area { since, .. }
                | Question::Report { since, .. },
            ) => Some(*since),
            _ => None,
        };
        self.draft.as_ref().map(|draft| draft.since).or(asked).map(|since| since.plus_ms(DRAFT_LIFE_MS))
    }
}
