//! The values of one report, keyed by label.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::Date;
use crate::base::sealing::sha256_hex;

/// One value as the sender typed or confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Integer, money, yes-no (0 or 1) and decimals (scaled).
    Number(i64),
    /// A day.
    Date(Date),
    /// A choice by its code, a body by its id, a place by its id, or free words.
    Word(String),
}

/// All values of a report, in label order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(pub BTreeMap<String, Value>);

impl Values {
    /// The value typed under `label`.
    pub fn get(&self, label: &str) -> Option<&Value> {
        self.0.get(label)
    }

    /// The number typed under `label`.
    pub fn number(&self, label: &str) -> Option<i64> {
        match self.get(label) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The day typed under `label`.
    pub fn date(&self, label: &str) -> Option<Date> {
        match self.get(label) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// Sets the value of `label`.
    pub fn set(&mut self, label: &str, value: Value) {
        self.0.insert(label.to_owned(), value);
    }

    /// True when nothing was typed yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same for the same values whatever order they were typed in: how a repeated report is noticed.
    pub fn digest(&self) -> String {
        let canonical = serde_json::to_vec(self).expect("values always serialise");
        sha256_hex(&canonical)[..24].to_owned()
    }
}
