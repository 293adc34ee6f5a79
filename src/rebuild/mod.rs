//! Counts every report again by its own flow version and compares with the cells; puts them right on request, and once after
//! an upgrade that counts by more than before.
//!
//! A difference is a fault of ours, never of a sender: it is listed cell by cell before anything is changed. Month by month,
//! so that memory does not grow with the years.

mod month;
mod upgrade;

pub use upgrade::upgrade;

use self::month::{Counting, months};
use crate::programme::Programme;
use crate::rollup::{CellChange, CellKey, CountingError};
use crate::store::area::AreaDifference;
use crate::store::{self, StoreError};

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

impl Difference {
    /// What puts it right.
    fn mend(&self) -> CellChange {
        CellChange { key: self.key.clone(), by: self.counted - self.held }
    }
}

/// What a recount found.
#[derive(Clone, Debug, Default)]
pub struct Recount {
    /// Reports that count.
    pub reports: u64,
    /// Cells they make.
    pub cells: u64,
    /// Every difference: months in order, in key order in each.
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
    let counting = Counting::begin(programme, &mut tx).await?;
    for month in months(programme, &mut tx).await? {
        counting.month(&mut tx, &month, &mut recount).await?;
    }
    recount.areas = store::area::check(&mut tx).await?;
    Ok(recount)
}

/// Puts every differing cell right, in one transaction.
///
/// # Errors
/// [`RebuildError`]; nothing is then changed.
pub async fn mend(programme: &Programme, differences: &[Difference]) -> Result<(), RebuildError> {
    let changes: Vec<CellChange> = differences.iter().map(Difference::mend).collect();
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
