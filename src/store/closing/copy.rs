//! What an approval copies.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::super::rows::Rows;
use super::super::tx::Query;
use super::super::{StoreError, Tx};
use crate::base::{ClosingId, Date, PlaceId};
use crate::rollup::Completeness;

/// How complete one report type was at one place, all that lies in it together.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosedPart {
    /// The place right below, or the place itself.
    pub place: PlaceId,
    /// Report type.
    pub flow: String,
    /// The counts.
    pub counts: Completeness,
}

/// What is counted now about the places right below that did not approve the month themselves.
const OPEN_BELOW: &str = "INSERT INTO closed_cell (closing_id, place_id, indicator, network, role, value) \
     SELECT CAST($1 AS TEXT), p.place_id, c.indicator, c.network, c.role, CAST(SUM(c.value) AS BIGINT) FROM place_parent p \
     CROSS JOIN place_within w CROSS JOIN cell c WHERE p.parent_id = $2 AND p.from_day <= $3 AND p.to_day >= $3 \
     AND w.area_id = p.place_id AND w.from_day <= $3 AND w.to_day >= $3 AND c.place_id = w.place_id AND c.period = $4 \
     AND NOT EXISTS (SELECT 1 FROM closing k WHERE k.place_id = p.place_id AND k.period = $4 AND k.reopened_ms IS NULL) \
     GROUP BY p.place_id, c.indicator, c.network, c.role HAVING SUM(c.value) <> 0";
/// What those that did had copied.
const CLOSED_BELOW: &str = "INSERT INTO closed_cell (closing_id, place_id, indicator, network, role, value) \
     SELECT CAST($1 AS TEXT), k.place_id, d.indicator, d.network, d.role, CAST(SUM(d.value) AS BIGINT) FROM place_parent p \
     CROSS JOIN closing k CROSS JOIN closed_cell d WHERE p.parent_id = $2 AND p.from_day <= $3 AND p.to_day >= $3 \
     AND k.place_id = p.place_id AND k.period = $4 AND k.reopened_ms IS NULL AND d.closing_id = k.id \
     GROUP BY k.place_id, d.indicator, d.network, d.role HAVING SUM(d.value) <> 0";
/// What is about the place itself.
const ITSELF: &str = "INSERT INTO closed_cell (closing_id, place_id, indicator, network, role, value) \
     SELECT CAST($1 AS TEXT), c.place_id, c.indicator, c.network, c.role, c.value FROM cell c \
     WHERE c.place_id = $2 AND c.period = $3 AND c.value <> 0";
/// How complete they were.
const COMPLETE_BELOW: &str = "INSERT INTO closed_completeness \
     (closing_id, place_id, flow, expected, received, on_time, zero, not_held) \
     SELECT CAST($1 AS TEXT), k.place_id, d.flow, CAST(SUM(d.expected) AS BIGINT), CAST(SUM(d.received) AS BIGINT), \
     CAST(SUM(d.on_time) AS BIGINT), CAST(SUM(d.zero) AS BIGINT), CAST(SUM(d.not_held) AS BIGINT) FROM place_parent p \
     CROSS JOIN closing k CROSS JOIN closed_completeness d WHERE p.parent_id = $2 AND p.from_day <= $3 \
     AND p.to_day >= $3 AND k.place_id = p.place_id AND k.period = $4 AND k.reopened_ms IS NULL \
     AND d.closing_id = k.id GROUP BY k.place_id, d.flow";

/// What is copied cannot be opened again at the same time: one of the two transactions meets a conflict.
const HELD: &str = "UPDATE closing SET level = level WHERE period = $3 AND reopened_ms IS NULL AND place_id IN \
     (SELECT p.place_id FROM place_parent p WHERE p.parent_id = $1 AND p.from_day <= $2 AND p.to_day >= $2)";

/// Copies the figures of `place` in `month` for the approval `id`, places lying as they do on `day`. `open` is how
/// complete those parts are that did not approve the month themselves. In a transaction of
/// [`super::super::Store::begin_whole`]: figures and completeness are of one moment.
pub async fn copy(
    tx: &mut Tx,
    id: ClosingId,
    (place, day, month): (PlaceId, Date, &str),
    open: &[ClosedPart],
) -> Result<(), StoreError> {
    let held = sqlx::query(HELD).bind(place.0).bind(day.to_string()).bind(month.to_owned());
    tx.execute(held).await?;
    // The approval itself stands already, and is about none of the places below.
    for sql in [OPEN_BELOW, CLOSED_BELOW, COMPLETE_BELOW] {
        let query = sqlx::query(sql).bind(id.to_string()).bind(place.0).bind(day.to_string());
        tx.execute(query.bind(month.to_owned())).await?;
    }
    tx.execute(sqlx::query(ITSELF).bind(id.to_string()).bind(place.0).bind(month.to_owned())).await?;
    const PARTS: Rows = Rows {
        head: "INSERT INTO closed_completeness \
               (closing_id, place_id, flow, expected, received, on_time, zero, not_held)",
        columns: 8,
        tail: "",
    };
    let bind = |query: Query, part: &ClosedPart| {
        let counts = &part.counts;
        let query = query.bind(id.to_string()).bind(part.place.0).bind(part.flow.clone());
        let query = query.bind(counts.expected).bind(counts.received).bind(counts.on_time);
        query.bind(counts.zero).bind(counts.not_held)
    };
    PARTS.write(tx, open, bind).await?;
    Ok(())
}

#[derive(FromRow)]
struct PartRow {
    place_id: i64,
    expected: i64,
    received: i64,
    on_time: i64,
    zero: i64,
    not_held: i64,
}

/// How complete each part was in one approved month: of one report type, or of all.
pub async fn completeness(
    tx: &mut Tx,
    id: ClosingId,
    flow: Option<&str>,
) -> Result<BTreeMap<PlaceId, Completeness>, StoreError> {
    let query = sqlx::query(
        "SELECT place_id, CAST(SUM(expected) AS BIGINT) AS expected, CAST(SUM(received) AS BIGINT) AS received, \
         CAST(SUM(on_time) AS BIGINT) AS on_time, CAST(SUM(zero) AS BIGINT) AS zero, \
         CAST(SUM(not_held) AS BIGINT) AS not_held FROM closed_completeness \
         WHERE closing_id = $1 AND ($2 IS NULL OR flow = $2) GROUP BY place_id",
    );
    let rows: Vec<PartRow> = tx.all(query.bind(id.to_string()).bind(flow.map(str::to_owned))).await?;
    let part = |row: PartRow| {
        let PartRow { expected, received, on_time, zero, not_held, .. } = row;
        (PlaceId(row.place_id), Completeness { expected, received, on_time, zero, not_held })
    };
    Ok(rows.into_iter().map(part).collect())
}
