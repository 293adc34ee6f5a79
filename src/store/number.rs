//! The numbers of what officers act on, counted in each area, so that colleagues of one area type the same number.

use sqlx::FromRow;

use super::{StoreError, Tx};
use crate::base::PlaceId;

#[derive(FromRow)]
struct NumberRow {
    last_number: i64,
}

/// Numbers were given out up to `last` in bulk, in an area that had none.
pub async fn given(tx: &mut Tx, area: PlaceId, last: i64) -> Result<(), StoreError> {
    let query = sqlx::query("INSERT INTO area_number (place_id, last_number) VALUES ($1, $2)");
    tx.execute_one("area_number", query.bind(area.0).bind(last)).await
}

/// The next number of this area, from 1; given out once.
pub async fn next(tx: &mut Tx, area: PlaceId) -> Result<i64, StoreError> {
    let query = sqlx::query(
        "INSERT INTO area_number (place_id, last_number) VALUES ($1, 1) \
         ON CONFLICT (place_id) DO UPDATE SET last_number = area_number.last_number + 1 RETURNING last_number",
    );
    let rows: Vec<NumberRow> = tx.all(query.bind(area.0)).await?;
    let row = rows.into_iter().next().ok_or(StoreError::NotOne { what: "area_number", rows: 0 })?;
    Ok(row.last_number)
}
