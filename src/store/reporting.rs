//! Where reports came from in an area: which of its places have reported anything at all.

use std::collections::BTreeSet;

use sqlx::FromRow;

use super::limits::PERIODS_PER_SUM;
use super::received::Scope;
use super::{StoreError, Tx};
use crate::base::PlaceId;

#[derive(FromRow)]
struct PlaceRow {
    flow: String,
    place_id: i64,
}

/// The places something was received about, with the flow.
pub async fn places(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeSet<(String, PlaceId)>, StoreError> {
    const SQL: &str = "SELECT DISTINCT v.flow, v.place_id FROM place_within w JOIN received v ON v.place_id = w.place_id \
         WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 AND ($3 IS NULL OR v.flow = $3) \
         AND v.period IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let mut places = BTreeSet::new();
    for chunk in scope.periods.chunks(PERIODS_PER_SUM) {
        let query = sqlx::query(SQL).bind(scope.area.0).bind(scope.day.to_string()).bind(scope.flow);
        // Places left over take the last period again: one text, prepared once, for any number of periods.
        let padded = (0..PERIODS_PER_SUM).map(|index| &chunk[index.min(chunk.len() - 1)]);
        let rows: Vec<PlaceRow> = tx.all(padded.fold(query, |query, period| query.bind(period.as_str()))).await?;
        places.extend(rows.into_iter().map(|row| (row.flow, PlaceId(row.place_id))));
    }
    Ok(places)
}
