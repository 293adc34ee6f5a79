//! Going in sealed, coming out opened and converted: what every row passes on its way.
//!
//! A stored value that does not convert is an error that names its table, column and row; never a default.

use std::str::FromStr;

use super::StoreError;
use crate::base::sealing::Sealer;
use crate::base::{Date, Environment, Phone};

/// The key in use, and the randomness sealing takes.
pub(super) struct Seal {
    pub sealer: Sealer,
    pub environment: Environment,
}

impl Seal {
    /// Seals a text, without the control characters no database and no page should meet.
    pub fn text(&self, text: &str) -> String {
        self.sealer.seal(printable(text).as_bytes(), &self.environment)
    }

    /// Seals bytes as they are: a raw callback.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        self.sealer.seal(bytes, &self.environment)
    }

    /// Seals a number.
    pub fn phone(&self, phone: &Phone) -> String {
        self.sealer.seal(phone.e164().as_bytes(), &self.environment)
    }

    /// The index a number is found by.
    pub fn index(&self, phone: &Phone) -> String {
        self.sealer.phone_index(phone)
    }

    /// The indexes a number may stand under: one, and while the key is changed the one before too. Always two, so that one
    /// statement serves both.
    pub fn indexes(&self, phone: &Phone) -> [String; 2] {
        let index = self.index(phone);
        [self.sealer.previous_phone_index(phone).unwrap_or_else(|| index.clone()), index]
    }
}

/// A text without control characters other than line ends and tabs.
pub(super) fn printable(text: &str) -> String {
    text.chars().filter(|&letter| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t')).collect()
}

/// The row a value came from.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub table: &'static str,
    pub id: &'a str,
}

impl<'a> Origin<'a> {
    pub fn new(table: &'static str, id: &'a str) -> Origin<'a> {
        Origin { table, id }
    }

    pub fn corrupt(&self, column: &'static str) -> StoreError {
        StoreError::Corrupt { table: self.table, column, id: self.id.to_owned() }
    }

    /// An id, day, language: anything that reads from its own text.
    pub fn parse<T: FromStr>(&self, column: &'static str, text: &str) -> Result<T, StoreError> {
        text.parse().map_err(|_| self.corrupt(column))
    }

    pub fn parse_optional<T: FromStr>(
        &self,
        column: &'static str,
        text: &Option<String>,
    ) -> Result<Option<T>, StoreError> {
        text.as_deref().map(|text| self.parse(column, text)).transpose()
    }

    /// A day where an empty text means none.
    pub fn day(&self, column: &'static str, text: &str) -> Result<Option<Date>, StoreError> {
        if text.is_empty() { Ok(None) } else { self.parse(column, text).map(Some) }
    }

    /// One of a fixed set of words.
    pub fn word<T>(&self, column: &'static str, word: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        read(word).ok_or_else(|| self.corrupt(column))
    }

    /// JSON of our own making.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &'static str, text: &str) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|_| self.corrupt(column))
    }

    /// A text. An empty column is a text that was removed, since what is sealed is never empty.
    pub fn text(&self, column: &'static str, seal: &Seal, sealed: &str) -> Result<String, StoreError> {
        if sealed.is_empty() {
            return Ok(String::new());
        }
        seal.sealer.open_text(sealed).map_err(|_| self.corrupt(column))
    }

    pub fn text_optional(
        &self,
        column: &'static str,
        seal: &Seal,
        sealed: &Option<String>,
    ) -> Result<Option<String>, StoreError> {
        sealed.as_deref().map(|sealed| self.text(column, seal, sealed)).transpose()
    }

    pub fn phone(&self, column: &'static str, seal: &Seal, sealed: &str) -> Result<Phone, StoreError> {
        Phone::from_e164(&self.text(column, seal, sealed)?).ok_or_else(|| self.corrupt(column))
    }
}
