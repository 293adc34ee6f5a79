//! Delivery reports: forward only, and kept for later when they come before the send they speak of is settled.

use sqlx::FromRow;

use super::super::limits::EARLY_DELIVERY_KEPT_MS;
use super::super::sealed::Origin;
use super::super::{StoreError, Tx};
use super::OutboxState;
use crate::base::{Instant, OutboxId};
use crate::channel::DeliveryStatus;

/// What a delivery report did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The message stands further on now.
    Forward,
    /// The message stood there already, or further on.
    Nothing,
    /// No such message yet: kept until the send is settled.
    Early,
}

#[derive(FromRow)]
struct StateRow {
    state: String,
}

#[derive(FromRow)]
struct EarlyRow {
    channel: String,
    external_id: String,
    state: String,
    reason: Option<String>,
}

/// How far along a state is, as SQL: nothing moves to a place it has reached or passed, and what still waits is not
/// moved by a report at all.
macro_rules! rank {
    ($state:literal) => {
        concat!("CASE ", $state, " WHEN 'queued' THEN 1 WHEN 'sent' THEN 2 ELSE 3 END")
    };
}

/// Moves the message with this id at the provider (or this id of ours, where the provider gives that back) forward to
/// `status`; never back. One not settled yet gets it when it is.
pub async fn delivered(
    tx: &mut Tx,
    channel: &str,
    external_id: &str,
    status: DeliveryStatus,
    reason: Option<&str>,
    now: Instant,
) -> Result<Moved, StoreError> {
    let state = OutboxState::from(status);
    if move_forward(tx, channel, external_id, state, reason, now).await? {
        return Ok(Moved::Forward);
    }
    let query = sqlx::query(
        "SELECT state FROM outbox WHERE channel = $1 AND (external_id = $2 OR id = $2) AND state <> 'waiting'",
    );
    let settled: Option<StateRow> = tx.optional(query.bind(channel).bind(external_id)).await?;
    if let Some(settled) = settled {
        Origin::new("outbox", external_id).word("state", &settled.state, OutboxState::from_word)?;
        return Ok(Moved::Nothing);
    }
    const KEEP: &str = concat!(
        "INSERT INTO early_delivery (channel, external_id, state, reason, received_ms) VALUES ($1, $2, $3, $4, $5) ",
        "ON CONFLICT (channel, external_id) DO UPDATE SET state = excluded.state, reason = excluded.reason WHERE ",
        rank!("early_delivery.state"),
        " < ",
        rank!("excluded.state")
    );
    let keep = sqlx::query(KEEP).bind(channel).bind(external_id).bind(state.word()).bind(reason).bind(now.0);
    tx.execute(keep).await?;
    Ok(Moved::Early)
}

async fn move_forward(
    tx: &mut Tx,
    channel: &str,
    external_id: &str,
    state: OutboxState,
    reason: Option<&str>,
    now: Instant,
) -> Result<bool, StoreError> {
    const MOVE: &str = concat!(
        "UPDATE outbox SET state = $3, reason = $4, updated_ms = $5 WHERE channel = $1 ",
        "AND (external_id = $2 OR id = $2) AND ",
        rank!("state"),
        " < ",
        rank!("$3")
    );
    let query = sqlx::query(MOVE).bind(channel).bind(external_id).bind(state.word()).bind(reason).bind(now.0);
    Ok(tx.execute(query).await? > 0)
}

/// Applies what came early for a message just settled.
pub(super) async fn apply_early_to(
    tx: &mut Tx,
    id: OutboxId,
    external_id: Option<&str>,
    now: Instant,
) -> Result<(), StoreError> {
    let id = id.to_string();
    let query = sqlx::query(
        "SELECT e.channel, e.external_id, e.state, e.reason FROM outbox o JOIN early_delivery e \
         ON e.channel = o.channel AND e.external_id IN ($1, $2) WHERE o.id = $1",
    );
    let early: Vec<EarlyRow> = tx.all(query.bind(id.as_str()).bind(external_id.unwrap_or(&id))).await?;
    apply(tx, early, now).await
}

/// Early reports whose message has been settled since.
const SETTLED_SINCE: &str = "SELECT e.channel, e.external_id, e.state, e.reason FROM early_delivery e CROSS JOIN outbox o \
     WHERE o.channel = e.channel AND o.external_id = e.external_id AND o.state <> 'waiting' \
     UNION SELECT e.channel, e.external_id, e.state, e.reason FROM early_delivery e CROSS JOIN outbox o \
     WHERE o.id = e.external_id AND o.channel = e.channel AND o.state <> 'waiting'";

/// True where [`apply_early`] finds anything: to be asked before a transaction that writes is begun for it.
pub async fn is_early_due(tx: &mut Tx) -> Result<bool, StoreError> {
    let early: Vec<EarlyRow> = tx.all(sqlx::query(SETTLED_SINCE)).await?;
    Ok(!early.is_empty())
}

/// Applies every early report whose message has been settled since: closes the gap between a report and a settling
/// that did not see each other, as two transactions of PostgreSQL may not. How many were applied.
pub async fn apply_early(tx: &mut Tx, now: Instant) -> Result<usize, StoreError> {
    let early: Vec<EarlyRow> = tx.all(sqlx::query(SETTLED_SINCE)).await?;
    let count = early.len();
    apply(tx, early, now).await?;
    Ok(count)
}

async fn apply(tx: &mut Tx, early: Vec<EarlyRow>, now: Instant) -> Result<(), StoreError> {
    for row in early {
        // What is applied is what was taken out, not what was seen before: a later report may have changed the row in
        // between, and would be lost with it.
        let query = sqlx::query(
            "DELETE FROM early_delivery WHERE channel = $1 AND external_id = $2 \
             RETURNING channel, external_id, state, reason",
        );
        let taken: Option<EarlyRow> = tx.optional(query.bind(row.channel).bind(row.external_id)).await?;
        if let Some(row) = taken {
            let origin = Origin::new("early_delivery", &row.external_id);
            let state = origin.word("state", &row.state, OutboxState::from_word)?;
            move_forward(tx, &row.channel, &row.external_id, state, row.reason.as_deref(), now).await?;
        }
    }
    Ok(())
}

/// Forgets early reports whose message never turned up; how many.
pub async fn forget_early(tx: &mut Tx, now: Instant) -> Result<u64, StoreError> {
    let query = sqlx::query("DELETE FROM early_delivery WHERE received_ms < $1");
    tx.execute(query.bind(now.plus_ms(-EARLY_DELIVERY_KEPT_MS).0)).await
}
