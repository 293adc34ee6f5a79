//! The period picker: links before and after, the kinds, and the latest periods of each.

use super::words::Words;
use crate::base::{Calendar, Date, Period, PeriodKind};
use crate::web::limits::PERIODS_OFFERED;

/// Kinds a page can show, in the order of [`Words::kinds`].
const KINDS: [PeriodKind; 4] = [PeriodKind::Week, PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Year];

/// What the picker offers.
pub struct Picker {
    /// Name of the period before.
    pub previous: String,
    /// Name of the period after, where it has begun.
    pub next: Option<String>,
    /// The kinds, with the latest periods of each.
    pub kinds: Vec<Kind>,
}

/// One kind of period.
pub struct Kind {
    /// What it is called.
    pub name: &'static str,
    /// Name of the period of this kind that holds what is shown.
    pub same_time: String,
    /// True for the kind that is shown.
    pub is_current: bool,
    /// Periods to choose from, latest first.
    pub periods: Vec<Offered>,
}

/// One period to choose.
pub struct Offered {
    /// Its name in the address.
    pub value: String,
    /// What people read.
    pub label: String,
    /// True for what is shown.
    pub is_current: bool,
}

impl Picker {
    /// What is offered beside `shown` on `today`.
    pub fn new(calendar: &Calendar, words: &'static Words, shown: Period, today: Date) -> Picker {
        let next = calendar.next(shown);
        Picker {
            previous: calendar.previous(shown).name(),
            next: (next.first() <= today).then(|| next.name()),
            kinds: KINDS.into_iter().zip(words.kinds).map(|kind| offer(calendar, words, shown, today, kind)).collect(),
        }
    }
}

fn offer(
    calendar: &Calendar,
    words: &Words,
    shown: Period,
    today: Date,
    (kind, name): (PeriodKind, &'static str),
) -> Kind {
    let latest = calendar.period(kind, today);
    // What is shown may be older than the latest ones: it is offered all the same.
    let same_time = calendar.period(kind, shown.last().min(today));
    let mut periods = calendar.trail(latest, PERIODS_OFFERED);
    if !periods.contains(&same_time) {
        periods.insert(0, same_time);
    }
    let offered = |period: Period| Offered {
        value: period.name(),
        label: words.period_name(period),
        is_current: period == shown,
    };
    Kind {
        name,
        same_time: same_time.name(),
        is_current: kind == shown.kind(),
        periods: periods.into_iter().rev().map(offered).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;
    use crate::base::Language;
    use jiff::civil::{Weekday, date};

    const MALI: Calendar = Calendar { week_starts: Weekday::Friday };

    #[test]
    fn nothing_after_today_is_offered() {
        let shown = MALI.parse("2026-Q4").expect("a quarter");
        let picker = Picker::new(&MALI, words(Language::FRENCH), shown, date(2026, 11, 23));
        assert_eq!((picker.previous.as_str(), picker.next), ("2026-Q3", None));
        let first = |index: usize| picker.kinds[index].periods[0].value.clone();
        assert_eq!([first(0), first(1), first(2), first(3)], ["2026-W48", "2026-11", "2026-Q4", "2026"]);
        assert_eq!(picker.kinds[2].periods[0].label, "4e trimestre 2026");
        assert!(picker.kinds[2].is_current && picker.kinds[2].periods[0].is_current);
    }

    #[test]
    fn an_old_period_is_offered_beside_the_latest() {
        let shown = MALI.parse("2019-03").expect("a month");
        let picker = Picker::new(&MALI, words(Language::ENGLISH), shown, date(2026, 11, 23));
        assert_eq!(picker.next.as_deref(), Some("2019-04"));
        let last = picker.kinds[1].periods.last().expect("some");
        assert_eq!((last.label.as_str(), last.is_current), ("March 2019", true));
        assert_eq!(picker.kinds[0].same_time, "2019-W14");
    }
}
