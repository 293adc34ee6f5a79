//! Days in a report: `DATE 2311`, `D23/11`, `hier`. Judged here, since a day to come or of last year is a slip of the finger.

use std::ops::Range;

use super::body::{BodyReading, short};
use super::limits::DATE_AGE_DAYS_MAX;
use super::number;
use super::reading::Fault;
use super::table::Target;
use crate::base::{Date, typed_period};
use crate::flow::model::{FieldKind, Flow};
use crate::flow::values::Value;

/// Words for a day, folded.
const DAY_WORDS: [&str; 5] = ["hier", "yesterday", "today", "aujourdhui", "aujourd"];

/// Days of a year.
const YEAR_DAYS: i64 = 365;
/// Days ahead within which a day without a year is one to come, not one of last year.
const AHEAD_DAYS_MAX: i64 = 31;

impl BodyReading<'_> {
    /// `hier`, `aujourd'hui`.
    pub(super) fn day(&mut self, at: usize) -> Option<usize> {
        let word = self.words.folded(at);
        if !DAY_WORDS.contains(&word) {
            return None;
        }
        let split = word == "aujourd" && self.words.folded(at + 1) == "hui";
        let day = if word.starts_with("aujourd") { "aujourd'hui" } else { word };
        if self.pending.is_some_and(|(target, _)| self.takes_day(target)) {
            self.pending = None;
        }
        let date = typed_period::parse_day(day, self.today);
        self.set_date(date, self.words.typed(at).to_owned());
        Some(at + 1 + usize::from(split))
    }

    pub(super) fn takes_day(&self, target: Target) -> bool {
        match target {
            Target::ReferenceDate => true,
            Target::Field(rank) => matches!(self.table.field(rank).kind, FieldKind::Date { .. }),
        }
    }

    /// `2311`, `23/11`, `23 11`, `23-11-2026`.
    pub(super) fn date(&mut self, at: usize, range: Range<usize>) -> usize {
        let first = &self.words.folded(at)[range.clone()];
        let mut typed = number::digits(first, &mut self.body.notes);
        let mut last = at;
        if range.end == self.words.folded(at).len() && first.len() <= 2 {
            while last < at + 2 && number::is_digits(self.words.folded(last + 1)) {
                let spaced = self.words.gap(last + 1).only == Some(' ');
                let joined = matches!(self.words.gap(last + 1).only, Some('/' | '-' | '.'));
                if !(joined || spaced && last == at) || self.words.folded(last + 1).len() > 4 {
                    break;
                }
                last += 1;
                typed.push('/');
                typed.push_str(self.words.folded(last));
            }
        }
        let told = self.words.typed_span(at, range.start, last).to_owned();
        self.set_date(typed_period::parse_day(&typed, self.today), told);
        self.last = None;
        last + 1
    }

    pub(super) fn set_date(&mut self, date: Option<Date>, typed: String) {
        let field = self.table.flow.date_field();
        let date = match judged_day(&self.table.flow, date, &typed, self.today) {
            Ok(date) => date,
            Err(fault) => return self.fault(fault),
        };
        let typed = short(&typed);
        match self.body.date {
            Some(earlier) if earlier != date => {
                let (label, first) = ("DATE".to_owned(), earlier.strftime("%d/%m").to_string());
                self.fault(Fault::Twice { label, first, second: typed });
            }
            _ => {
                self.body.date = Some(date);
                if let Some(field) = field {
                    self.body.values.set(&field.label, Value::Date(date));
                }
            }
        }
    }
}

/// The day typed as `typed`, if a report of `flow` may be about it: a day of the calendar, not to come, not too long ago.
///
/// # Errors
/// What is wrong with it.
pub fn judged_day(flow: &Flow, parsed: Option<Date>, typed: &str, today: Date) -> Result<Date, Fault> {
    let typed = short(typed);
    let max_days = match flow.date_field().map(|field| &field.kind) {
        Some(FieldKind::Date { max_age_days }) => *max_age_days,
        _ => DATE_AGE_DAYS_MAX,
    };
    let Some(date) = parsed else { return Err(Fault::BadDate(typed)) };
    let age = date.until(today).map_or(i64::MAX, |span| i64::from(span.get_days()));
    if age < 0 || (age > max_days && is_just_ahead(&typed, age)) {
        return Err(Fault::FutureDate(typed));
    }
    if age > max_days { Err(Fault::OldDate { typed, max_days }) } else { Ok(date) }
}

/// True for a day without a year that is about to come: who types 2511 on the 23rd does not mean last year.
fn is_just_ahead(typed: &str, age_days: i64) -> bool {
    let has_year = typed.bytes().filter(u8::is_ascii_digit).count() > 4;
    !has_year && YEAR_DAYS - age_days <= AHEAD_DAYS_MAX
}
