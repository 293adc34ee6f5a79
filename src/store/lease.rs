//! Leases: a round of work that one server makes at a time, and another takes over when that one falls silent.

use super::{StoreError, Tx};
use crate::base::Instant;

/// Takes or keeps the lease called `name` until `until`; false while somebody else holds it.
pub async fn claim(tx: &mut Tx, name: &str, holder: &str, now: Instant, until: Instant) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "INSERT INTO lease (name, holder, until_ms) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms \
         WHERE lease.holder = excluded.holder OR lease.until_ms <= $4",
    );
    Ok(tx.execute(query.bind(name).bind(holder).bind(until.0).bind(now.0)).await? == 1)
}

/// Gives the lease back, so that whoever comes next need not wait.
pub async fn release(tx: &mut Tx, name: &str, holder: &str) -> Result<(), StoreError> {
    let query = sqlx::query("DELETE FROM lease WHERE name = $1 AND holder = $2");
    tx.execute(query.bind(name).bind(holder)).await?;
    Ok(())
}
