//! Counted values: moved by exact differences, summed over places and periods.
//!
//! The sum of an area is [`area`]'s, made right for the given day: a place that moved counts where it stood then.

mod recount;

pub use recount::{between, periods};

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sqlx::FromRow;

use super::area::{self, AreaChange, Areas, Kind, Part, Row, areas_below, one_area};
use super::limits::{INDICATORS_PER_SUM, PERIODS_PER_SUM};
use super::rows::{Rows, filled_to};
use super::tx::Query;
use super::{Senders, StoreError, Tx};
use crate::base::{Date, PlaceId};
use crate::rollup::CellChange;

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
    /// Only what these senders reported.
    pub senders: Senders<'a>,
    /// Only these indicators, by full name; empty for all.
    pub indicators: &'a [String],
}

impl<'a> Scope<'a> {
    /// What every indicator of the flow begins with.
    fn prefix(&self) -> Option<String> {
        self.flow.map(|flow| format!("{flow}."))
    }

    /// The indicators; empty for all.
    fn wanted(&self) -> HashSet<&'a str> {
        self.indicators.iter().map(String::as_str).collect()
    }
}

const APPLY: Rows = Rows {
    head: "INSERT INTO cell (period, place_id, indicator, network, role, value)",
    columns: 6,
    tail: "ON CONFLICT (period, place_id, indicator, network, role) \
           DO UPDATE SET value = cell.value + excluded.value",
};

/// Moves cells, in key order whatever order they come in, so that two transactions never wait in a circle.
pub async fn apply(tx: &mut Tx, changes: &[CellChange]) -> Result<(), StoreError> {
    let ordered = write(tx, changes).await?;
    area::note(tx, &ordered.into_iter().map(AreaChange::from).collect::<Vec<_>>()).await
}

/// The same without a word to the areas.
pub(super) async fn write<'a>(tx: &mut Tx, changes: &'a [CellChange]) -> Result<Vec<&'a CellChange>, StoreError> {
    let mut ordered: Vec<&CellChange> = changes.iter().collect();
    ordered.sort_by(|one, other| one.key.cmp(&other.key));
    let bind = |query: Query, change: &&CellChange| {
        let key = &change.key;
        let query = query.bind(key.period.as_str()).bind(key.place.0).bind(key.indicator.as_str());
        query.bind(key.network.as_str()).bind(key.role.as_str()).bind(change.by)
    };
    APPLY.write(tx, &ordered, bind).await?;
    area::moved(tx, changes.iter().map(|change| (change.key.period.clone(), change.key.place))).await?;
    Ok(ordered)
}

/// What is asked of the cells or sums of one table, whose period, item, network and role are named. `$5` is empty where every
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
            ".network = $6) AND ($42 IS NULL OR ",
            $table,
            ".role = $42) AND ($5 IS NULL OR ",
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

/// What waits to be added to the sums of areas (`w`).
macro_rules! waiting {
    ($part:literal, $areas:expr) => {
        concat!(
            together!(),
            "SELECT ",
            $part,
            " AS part, x.period, x.item AS indicator, CAST(SUM(x.value) AS BIGINT) AS total FROM area_change x ",
            "CROSS JOIN ",
            $areas,
            " CROSS JOIN area_member m WHERE m.area_id = w.area_id AND m.place_id = x.place_id AND x.received_on = '' ",
            "AND $2 <> ''",
            asked!("x", "x.item"),
            " GROUP BY ",
            $part,
            ", x.period, x.item) g GROUP BY g.part, g.period"
        )
    };
}

const BY_PERIOD: &str = waiting!("'' || x.received_on", one_area!());
const BY_NETWORK: &str = waiting!("x.network", one_area!());
const BY_ROLE: &str = waiting!("x.role", one_area!());
/// `$1` is the area above: each place right below it on the day stands for what lies in it.
const BY_CHILD: &str = waiting!("CAST(w.area_id AS TEXT)", areas_below!());

/// Of places each by itself: never of an area.
const BY_PLACE: &str = concat!(
    together!(),
    "SELECT CAST(c.place_id AS TEXT) AS part, c.period, c.indicator, CAST(SUM(c.value) AS BIGINT) AS total ",
    "FROM place_within w CROSS JOIN cell c WHERE c.place_id = w.place_id AND w.from_day <= $2 ",
    "AND w.to_day >= $2 AND w.area_id = $1",
    asked!("c", "c.indicator"),
    " GROUP BY c.place_id, c.period, c.indicator) g GROUP BY g.part, g.period"
);

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
    let mut parts = summed(tx, BY_PERIOD, scope).await?;
    held(tx, Areas::One, scope, |_, rows| vec![(String::new(), total(rows))], &mut parts).await?;
    Ok(parts.remove("").unwrap_or_default())
}

/// The sums of each place right below the area, and under the area's own id of what was reported about itself: together
/// they are the whole area, in one pass over its cells.
pub async fn sums_by_child(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeMap<PlaceId, ByPeriod>, StoreError> {
    let mut parts = summed(tx, BY_CHILD, scope).await?;
    held(tx, Areas::Below, scope, |area, rows| vec![(area.0.to_string(), total(rows))], &mut parts).await?;
    held(tx, Areas::Itself, scope, |area, rows| vec![(area.0.to_string(), total(rows))], &mut parts).await?;
    by_id(parts)
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
    sums_by_senders(tx, (BY_NETWORK, |row| &row.network), scope).await
}

/// The sums of each role.
pub async fn sums_by_role(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeMap<String, ByPeriod>, StoreError> {
    sums_by_senders(tx, (BY_ROLE, |row| &row.role), scope).await
}

async fn sums_by_senders(
    tx: &mut Tx,
    (waiting, of): (&'static str, fn(&Row) -> &str),
    scope: &Scope<'_>,
) -> Result<BTreeMap<String, ByPeriod>, StoreError> {
    let mut parts = summed(tx, waiting, scope).await?;
    let cut = |_, rows: &[&Row]| rows.iter().map(|row| (of(row).to_owned(), row.value)).collect();
    held(tx, Areas::One, scope, cut, &mut parts).await?;
    Ok(parts)
}

fn total(rows: &[&Row]) -> i64 {
    rows.iter().map(|row| row.value).sum()
}

/// Adds the sums of areas as they were added up, each to the parts `cut` makes of its rows.
async fn held(
    tx: &mut Tx,
    areas: Areas,
    scope: &Scope<'_>,
    cut: impl Fn(PlaceId, &[&Row]) -> Vec<(String, i64)>,
    parts: &mut BTreeMap<String, ByPeriod>,
) -> Result<(), StoreError> {
    let (prefix, wanted) = (scope.prefix(), scope.wanted());
    let is_asked = |item: &str| {
        (wanted.is_empty() || wanted.contains(item)) && prefix.as_ref().is_none_or(|prefix| item.starts_with(prefix))
    };
    let periods = scope.periods.iter().map(String::as_str).collect();
    for Part { area, period, sign, sums } in
        area::read(tx, (areas, scope.area, scope.day), &periods, Kind::Counts).await?
    {
        for (item, rows) in sums.items().filter(|(item, _)| is_asked(item)) {
            let asked = |row: &&Row| scope.senders.include(&row.network, &row.role);
            let rows: Vec<&Row> = rows.iter().filter(asked).collect();
            if rows.is_empty() {
                continue;
            }
            for (part, value) in cut(area, &rows) {
                let sums = parts.entry(part).or_default().entry(period.clone()).or_default();
                *sums.entry(item.to_string()).or_default() += sign * value;
            }
        }
    }
    Ok(())
}

async fn summed(tx: &mut Tx, sql: &'static str, scope: &Scope<'_>) -> Result<BTreeMap<String, ByPeriod>, StoreError> {
    let (prefix, wanted) = (scope.prefix(), scope.wanted());
    // Of 32 bits: PostgreSQL's SUBSTR takes no other.
    let prefix_length = prefix.as_ref().map_or(0, |prefix| i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX));
    // More than the statement has room for: all are read, and what was not asked for is left out afterwards.
    let narrowed = scope.indicators.len() <= INDICATORS_PER_SUM;
    let indicators = if narrowed { scope.indicators } else { &[] };
    let mut parts: BTreeMap<String, ByPeriod> = BTreeMap::new();
    let periods: Vec<&String> = BTreeSet::from_iter(scope.periods).into_iter().collect();
    for chunk in periods.chunks(PERIODS_PER_SUM) {
        let query = sqlx::query(sql).bind(scope.area.0).bind(scope.day.to_string());
        let query = query.bind(prefix.clone()).bind(prefix_length);
        let query = query.bind(indicators.first().cloned()).bind(scope.senders.network.map(str::to_owned));
        let query = filled_to(PERIODS_PER_SUM, chunk).fold(query, |query, period| query.bind(period.as_str()));
        let others = (1..INDICATORS_PER_SUM).map(|index| indicators.get(index).or(indicators.last()).cloned());
        let query = others.fold(query, |query, indicator| query.bind(indicator));
        let rows: Vec<SumRow> = tx.all(query.bind(scope.senders.role.map(str::to_owned))).await?;
        for row in rows {
            let corrupt = || StoreError::Corrupt { table: "cell", column: "value", id: row.period.clone() };
            let sums = parts.entry(row.part).or_default().entry(row.period.clone()).or_default();
            for line in row.totals.lines() {
                let (indicator, total) = line.split_once('\t').ok_or_else(corrupt)?;
                if !wanted.is_empty() && !wanted.contains(indicator) {
                    continue;
                }
                *sums.entry(indicator.to_owned()).or_default() += total.parse::<i64>().map_err(|_| corrupt())?;
            }
        }
    }
    Ok(parts)
}
