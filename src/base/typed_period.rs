//! Periods and days as typed on a phone: `S47 NOV T4 2026`, `2311`, `23/11`, `hier`. The latest past one when no year is given.

use super::period::shift;
use super::text::fold;
use super::{Calendar, Date, Period, PeriodKind};
use jiff::ToSpan;

/// Month names by their beginnings, French and English; `juin` and `juil` need their fourth letter.
const MONTHS: [(&str, i8); 26] = [
    ("janv", 1),
    ("jan", 1),
    ("fev", 2),
    ("feb", 2),
    ("mars", 3),
    ("mar", 3),
    ("avr", 4),
    ("apr", 4),
    ("mai", 5),
    ("may", 5),
    ("juin", 6),
    ("jun", 6),
    ("juil", 7),
    ("jul", 7),
    ("aout", 8),
    ("aou", 8),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("fevr", 2),
    ("sept", 9),
    ("june", 6),
    ("july", 7),
    ("march", 3),
];

/// Reads one word (with an optional year after it) as a period. `None` when it is not one.
pub fn parse(word: &str, year: Option<i16>, calendar: &Calendar, today: Date) -> Option<Period> {
    let word = fold(word);
    if let Some(period) = calendar.parse(&word.to_uppercase()) {
        return Some(period);
    }
    let latest = |wanted: &dyn Fn(i16) -> Option<Period>| match year {
        Some(year) => wanted(year),
        None => (0..3).filter_map(|back| wanted(today.year() + 1 - back)).find(|period| period.first() <= today),
    };
    let number = |prefix: &str| word.strip_prefix(prefix).and_then(|digits| digits.parse::<i8>().ok());
    if let Some(week) = number("s").or_else(|| number("sem")).or_else(|| number("w")) {
        return latest(&|year| calendar.week(year, week));
    }
    if let Some(quarter) = number("t").or_else(|| number("q")).filter(|quarter| (1..=4).contains(quarter)) {
        return latest(&|year| Some(calendar.period(PeriodKind::Quarter, Date::new(year, quarter * 3, 1).ok()?)));
    }
    let month = month(&word)?;
    latest(&|year| Some(calendar.period(PeriodKind::Month, Date::new(year, month, 1).ok()?)))
}

/// Reads a day typed as `2311`, `23/11`, `23-11-2026`, `231126`, `hier` or `yesterday`; the latest past one without a year.
pub fn parse_day(typed: &str, today: Date) -> Option<Date> {
    let typed = fold(typed);
    match typed.as_str() {
        "hier" | "yesterday" => return Some(shift(today, (-1).days())),
        "aujourd'hui" | "today" => return Some(today),
        _ => {}
    }
    let groups: Vec<&str> = typed.split(['/', '-', '.', ' ']).filter(|group| !group.is_empty()).collect();
    if groups.iter().any(|group| !group.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (day, month, year) = match groups.as_slice() {
        [packed] => match packed.len() {
            4 => (&packed[..2], &packed[2..], None),
            6 | 8 => (&packed[..2], &packed[2..4], Some(&packed[4..])),
            _ => return None,
        },
        [day, month] => (*day, *month, None),
        [day, month, year] => (*day, *month, Some(*year)),
        _ => return None,
    };
    let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
    match year {
        Some(digits) => {
            let year: i16 = digits.parse().ok()?;
            Date::new(if digits.len() <= 2 { 2000 + year } else { year }, month, day).ok()
        }
        // Up to four years back: 29 February needs them.
        None => (0..5).filter_map(|back| Date::new(today.year() - back, month, day).ok()).find(|date| *date <= today),
    }
}

fn month(word: &str) -> Option<i8> {
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    const LONG: [&str; 24] = [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let known = MONTHS.iter().find(|(name, _)| *name == word).map(|(_, month)| *month);
    known.or_else(|| LONG.iter().position(|long| *long == word).and_then(|index| i8::try_from(index % 12 + 1).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Weekday, date};

    const MALI: Calendar = Calendar { week_starts: Weekday::Friday };

    #[test]
    fn the_latest_past_one_without_a_year() {
        let today = date(2026, 11, 23);
        for (typed, year, name) in [
            ("S47", None, Some("2026-W47")),
            ("s50", None, Some("2025-W50")),
            ("sem 47", None, None),
            ("NOV", None, Some("2026-11")),
            ("décembre", None, Some("2025-12")),
            ("T4", None, Some("2026-Q4")),
            ("q1", Some(2025), Some("2025-Q1")),
            ("2026", None, Some("2026")),
            ("2026-w47", None, Some("2026-W47")),
            ("T5", None, None),
            ("S99", None, None),
            ("koutiala", None, None),
        ] {
            assert_eq!(parse(typed, year, &MALI, today).map(|period| period.name()).as_deref(), name, "{typed}");
        }
    }

    #[test]
    fn days_as_people_type_them() {
        let today = date(2026, 11, 23);
        for (typed, expected) in [
            ("2311", Some(date(2026, 11, 23))),
            ("2411", Some(date(2025, 11, 24))),
            ("23/11", Some(date(2026, 11, 23))),
            ("1/2", Some(date(2026, 2, 1))),
            ("231125", Some(date(2025, 11, 23))),
            ("23-11-2026", Some(date(2026, 11, 23))),
            ("hier", Some(date(2026, 11, 22))),
            ("2902", Some(date(2024, 2, 29))),
            ("3102", None),
            ("99", None),
            ("231", None),
            ("demain", None),
        ] {
            assert_eq!(parse_day(typed, today), expected, "{typed}");
        }
    }
}
