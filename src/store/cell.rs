//! Counted values: moved by exact differences, summed over places and periods.
//!
//! A sum joins every place that lies in the area on the given day, so a place that moved counts where it stood then.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::limits::{PAGE_ROWS_MAX, PERIODS_PER_SUM};
use super::rows::Rows;
use super::tx::Query;
use super::{StoreError, Tx};
use crate::base::{Date, PlaceId};
use crate::rollup::{CellChange, CellKey};

/// Sums by full indicator name.
pub type Sums = BTreeMap<String, i64>;

/// What to sum.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The area: it and every place in it.
    pub area: PlaceId,
    /// The day whose parents hold: the last day of the period asked for.
    pub day: Date,
    /// Names of days, or of months: a week is its seven days, a quarter its three months.
    pub periods: &'a [String],
    /// Only this flow's indicators; `None` for all.
    pub flow: Option<&'a str>,
}

const APPLY: Rows = Rows {
    head: "INSERT INTO cell (period, place_id, indicator, network, value)",
    columns: 5,
    tail: "ON CONFLICT (period, place_id, indicator, network) DO UPDATE SET value = cell.value + excluded.value",
};

/// Moves cells, in key order whatever order they come in, so that two transactions never wait in a circle.
pub async fn apply(tx: &mut Tx, changes: &[CellChange]) -> Result<(), StoreError> {
    let mut ordered: Vec<&CellChange> = changes.iter().collect();
    ordered.sort_by(|one, other| one.key.cmp(&other.key));
    let bind = |query: Query, change: &&CellChange| {
        let key = &change.key;
        let query = query.bind(key.period.as_str()).bind(key.place.0).bind(key.indicator.as_str());
        query.bind(key.network.as_str()).bind(change.by)
    };
    APPLY.write(tx, &ordered, bind).await?;
    Ok(())
}

/// CROSS JOIN keeps SQLite from beginning with every cell of the period: the area's places come first. To PostgreSQL
/// it is the same as JOIN.
macro_rules! sums {
    ($by:literal, $from:literal, $group:literal) => {
        concat!(
            "SELECT ",
            $by,
            " AS part, c.indicator, CAST(SUM(c.value) AS BIGINT) AS total FROM ",
            $from,
            " CROSS JOIN cell c WHERE c.place_id = w.place_id AND w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 ",
            "AND c.period IN ($5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ",
            "AND ($3 IS NULL OR SUBSTR(c.indicator, 1, $4) = $3) GROUP BY ",
            $group
        )
    };
}

const BY_NOTHING: &str = sums!("''", "place_within w", "c.indicator");
const BY_PERIOD: &str = sums!("c.period", "place_within w", "c.period, c.indicator");
const BY_NETWORK: &str = sums!("c.network", "place_within w", "c.network, c.indicator");
const BY_PLACE: &str = sums!("CAST(c.place_id AS TEXT)", "place_within w", "c.place_id, c.indicator");
/// `$1` is the area above: each place right below it on the day stands for what lies in it.
const BY_CHILD: &str = concat!(
    "SELECT CAST(w.area_id AS TEXT) AS part, c.indicator, CAST(SUM(c.value) AS BIGINT) AS total ",
    "FROM place_parent p CROSS JOIN place_within w CROSS JOIN cell c ",
    "WHERE w.area_id = p.place_id AND c.place_id = w.place_id AND p.parent_id = $1 AND p.from_day <= $2 AND p.to_day >= $2 AND w.from_day <= $2 AND w.to_day >= $2 ",
    "AND c.period IN ($5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ",
    "AND ($3 IS NULL OR SUBSTR(c.indicator, 1, $4) = $3) GROUP BY w.area_id, c.indicator"
);

#[derive(FromRow)]
struct SumRow {
    part: String,
    indicator: String,
    total: i64,
}

/// The sums over an area.
pub async fn sums(tx: &mut Tx, scope: &Scope<'_>) -> Result<Sums, StoreError> {
    Ok(summed(tx, BY_NOTHING, scope).await?.remove("").unwrap_or_default())
}

/// The sums of each place right below the area. What was reported about the area itself is in none of them.
pub async fn sums_by_child(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeMap<PlaceId, Sums>, StoreError> {
    by_place(summed(tx, BY_CHILD, scope).await?)
}

/// The sums of each place that was itself reported about, in the area.
pub async fn sums_by_place(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeMap<PlaceId, Sums>, StoreError> {
    by_place(summed(tx, BY_PLACE, scope).await?)
}

/// The sums of each period asked for that has any.
pub async fn sums_by_period(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeMap<String, Sums>, StoreError> {
    summed(tx, BY_PERIOD, scope).await
}

/// The sums of each network.
pub async fn sums_by_network(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeMap<String, Sums>, StoreError> {
    summed(tx, BY_NETWORK, scope).await
}

async fn summed(tx: &mut Tx, sql: &'static str, scope: &Scope<'_>) -> Result<BTreeMap<String, Sums>, StoreError> {
    let prefix = scope.flow.map(|flow| format!("{flow}."));
    // Of 32 bits: PostgreSQL's SUBSTR takes no other.
    let prefix_length = prefix.as_ref().map_or(0, |prefix| i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX));
    let mut parts: BTreeMap<String, Sums> = BTreeMap::new();
    let periods: Vec<&String> = BTreeSet::from_iter(scope.periods).into_iter().collect();
    for chunk in periods.chunks(PERIODS_PER_SUM) {
        let query = sqlx::query(sql).bind(scope.area.0).bind(scope.day.to_string());
        let query = query.bind(prefix.clone()).bind(prefix_length);
        // Places left over take the last period again: one text, prepared once, for any number of periods.
        let padded = (0..PERIODS_PER_SUM).map(|index| chunk[index.min(chunk.len() - 1)]);
        let rows: Vec<SumRow> = tx.all(padded.fold(query, |query, period| query.bind(period.as_str()))).await?;
        for row in rows {
            *parts.entry(row.part).or_default().entry(row.indicator).or_default() += row.total;
        }
    }
    Ok(parts)
}

fn by_place(parts: BTreeMap<String, Sums>) -> Result<BTreeMap<PlaceId, Sums>, StoreError> {
    let place = |part: &str| part.parse().map(PlaceId);
    let read = parts.into_iter().map(|(part, sums)| match place(&part) {
        Ok(place) => Ok((place, sums)),
        Err(_) => Err(StoreError::Corrupt { table: "cell", column: "place_id", id: part }),
    });
    read.collect()
}

#[derive(FromRow)]
struct CellRow {
    period: String,
    place_id: i64,
    indicator: String,
    network: String,
    value: i64,
}

/// Every cell after `after` in key order, page by page: for comparing with a recount. Cells at 0 are left out.
pub async fn all_after(tx: &mut Tx, after: Option<&CellKey>, limit: i64) -> Result<Vec<(CellKey, i64)>, StoreError> {
    let query = sqlx::query(
        "SELECT period, place_id, indicator, network, value FROM cell WHERE value <> 0 \
         AND ($1 IS NULL OR (period, place_id, indicator, network) > ($1, $2, $3, $4)) \
         ORDER BY period, place_id, indicator, network LIMIT $5",
    );
    let query = query
        .bind(after.map(|key| key.period.clone()))
        .bind(after.map(|key| key.place.0))
        .bind(after.map(|key| key.indicator.clone()))
        .bind(after.map(|key| key.network.clone()))
        .bind(limit.clamp(1, PAGE_ROWS_MAX));
    let rows: Vec<CellRow> = tx.all(query).await?;
    let cell = |row: CellRow| {
        let key = CellKey {
            period: row.period,
            place: PlaceId(row.place_id),
            indicator: row.indicator,
            network: row.network,
        };
        (key, row.value)
    };
    Ok(rows.into_iter().map(cell).collect())
}

/// Takes every cell away: a recount writes them anew with [`apply`], in the same transaction.
pub async fn clear(tx: &mut Tx) -> Result<(), StoreError> {
    tx.execute(sqlx::query("DELETE FROM cell")).await?;
    Ok(())
}
