//! What can be wrong with a cell that tells of a person, as facts: a file and a form each say it in their own words.

use std::fmt;

use crate::base::Date;
use crate::place::file::RowFault;

/// A cell or row that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line in the file, the header being 1.
    pub line: usize,
    /// Name of the column; empty where the whole row is meant.
    pub column: &'static str,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong, and what it takes to mend it. `Display` says it in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A row has more cells than the header has columns.
    TooManyCells,
    /// The file has more rows than this.
    TooManyRows(usize),
    /// A column nobody knows.
    UnknownColumn {
        /// Its name.
        name: String,
        /// The known one spelled most like it.
        near: &'static str,
        /// All known ones.
        known: String,
    },
    /// A column that stands twice.
    ColumnTwice(String),
    /// A column that must be there.
    ColumnMissing(&'static str),
    /// The same phone and agent code as another line.
    SamePhone(usize),
    /// No place was written.
    NoPlace,
    /// There are no places.
    NoPlacesYet,
    /// No place is called so.
    UnknownPlace {
        /// What was written.
        typed: String,
        /// Places spelled nearly so.
        near: Vec<String>,
    },
    /// None or several are; not looked for any more.
    UnclearPlace(String),
    /// Several places are called so.
    Namesakes {
        /// What was written.
        typed: String,
        /// Each with its code.
        places: Vec<String>,
    },
    /// A place that is no more.
    PlaceEnded {
        /// Its code and name.
        place: String,
        /// Its last day.
        last: Date,
        /// What it became.
        now: Vec<String>,
    },
    /// No phone number; with the calling code of the country.
    NoPhone(String),
    /// More numbers of one person than this.
    TooManyPhones(usize),
    /// A name of no length or of more characters than this.
    NameLength(usize),
    /// Not a word there is.
    NotOneOf {
        /// What was written.
        typed: String,
        /// What could be.
        known: String,
        /// The one spelled most like it.
        near: Option<String>,
    },
    /// An agent code of other signs, or of more than this.
    AgentCode(usize),
    /// An e-mail address without its sign.
    NoAt,
    /// No day.
    NoDay(String),
    /// A day too far from today to be meant.
    FarDay,
    /// No id.
    NoId,
    /// Nobody has the id.
    NobodyHasIt,
    /// Nobody has the number and agent code.
    NobodyKnown,
    /// The numbers belong to several people.
    SeveralKnown,
    /// The same person as another line.
    SamePerson(usize),
    /// Somebody with the same agent code has the number: them, where they may be told.
    CodeTaken(Option<String>),
    /// The only number somebody has.
    LastPhone,
    /// Somebody who has not begun cannot leave before.
    NotBegun,
    /// A place or person outside the area of whoever asks, which is this one.
    NotYours(String),
    /// Every code there can be is taken.
    NoCodeFree,
    /// Oneself: nobody moves or ends themselves.
    Own,
    /// A role that only an administrator gives or takes.
    RoleNotYours,
    /// A number of somebody whom whoever asks may not change.
    PhoneNotYours,
}

impl Fault {
    /// True where nothing is wrong but that it is not for whoever asks.
    pub fn is_denial(&self) -> bool {
        matches!(self.reason, Reason::NotYours(_) | Reason::RoleNotYours | Reason::PhoneNotYours | Reason::Own)
    }

    /// A fault of a whole row.
    pub fn row(line: usize, reason: Reason) -> Fault {
        Fault { line, column: "", reason }
    }
}

impl From<Fault> for RowFault {
    fn from(fault: Fault) -> RowFault {
        RowFault { line: fault.line, column: fault.column, reason: fault.reason.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        RowFault::from(self.clone()).fmt(f)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::TooManyCells => f.write_str("more cells than the header has columns"),
            Reason::TooManyRows(most) => write!(f, "more than {most} rows: split the file"),
            Reason::UnknownColumn { name, near, known } => {
                write!(f, "there is no column `{name}`; did you mean `{near}`? Known are {known}")
            }
            Reason::ColumnTwice(name) => write!(f, "column `{name}` stands twice"),
            Reason::ColumnMissing(name) => write!(f, "column `{name}` is missing"),
            Reason::SamePhone(line) => write!(
                f,
                "the same phone and agent code as line {line}; people of one phone need different agent codes"
            ),
            Reason::NoPlace => f.write_str("is empty; write the code or the name of a place"),
            Reason::NoPlacesYet => f.write_str("there are no places yet; import them first"),
            Reason::UnknownPlace { typed, near } if near.is_empty() => write!(f, "no place is called `{typed}`"),
            Reason::UnknownPlace { typed, near } => {
                write!(f, "no place is called `{typed}`; did you mean {}?", near.join(" or "))
            }
            Reason::UnclearPlace(typed) => write!(f, "no place is called `{typed}`, or several are"),
            Reason::Namesakes { typed, places } => {
                write!(f, "`{typed}` is the name of several; write a code: {}", places.join(" or "))
            }
            Reason::PlaceEnded { place, last, now } => {
                let now = if now.is_empty() { "another place".to_owned() } else { now.join(" or ") };
                write!(f, "{place} is no more after {last}: write {now}")
            }
            Reason::NoPhone(calling) => write!(f, "is no phone number; write it as +{calling}..."),
            Reason::TooManyPhones(most) => write!(f, "more than {most} numbers of one person"),
            Reason::NameLength(most) => write!(f, "must have 1 to {most} characters"),
            Reason::NotOneOf { typed, known, near: None } => write!(f, "`{typed}` is not one of {known}"),
            Reason::NotOneOf { typed, known, near: Some(near) } => {
                write!(f, "`{typed}` is not one of {known}; did you mean {near}?")
            }
            Reason::AgentCode(most) => write!(f, "must be 1 to {most} letters and digits, such as A27"),
            Reason::NoAt => f.write_str("has no @"),
            Reason::NoDay(typed) => write!(f, "`{typed}` is no day; write it as 2026-11-23"),
            Reason::FarDay => f.write_str("is too far from today"),
            Reason::NoId => f.write_str("is no id; leave it empty"),
            Reason::NobodyHasIt => f.write_str("nobody has it"),
            Reason::NobodyKnown => f.write_str("nobody is known by that number and agent code"),
            Reason::SeveralKnown => f.write_str("its numbers belong to several people known already"),
            Reason::SamePerson(line) => write!(f, "the same person as line {line}"),
            Reason::CodeTaken(Some(who)) => {
                write!(f, "{who} has this number and agent code; people of one phone need different agent codes")
            }
            Reason::CodeTaken(None) => f.write_str("somebody else has this number and agent code"),
            Reason::LastPhone => f.write_str("is their only number: add the other one first"),
            Reason::NotBegun => f.write_str("they have not begun by then"),
            Reason::NotYours(area) => write!(f, "lies outside your area, which is {area}"),
            Reason::NoCodeFree => f.write_str("no code is free any more: let old ones expire"),
            Reason::Own => f.write_str("is yourself: somebody else has to do this"),
            Reason::RoleNotYours => f.write_str("is given and changed by administrators only"),
            Reason::PhoneNotYours => {
                f.write_str("is the number of an officer or of somebody outside your area: ask an administrator")
            }
        }
    }
}
