//! Targets: what a place is to reach for an indicator in a period.

use super::{StoreError, Tx};
use crate::base::{Date, PlaceId};
use crate::rollup::TargetRow;

/// A target that stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Whose.
    pub place: PlaceId,
    /// Full name of the indicator.
    pub indicator: String,
    /// Name of the period.
    pub period: String,
    /// What is to be reached.
    pub value: f64,
}

/// Writes targets; one without a value is taken away.
pub async fn set_many(tx: &mut Tx, rows: &[TargetRow]) -> Result<(), StoreError> {
    for row in rows {
        let (place, period) = (row.place.0, row.period.name());
        match row.value {
            Some(value) => {
                let query = sqlx::query(
                    "INSERT INTO target (place_id, indicator, period, value) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (place_id, period, indicator) DO UPDATE SET value = excluded.value",
                );
                tx.execute(query.bind(place).bind(row.indicator.as_str()).bind(period).bind(value)).await?;
            }
            None => {
                let query = sqlx::query("DELETE FROM target WHERE place_id = $1 AND indicator = $2 AND period = $3");
                tx.execute(query.bind(place).bind(row.indicator.as_str()).bind(period)).await?;
            }
        }
    }
    Ok(())
}

/// The targets of a period: of the area itself, and of the places right below it on `day`.
pub async fn of_area(tx: &mut Tx, area: PlaceId, day: Date, period: &str) -> Result<Vec<Target>, StoreError> {
    let query = sqlx::query(
        "SELECT t.place_id, t.indicator, t.period, t.value FROM target t WHERE t.period = $3 AND (t.place_id = $1 \
         OR t.place_id IN (SELECT p.place_id FROM place_parent p WHERE p.parent_id = $1 AND p.from_day <= $2 \
         AND p.to_day >= $2)) ORDER BY t.place_id, t.indicator",
    );
    let rows: Vec<(i64, String, String, f64)> = tx.all(query.bind(area.0).bind(day.to_string()).bind(period)).await?;
    let target = |(place, indicator, period, value)| Target { place: PlaceId(place), indicator, period, value };
    Ok(rows.into_iter().map(target).collect())
}
