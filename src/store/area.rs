//! Sums of whole areas, so that a country costs no more to look at than a commune.
//!
//! What a report moves is appended to `area_change` in its own transaction; [`fold`] adds it to `area_sum` later. A
//! question reads the sum, what is not added yet, and the places that stand apart on its day: exact at every moment, and
//! no row is written by two reports. Never decides what counts: it adds up what `cell` and `received` were told.

/// [`reception`] of a row `v` of `received`: a body's reporter is `ccocsad@` and the number of its place.
macro_rules! reception_sql {
    () => {
        "v.flow || '/' || v.kind || '/' || CASE WHEN REPLACE(v.reporter, '@', '') <> v.reporter THEN RTRIM(v.reporter, '0123456789') ELSE '' END"
    };
}
pub(super) use reception_sql;

mod held;
mod members;
mod read;
mod recount;

pub(super) use held::{HeldSums, Kind, Row};
pub(super) use members::compute;
pub(super) use read::{Areas, Part, moved, read};
pub use read::{State, state};
pub use recount::{AreaDifference, check, refold, stand_apart};

use super::limits::CHANGES_AT_ONCE;
use super::rows::Rows;
use super::{StoreError, Tx};
use crate::base::PlaceId;
use crate::rollup::CellChange;

/// Something that moved at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AreaChange {
    pub place: PlaceId,
    pub period: String,
    /// The day of a reception; empty for a count.
    pub received_on: String,
    pub item: String,
    pub network: String,
    pub role: String,
    pub by: i64,
}

impl From<&CellChange> for AreaChange {
    fn from(change: &CellChange) -> AreaChange {
        let key = &change.key;
        AreaChange {
            place: key.place,
            period: key.period.clone(),
            received_on: String::new(),
            item: key.indicator.clone(),
            network: key.network.clone(),
            role: key.role.clone(),
            by: change.by,
        }
    }
}

/// What a reception is counted as: report type, kind, and the body it comes from as `ccocsad@`, or nothing.
pub(super) fn reception(flow: &str, kind: &str, reporter: &str) -> String {
    let body = reporter.find('@').map_or("", |at| &reporter[..=at]);
    format!("{flow}/{kind}/{body}")
}

/// Report type and kind of a [`reception`].
pub(super) fn reception_parts(item: &str) -> Option<(&str, &str)> {
    let mut parts = item.split('/');
    Some((parts.next()?, parts.next()?))
}

/// Appends what moved.
pub(super) async fn note(tx: &mut Tx, changes: &[AreaChange]) -> Result<(), StoreError> {
    const CHANGE_ROWS: Rows = Rows {
        head: "INSERT INTO area_change (place_id, period, received_on, item, network, role, value)",
        columns: 7,
        tail: "",
    };
    let bind = |query: super::tx::Query, change: &AreaChange| {
        let query = query.bind(change.place.0).bind(change.period.as_str()).bind(change.received_on.as_str());
        query.bind(change.item.as_str()).bind(change.network.as_str()).bind(change.role.as_str()).bind(change.by)
    };
    CHANGE_ROWS.write(tx, changes, bind).await?;
    Ok(())
}

/// What waits to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nothing.
    Nothing,
    /// As much as is added at once.
    All,
    /// More: it is added period by period, and this one is the first.
    Of(String),
}

/// What waits to be added.
pub async fn waiting(tx: &mut Tx) -> Result<Waiting, StoreError> {
    let query = sqlx::query("SELECT COUNT(*) AS waiting FROM (SELECT 1 FROM area_change LIMIT $1) first");
    let (waiting,): (i64,) = tx.one(query.bind(CHANGES_AT_ONCE + 1)).await?;
    if waiting <= CHANGES_AT_ONCE {
        return Ok(if waiting == 0 { Waiting::Nothing } else { Waiting::All });
    }
    let (first,): (Option<String>,) = tx.one(sqlx::query("SELECT MIN(period) AS period FROM area_change")).await?;
    Ok(first.map_or(Waiting::Nothing, Waiting::Of))
}

/// Adds what waits to the sums of its areas, of one period or of all. In a transaction of
/// [`super::Store::begin_whole`]: it takes away exactly what it added.
///
/// # Errors
/// A conflict when another server adds the same at the same time: then that one has done it.
pub async fn fold(tx: &mut Tx, period: Option<&str>) -> Result<(), StoreError> {
    const ADD: &str = "INSERT INTO area_sum (area_id, period, received_on, item, network, role, value) \
        SELECT m.area_id, x.period, x.received_on, x.item, x.network, x.role, CAST(SUM(x.value) AS BIGINT) \
        FROM area_change x CROSS JOIN area_member m WHERE m.place_id = x.place_id \
        AND (CAST($1 AS TEXT) IS NULL OR x.period = $1) \
        GROUP BY m.area_id, x.period, x.received_on, x.item, x.network, x.role HAVING SUM(x.value) <> 0 \
        ORDER BY x.period, m.area_id, x.received_on, x.item, x.network, x.role \
        ON CONFLICT (period, area_id, received_on, item, network, role) \
        DO UPDATE SET value = area_sum.value + excluded.value";
    const GROW: &str = "INSERT INTO area_generation (area_id, period, generation) \
        SELECT m.area_id, x.period, 1 FROM area_change x CROSS JOIN area_member m \
        WHERE m.place_id = x.place_id AND (CAST($1 AS TEXT) IS NULL OR x.period = $1) GROUP BY m.area_id, x.period \
        ORDER BY m.area_id, x.period \
        ON CONFLICT (area_id, period) DO UPDATE SET generation = area_generation.generation + 1";
    const TAKE: &str = "DELETE FROM area_change WHERE CAST($1 AS TEXT) IS NULL OR period = $1";
    for statement in [ADD, GROW, TAKE] {
        tx.execute(sqlx::query(statement).bind(period.map(str::to_owned))).await?;
    }
    Ok(())
}

/// A sum of an area in words, for a list of differences.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AreaKey {
    /// The area.
    pub area: PlaceId,
    /// Name of the period.
    pub period: String,
    /// The day of a reception; empty for a count.
    pub received_on: String,
    /// Indicator, or flow/kind/body of a reception.
    pub item: String,
    /// Network id.
    pub network: String,
    /// Role id.
    pub role: String,
}

/// The areas asked about: one, or those right below one on a day. `$1` is the area, `$2` the day.
macro_rules! one_area {
    () => {
        "(SELECT CAST($1 AS BIGINT) AS area_id) w"
    };
}
macro_rules! areas_below {
    () => {
        "(SELECT p.place_id AS area_id FROM place_parent p WHERE p.parent_id = CAST($1 AS BIGINT) \
         AND p.from_day <= $2 AND p.to_day >= $2) w"
    };
}
pub(super) use {areas_below, one_area};
