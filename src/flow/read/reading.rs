//! What reading one SMS yields: parts, the values in them, and what could not be read. Data only.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::Date;
use crate::flow::model::{CommandKind, Flow};
use crate::flow::values::Values;

/// Something read otherwise than typed, told back in the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The letter O inside a number was read as 0.
    LetterO,
    /// The letter l or I inside a number was read as 1.
    LetterL,
}

/// Someone who uses the phone a text came from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sender<'s> {
    /// Their agent code.
    pub code: Option<&'s str>,
    /// Their role, where fields may depend on it.
    pub role: Option<&'s str>,
}

/// One SMS, read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What it holds, in order: one report most often. Empty for a text with nothing but courtesies.
    pub parts: Vec<Part>,
    /// An agent code with nothing after it.
    pub lone_code: Option<String>,
    /// True when the text is longer than any report: its beginning was read to name what is in it, nothing may be saved.
    pub too_long: bool,
}

/// One part of an SMS.
#[derive(Clone, Debug)]
pub struct Part {
    /// The agent code in front of it, as typed.
    pub agent: Option<String>,
    /// What it says.
    pub said: Said,
}

/// What one part of an SMS says.
#[derive(Clone, Debug)]
pub enum Said {
    /// A report, by its keyword.
    Report(ReportRead),
    /// A command.
    Command(CommandRead),
    /// No keyword: a fragment of an open draft, or words nobody expects.
    Loose(LooseRead),
}

/// A report as read.
#[derive(Clone, Debug)]
pub struct ReportRead {
    /// The report type.
    pub flow: Arc<Flow>,
    /// How sure its keyword is.
    pub keyword: KeywordMatch,
    /// The keyword as typed.
    pub typed: String,
    /// Everything after the keyword.
    pub body: Body,
}

/// How a keyword was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordMatch {
    /// The keyword or an alias.
    Exact,
    /// What a predictive keypad makes of it: to be asked.
    Twin,
    /// One edit away from it and from no other: to be asked.
    Near,
}

/// What stands after a keyword.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// Values by label.
    pub values: Values,
    /// The typed reference date.
    pub date: Option<Date>,
    /// Labels typed without a value.
    pub unfinished: BTreeSet<String>,
    /// What was read otherwise than typed.
    pub notes: BTreeSet<Note>,
    /// What was not read: one is enough to save nothing.
    pub faults: Vec<Fault>,
}

impl Body {
    /// True when nothing at all stands there.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.date.is_none() && self.unfinished.is_empty() && self.faults.is_empty()
    }
}

/// A command as read.
#[derive(Clone, Debug)]
pub struct CommandRead {
    /// Which.
    pub kind: CommandKind,
    /// The report type named after it.
    pub flow: Option<Arc<Flow>>,
    /// The receipt number named after it.
    pub number: Option<i64>,
    /// What stands after that, as typed and without courtesies.
    pub rest: String,
}

/// Words without a keyword.
#[derive(Clone, Debug)]
pub struct LooseRead {
    /// The first word, as typed.
    pub first: String,
    /// All of it, as typed.
    pub text: String,
    /// Keywords and commands one edit away from the first word.
    pub near: Vec<String>,
}

/// Something that was not read, named and never guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The text is longer than any report.
    TooLong,
    /// A word nobody expects here.
    Unread(String),
    /// A value that is not for its sender's role.
    NotForRole {
        /// Its label.
        label: String,
    },
    /// A number in words.
    NumberWord(String),
    /// A number counted in packages or in a unit the field does not use.
    Unit {
        /// The label, where it is known.
        label: Option<String>,
        /// `3 cartons`.
        typed: String,
        /// The number in the field's own unit, where the pack says how many a package holds: offered, never taken.
        proposal: Option<i64>,
    },
    /// A number with no label beside labelled ones.
    LooseNumber(String),
    /// A bare row of numbers of the wrong length.
    Count {
        /// Numbers typed.
        got: usize,
        /// Numbers expected.
        expected: usize,
    },
    /// A bare row of numbers where the flow wants labels.
    NotPositional,
    /// The same label with two different values.
    Twice {
        /// The label.
        label: String,
        /// First value, as typed.
        first: String,
        /// Second value, as typed.
        second: String,
    },
    /// A number that can be read in two ways: `4,5`, `1-5`, `1,5` million.
    Unclear {
        /// The label, empty in a bare row.
        label: String,
        /// The number as typed.
        typed: String,
        /// What it may mean: offered, never taken.
        proposal: Option<i64>,
    },
    /// A link: named, never repeated.
    Link,
    /// A secret number, such as a PIN: named, never repeated.
    Secret,
    /// A minus sign before a number.
    Negative {
        /// The label, empty in a bare row.
        label: String,
        /// The number as typed.
        typed: String,
    },
    /// A number that is none of a field's options, or far too long.
    OutOfRange {
        /// The label.
        label: String,
        /// The number as typed.
        typed: String,
    },
    /// No day of the calendar.
    BadDate(String),
    /// A day to come.
    FutureDate(String),
    /// A day too long ago.
    OldDate {
        /// As typed.
        typed: String,
        /// How old it may be.
        max_days: i64,
    },
    /// A word that stands for several values: asked.
    WhichWord {
        /// The label it would set.
        label: String,
        /// As typed.
        typed: String,
        /// Words to choose from.
        options: Vec<String>,
    },
}
