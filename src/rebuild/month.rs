//! One month counted again: what its reports add up to beside what its cells hold. Reads, and changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;

use super::{Difference, RebuildError, Recount};
use crate::base::period::shift;
use crate::base::{Date, Period, PeriodKind, PlaceId, ReportId};
use crate::place::ALWAYS;
use crate::programme::Programme;
use crate::report::Report;
use crate::rollup::{CellKey, Counted, Standing, StockBook, alert_changes, changes, counts, gather};
use crate::store::alert::CountedAlert;
use crate::store::{self, StoreError, Tx};

/// Cells read at once.
const PAGE_ROWS: i64 = 1_000;
/// Letters of the name of a month: a day's name begins with its month's.
const MONTH_LETTERS: usize = 7;

/// What a recount of any month needs, in one state of the store.
pub(super) struct Counting<'a> {
    programme: &'a Programme,
    places: Vec<PlaceId>,
    /// Merged into an alert that counts once: told back, and adding nothing.
    repeats: BTreeSet<ReportId>,
}

/// Cells as they are counted, with the stocks told meanwhile.
#[derive(Default)]
struct Counts {
    cells: BTreeMap<CellKey, i64>,
    stocks: StockBook,
}

impl<'a> Counting<'a> {
    pub async fn begin(programme: &'a Programme, tx: &mut Tx) -> Result<Counting<'a>, StoreError> {
        let places = store::report::places(tx).await?;
        Ok(Counting { programme, places, repeats: store::alert::all_repeats(tx).await? })
    }

    /// Adds to `recount` what one month has.
    pub async fn month(&self, tx: &mut Tx, month: &str, recount: &mut Recount) -> Result<(), RebuildError> {
        let calendar = self.programme.in_force().pack.calendar;
        let mut counted = Counts::default();
        if let Some(month) = calendar.parse(month) {
            for places in self.places.chunks(store::report::PLACES_AT_ONCE) {
                let Some(ends) = places.first().copied().zip(places.last().copied()) else { continue };
                for report in store::report::counted(tx, ends, (month.first(), month.last())).await? {
                    self.add(tx, &mut counted, &report).await?;
                    recount.reports += 1;
                }
            }
            for alert in store::alert::opened_between(tx, (month.first(), month.last())).await? {
                self.add_alert(tx, &mut counted, &alert).await?;
            }
        }
        let Counts { mut cells, stocks } = counted;
        gather(&mut cells, stocks.changes());
        recount.cells += cells.len() as u64;
        // The last day of any month ends with 31.
        let periods = (month, format!("{month}-31"));
        recount.differences.extend(compared(tx, (periods.0, &periods.1), cells).await?);
        Ok(())
    }

    async fn add_alert(&self, tx: &mut Tx, counted: &mut Counts, alert: &CountedAlert) -> Result<(), RebuildError> {
        // One opened before alerts were counted, which no report tells the text of.
        if alert.flow_hash.is_empty() {
            return Ok(());
        }
        let edition = self.programme.edition(tx, &alert.flow_hash).await?;
        let calendar = self.programme.in_force().pack.calendar;
        gather(&mut counted.cells, alert_changes(&edition.flow, None, Some(&alert.standing), &calendar));
        Ok(())
    }

    async fn add(&self, tx: &mut Tx, counted: &mut Counts, report: &Report) -> Result<(), RebuildError> {
        let calendar = self.programme.in_force().pack.calendar;
        let edition = self.programme.edition(tx, &report.flow_hash).await?;
        let counts = counts(&edition.flow, &edition.texts, &report.values)?;
        let after = Counted::of(report, &counts).filter(|_| !self.repeats.contains(&report.id));
        gather(&mut counted.cells, changes(None, after, &calendar));
        if let Some(reporter) = &report.reporter
            && let Some(standing) = Standing::of(&edition.flow, &edition.texts, report)?
        {
            counted.stocks.note(reporter, &report.flow, &standing, &calendar);
        }
        Ok(())
    }
}

/// What differs, in key order.
async fn compared(
    tx: &mut Tx,
    periods: (&str, &str),
    mut counted: BTreeMap<CellKey, i64>,
) -> Result<Vec<Difference>, StoreError> {
    let (mut differences, mut last): (Vec<Difference>, Option<CellKey>) = (Vec::new(), None);
    loop {
        let page = store::cell::between(tx, periods, last.as_ref(), PAGE_ROWS).await?;
        let Some((key, _)) = page.last() else { break };
        last = Some(key.clone());
        for (key, held) in page {
            let expected = counted.remove(&key).unwrap_or(0);
            if expected != held {
                differences.push(Difference { key, counted: expected, held });
            }
        }
    }
    let missing = counted.into_iter().filter(|(_, counted)| *counted != 0);
    differences.extend(missing.map(|(key, counted)| Difference { key, counted, held: 0 }));
    differences.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(differences)
}

/// The names of the months that have reports or cells, in order. A cell of no period that has a name stands for itself.
pub(super) async fn months(programme: &Programme, tx: &mut Tx) -> Result<BTreeSet<String>, StoreError> {
    let calendar = programme.in_force().pack.calendar;
    let month = |day: Date| calendar.period(PeriodKind::Month, day);
    let cells = store::cell::periods(tx).await?;
    let mut months: BTreeSet<String> =
        cells.into_iter().map(|name| name.get(..MONTH_LETTERS).unwrap_or(&name).to_owned()).collect();
    let days = store::report::days_since(tx, ALWAYS.from).await?;
    let alerts = store::alert::opened_ends(tx).await?.map(|(first, last)| [first, last]);
    let ends = [days.first, days.last].into_iter().flatten().chain(alerts.into_iter().flatten());
    let (first, last) = (ends.clone().min(), ends.max());
    if let Some((first, last)) = first.zip(last) {
        let next = |period: &Period| Some(month(shift(period.last(), 1.days()))).filter(|next| next.first() <= last);
        months.extend(std::iter::successors(Some(month(first)), next).map(|month| month.name()));
    }
    Ok(months)
}
