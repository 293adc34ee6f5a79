//! Readings in words, for the person who changes a pack: plain English, one line. Senders are told by `dialogue`.

use std::fmt;

use super::{ReadAs, Verdict};
use crate::flow::model::{CommandKind, Field, FieldKind};
use crate::flow::read::Fault;
use crate::flow::rule;
use crate::flow::values::{Value, Values};

/// A value as people write it: decimals with their mark, so that another count of decimals is no other number.
pub(super) fn value_told(field: &Field, value: &Value) -> String {
    match (value, &field.kind) {
        (Value::Number(number), FieldKind::Decimal { places, .. }) => decimal(*number, *places),
        (Value::Number(number), _) => number.to_string(),
        (Value::Date(date), _) => date.to_string(),
        (Value::Word(word), _) => word.clone(),
    }
}

fn decimal(scaled: i64, places: u32) -> String {
    let scale = 10_i64.pow(places);
    let width = usize::try_from(places).unwrap_or_default();
    let written = format!("{}.{:0width$}", scaled / scale, scaled % scale);
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A value outside of what its field takes.
pub(super) fn range_told(field: &Field, values: &Values) -> String {
    let value = values.get(&field.label).map(|value| value_told(field, value)).unwrap_or_default();
    let bound = |number| value_told(field, &Value::Number(number));
    match rule::range(field) {
        Some((least, most)) => format!("{}={value} is outside {} to {}", field.label, bound(least), bound(most)),
        None => format!("{}={value} is not what it takes", field.label),
    }
}

/// What was not read.
pub(super) fn fault_told(fault: &Fault) -> String {
    match fault {
        Fault::TooLong => "longer than any report".to_owned(),
        Fault::Unread(word) => format!("`{word}` is not read"),
        Fault::NotForRole { label } => format!("{label} is for other roles"),
        Fault::NumberWord(word) => format!("`{word}` is a number in words"),
        Fault::Unit { typed, .. } => format!("`{typed}` is counted in packages"),
        Fault::LooseNumber(typed) => format!("`{typed}` has no label"),
        Fault::Count { got, expected } => format!("{got} numbers instead of {expected}"),
        Fault::NotPositional => "numbers without labels".to_owned(),
        Fault::Twice { label, first, second } => format!("{label} twice: {first} and {second}"),
        Fault::Unclear { label, typed, .. } => format!("{label}{typed} can be read in two ways"),
        Fault::Negative { label, typed } => format!("{label}{typed} is below zero"),
        Fault::OutOfRange { label, typed } => format!("{label}{typed} is not what it takes"),
        Fault::BadDate(typed) => format!("`{typed}` is no day"),
        Fault::FutureDate(typed) => format!("`{typed}` is a day to come"),
        Fault::OldDate { typed, max_days } => format!("`{typed}` is more than {max_days} days ago"),
        Fault::Link => "a link".to_owned(),
        Fault::Secret => "a secret number".to_owned(),
        Fault::WhichWord { typed, options, .. } => format!("`{typed}` may be {}", options.join(" or ")),
    }
}

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Saved => "saved",
            Verdict::Asked => "asked",
            Verdict::Refused => "refused",
            Verdict::Command => "command",
            Verdict::Unread => "not read as a report",
        }
    }
}

fn command_word(kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::Yes => "yes",
        CommandKind::No => "no",
        CommandKind::Zero => "zero",
        CommandKind::Correct => "correct",
        CommandKind::Cancel => "cancel",
        CommandKind::Help => "help",
        CommandKind::Summary => "summary",
        CommandKind::Silent => "silent",
        CommandKind::Remind => "remind",
        CommandKind::Info => "info",
        CommandKind::Me => "me",
        CommandKind::Language => "language",
        CommandKind::Stop => "stop",
        CommandKind::Resume => "resume",
        CommandKind::Join => "join",
        CommandKind::Approve => "approve",
        CommandKind::Refuse => "refuse",
        CommandKind::Seen => "seen",
    }
}

/// `refused DEP E=1 T=45: T=45 is outside 1 to 40`.
impl fmt::Display for ReadAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verdict.word())?;
        if let Some(kind) = self.command {
            write!(f, " {}", command_word(kind))?;
        }
        if let Some(flow) = &self.flow {
            write!(f, " {}", flow.to_uppercase())?;
        }
        if let Some(date) = self.date {
            write!(f, " of {date}")?;
        }
        for (label, value) in &self.values {
            write!(f, " {label}={value}")?;
        }
        let missing = self.missing.iter().map(|label| format!("{label} is missing"));
        let warned = self.warned_by.iter().map(|check| format!("warned by {check}"));
        let reasons: Vec<String> = (self.faults.iter().chain(&self.refused_by).chain(&self.asked_by).cloned())
            .chain(missing)
            .chain(warned)
            .collect();
        if reasons.is_empty() { Ok(()) } else { write!(f, ": {}", reasons.join("; ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_the_same_number_with_more_decimals() {
        for (scaled, places, told) in [(15, 1, "1.5"), (150, 2, "1.5"), (20, 1, "2"), (5, 2, "0.05"), (0, 1, "0")] {
            assert_eq!(decimal(scaled, places), told);
        }
    }
}
