//! The reports that count about a stretch of days, some places at a time: what a recount reads.

use super::row::{select, several};
use crate::base::{Date, PlaceId};
use crate::report::Report;
use crate::store::{StoreError, Tx};

/// Places read at once.
pub const PLACES_AT_ONCE: usize = 128;

/// Found by place, report type and day in their index: no index of all days has to be kept for it. The days are parameters:
/// of days that stand in rows PostgreSQL guesses so many that it reads every report there is.
const COUNTED: &str = select!(
    "FROM place p CROSS JOIN (SELECT DISTINCT flow FROM flow_version) f CROSS JOIN report r ",
    "WHERE p.id >= $1 AND p.id <= $2 AND r.place_id = p.id AND r.flow = f.flow ",
    "AND r.reference_date >= $3 AND r.reference_date <= $4 AND r.state = 'counted'"
);

/// Every place that reports can be about, whatever map it is of, in the order of their ids.
pub async fn places(tx: &mut Tx) -> Result<Vec<PlaceId>, StoreError> {
    let rows: Vec<(i64,)> = tx.all(sqlx::query("SELECT id FROM place ORDER BY id")).await?;
    Ok(rows.into_iter().map(|(id,)| PlaceId(id)).collect())
}

/// Those about a place from `first` to `last` in the order of ids, and a day from `from` to `to`, in no order.
pub async fn counted(
    tx: &mut Tx,
    (first, last): (PlaceId, PlaceId),
    (from, to): (Date, Date),
) -> Result<Vec<Report>, StoreError> {
    let query = sqlx::query(COUNTED).bind(first.0).bind(last.0);
    several(tx, query.bind(from.to_string()).bind(to.to_string())).await
}
