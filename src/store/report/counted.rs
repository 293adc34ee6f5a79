//! The reports that count about a stretch of days, some places at a time: what a recount reads.

use super::row::{select, several};
use crate::base::{Date, PlaceId};
use crate::report::Report;
use crate::store::rows::{KEYS_AT_ONCE, Wanted};
use crate::store::{StoreError, Tx};

/// Places read at once.
pub const PLACES_AT_ONCE: usize = KEYS_AT_ONCE;

/// Found by place, report type and day in their index: no index of all days has to be kept for it.
const COUNTED: Wanted<3> = Wanted {
    columns: ["place", "from_day", "to_day"],
    select: select!(
        "FROM (SELECT DISTINCT CAST(place AS BIGINT) AS place_id, from_day, to_day FROM wanted) w CROSS JOIN ",
        "(SELECT DISTINCT flow FROM flow_version) f CROSS JOIN report r WHERE r.place_id = w.place_id ",
        "AND r.flow = f.flow AND r.reference_date >= w.from_day AND r.reference_date <= w.to_day AND r.state = 'counted'"
    ),
};

/// Every place that reports can be about, whatever map it is of.
pub async fn places(tx: &mut Tx) -> Result<Vec<PlaceId>, StoreError> {
    let rows: Vec<(i64,)> = tx.all(sqlx::query("SELECT id FROM place ORDER BY id")).await?;
    Ok(rows.into_iter().map(|(id,)| PlaceId(id)).collect())
}

/// Those about these places (at least one, at most [`PLACES_AT_ONCE`]) and a day from `from` to `to`, in no order.
pub async fn counted(tx: &mut Tx, places: &[PlaceId], (from, to): (Date, Date)) -> Result<Vec<Report>, StoreError> {
    let key = |place: &PlaceId| [place.to_string(), from.to_string(), to.to_string()];
    let keys: Vec<[String; 3]> = places.iter().map(key).collect();
    several(tx, COUNTED.query(tx.backend(), &keys)).await
}
