//! Messages of ours: waiting, claimed by a lease, settled by who holds it, and moved on by delivery reports.
//!
//! A claim repeats its conditions on the row it changes, so that two workers never get the same message; a message is
//! settled only with the lease it was claimed by.

mod delivery;
mod list;

pub use delivery::{Moved, apply_early, delivered, forget_early, is_early_due};
pub use list::{Filter, Sent, Waiting, list, waiting};

use sqlx::FromRow;

use super::rows::Rows;
use super::sealed::{Origin, Seal};
use super::tx::Query;
use super::{StoreError, Tx};
use crate::base::{Environment, Instant, MessageId, OutboxId, Phone};
use crate::channel::DeliveryStatus;

/// Where a message of ours stands. After `Waiting` it moves in this order only; the last three are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxState {
    /// To be sent, now or later.
    Waiting,
    /// Accepted, waiting at the provider.
    Queued,
    /// On its way to the phone.
    Sent,
    /// On the phone.
    Delivered,
    /// Will never arrive.
    Failed,
    /// Was not sent in time.
    Expired,
}

impl OutboxState {
    const WORDS: [(OutboxState, &'static str); 6] = [
        (OutboxState::Waiting, "waiting"),
        (OutboxState::Queued, "queued"),
        (OutboxState::Sent, "sent"),
        (OutboxState::Delivered, "delivered"),
        (OutboxState::Failed, "failed"),
        (OutboxState::Expired, "expired"),
    ];

    /// The word used in the API and the store.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// The state called `word`.
    pub fn from_word(word: &str) -> Option<OutboxState> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(state, _)| *state)
    }
}

impl From<DeliveryStatus> for OutboxState {
    fn from(status: DeliveryStatus) -> OutboxState {
        match status {
            DeliveryStatus::Queued => OutboxState::Queued,
            DeliveryStatus::Sent => OutboxState::Sent,
            DeliveryStatus::Delivered => OutboxState::Delivered,
            DeliveryStatus::Failed => OutboxState::Failed,
        }
    }
}

/// A message to send.
#[derive(Clone, Debug)]
pub struct NewOutbox<'a> {
    /// Its id.
    pub id: OutboxId,
    /// Channel to send by.
    pub channel: &'a str,
    /// The message it answers.
    pub message: Option<MessageId>,
    /// To whom.
    pub to: &'a Phone,
    /// What.
    pub text: &'a str,
    /// What the provider wants echoed.
    pub reply_token: Option<&'a str>,
    /// Not before this instant.
    pub due: Instant,
    /// Not after this instant.
    pub expires: Instant,
    /// When it was made.
    pub created: Instant,
}

impl<'a> NewOutbox<'a> {
    /// A message that we begin: it answers none, goes out at once, and is worth sending for `life_ms`.
    pub fn begun(
        environment: &Environment,
        (channel, to): (&'a str, &'a Phone),
        text: &'a str,
        (now, life_ms): (Instant, i64),
    ) -> NewOutbox<'a> {
        let (id, message, reply_token) = (OutboxId::new(environment), None, None);
        let expires = now.plus_ms(life_ms);
        NewOutbox { id, channel, message, to, text, reply_token, due: now, expires, created: now }
    }
}

/// Puts a message out to be sent.
pub async fn enqueue(tx: &mut Tx, message: &NewOutbox<'_>) -> Result<(), StoreError> {
    let seal = tx.seal();
    OUTBOX_ROWS.write(tx, std::slice::from_ref(message), |query, message| bind(query, message, &seal)).await?;
    Ok(())
}

/// True when something was put out in answer to this message.
pub async fn is_answered(tx: &mut Tx, message: MessageId) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM outbox WHERE message_id = $1";
    let (answers,): (i64,) = tx.one(sqlx::query(SQL).bind(message.to_string())).await?;
    Ok(answers > 0)
}

pub(super) const OUTBOX_ROWS: Rows = Rows {
    head: "INSERT INTO outbox (id, channel, message_id, phone_index, number_sealed, text_sealed, reply_token, state, \
           attempts, due_ms, expires_ms, created_ms, updated_ms)",
    columns: 13,
    tail: "",
};

pub(super) fn bind(query: Query, message: &NewOutbox<'_>, seal: &Seal) -> Query {
    query
        .bind(message.id.to_string())
        .bind(message.channel)
        .bind(message.message.map(|id| id.to_string()))
        .bind(seal.index(message.to))
        .bind(seal.phone(message.to))
        .bind(seal.text(message.text))
        .bind(message.reply_token)
        .bind(OutboxState::Waiting.word())
        .bind(0_i64)
        .bind(message.due.0)
        .bind(message.expires.0)
        .bind(message.created.0)
        .bind(message.created.0)
}

/// What a worker claims.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Channel.
    pub channel: &'a str,
    /// At most so many.
    pub limit: i64,
    /// The worker's own token: only with it can what was claimed be settled.
    pub lease: &'a str,
    /// The present instant.
    pub now: Instant,
    /// Until when nobody else may claim them.
    pub until: Instant,
}

/// A message claimed to be sent now.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// Its id.
    pub id: OutboxId,
    /// To whom.
    pub to: Phone,
    /// What.
    pub text: String,
    /// What the provider wants echoed.
    pub reply_token: Option<String>,
    /// How often it was claimed, this time included.
    pub attempts: i64,
    /// Not after this instant.
    pub expires: Instant,
}

#[derive(FromRow)]
struct ClaimedRow {
    id: String,
    number_sealed: String,
    text_sealed: String,
    reply_token: Option<String>,
    attempts: i64,
    expires_ms: i64,
}

/// Claims messages that are due and that nobody holds, longest due first.
///
/// COALESCE hides the repeated condition from SQLite's planner, which would walk every waiting row instead of the few
/// ids.
pub async fn claim(tx: &mut Tx, claim: &Claim<'_>) -> Result<Vec<Claimed>, StoreError> {
    let query = sqlx::query(
        "UPDATE outbox SET lease = $1, lease_until_ms = $2, attempts = attempts + 1, updated_ms = $3 \
         WHERE id IN (SELECT o.id FROM outbox o WHERE o.state = 'waiting' AND o.channel = $4 AND o.due_ms <= $3 \
         AND o.expires_ms > $3 AND (o.lease IS NULL OR o.lease_until_ms <= $3) ORDER BY o.due_ms, o.id LIMIT $5) \
         AND COALESCE(state, '') = 'waiting' AND due_ms <= $3 AND (lease IS NULL OR lease_until_ms <= $3) \
         RETURNING id, number_sealed, text_sealed, reply_token, attempts, expires_ms",
    );
    let query = query.bind(claim.lease).bind(claim.until.0).bind(claim.now.0).bind(claim.channel).bind(claim.limit);
    let seal = tx.seal();
    let rows: Vec<ClaimedRow> = tx.all(query).await?;
    let mut claimed: Vec<Claimed> =
        rows.into_iter().map(|row| row.claimed(&seal)).collect::<Result<_, StoreError>>()?;
    // RETURNING promises no order; ids made later sort later.
    claimed.sort_by_key(|message| message.id);
    Ok(claimed)
}

impl ClaimedRow {
    fn claimed(self, seal: &Seal) -> Result<Claimed, StoreError> {
        let origin = Origin::new("outbox", &self.id);
        Ok(Claimed {
            id: origin.parse("id", &self.id)?,
            to: origin.phone("number_sealed", seal, &self.number_sealed)?,
            text: origin.text("text_sealed", seal, &self.text_sealed)?,
            reply_token: self.reply_token,
            attempts: self.attempts,
            expires: Instant(self.expires_ms),
        })
    }
}

/// The provider took it. A delivery report that came before is applied at once. False when the lease is no longer ours.
pub async fn sent(
    tx: &mut Tx,
    id: OutboxId,
    lease: &str,
    external_id: Option<&str>,
    status: DeliveryStatus,
    now: Instant,
) -> Result<bool, StoreError> {
    let query = settling(
        "UPDATE outbox SET state = $4, external_id = $5, reason = NULL, lease = NULL, lease_until_ms = NULL, \
         updated_ms = $3 WHERE id = $1 AND lease = $2 AND state = 'waiting'",
        id,
        lease,
        now,
    );
    let is_ours = tx.execute(query.bind(OutboxState::from(status).word()).bind(external_id)).await? == 1;
    if is_ours {
        delivery::apply_early_to(tx, id, external_id, now).await?;
    }
    Ok(is_ours)
}

/// It is to be tried again at `due`. False when the lease is no longer ours.
pub async fn retry(
    tx: &mut Tx,
    id: OutboxId,
    lease: &str,
    due: Instant,
    reason: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    let query = settling(
        "UPDATE outbox SET due_ms = $4, reason = $5, lease = NULL, lease_until_ms = NULL, updated_ms = $3 \
         WHERE id = $1 AND lease = $2 AND state = 'waiting'",
        id,
        lease,
        now,
    );
    Ok(tx.execute(query.bind(due.0).bind(reason)).await? == 1)
}

/// It will never be sent. False when the lease is no longer ours.
pub async fn failed(tx: &mut Tx, id: OutboxId, lease: &str, reason: &str, now: Instant) -> Result<bool, StoreError> {
    let query = settling(
        "UPDATE outbox SET state = 'failed', reason = $4, lease = NULL, lease_until_ms = NULL, updated_ms = $3 \
         WHERE id = $1 AND lease = $2 AND state = 'waiting'",
        id,
        lease,
        now,
    );
    Ok(tx.execute(query.bind(reason)).await? == 1)
}

/// Gives back what is still held by `lease` and was not sent: another server, or this one started again, may send it at
/// once. How many.
pub async fn release(tx: &mut Tx, lease: &str, now: Instant) -> Result<u64, StoreError> {
    let query = sqlx::query(
        "UPDATE outbox SET lease = NULL, lease_until_ms = NULL, attempts = attempts - 1, updated_ms = $2 \
         WHERE lease = $1 AND state = 'waiting'",
    );
    tx.execute(query.bind(lease).bind(now.0)).await
}

fn settling(sql: &'static str, id: OutboxId, lease: &str, now: Instant) -> Query {
    sqlx::query(sql).bind(id.to_string()).bind(lease).bind(now.0)
}

/// Gives up what was not sent in time and nobody holds; how many.
pub async fn expire(tx: &mut Tx, now: Instant) -> Result<u64, StoreError> {
    let query = sqlx::query(
        "UPDATE outbox SET state = 'expired', lease = NULL, lease_until_ms = NULL, updated_ms = $1 \
         WHERE state = 'waiting' AND expires_ms <= $1 AND (lease IS NULL OR lease_until_ms <= $1)",
    );
    tx.execute(query.bind(now.0)).await
}
