//! Counts every report again by its own flow version and compares with the cells; puts them right on request.
//!
//! A difference is a fault of ours, never of a sender: it is listed cell by cell before anything is changed.

use std::collections::BTreeMap;

use crate::base::ReportId;
use crate::programme::Programme;
use crate::rollup::{CellChange, CellKey, Counted, CountingError, Standing, StockBook, changes, counts};
use crate::store::area::AreaDifference;
use crate::store::{self, StoreError, Tx};

/// Reports and cells read at once.
const PAGE_ROWS: i64 = 2_000;

/// A cell that does not hold what the reports say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which cell.
    pub key: CellKey,
    /// What the reports add up to.
    pub counted: i64,
    /// What it holds.
    pub held: i64,
}

/// What a recount found.
#[derive(Clone, Debug, Default)]
pub struct Recount {
    /// Reports that count.
    pub reports: u64,
    /// Cells they make.
    pub cells: u64,
    /// Every difference, in key order.
    pub differences: Vec<Difference>,
    /// Every sum of an area that is not what its cells and receptions add up to.
    pub areas: Vec<AreaDifference>,
}

/// A recount could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A report cannot be counted by its own flow version.
    #[error("{0}")]
    Counting(#[from] CountingError),
}

/// Counts everything again and lists the differences. Reads one state of the database; changes nothing.
///
/// # Errors
/// [`RebuildError`].
pub async fn check(programme: &Programme) -> Result<Recount, RebuildError> {
    let mut tx = programme.store.reader().await?;
    tx.take_time().await?;
    let mut recount = Recount::default();
    let mut counted = count_reports(programme, &mut tx, &mut recount).await?;
    recount.cells = counted.len() as u64;
    let mut last: Option<CellKey> = None;
    loop {
        let page = store::cell::all_after(&mut tx, last.as_ref(), PAGE_ROWS).await?;
        let Some((key, _)) = page.last() else { break };
        last = Some(key.clone());
        for (key, held) in page {
            let expected = counted.remove(&key).unwrap_or(0);
            if expected != held {
                recount.differences.push(Difference { key, counted: expected, held });
            }
        }
    }
    let missing = counted.into_iter().filter(|(_, counted)| *counted != 0);
    recount.differences.extend(missing.map(|(key, counted)| Difference { key, counted, held: 0 }));
    recount.differences.sort_by(|one, other| one.key.cmp(&other.key));
    recount.areas = store::area::check(&mut tx).await?;
    Ok(recount)
}

/// Puts every differing cell right, in one transaction.
///
/// # Errors
/// [`RebuildError`]; nothing is then changed.
pub async fn mend(programme: &Programme, differences: &[Difference]) -> Result<(), RebuildError> {
    let change =
        |difference: &Difference| CellChange { key: difference.key.clone(), by: difference.counted - difference.held };
    let changes: Vec<CellChange> = differences.iter().map(change).collect();
    let mut tx = programme.store.begin().await?;
    store::cell::apply(&mut tx, &changes).await?;
    tx.commit().await?;
    Ok(())
}

/// Chooses anew whose sums are kept, and adds all of them up from the cells and receptions, in one transaction.
///
/// # Errors
/// [`RebuildError`]; nothing is then changed. A conflict where a server that runs added to the sums: to be tried again.
pub async fn mend_areas(programme: &Programme) -> Result<(), RebuildError> {
    let mut tx = programme.store.begin_whole().await?;
    tx.take_time().await?;
    store::area::refold(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

async fn count_reports(
    programme: &Programme,
    tx: &mut Tx,
    recount: &mut Recount,
) -> Result<BTreeMap<CellKey, i64>, RebuildError> {
    let calendar = programme.in_force().pack.calendar;
    let mut cells: BTreeMap<CellKey, i64> = BTreeMap::new();
    let mut last: Option<ReportId> = None;
    let mut book = StockBook::default();
    // Merged into an alert that counts once: told back, and adding nothing.
    let repeats = store::alert::all_repeats(tx).await?;
    loop {
        let page = store::report::all_after(tx, last, PAGE_ROWS).await?;
        let Some(report) = page.last() else { break };
        last = Some(report.id);
        for report in page.iter().filter(|report| report.state.is_counted()) {
            recount.reports += 1;
            let Some(place) = report.place else { continue };
            let edition = programme.edition(tx, &report.flow_hash).await?;
            let counts = counts(&edition.flow, &edition.texts, &report.values)?;
            let after = Counted { counts: &counts, place, network: &report.network, date: report.date };
            let after = Some(after).filter(|_| !repeats.contains(&report.id));
            for change in changes(None, after, &calendar) {
                *cells.entry(change.key).or_default() += change.by;
            }
            if let Some(reporter) = &report.reporter
                && let Some(standing) = Standing::of(&edition.flow, &edition.texts, report)?
            {
                book.note(reporter, &report.flow, &standing, &calendar);
            }
        }
    }
    for change in book.changes() {
        *cells.entry(change.key).or_default() += change.by;
    }
    Ok(cells)
}
