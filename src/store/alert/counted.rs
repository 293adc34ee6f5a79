//! Alerts as far as they count.

use sqlx::FromRow;

use super::super::{StoreError, Tx};
use super::Alert;
use crate::base::{Instant, PlaceId};
use crate::rollup::AlertStanding;

impl Alert {
    /// What of it counts.
    pub fn standing(&self) -> AlertStanding {
        AlertStanding {
            kind: self.kind.clone(),
            place: self.place,
            network: self.network.clone(),
            role: self.sender_role.clone(),
            opened: self.opened,
            acknowledge_by: self.acknowledge_by,
            acknowledged: self.acknowledged,
        }
    }
}

/// An alert for a recount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedAlert {
    /// The text of its flow it counts by; empty for one that was opened before alerts were counted.
    pub flow_hash: String,
    /// What of it counts.
    pub standing: AlertStanding,
}

#[derive(FromRow)]
struct CountedRow {
    flow_hash: String,
    kind: String,
    place_id: i64,
    network: String,
    sender_role: String,
    opened_ms: i64,
    acknowledge_by_ms: i64,
    acknowledged_ms: Option<i64>,
}

/// The alerts opened from `from` on and before `to`, but those withdrawn before anyone acknowledged them.
pub async fn opened_between(tx: &mut Tx, (from, to): (Instant, Instant)) -> Result<Vec<CountedAlert>, StoreError> {
    let query = sqlx::query(
        "SELECT flow_hash, kind, place_id, network, sender_role, opened_ms, acknowledge_by_ms, acknowledged_ms FROM alert \
         WHERE opened_ms >= $1 AND opened_ms < $2 AND (acknowledged_ms IS NOT NULL OR withdrawn_ms IS NULL)",
    );
    let rows: Vec<CountedRow> = tx.all(query.bind(from.0).bind(to.0)).await?;
    let counted = |row: CountedRow| CountedAlert {
        flow_hash: row.flow_hash,
        standing: AlertStanding {
            kind: row.kind,
            place: PlaceId(row.place_id),
            network: row.network,
            role: row.sender_role,
            opened: Instant(row.opened_ms),
            acknowledge_by: Instant(row.acknowledge_by_ms),
            acknowledged: row.acknowledged_ms.map(Instant),
        },
    };
    Ok(rows.into_iter().map(counted).collect())
}

#[derive(FromRow)]
struct EndsRow {
    first: Option<i64>,
    last: Option<i64>,
}

/// When the first and the last alert were opened; none where there is none.
pub async fn opened_ends(tx: &mut Tx) -> Result<Option<(Instant, Instant)>, StoreError> {
    let query = sqlx::query("SELECT MIN(opened_ms) AS first, MAX(opened_ms) AS last FROM alert");
    let row: EndsRow = tx.one(query).await?;
    Ok(row.first.zip(row.last).map(|(first, last)| (Instant(first), Instant(last))))
}
