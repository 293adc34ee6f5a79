//! Every cell by itself: what a recount compares its own with.

use sqlx::FromRow;

use crate::base::PlaceId;
use crate::rollup::CellKey;
use crate::store::limits::PAGE_ROWS_MAX;
use crate::store::{StoreError, Tx};

#[derive(FromRow)]
struct CellRow {
    period: String,
    place_id: i64,
    indicator: String,
    network: String,
    role: String,
    value: i64,
}

/// The cells of the periods from `first` to `last` by name, after `after` in key order, page by page: for comparing with a
/// recount. Cells at 0 are left out.
pub async fn between(
    tx: &mut Tx,
    (first, last): (&str, &str),
    after: Option<&CellKey>,
    limit: i64,
) -> Result<Vec<(CellKey, i64)>, StoreError> {
    let query = sqlx::query(
        "SELECT period, place_id, indicator, network, role, value FROM cell WHERE value <> 0 \
         AND (period, place_id, indicator, network, role) > ($1, $2, $3, $4, $5) AND period <= $6 \
         ORDER BY period, place_id, indicator, network, role LIMIT $7",
    );
    let text = |of: fn(&CellKey) -> &String| after.map_or_else(String::new, |key| of(key).clone());
    let query = query
        // One condition for where it begins: with two, all from the first on would be read every time.
        .bind(after.map_or_else(|| first.to_owned(), |key| key.period.clone()))
        .bind(after.map_or(i64::MIN, |key| key.place.0))
        .bind(text(|key| &key.indicator))
        .bind(text(|key| &key.network))
        .bind(text(|key| &key.role))
        .bind(last.to_owned())
        .bind(limit.clamp(1, PAGE_ROWS_MAX));
    let rows: Vec<CellRow> = tx.all(query).await?;
    let cell = |row: CellRow| {
        let CellRow { period, place_id, indicator, network, role, value } = row;
        (CellKey { period, place: PlaceId(place_id), indicator, network, role }, value)
    };
    Ok(rows.into_iter().map(cell).collect())
}

/// The names of all periods that have cells, each once: looked up one after the other in the index.
pub async fn periods(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let query = sqlx::query(
        "WITH RECURSIVE known(period) AS (SELECT MIN(period) FROM cell UNION ALL \
         SELECT (SELECT MIN(c.period) FROM cell c WHERE c.period > k.period) FROM known k WHERE k.period IS NOT NULL) \
         SELECT period FROM known WHERE period IS NOT NULL",
    );
    let rows: Vec<(String,)> = tx.all(query).await?;
    Ok(rows.into_iter().map(|(period,)| period).collect())
}
