//! Every text of every flow ever in force, by its hash: a report's cells come from the version it was filed under.

use sqlx::FromRow;

use super::{StoreError, Tx};
use crate::base::Instant;

/// One version of a flow's file.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct FlowVersion {
    /// Hash of its text.
    pub hash: String,
    /// Flow id.
    pub flow: String,
    /// The version it calls itself.
    pub version: i64,
    /// Its text.
    pub source: String,
}

/// Keeps a version, if it is not kept already.
pub async fn keep(tx: &mut Tx, version: &FlowVersion, now: Instant) -> Result<(), StoreError> {
    let query = sqlx::query(
        "INSERT INTO flow_version (hash, flow, version, source, seen_ms) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (hash) DO NOTHING",
    );
    let query = query.bind(version.hash.as_str()).bind(version.flow.as_str()).bind(version.version);
    tx.execute(query.bind(version.source.as_str()).bind(now.0)).await?;
    Ok(())
}

/// The version with this hash.
pub async fn by_hash(tx: &mut Tx, hash: &str) -> Result<Option<FlowVersion>, StoreError> {
    let query = sqlx::query("SELECT hash, flow, version, source FROM flow_version WHERE hash = $1");
    tx.optional(query.bind(hash)).await
}

/// Every version ever in force, oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<FlowVersion>, StoreError> {
    let query = sqlx::query("SELECT hash, flow, version, source FROM flow_version ORDER BY seen_ms, hash");
    tx.all(query).await
}
