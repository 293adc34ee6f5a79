//! The fields of a flow: what is typed, under which words, and what each takes.

use super::{Named, Wording};

/// One field of a flow.
#[derive(Clone, Debug)]
pub struct Field {
    /// The letter or short word typed before its value, in capitals: `T`, `PV`, `NON`. Key of the value everywhere.
    pub label: String,
    /// Longer words for it, folded.
    pub words: Vec<String>,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether a report can do without it.
    pub required: bool,
    /// Name in `texts` of the condition under which it is asked; without one, always.
    pub when: Option<String>,
    /// Short name: `dépistés`.
    pub name: Wording,
    /// Question on a USSD screen.
    pub question: Wording,
    /// For an optional field: the yes-or-no question on USSD whose yes leaves it out ("Was the meeting held?" before the
    /// reason it was not). Without one, USSD never asks for the field.
    pub asked_unless: Option<Wording>,
    /// Plain typed words that set it without a label (`C`, `L`, `CTIN`), with the value each stands for.
    pub bare_words: Vec<(String, String)>,
    /// Words that stand for several values and are asked about (`N` for CTIN or CNN).
    pub asked_words: Vec<(String, Vec<String>)>,
    /// True where the sender's mandate fills it when nothing is typed (body level).
    pub from_mandate: bool,
    /// Roles it is asked of and taken from; empty means everyone who may send the flow.
    pub roles: Vec<String>,
    /// Words for what a number may be counted in, with how many of the field's own unit each holds: `("carton", 150)`.
    /// One that holds 1 is the unit itself; any other is converted only by the sender's OUI.
    pub units: Vec<(String, i64)>,
}

impl Field {
    /// True when it is asked of and taken from people of `role`.
    pub fn is_for(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|known| known == role)
    }
}

/// What a field takes.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// A whole number.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
        /// Above it the sender is asked to confirm.
        soft_max: Option<i64>,
    },
    /// A number with a fixed count of decimals, kept scaled: 1.5 with 1 place is 15.
    Decimal {
        /// Smallest, scaled.
        min: i64,
        /// Largest, scaled.
        max: i64,
        /// Digits after the mark.
        places: u32,
    },
    /// Whole francs.
    Money {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// A day. The report's reference date when the flow says so.
    Date {
        /// How far back, in days.
        max_age_days: i64,
    },
    /// One of a numbered list.
    Choice {
        /// The options, typed by their code.
        options: Vec<Named>,
    },
    /// One of the pack's bodies, typed by its word.
    Body,
    /// 0 or 1.
    YesNo,
    /// Free words.
    Text {
        /// Longest, in characters.
        max_chars: usize,
    },
    /// A place by name.
    Place,
}
