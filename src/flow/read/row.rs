//! A bare row of numbers: read by position only when the flow allows it and exactly all numbers are there.

use super::body::BodyReading;
use super::reading::Fault;
use super::word::Gap;
use crate::flow::values::Value;

/// A number, or an option typed by its number.
fn is_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Word(word) => super::number::is_digits(word),
        Value::Date(_) => false,
    }
}

/// Numbers without labels, in the order typed.
#[derive(Debug, Default)]
pub(super) struct Row(Vec<Bare>);

/// One of them.
#[derive(Debug)]
pub(super) struct Bare {
    pub typed: String,
    pub value: Option<i64>,
    gap: Gap,
    /// The word it begins.
    pub at: usize,
}

impl Row {
    pub(super) fn push(&mut self, typed: String, value: Option<i64>, gap: Gap, at: usize) {
        self.0.push(Bare { typed, value, gap, at });
    }

    /// True when the last of them is the word at `at`, or the one before.
    pub(super) fn ends_at(&self, at: usize) -> bool {
        self.0.last().is_some_and(|bare| bare.at == at || bare.at + 1 == at)
    }

    pub(super) fn take_last(&mut self) -> Option<Bare> {
        self.0.pop()
    }

    /// Fills the fields in order, or says why not.
    pub(super) fn settle(self, reading: &mut BodyReading<'_>) {
        if self.0.is_empty() {
            return;
        }
        let flow = &reading.table.flow;
        let date = flow.date_field().map(|field| field.label.as_str());
        let numbered =
            reading.body.values.0.iter().any(|(label, value)| Some(label.as_str()) != date && is_number(value));
        let labelled = numbered || !reading.body.unfinished.is_empty();
        let expected = reading.positional().len();
        if labelled || (reading.is_part && self.0.len() != expected) {
            for bare in self.0 {
                reading.fault(Fault::LooseNumber(super::body::short(&bare.typed)));
            }
        } else if !reading.body.faults.is_empty() {
            // Refused already, for a reason the sender can act on.
        } else if !flow.positional {
            reading.fault(Fault::NotPositional);
        } else if self.0.len() != expected {
            reading.fault(Fault::Count { got: self.0.len(), expected });
        } else if !self.doubts(reading) {
            self.fill(reading);
        }
    }

    /// Signs that separate only where the whole row is written so: a fault for each number they stand before.
    fn doubts(&self, reading: &mut BodyReading<'_>) -> bool {
        let between = &self.0[1..];
        let all = |is: fn(&Gap) -> bool| between.iter().all(|bare| is(&bare.gap));
        let (dashes, commas, dots) = (all(|gap| gap.dash), all(|gap| gap.comma), all(|gap| gap.dot));
        let mut doubtful = false;
        for (rank, bare) in self.0.iter().enumerate() {
            let gap = bare.gap;
            let first = rank == 0;
            let fault = if gap.dash && (!dashes || first && self.0.len() == 1) {
                Fault::Negative { label: String::new(), typed: format!("-{}", bare.typed) }
            } else if !first && (gap.only == Some(',') && !commas || gap.only == Some('.') && !dots) {
                let mark = gap.only.unwrap_or(' ');
                let typed = format!("{}{mark}{}", self.0[rank - 1].typed, bare.typed);
                Fault::Unclear { label: String::new(), typed, proposal: None }
            } else {
                continue;
            };
            doubtful = true;
            reading.fault(fault);
        }
        doubtful
    }

    fn fill(self, reading: &mut BodyReading<'_>) {
        let table = reading.table;
        for (bare, rank) in self.0.into_iter().zip(reading.positional()) {
            let field = table.field(rank);
            match super::amount::value(field, bare.value) {
                Some(value) => reading.body.values.set(&field.label, value),
                None => {
                    let typed = super::body::short(&bare.typed);
                    reading.fault(Fault::OutOfRange { label: field.label.clone(), typed });
                }
            }
        }
    }
}
