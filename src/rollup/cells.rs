//! Cells and how they move.

use std::collections::BTreeMap;

use super::Counts;
use crate::base::{Calendar, Date, PeriodKind, PlaceId};
use crate::report::Report;

/// Where one counted value stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellKey {
    /// Name of a day or month.
    pub period: String,
    /// The place the reports are about.
    pub place: PlaceId,
    /// Full indicator name, with its option where counted by one: `sen.personnes/K=1`.
    pub indicator: String,
    /// Network id.
    pub network: String,
    /// Role id of who sent it.
    pub role: String,
}

/// A cell moves by an exact difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellChange {
    /// Which cell.
    pub key: CellKey,
    /// By how much; never 0.
    pub by: i64,
}

/// Moves cells that are gathered, to be written together.
pub fn gather(cells: &mut BTreeMap<CellKey, i64>, changes: impl IntoIterator<Item = CellChange>) {
    for change in changes {
        *cells.entry(change.key).or_default() += change.by;
    }
}

/// What one report adds to the totals.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// Its counts.
    pub counts: &'a Counts,
    /// The place it is about.
    pub place: PlaceId,
    /// Its network.
    pub network: &'a str,
    /// The role of its sender.
    pub role: &'a str,
    /// Its reference date.
    pub date: Date,
}

impl<'a> Counted<'a> {
    /// What `report` adds with these counts; none for one about no place.
    pub fn of(report: &'a Report, counts: &'a Counts) -> Option<Counted<'a>> {
        Some(Counted { counts, place: report.place?, network: &report.network, role: &report.role, date: report.date })
    }
}

/// How the cells move when a report goes from `before` to `after`; `None` is a report that does not count.
///
/// In key order, so that two transactions never wait for each other in a circle.
pub fn changes(before: Option<Counted<'_>>, after: Option<Counted<'_>>, calendar: &Calendar) -> Vec<CellChange> {
    let mut moved: BTreeMap<CellKey, i64> = BTreeMap::new();
    for (counted, sign) in [(before, -1), (after, 1)] {
        let Some(counted) = counted else { continue };
        for kind in [PeriodKind::Day, PeriodKind::Month] {
            let period = calendar.period(kind, counted.date).name();
            for (indicator, count) in counted.counts {
                let key = CellKey {
                    period: period.clone(),
                    place: counted.place,
                    indicator: indicator.clone(),
                    network: counted.network.to_owned(),
                    role: counted.role.to_owned(),
                };
                *moved.entry(key).or_default() += sign * count;
            }
        }
    }
    moved.into_iter().filter(|(_, by)| *by != 0).map(|(key, by)| CellChange { key, by }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Weekday, date};

    const MALI: Calendar = Calendar { week_starts: Weekday::Friday };

    fn counted(counts: &Counts, date: Date) -> Option<Counted<'_>> {
        Some(Counted { counts, place: PlaceId(7), network: "gov", role: "asc", date })
    }

    #[test]
    fn a_correction_moves_only_what_changed() {
        let before = Counts::from([("dep.normal".to_owned(), 38), ("dep.mam".to_owned(), 5)]);
        let after = Counts::from([("dep.normal".to_owned(), 37), ("dep.mam".to_owned(), 5)]);
        let day = date(2026, 11, 23);
        let moved = changes(counted(&before, day), counted(&after, day), &MALI);
        let shown: Vec<(&str, &str, i64)> =
            moved.iter().map(|change| (change.key.period.as_str(), change.key.indicator.as_str(), change.by)).collect();
        assert_eq!(shown, [("2026-11", "dep.normal", -1), ("2026-11-23", "dep.normal", -1)]);
    }

    #[test]
    fn another_date_moves_the_days_but_not_the_month() {
        let counts = Counts::from([("dep.mam".to_owned(), 5)]);
        let moved = changes(counted(&counts, date(2026, 11, 2)), counted(&counts, date(2026, 11, 3)), &MALI);
        assert_eq!(moved.iter().map(|change| change.by).collect::<Vec<_>>(), [-5, 5]);
    }

    #[test]
    fn filing_and_taking_back_leave_nothing() {
        let counts = Counts::from([("dep.mam".to_owned(), 5), ("dep.mas".to_owned(), 0)]);
        let filed = changes(None, counted(&counts, date(2026, 11, 2)), &MALI);
        let taken = changes(counted(&counts, date(2026, 11, 2)), None, &MALI);
        assert_eq!(filed.len(), 2, "a zero count makes no cell");
        assert!(filed.iter().zip(&taken).all(|(on, off)| on.key == off.key && on.by == -off.by));
    }
}
