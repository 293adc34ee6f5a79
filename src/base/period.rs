//! Days, weeks, months, quarters and years, with the names people and files use.
//!
//! Names everywhere: `2026-11-23 2026-W47 2026-11 2026-Q4 2026`. A week starts on the pack's weekday and bears the ISO
//! year and number of its Thursday, so it belongs to the month of that Thursday.

use std::fmt;

use jiff::civil::Weekday;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// A calendar day.
pub type Date = jiff::civil::Date;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeriodKind {
    /// One day.
    Day,
    /// Seven days from the pack's first weekday.
    Week,
    /// A calendar month.
    Month,
    /// Three calendar months.
    Quarter,
    /// A calendar year.
    Year,
}

impl PeriodKind {
    /// All kinds, shortest first.
    pub const ALL: [PeriodKind; 5] =
        [PeriodKind::Day, PeriodKind::Week, PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Year];

    /// The word used in flow files and the API.
    pub fn word(self) -> &'static str {
        match self {
            PeriodKind::Day => "day",
            PeriodKind::Week => "week",
            PeriodKind::Month => "month",
            PeriodKind::Quarter => "quarter",
            PeriodKind::Year => "year",
        }
    }
}

/// One period: its kind and its first and last day, both included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    kind: PeriodKind,
    first: Date,
    last: Date,
}

/// The programme's calendar: on which weekday its weeks begin (Friday in Mali's SNISI practice, needs.md 1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// First day of the week.
    pub week_starts: Weekday,
}

impl Calendar {
    /// The period of `kind` that holds `date`.
    pub fn period(&self, kind: PeriodKind, date: Date) -> Period {
        let (first, last) = match kind {
            PeriodKind::Day => (date, date),
            PeriodKind::Week => {
                let back = date.weekday().since(self.week_starts);
                let first = shift(date, (-i64::from(back)).days());
                (first, shift(first, 6.days()))
            }
            PeriodKind::Month => (date.first_of_month(), date.last_of_month()),
            PeriodKind::Quarter => {
                let first = month_start(date.year(), (date.month() - 1) / 3 * 3 + 1);
                (first, shift(first, 2.months()).last_of_month())
            }
            PeriodKind::Year => (month_start(date.year(), 1), month_start(date.year(), 12).last_of_month()),
        };
        Period { kind, first, last }
    }

    /// The week that bears ISO `year` and `number`, or `None` when that year has no such week.
    pub fn week(&self, year: i16, number: i8) -> Option<Period> {
        let thursday = jiff::civil::ISOWeekDate::new(year, number, Weekday::Thursday).ok()?;
        Some(self.period(PeriodKind::Week, thursday.date()))
    }

    /// Reads a period's name: `2026-11-23 2026-W47 2026-11 2026-Q4 2026`.
    pub fn parse(&self, name: &str) -> Option<Period> {
        let year: i16 = name.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
        let rest = &name[4..];
        if !(1900..=2200).contains(&year) {
            return None;
        }
        if rest.is_empty() {
            return Some(self.period(PeriodKind::Year, Date::new(year, 1, 1).ok()?));
        }
        let rest = rest.strip_prefix('-')?;
        if !rest.is_ascii() {
            return None;
        }
        match (rest.as_bytes().first()?, rest.len()) {
            (b'W', 3) => self.week(year, two_digits(&rest[1..])?),
            (b'Q', 2) => {
                let quarter = two_digits(&rest[1..]).filter(|quarter| (1..=4).contains(quarter))?;
                Some(self.period(PeriodKind::Quarter, Date::new(year, quarter * 3, 1).ok()?))
            }
            (b'0'..=b'9', 2) => Some(self.period(PeriodKind::Month, Date::new(year, two_digits(rest)?, 1).ok()?)),
            (b'0'..=b'9', 5) if rest.as_bytes()[2] == b'-' => {
                let date = Date::new(year, two_digits(&rest[..2])?, two_digits(&rest[3..])?).ok()?;
                Some(self.period(PeriodKind::Day, date))
            }
            _ => None,
        }
    }

    /// The period before.
    pub fn previous(&self, period: Period) -> Period {
        self.period(period.kind, shift(period.first, (-1).days()))
    }

    /// The period after.
    pub fn next(&self, period: Period) -> Period {
        self.period(period.kind, shift(period.last, 1.days()))
    }

    /// The period of the same kind and position one year earlier (week 53 falls back to week 52).
    pub fn year_before(&self, period: Period) -> Period {
        match period.kind {
            PeriodKind::Week => {
                let iso = period.thursday().iso_week_date();
                let week = self.week(iso.year() - 1, iso.week()).or_else(|| self.week(iso.year() - 1, 52));
                week.unwrap_or(period)
            }
            kind => self.period(kind, shift(period.first, (-1).years())),
        }
    }

    /// The periods of `kind` that count in `within`: weeks by their Thursday, all others by their first day.
    pub fn periods_in(&self, kind: PeriodKind, within: Period) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut period = self.period(kind, within.first);
        while period.first <= within.last {
            if within.holds(period.anchor()) {
                periods.push(period);
            }
            period = self.next(period);
        }
        periods
    }

    /// `count` periods ending with `last`, oldest first.
    pub fn trail(&self, last: Period, count: usize) -> Vec<Period> {
        let mut periods = vec![last];
        while periods.len() < count {
            periods.push(self.previous(periods[periods.len() - 1]));
        }
        periods.reverse();
        periods
    }
}

impl Period {
    /// Its kind.
    pub fn kind(&self) -> PeriodKind {
        self.kind
    }

    /// Its first day.
    pub fn first(&self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last(&self) -> Date {
        self.last
    }

    /// True when `date` is in it.
    pub fn holds(&self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }

    /// The day that decides which longer period it counts in: a week's Thursday, else the first day.
    pub fn anchor(&self) -> Date {
        if self.kind == PeriodKind::Week { self.thursday() } else { self.first }
    }

    /// The number people say: day of month, week, month, quarter or year.
    pub fn number(&self) -> i16 {
        match self.kind {
            PeriodKind::Day => i16::from(self.first.day()),
            PeriodKind::Week => i16::from(self.thursday().iso_week_date().week()),
            PeriodKind::Month => i16::from(self.first.month()),
            PeriodKind::Quarter => i16::from((self.first.month() - 1) / 3 + 1),
            PeriodKind::Year => self.first.year(),
        }
    }

    /// The year it bears (for a week the ISO year of its Thursday).
    pub fn year(&self) -> i16 {
        if self.kind == PeriodKind::Week { self.thursday().iso_week_date().year() } else { self.first.year() }
    }

    /// Its name, such as `2026-W47`.
    pub fn name(&self) -> String {
        self.to_string()
    }

    fn thursday(&self) -> Date {
        let ahead = Weekday::Thursday.since(self.first.weekday());
        shift(self.first, i64::from(ahead).days())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year();
        match self.kind {
            PeriodKind::Day => write!(f, "{}", self.first),
            PeriodKind::Week => write!(f, "{year:04}-W{:02}", self.number()),
            PeriodKind::Month => write!(f, "{year:04}-{:02}", self.number()),
            PeriodKind::Quarter => write!(f, "{year:04}-Q{}", self.number()),
            PeriodKind::Year => write!(f, "{year:04}"),
        }
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `date` moved by `span`; a date at the very end of the calendar stays where it is.
pub fn shift(date: Date, span: Span) -> Date {
    date.checked_add(span).unwrap_or(date)
}

fn month_start(year: i16, month: i8) -> Date {
    Date::new(year, month, 1).unwrap_or(Date::ZERO)
}

fn two_digits(text: &str) -> Option<i8> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const MALI: Calendar = Calendar { week_starts: Weekday::Friday };

    #[test]
    fn a_week_bears_the_number_of_its_thursday() {
        for (day, name, first, last) in [
            (date(2026, 11, 23), "2026-W48", date(2026, 11, 20), date(2026, 11, 26)),
            (date(2026, 11, 19), "2026-W47", date(2026, 11, 13), date(2026, 11, 19)),
            (date(2026, 11, 20), "2026-W48", date(2026, 11, 20), date(2026, 11, 26)),
            (date(2026, 12, 31), "2026-W53", date(2026, 12, 25), date(2026, 12, 31)),
            (date(2027, 1, 1), "2027-W01", date(2027, 1, 1), date(2027, 1, 7)),
        ] {
            let week = MALI.period(PeriodKind::Week, day);
            assert_eq!((week.name().as_str(), week.first(), week.last()), (name, first, last), "{day}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for kind in PeriodKind::ALL {
            let mut period = MALI.period(kind, date(2019, 12, 27));
            for _ in 0..120 {
                assert_eq!(MALI.parse(&period.name()), Some(period), "{period}");
                assert_eq!(MALI.previous(MALI.next(period)), period);
                period = MALI.next(period);
            }
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for name in [
            "",
            "26",
            "2026-13",
            "2026-W54",
            "2026-W00",
            "2026-Q5",
            "2026-Q0",
            "2026-02-30",
            "2026-1-1",
            "2026-",
            "é026",
            "2026-W+1",
            "9999",
            "2025-W53",
        ] {
            assert_eq!(MALI.parse(name), None, "{name}");
        }
    }

    #[test]
    fn weeks_count_in_the_month_of_their_thursday() {
        let november = MALI.parse("2026-11").expect("a month");
        let weeks: Vec<String> = MALI.periods_in(PeriodKind::Week, november).iter().map(Period::name).collect();
        assert_eq!(weeks, ["2026-W45", "2026-W46", "2026-W47", "2026-W48"]);
        let year = MALI.parse("2026").expect("a year");
        assert_eq!(MALI.periods_in(PeriodKind::Week, year).len(), 53);
        assert_eq!(MALI.periods_in(PeriodKind::Quarter, year).len(), 4);
    }
}
