//! People who report and people who ask, and who may see what.
//!
//! Never knows SQL or HTTP. One rule hides names of people somebody typed. One function decides access, for SMS, USSD, page, file and API alike.

mod access;
pub mod fault;
pub mod file;
mod names;
pub mod plan;
pub mod stand;

pub use access::{Access, Limit};
pub use names::{answer_without_names, without_names};

use crate::base::{Date, Language, PersonId, Phone, PlaceId};

/// Whether somebody reports on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// They do.
    Here,
    /// Not yet.
    ToCome,
    /// Not any more.
    Left,
}

impl Presence {
    /// All of them.
    pub const ALL: [Presence; 3] = [Presence::Here, Presence::ToCome, Presence::Left];

    /// The word used in the API.
    pub fn word(self) -> &'static str {
        match self {
            Presence::Here => "here",
            Presence::ToCome => "to_come",
            Presence::Left => "left",
        }
    }

    /// The presence called `word`.
    pub fn from_word(word: &str) -> Option<Presence> {
        Presence::ALL.into_iter().find(|presence| presence.word() == word)
    }
}

/// A registered reporter or officer.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Full name: sealed in the store, never in an SMS.
    pub name: String,
    /// Role id.
    pub role: String,
    /// Network id.
    pub network: String,
    /// Where they report from; for an officer, their area.
    pub place: PlaceId,
    /// Language, where chosen.
    pub language: Option<Language>,
    /// Code typed in front of a report on a shared phone.
    pub agent_code: Option<String>,
    /// Phone of the supervisor.
    pub supervisor: Option<Phone>,
    /// E-mail address.
    pub email: Option<String>,
    /// First day they are expected to report.
    pub active_from: Date,
    /// Last day; [`crate::place::ALWAYS`]'s end while active.
    pub active_to: Date,
    /// Their phones.
    pub phones: Vec<Phone>,
}

impl Person {
    /// Whether they report on `day`.
    pub fn presence(&self, day: Date) -> Presence {
        if day < self.active_from {
            Presence::ToCome
        } else if day > self.active_to {
            Presence::Left
        } else {
            Presence::Here
        }
    }

    /// Where they stand now.
    pub fn standing(&self) -> stand::Standing {
        stand::Standing { role: self.role.clone(), network: self.network.clone(), place: self.place }
    }
}

/// The first letters of a name, as much of it as an SMS may hold: `F. T.`
pub fn initials(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphabetic()));
    letters.take(3).map(|letter| format!("{}.", letter.to_uppercase())).collect::<Vec<_>>().join(" ")
}
