//! Counted values: moved by exact differences, summed over places and periods.
//!
//! The sum of an area is [`area`]'s, made right for the given day: a place that moved counts where it stood then.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::area::{self, AreaChange, areas_below, one_area};
use super::limits::{INDICATORS_PER_SUM, PAGE_ROWS_MAX, PERIODS_PER_SUM};
use super::rows::Rows;
use super::tx::Query;
use super::{StoreError, Tx};
use crate::base::{Date, PlaceId};
use crate::rollup::{CellChange, CellKey};

/// Sums by full indicator name.
pub type Sums = BTreeMap<String, i64>;
/// Sums by the name of their period.
pub type ByPeriod = BTreeMap<String, Sums>;

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
    /// Only what this network reported; `None` for all.
    pub network: Option<&'a str>,
    /// Only these indicators, by full name; empty for all.
    pub indicators: &'a [String],
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
    area::note(tx, &ordered.into_iter().map(AreaChange::from).collect::<Vec<_>>()).await
}

/// What is asked of the cells or sums of one table, whose period, item and network are named. `$5` is empty where every
/// indicator is wanted: the list behind it is then not looked at.
macro_rules! asked {
    ($table:literal, $item:literal) => {
        concat!(
            " AND ",
            $table,
            ".period IN ($7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) AND ($3 IS NULL OR SUBSTR(",
            $item,
            ", 1, $4) = $3) AND ($6 IS NULL OR ",
            $table,
            ".network = $6) AND ($5 IS NULL OR ",
            $item,
            " IN ($5, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, ",
            "$38, $39, $40, $41))"
        )
    };
}

/// One row for each part and period, its sums as lines: handing over a row costs more than reading one.
macro_rules! together {
    () => {
        "SELECT g.part, g.period, STRING_AGG(g.indicator || '\t' || CAST(g.total AS TEXT), '\n') AS totals FROM ("
    };
}

/// The sums of areas (`w`), what waits to be added to them, and what stands apart on the day. CROSS JOIN keeps SQLite to
/// this order; to PostgreSQL it is the same as JOIN.
macro_rules! sums {
    ($part:literal, $areas:expr) => {
        concat!(
            together!(),
            "SELECT ",
            $part,
            " AS part, t.period, t.item AS indicator, CAST(SUM(t.value) AS BIGINT) AS total FROM (",
            "SELECT w.area_id, s.period, s.item, s.network, s.value FROM ",
            $areas,
            " CROSS JOIN area_sum s WHERE s.area_id = w.area_id AND s.received_on = ''",
            asked!("s", "s.item"),
            " UNION ALL SELECT w.area_id, x.period, x.item, x.network, x.value FROM area_change x CROSS JOIN ",
            $areas,
            " CROSS JOIN area_member m WHERE m.area_id = w.area_id AND m.place_id = x.place_id AND x.received_on = ''",
            asked!("x", "x.item"),
            " UNION ALL SELECT w.area_id, c.period, c.indicator AS item, c.network, a.sign * c.value FROM ",
            $areas,
            " CROSS JOIN area_apart a CROSS JOIN cell c WHERE a.area_id = w.area_id AND a.from_day <= $2 ",
            "AND a.to_day >= $2 AND c.place_id = a.place_id",
            asked!("c", "c.indicator"),
            ") t GROUP BY ",
            $part,
            ", t.period, t.item) g GROUP BY g.part, g.period"
        )
    };
}

const BY_PERIOD: &str = sums!("'' || ''", one_area!());
const BY_NETWORK: &str = sums!("t.network", one_area!());
/// `$1` is the area above: each place right below it on the day stands for what lies in it.
const BY_CHILD: &str = sums!("CAST(t.area_id AS TEXT)", areas_below!());

/// Of places each by itself: never of an area.
macro_rules! of_places {
    ($area:literal) => {
        concat!(
            together!(),
            "SELECT CAST(c.place_id AS TEXT) AS part, c.period, c.indicator, CAST(SUM(c.value) AS BIGINT) AS total ",
            "FROM place_within w CROSS JOIN cell c WHERE c.place_id = w.place_id AND w.from_day <= $2 ",
            "AND w.to_day >= $2 AND w.area_id = $1",
            $area,
            asked!("c", "c.indicator"),
            " GROUP BY c.place_id, c.period, c.indicator) g GROUP BY g.part, g.period"
        )
    };
}

const BY_PLACE: &str = of_places!("");
/// What was reported about the area itself, which no place below it has.
const ITSELF: &str = of_places!(" AND w.place_id = $1");

#[derive(FromRow)]
struct SumRow {
    part: String,
    period: String,
    totals: String,
}

/// The sums over an area.
pub async fn sums(tx: &mut Tx, scope: &Scope<'_>) -> Result<Sums, StoreError> {
    let mut sums = Sums::new();
    for (indicator, total) in sums_by_period(tx, scope).await?.into_values().flatten() {
        *sums.entry(indicator).or_default() += total;
    }
    Ok(sums)
}

/// The sums of each period asked for that has any.
pub async fn sums_by_period(tx: &mut Tx, scope: &Scope<'_>) -> Result<ByPeriod, StoreError> {
    Ok(summed(tx, BY_PERIOD, scope).await?.remove("").unwrap_or_default())
}

/// The sums of each place right below the area, and under the area's own id of what was reported about itself: together
/// they are the whole area, in one pass over its cells.
pub async fn sums_by_child(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeMap<PlaceId, ByPeriod>, StoreError> {
    let mut parts = by_id(summed(tx, BY_CHILD, scope).await?)?;
    parts.extend(by_id(summed(tx, ITSELF, scope).await?)?);
    Ok(parts)
}

/// The sums of each place in the area that anything was reported about, each by itself.
pub async fn sums_by_place(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeMap<PlaceId, ByPeriod>, StoreError> {
    by_id(summed(tx, BY_PLACE, scope).await?)
}

fn by_id(parts: BTreeMap<String, ByPeriod>) -> Result<BTreeMap<PlaceId, ByPeriod>, StoreError> {
    let place = |(part, sums): (String, ByPeriod)| match part.parse() {
        Ok(id) => Ok((PlaceId(id), sums)),
        Err(_) => Err(StoreError::Corrupt { table: "cell", column: "place_id", id: part }),
    };
    parts.into_iter().map(place).collect()
}

/// The sums of each network.
pub async fn sums_by_network(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeMap<String, ByPeriod>, StoreError> {
    summed(tx, BY_NETWORK, scope).await
}

async fn summed(tx: &mut Tx, sql: &'static str, scope: &Scope<'_>) -> Result<BTreeMap<String, ByPeriod>, StoreError> {
    let prefix = scope.flow.map(|flow| format!("{flow}."));
    // Of 32 bits: PostgreSQL's SUBSTR takes no other.
    let prefix_length = prefix.as_ref().map_or(0, |prefix| i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX));
    // More than the statement has room for: all are read, which is slower and gives the same.
    let narrowed = scope.indicators.len() <= INDICATORS_PER_SUM;
    let indicators = if narrowed { scope.indicators } else { &[] };
    let mut parts: BTreeMap<String, ByPeriod> = BTreeMap::new();
    let periods: Vec<&String> = BTreeSet::from_iter(scope.periods).into_iter().collect();
    for chunk in periods.chunks(PERIODS_PER_SUM) {
        let query = sqlx::query(sql).bind(scope.area.0).bind(scope.day.to_string());
        let query = query.bind(prefix.clone()).bind(prefix_length);
        let query = query.bind(indicators.first().cloned()).bind(scope.network.map(str::to_owned));
        // Places left over take the last one again: one text, prepared once, for any number.
        let padded = (0..PERIODS_PER_SUM).map(|index| chunk[index.min(chunk.len() - 1)]);
        let query = padded.fold(query, |query, period| query.bind(period.as_str()));
        let others = (1..INDICATORS_PER_SUM).map(|index| indicators.get(index).or(indicators.last()).cloned());
        let rows: Vec<SumRow> = tx.all(others.fold(query, |query, indicator| query.bind(indicator))).await?;
        for row in rows {
            let corrupt = || StoreError::Corrupt { table: "cell", column: "value", id: row.period.clone() };
            let sums = parts.entry(row.part).or_default().entry(row.period.clone()).or_default();
            for line in row.totals.lines() {
                let (indicator, total) = line.split_once('\t').ok_or_else(corrupt)?;
                *sums.entry(indicator.to_owned()).or_default() += total.parse::<i64>().map_err(|_| corrupt())?;
            }
        }
    }
    Ok(parts)
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
         AND (period, place_id, indicator, network) > ($1, $2, $3, $4) \
         ORDER BY period, place_id, indicator, network LIMIT $5",
    );
    let query = query
        // No period is empty: from the first on. A condition on whether there is one would read all of them every time.
        .bind(after.map_or(String::new(), |key| key.period.clone()))
        .bind(after.map_or(0, |key| key.place.0))
        .bind(after.map_or(String::new(), |key| key.indicator.clone()))
        .bind(after.map_or(String::new(), |key| key.network.clone()))
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
    area::refold(tx).await
}
