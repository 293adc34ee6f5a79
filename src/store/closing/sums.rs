//! Sums of what was copied.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::super::cell::{ByPeriod, Sums};
use super::super::limits::{INDICATORS_PER_SUM, PERIODS_PER_SUM};
use super::super::tx::Query;
use super::super::{Senders, StoreError, Tx};
use super::months_bound;
use crate::base::{ClosingId, Date, PlaceId};

/// What a sum is split by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// The places right below and the place itself, by their number.
    Place,
    /// Networks by id.
    Network,
    /// Roles by id.
    Role,
    /// Not at all: under an empty name.
    Whole,
}

/// What to sum of approvals.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Of these approvals, of different months: at most twelve.
    pub closings: &'a [ClosingId],
    /// Only of this part of each; `None` for all.
    pub part: Option<PlaceId>,
    /// Only this flow's indicators; `None` for all.
    pub flow: Option<&'a str>,
    /// Only what these senders reported.
    pub senders: Senders<'a>,
    /// Only these indicators, by full name; empty for all.
    pub indicators: &'a [String],
}

/// One row for each part and month, its sums as lines: handing over a row costs more than reading one.
macro_rules! of_closings {
    ($part:literal) => {
        concat!(
            "SELECT g.part, g.period, STRING_AGG(g.indicator || '\t' || CAST(g.total AS TEXT), '\n') AS totals FROM (",
            "SELECT ",
            $part,
            " AS part, k.period, d.indicator, CAST(SUM(d.value) AS BIGINT) AS total FROM closing k ",
            "CROSS JOIN closed_cell d WHERE k.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ",
            "AND d.closing_id = k.id AND ($13 IS NULL OR d.place_id = $13) ",
            "AND ($14 IS NULL OR SUBSTR(d.indicator, 1, $15) = $14) AND ($16 IS NULL OR d.network = $16) ",
            "AND ($41 IS NULL OR d.role = $41) ",
            "AND ($17 IS NULL OR d.indicator IN ($17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, ",
            "$31, $32, $33, $34, $35, $36, $37, $38, $39, $40)) GROUP BY ",
            $part,
            ", k.period, d.indicator) g GROUP BY g.part, g.period"
        )
    };
}

const BY_PLACE: &str = of_closings!("CAST(d.place_id AS TEXT)");
const BY_NETWORK: &str = of_closings!("d.network");
const BY_ROLE: &str = of_closings!("d.role");
const WHOLE: &str = of_closings!("'' || ''");

#[derive(FromRow)]
struct SumRow {
    part: String,
    period: String,
    totals: String,
}

/// The sums of approved months, by part and month.
pub async fn sums(tx: &mut Tx, wanted: &Wanted<'_>, split: Split) -> Result<BTreeMap<String, ByPeriod>, StoreError> {
    let sql = match split {
        Split::Place => BY_PLACE,
        Split::Network => BY_NETWORK,
        Split::Role => BY_ROLE,
        Split::Whole => WHOLE,
    };
    let query = closings_bound(sqlx::query(sql), wanted.closings);
    let prefix = wanted.flow.map(|flow| format!("{flow}."));
    let length = prefix.as_ref().map_or(0, |prefix| i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX));
    let query = query.bind(wanted.part.map(|place| place.0)).bind(prefix).bind(length);
    let query = query.bind(wanted.senders.network.map(str::to_owned));
    // More than the statement has room for: all are read, which is slower and gives the same.
    let narrowed = if wanted.indicators.len() <= INDICATORS_PER_SUM { wanted.indicators } else { &[] };
    let indicator = |index: usize| narrowed.get(index).or(narrowed.last()).cloned();
    let query = (0..INDICATORS_PER_SUM).fold(query, |query, index| query.bind(indicator(index)));
    read(tx, query.bind(wanted.senders.role.map(str::to_owned))).await
}

/// Binds the approvals: those left over are empty and match nothing.
fn closings_bound(query: Query, closings: &[ClosingId]) -> Query {
    let id = |index: usize| closings.get(index).map_or_else(String::new, ClosingId::to_string);
    (0..PERIODS_PER_SUM).fold(query, |query, index| query.bind(id(index)))
}

/// True where what these approvals copied tells roles: before migration 0018 it did not.
pub async fn know_roles(tx: &mut Tx, closings: &[ClosingId]) -> Result<bool, StoreError> {
    const OF_NO_ROLE: &str = "SELECT COUNT(*) AS cells FROM (SELECT 1 FROM closed_cell WHERE role = '' \
         AND closing_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) LIMIT 1) first";
    let (cells,): (i64,) = tx.one(closings_bound(sqlx::query(OF_NO_ROLE), closings)).await?;
    Ok(cells == 0)
}

/// Which places of one level.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    /// In this area.
    pub area: PlaceId,
    /// As places lie on this day.
    pub day: Date,
    /// Approved by places of this level.
    pub level: &'a str,
    /// Each part of what they approved by itself, not the whole of it.
    pub is_parts: bool,
    /// In these months: at most twelve.
    pub months: &'a [String],
}

/// What every place of a level approved, as it lies in an area; of which place a row is, the last condition says.
macro_rules! of_level {
    ($part:literal, $whose:literal) => {
        concat!(
            "SELECT g.part, g.period, STRING_AGG(g.indicator || '\t' || CAST(g.total AS TEXT), '\n') AS totals FROM (",
            "SELECT ",
            $part,
            " AS part, k.period, d.indicator, CAST(SUM(d.value) AS BIGINT) AS total FROM closing k ",
            "CROSS JOIN closed_cell d CROSS JOIN place_within w ",
            "WHERE k.period IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AND k.level = $13 ",
            "AND k.reopened_ms IS NULL AND d.closing_id = k.id AND w.area_id = $14 AND w.from_day <= $15 ",
            "AND w.to_day >= $15 AND ",
            $whose,
            " GROUP BY ",
            $part,
            ", k.period, d.indicator) g GROUP BY g.part, g.period"
        )
    };
}

const OF_PLACES: &str = of_level!("CAST(k.place_id AS TEXT)", "w.place_id = k.place_id");
const OF_PARTS: &str = of_level!("CAST(d.place_id AS TEXT)", "w.place_id = d.place_id AND d.place_id <> k.place_id");

/// The sums of what places of a level approved, by place and month.
pub async fn sums_at_level(tx: &mut Tx, level: &Level<'_>) -> Result<BTreeMap<PlaceId, ByPeriod>, StoreError> {
    let query = months_bound(sqlx::query(if level.is_parts { OF_PARTS } else { OF_PLACES }), level.months);
    let query = query.bind(level.level.to_owned()).bind(level.area.0).bind(level.day.to_string());
    let place = |(part, sums): (String, ByPeriod)| match part.parse() {
        Ok(id) => Ok((PlaceId(id), sums)),
        Err(_) => Err(StoreError::Corrupt { table: "closed_cell", column: "place_id", id: part }),
    };
    read(tx, query).await?.into_iter().map(place).collect()
}

async fn read(tx: &mut Tx, query: Query) -> Result<BTreeMap<String, ByPeriod>, StoreError> {
    let mut parts: BTreeMap<String, ByPeriod> = BTreeMap::new();
    let rows: Vec<SumRow> = tx.all(query).await?;
    for row in rows {
        let corrupt = || StoreError::Corrupt { table: "closed_cell", column: "value", id: row.period.clone() };
        let mut sums = Sums::new();
        for line in row.totals.lines() {
            let (indicator, total) = line.split_once('\t').ok_or_else(corrupt)?;
            sums.insert(indicator.to_owned(), total.parse().map_err(|_| corrupt())?);
        }
        parts.entry(row.part).or_default().insert(row.period.clone(), sums);
    }
    Ok(parts)
}
