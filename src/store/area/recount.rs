//! Areas added up again from cells and receptions: to compare, or to begin anew.
//!
//! Period by period, so that no statement grows with the years.

use sqlx::FromRow;

use super::AreaKey;
use super::members::{Members, chosen, insert, write_apart};
use crate::base::PlaceId;
use crate::place::Span;
use crate::store::{StoreError, Tx, place};

/// A sum that is not what its places add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaDifference {
    /// Which.
    pub key: AreaKey,
    /// By how much the sum, with what waits to be added to it, is too high.
    pub by: i64,
}

/// Counts and receptions of every place in one period, `$1`, as an area sums them.
macro_rules! places {
    ($sign:literal) => {
        concat!(
            "SELECT m.area_id, c.period, '' AS received_on, c.indicator AS item, c.network, c.role, ",
            $sign,
            "c.value AS value FROM cell c CROSS JOIN area_member m WHERE c.period = $1 AND m.place_id = c.place_id ",
            "UNION ALL SELECT m.area_id, v.period, v.received_on, ",
            super::reception_sql!(),
            ", v.network, v.role, ",
            $sign,
            "1 FROM received v CROSS JOIN area_member m WHERE v.period = $1 AND m.place_id = v.place_id"
        )
    };
}

macro_rules! grouped {
    () => {
        " GROUP BY t.area_id, t.period, t.received_on, t.item, t.network, t.role HAVING SUM(t.value) <> 0 \
         ORDER BY t.period, t.area_id, t.received_on, t.item, t.network, t.role"
    };
}

/// The next period after `$1` of which anything is told.
const NEXT_PERIOD: &str = "SELECT MIN(t.period) AS period FROM (\
     SELECT MIN(period) AS period FROM cell WHERE period > $1 UNION ALL \
     SELECT MIN(period) AS period FROM received WHERE period > $1 UNION ALL \
     SELECT MIN(period) AS period FROM area_change WHERE period > $1 UNION ALL \
     SELECT MIN(period) AS period FROM area_sum WHERE period > $1) t";

async fn next_period(tx: &mut Tx, last: &str) -> Result<Option<String>, StoreError> {
    let (period,): (Option<String>,) = tx.one(sqlx::query(NEXT_PERIOD).bind(last.to_owned())).await?;
    Ok(period)
}

#[derive(FromRow)]
struct DifferenceRow {
    area_id: i64,
    period: String,
    received_on: String,
    item: String,
    network: String,
    role: String,
    value: i64,
}

/// Every sum that differs from its places, in one state of the store.
pub async fn check(tx: &mut Tx) -> Result<Vec<AreaDifference>, StoreError> {
    const CHECK: &str = concat!(
        "SELECT t.area_id, t.period, t.received_on, t.item, t.network, t.role, CAST(SUM(t.value) AS BIGINT) AS value FROM (",
        "SELECT area_id, period, received_on, item, network, role, value FROM area_sum WHERE period = $1 UNION ALL ",
        "SELECT m.area_id, x.period, x.received_on, x.item, x.network, x.role, x.value FROM area_change x ",
        "CROSS JOIN area_member m WHERE x.period = $1 AND m.place_id = x.place_id UNION ALL ",
        places!("-"),
        ") t",
        grouped!()
    );
    let (mut differences, mut last) = (Vec::new(), String::new());
    while let Some(period) = next_period(tx, &last).await? {
        let rows: Vec<DifferenceRow> = tx.all(sqlx::query(CHECK).bind(period.clone())).await?;
        differences.extend(rows.into_iter().map(|row| AreaDifference {
            key: AreaKey {
                area: PlaceId(row.area_id),
                period: row.period,
                received_on: row.received_on,
                item: row.item,
                network: row.network,
                role: row.role,
            },
            by: row.value,
        }));
        last = period;
    }
    Ok(differences)
}

/// Sums nothing any more: every area is read place by place, which is right and slow, until [`refold`].
///
/// # Errors
/// As [`refold`].
pub async fn stand_apart(tx: &mut Tx) -> Result<(), StoreError> {
    let closure = cleared(tx).await?;
    write_apart(tx, &closure, &Members::new()).await
}

async fn cleared(tx: &mut Tx) -> Result<Vec<(PlaceId, PlaceId, Span)>, StoreError> {
    const CLEAR: [&str; 5] = [
        "DELETE FROM area_sum",
        "DELETE FROM area_change",
        "DELETE FROM area_member",
        "UPDATE area_generation SET generation = generation + 1",
        "UPDATE place_generation SET generation = generation + 1",
    ];
    for clear in CLEAR {
        tx.execute(sqlx::query(clear)).await?;
    }
    place::closure(tx).await
}

/// Chooses the members of every area anew and adds up everything again, in a transaction of
/// [`crate::store::Store::begin_whole`].
///
/// # Errors
/// A conflict when somebody else adds at the same time: to be tried again.
pub async fn refold(tx: &mut Tx) -> Result<(), StoreError> {
    const REFOLD: &str = concat!(
        "INSERT INTO area_sum (area_id, period, received_on, item, network, role, value) ",
        "SELECT t.area_id, t.period, t.received_on, t.item, t.network, t.role, CAST(SUM(t.value) AS BIGINT) FROM (",
        places!(""),
        ") t",
        grouped!()
    );
    const BEGIN: &str = "INSERT INTO area_generation (area_id, period, generation) \
        SELECT DISTINCT area_id, period, 1 FROM area_sum WHERE value <> 0 \
        ON CONFLICT (area_id, period) DO NOTHING";
    let closure = cleared(tx).await?;
    let members = chosen(&closure);
    insert(tx, &members).await?;
    write_apart(tx, &closure, &members).await?;
    let mut last = String::new();
    while let Some(period) = next_period(tx, &last).await? {
        tx.execute(sqlx::query(REFOLD).bind(period.clone())).await?;
        last = period;
    }
    tx.execute(sqlx::query(BEGIN)).await?;
    Ok(())
}
