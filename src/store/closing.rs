//! Months that places approved, and what they copied: written in one transaction, opened again, never changed.
//!
//! A copy has a row for each place right below and one for the place itself, so that an area is looked at in as many rows
//! as it has parts. What a place below copied is taken over from there; the rest is what is counted now.

mod copy;
mod sums;
mod waiting;

pub use copy::{ClosedPart, completeness, copy};
pub use sums::{Level, Split, Wanted, know_roles, sums, sums_at_level};
pub use waiting::{Waiting, waiting};

use sqlx::FromRow;

use super::limits::PERIODS_PER_SUM;
use super::sealed::Origin;
use super::tx::Query;
use super::{StoreError, Tx};
use crate::base::{ClosingId, Date, Instant, PersonId, PlaceId};

/// A month that a place approved.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// Its id.
    pub id: ClosingId,
    /// Who approved: the place.
    pub place: PlaceId,
    /// Name of the month.
    pub period: String,
    /// Level of the place.
    pub level: String,
    /// Who approved: the person.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// Where it was opened again.
    pub reopened: Option<Reopened>,
}

/// How a month was opened again.
#[derive(Clone, Debug, PartialEq)]
pub struct Reopened {
    /// Who did.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// Why; none once its writer was erased.
    pub reason: Option<String>,
}

impl Closing {
    /// True while it is approved.
    pub fn stands(&self) -> bool {
        self.reopened.is_none()
    }
}

/// Writes an approval.
///
/// # Errors
/// [`StoreError::is_unique_violation`] where one stands for the place and month already.
pub async fn insert(tx: &mut Tx, closing: &Closing) -> Result<(), StoreError> {
    let query = sqlx::query(
        "INSERT INTO closing (id, place_id, period, level, approved_by, approved_ms) VALUES ($1, $2, $3, $4, $5, $6)",
    );
    let query = query.bind(closing.id.to_string()).bind(closing.place.0).bind(closing.period.clone());
    let query = query.bind(closing.level.clone()).bind(closing.by.to_string()).bind(closing.at.0);
    tx.execute_one("closing", query).await
}

/// Opens a month again; false where somebody did already.
pub async fn reopen(
    tx: &mut Tx,
    id: ClosingId,
    (by, at): (PersonId, Instant),
    reason: &str,
) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "UPDATE closing SET reopened_by = $2, reopened_ms = $3, reason_sealed = $4 WHERE id = $1 AND reopened_ms IS NULL",
    );
    let reason = tx.seal().text(reason);
    let query = query.bind(id.to_string()).bind(by.to_string()).bind(at.0).bind(reason);
    Ok(tx.execute(query).await? == 1)
}

#[derive(FromRow)]
struct ClosingRow {
    id: String,
    place_id: i64,
    period: String,
    level: String,
    approved_by: String,
    approved_ms: i64,
    reopened_by: Option<String>,
    reopened_ms: Option<i64>,
    reason_sealed: Option<String>,
}

/// `SELECT` of approvals of some months, whose names are `$1` to `$12`, and what follows it.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.place_id, k.period, k.level, k.approved_by, k.approved_ms, k.reopened_by, k.reopened_ms, ",
            "k.reason_sealed FROM closing k WHERE k.period IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ",
            $rest,
            " ORDER BY k.approved_ms, k.id"
        )
    };
}

/// Approvals of a place, of the places right below it and of all it lies in on `day`, opened again or not, oldest first. At
/// most twelve months.
pub async fn around(tx: &mut Tx, place: PlaceId, day: Date, months: &[String]) -> Result<Vec<Closing>, StoreError> {
    const AROUND: &str = select!(
        "AND (k.place_id IN (SELECT w.area_id FROM place_within w WHERE w.place_id = $13 AND w.from_day <= $14 \
         AND w.to_day >= $14) OR k.place_id IN (SELECT p.place_id FROM place_parent p WHERE p.parent_id = $13 \
         AND p.from_day <= $14 AND p.to_day >= $14))"
    );
    let query = months_bound(sqlx::query(AROUND), months).bind(place.0).bind(day.to_string());
    closings(tx, query).await
}

/// What stands approved by the places of a level. At most twelve months.
pub async fn at_level(tx: &mut Tx, level: &str, months: &[String]) -> Result<Vec<Closing>, StoreError> {
    const AT_LEVEL: &str = select!("AND k.level = $13 AND k.reopened_ms IS NULL");
    closings(tx, months_bound(sqlx::query(AT_LEVEL), months).bind(level.to_owned())).await
}

async fn closings(tx: &mut Tx, query: Query) -> Result<Vec<Closing>, StoreError> {
    let seal = tx.seal();
    let rows: Vec<ClosingRow> = tx.all(query).await?;
    let closing = |row: ClosingRow| {
        let origin = Origin::new("closing", &row.id);
        let reopened = match (&row.reopened_by, row.reopened_ms) {
            (Some(by), Some(at)) => Some(Reopened {
                by: origin.parse("reopened_by", by)?,
                at: Instant(at),
                reason: origin.text_optional("reason_sealed", &seal, &row.reason_sealed)?,
            }),
            _ => None,
        };
        Ok(Closing {
            id: origin.parse("id", &row.id)?,
            place: PlaceId(row.place_id),
            by: origin.parse("approved_by", &row.approved_by)?,
            at: Instant(row.approved_ms),
            reopened,
            period: row.period,
            level: row.level,
        })
    };
    rows.into_iter().map(closing).collect()
}

/// Binds the months: those left over are empty and match nothing.
fn months_bound(query: Query, months: &[String]) -> Query {
    (0..PERIODS_PER_SUM).fold(query, |query, index| query.bind(months.get(index).cloned().unwrap_or_default()))
}
