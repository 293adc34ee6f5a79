//! Alerts as far as they count.

use sqlx::FromRow;

use super::super::sealed::Origin;
use super::super::{StoreError, Tx};
use super::Alert;
use crate::base::{Date, Instant, PlaceId};
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
            opened_on: self.opened_on,
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
    opened_on: String,
    acknowledge_by_ms: i64,
    acknowledged_ms: Option<i64>,
}

impl CountedRow {
    fn counted(self) -> Result<CountedAlert, StoreError> {
        let opened_on = Origin::new("alert", &self.kind).parse("opened_on", &self.opened_on)?;
        let standing = AlertStanding {
            kind: self.kind,
            place: PlaceId(self.place_id),
            network: self.network,
            role: self.sender_role,
            opened: Instant(self.opened_ms),
            opened_on,
            acknowledge_by: Instant(self.acknowledge_by_ms),
            acknowledged: self.acknowledged_ms.map(Instant),
        };
        Ok(CountedAlert { flow_hash: self.flow_hash, standing })
    }
}

/// The alerts opened on the days from `from` to `to`, but those withdrawn before anyone acknowledged them.
pub async fn opened_between(tx: &mut Tx, (from, to): (Date, Date)) -> Result<Vec<CountedAlert>, StoreError> {
    let query = sqlx::query(
        "SELECT flow_hash, kind, place_id, network, sender_role, opened_ms, opened_on, acknowledge_by_ms, acknowledged_ms \
         FROM alert WHERE opened_on >= $1 AND opened_on <= $2 AND (acknowledged_ms IS NOT NULL OR withdrawn_ms IS NULL)",
    );
    let rows: Vec<CountedRow> = tx.all(query.bind(from.to_string()).bind(to.to_string())).await?;
    rows.into_iter().map(CountedRow::counted).collect()
}

#[derive(FromRow)]
struct EndsRow {
    first: Option<String>,
    last: Option<String>,
}

/// The days on which the first and the last alert were opened; none where there is none.
pub async fn opened_ends(tx: &mut Tx) -> Result<Option<(Date, Date)>, StoreError> {
    let query = sqlx::query("SELECT MIN(opened_on) AS first, MAX(opened_on) AS last FROM alert");
    let row: EndsRow = tx.one(query).await?;
    let Some((first, last)) = row.first.zip(row.last) else { return Ok(None) };
    let day = |day: &str| Origin::new("alert", "ends").parse("opened_on", day);
    Ok(Some((day(&first)?, day(&last)?)))
}
