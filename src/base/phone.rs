//! Phone numbers, always in E.164 and never printed whole by accident.
//!
//! Aggregators hand over MSISDNs that differ only in their prefix (`+223…`, `223…`, `00223…`, `tel:+223…`, eight
//! national digits; aggregators.md 0), so what is needed is prefix arithmetic. Numbers of older plans still occur:
//! a number is refused on its length only outside E.164's own limits.

use std::fmt;

use serde::{Deserialize, Serialize};

/// E.164 allows 15 digits with the country code (ITU-T E.164, 6.1).
const DIGITS_MAX: usize = 15;
/// Shorter than any full international number in use: it is a short code.
const DIGITS_MIN: usize = 8;

/// How national numbers of the programme's country are completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberingPlan {
    /// Country calling code without `+`, such as `223`.
    pub calling_code: String,
    /// Digits of a national number, such as 8 in Mali.
    pub national_digits: usize,
    /// Trunk prefix dialled inside the country, empty where there is none (Mali).
    pub trunk_prefix: String,
}

/// A phone number in E.164 with its `+`. `Debug` and `Display` show it masked; [`Phone::e164`] is the whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

/// Who sent a message, as the provider names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A person's phone.
    Phone(Phone),
    /// A name such as `OrangeMoney` or a short code: never a reporter, never answered.
    Name(String),
}

impl Phone {
    /// Reads a number as a provider or a file writes it. `None` when it is no full phone number.
    pub fn parse(raw: &str, plan: &NumberingPlan) -> Option<Phone> {
        let trimmed = raw.trim().trim_start_matches("tel:").trim();
        // A raw `+` in a query string arrives as a space and is trimmed above: the digits that follow are international.
        let international = trimmed.starts_with('+');
        let mut digits = String::with_capacity(DIGITS_MAX);
        for character in trimmed.chars() {
            match character {
                '0'..='9' => digits.push(character),
                '+' if digits.is_empty() => {}
                ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' => {}
                _ => return None,
            }
        }
        let full = if international {
            digits
        } else if let Some(rest) = digits.strip_prefix("00") {
            rest.to_owned()
        } else if digits.len() == plan.national_digits {
            format!("{}{digits}", plan.calling_code)
        } else if let Some(rest) = national_part(&digits, plan) {
            format!("{}{rest}", plan.calling_code)
        } else {
            digits
        };
        let acceptable = (DIGITS_MIN..=DIGITS_MAX).contains(&full.len()) && !full.starts_with('0');
        acceptable.then(|| Phone(format!("+{full}")))
    }

    /// A number already in E.164, as [`Phone::e164`] gives it: what was sealed is read back so.
    pub fn from_e164(text: &str) -> Option<Phone> {
        let digits = text.strip_prefix('+')?;
        let acceptable =
            (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        acceptable.then(|| Phone(text.to_owned()))
    }

    /// The number in E.164, `+` first. For sending, sealing and look-up only.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The number without its `+`, as many providers want it.
    pub fn digits(&self) -> &str {
        &self.0[1..]
    }

    /// The number with its middle hidden: `+2237…0001`.
    pub fn masked(&self) -> String {
        let shown = self.0.len();
        format!("{}…{}", &self.0[..shown.min(5)], &self.0[shown.saturating_sub(2)..])
    }
}

fn national_part<'a>(digits: &'a str, plan: &NumberingPlan) -> Option<&'a str> {
    let rest = digits.strip_prefix(plan.trunk_prefix.as_str())?;
    (!plan.trunk_prefix.is_empty() && rest.len() == plan.national_digits).then_some(rest)
}

impl Sender {
    /// Tells a phone from a name or short code.
    pub fn parse(raw: &str, plan: &NumberingPlan) -> Sender {
        match Phone::parse(raw, plan) {
            Some(phone) => Sender::Phone(phone),
            None => Sender::Name(raw.trim().chars().take(32).collect()),
        }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mali() -> NumberingPlan {
        NumberingPlan { calling_code: "223".into(), national_digits: 8, trunk_prefix: String::new() }
    }

    #[test]
    fn every_way_a_provider_writes_a_number() {
        for (raw, expected) in [
            ("+22376123456", Some("+22376123456")),
            (" 22376123456", Some("+22376123456")),
            ("0022376123456", Some("+22376123456")),
            ("tel:+22376123456", Some("+22376123456")),
            ("76123456", Some("+22376123456")),
            ("76 12 34 56", Some("+22376123456")),
            ("+254791541111", Some("+254791541111")),
            ("OrangeMoney", None),
            ("21512", None),
            ("", None),
            ("+", None),
            ("+22376123456789012345", None),
            ("12+3456789", None),
        ] {
            assert_eq!(Phone::parse(raw, &mali()).as_ref().map(Phone::e164), expected, "{raw}");
        }
    }

    #[test]
    fn a_trunk_prefix_is_dropped() {
        let plan = NumberingPlan { calling_code: "254".into(), national_digits: 9, trunk_prefix: "0".into() };
        assert_eq!(Phone::parse("0791541111", &plan).as_ref().map(Phone::e164), Some("+254791541111"));
    }

    #[test]
    fn never_printed_whole() {
        let phone = Phone::parse("+22376123456", &mali()).expect("a number");
        assert_eq!(format!("{phone} {phone:?}"), "+2237…56 +2237…56");
    }
}
