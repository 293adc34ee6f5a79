//! The calls every server gets: SMS of DEP, and USSD sessions of SEN, in the form of Africa's Talking.
//!
//! Figures differ from call to call, so that none is taken for the same report again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::drive::{Answer, Caller};

/// Phones that report.
pub const PHONES: u64 = 5_000;
/// The first phone that sends SMS, without +223.
pub const SMS_PHONE_FIRST: u64 = 70_000_000;
/// The first phone that dials, without +223.
pub const USSD_PHONE_FIRST: u64 = 71_000_000;
/// The channel's key.
pub const KEY: &str = "0123456789abcdef";

/// The path of a hook.
pub fn path(hook: &str) -> String {
    format!("/in/at/{KEY}/{hook}")
}

/// A form posted to `path`.
pub fn post(path: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// An SMS gateway's connection: reports of any phone, one after the other.
pub struct Sms {
    sent: Arc<AtomicU64>,
}

impl Sms {
    /// `connections` of them, all drawing from the same phones; `sent` counts what was sent before and is sent now.
    pub fn over(connections: u64, sent: &Arc<AtomicU64>) -> Vec<Sms> {
        (0..connections).map(|_| Sms { sent: sent.clone() }).collect()
    }
}

impl Caller for Sms {
    fn call(&mut self) -> Vec<u8> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let (round, rank) = (number / PHONES, number % PHONES);
        // Below the number that has to be confirmed; then one more in yellow.
        let (yellow, normal) = (round / 280, 10 + round % 280);
        let form = format!(
            "from=%2B223{}&to=36019&id=n{number}&text=DEP+T{}+F5+V{normal}+J{yellow}+R1+E0+S1+M0&date=2026-11-23+10%3A00%3A00",
            SMS_PHONE_FIRST + rank,
            normal + yellow + 1,
        );
        post(&path("sms"), &form)
    }

    fn heard(&mut self, answer: &Answer) -> Result<(), String> {
        if answer.status == 200 { Ok(()) } else { Err(format!("answered {}: {}", answer.status, answer.body)) }
    }
}

/// What the last answer of a session must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Anything: a handler that only reads the form.
    Anyhow,
    /// A closing screen that names the report.
    Said,
    /// A closing screen with the report and its receipt: it was saved.
    WithReceipt,
}

/// A phone in a USSD session: it dials SEN, answers four questions, sends; then the next phone does.
pub struct Ussd {
    ends: Ends,
    pause: Duration,
    phones: u64,
    /// Sessions so far: its own, among every `step`-th.
    session: u64,
    step: u64,
    /// Inputs so far, joined by `*`.
    text: String,
    inputs: u64,
}

/// Inputs after dialling: menu, theme, place, women, men, send.
const INPUTS: u64 = 6;

impl Ussd {
    /// `sessions` open at once, each on phones of its own; `pause` is how long a person takes for an answer.
    pub fn open(sessions: u64, first: u64, pause: Duration, ends: Ends) -> Vec<Ussd> {
        let open = |session| Ussd {
            ends,
            pause: pause.mul_f64(0.5 + session as f64 / sessions as f64),
            phones: PHONES / sessions * sessions,
            session: first + session,
            step: sessions,
            text: String::new(),
            inputs: 0,
        };
        (0..sessions).map(open).collect()
    }

    fn next_session(&mut self) {
        self.session += self.step;
        self.text.clear();
        self.inputs = 0;
    }

    fn add_input(&mut self) {
        let (round, rank) = (self.session / self.phones, self.session % self.phones);
        let input = match self.inputs {
            1 | 6 => 1,
            2 | 3 => 1 + rank % 4,
            // Figures of a session that nobody sent before from this phone.
            4 => 1 + round % 4_000,
            _ => 1 + rank % 50 + round / 4_000,
        };
        if !self.text.is_empty() {
            self.text.push('*');
        }
        self.text.push_str(&input.to_string());
    }
}

impl Caller for Ussd {
    fn call(&mut self) -> Vec<u8> {
        if self.inputs > 0 {
            self.add_input();
        }
        let form = format!(
            "sessionId=ATUid_{}&serviceCode=*384*19%23&phoneNumber=%2B223{}&networkCode=62120&text={}",
            self.session,
            USSD_PHONE_FIRST + self.session % self.phones,
            self.text
        );
        post(&path("ussd"), &form)
    }

    fn heard(&mut self, answer: &Answer) -> Result<(), String> {
        let is_last = self.inputs == INPUTS;
        let body = &answer.body;
        let has_receipt =
            || body.split("SEN ").skip(1).any(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
        let is_right = match (self.ends, is_last) {
            (Ends::Anyhow, _) => true,
            (_, false) => body.starts_with("CON "),
            (Ends::Said, true) => body.starts_with("END ") && body.contains("SEN"),
            (Ends::WithReceipt, true) => body.starts_with("END ") && has_receipt(),
        };
        if answer.status != 200 || !is_right {
            return Err(format!("after `{}` answered {}: {body:?}", self.text, answer.status));
        }
        if is_last {
            self.next_session();
        } else {
            self.inputs += 1;
        }
        Ok(())
    }

    fn pause(&self) -> Duration {
        self.pause
    }
}
