//! A conversation held in memory, message by message: what `relais` would tell, and what it would file. For tests and
//! tools that judge the reading of many texts; the engine under it is the one that serves. Pure.

use super::host::{Filed, Host};
use super::{BadLine, Line, setting};
use crate::base::Date;
use crate::flow::model::Pack;
use crate::flow::turn::{FilingState, Outcome};
use crate::flow::values::{Value, Values};

/// People on their phones, a clock, and everything they filed so far.
pub struct Rehearsal<'p> {
    pack: &'p Pack,
    host: Host<'p>,
}

/// What one message came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The SMS its sender gets; `None` for silence.
    pub reply: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// A report as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Flow id.
    pub flow: String,
    /// Values by label, as they would be typed: a number in digits, a day as `2026-11-18`, a body by its word.
    pub values: Vec<(String, String)>,
    /// Its reference date.
    pub date: Date,
    /// How it was filed last.
    pub state: FilingState,
    /// Number of its revision, from 1.
    pub revision: i64,
    /// True for a declared zero.
    pub zero: bool,
    /// True once its sender took it back, or left it unfinished.
    pub gone: bool,
}

impl<'p> Rehearsal<'p> {
    /// Nobody is there yet, and nothing was sent.
    pub fn new(pack: &'p Pack) -> Rehearsal<'p> {
        Rehearsal { pack, host: Host::new(pack) }
    }

    /// Sets the clock or declares a person, as the `@` lines of a transcript do: `2026-11-23 10:42`, or
    /// `+22370000001 relais Sanzana commune`.
    ///
    /// # Errors
    /// What cannot be used of it, and what it should be.
    pub fn set(&mut self, line: &str) -> Result<(), BadLine> {
        let bad = |reason: String| BadLine { line: 1, reason };
        match setting(line.trim()).map_err(bad)? {
            Line::Clock(date, now) => self.host.set_clock(date, now),
            Line::Person(declared) => self.host.declare(declared),
            Line::Receipt { phone, next } => self.host.set_receipt(phone, next),
            _ => return Err(bad("only the clock, a person and a receipt number are set here".into())),
        }
        Ok(())
    }

    /// Sends `text` from `phone`.
    pub fn send(&mut self, phone: &str, text: &str) -> Told {
        let reply = self.host.receive(phone, text);
        Told { reply, outcome: self.host.outcome.unwrap_or(Outcome::Unreadable) }
    }

    /// Everything filed so far, in order.
    pub fn reports(&self) -> Vec<Standing> {
        self.host.reports.iter().map(|filed| self.standing(filed)).collect()
    }

    fn standing(&self, filed: &Filed) -> Standing {
        let filing = &filed.filing;
        Standing {
            flow: filing.flow.clone(),
            values: self.typed(&filing.values),
            date: filing.date,
            state: filing.state,
            revision: filed.revision,
            zero: filing.zero,
            gone: filed.cancelled || filed.abandoned,
        }
    }

    fn typed(&self, values: &Values) -> Vec<(String, String)> {
        let typed = |value: &Value| match value {
            Value::Number(number) => number.to_string(),
            Value::Date(date) => date.to_string(),
            Value::Word(word) => self.pack.body(word).map_or(word, |body| &body.word).clone(),
        };
        values.0.iter().map(|(label, value)| (label.clone(), typed(value))).collect()
    }
}
