//! Messages of ours as lists and metrics show them.

use sqlx::FromRow;

use super::super::limits::PAGE_ROWS_MAX;
use super::super::sealed::Origin;
use super::super::{StoreError, Tx};
use super::OutboxState;
use crate::base::{Instant, MessageId, OutboxId, Phone};

/// A message of ours as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// Its id.
    pub id: OutboxId,
    /// Channel.
    pub channel: String,
    /// The message it answers.
    pub message: Option<MessageId>,
    /// To whom.
    pub to: Phone,
    /// What.
    pub text: String,
    /// Where it stands.
    pub state: OutboxState,
    /// How often sending was begun.
    pub attempts: i64,
    /// The provider's id.
    pub external_id: Option<String>,
    /// Why it failed or waits.
    pub reason: Option<String>,
    /// When it was made.
    pub created: Instant,
    /// When it last moved.
    pub updated: Instant,
}

/// Which messages to list; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this channel.
    pub channel: Option<String>,
    /// In this state.
    pub state: Option<OutboxState>,
    /// Answering this message.
    pub message: Option<MessageId>,
    /// To the phone with this index.
    pub phone_index: Option<String>,
}

#[derive(FromRow)]
struct SentRow {
    id: String,
    channel: String,
    message_id: Option<String>,
    number_sealed: String,
    text_sealed: String,
    state: String,
    attempts: i64,
    external_id: Option<String>,
    reason: Option<String>,
    created_ms: i64,
    updated_ms: i64,
}

macro_rules! narrowed {
    ($message:literal) => {
        concat!(
            "SELECT id, channel, message_id, number_sealed, text_sealed, state, attempts, external_id, reason, ",
            "created_ms, updated_ms FROM outbox WHERE ($1 IS NULL OR id < $1) AND ($2 IS NULL OR channel = $2) ",
            "AND ($3 IS NULL OR state = $3) AND ",
            $message,
            " AND ($5 IS NULL OR phone_index = $5) ORDER BY id DESC LIMIT $6"
        )
    };
}

const LIST: &str = narrowed!("($4 IS NULL OR message_id = $4)");
const LIST_BY_MESSAGE: &str = narrowed!("message_id = $4");

/// The messages that match, newest first, from just before `before` on. At most `limit` rows.
pub async fn list(tx: &mut Tx, filter: &Filter, before: Option<OutboxId>, limit: i64) -> Result<Vec<Sent>, StoreError> {
    let query = if filter.message.is_some() { sqlx::query(LIST_BY_MESSAGE) } else { sqlx::query(LIST) };
    let query = query
        .bind(before.map(|id| id.to_string()))
        .bind(filter.channel.clone())
        .bind(filter.state.map(OutboxState::word))
        .bind(filter.message.map(|id| id.to_string()))
        .bind(filter.phone_index.clone())
        .bind(limit.clamp(1, PAGE_ROWS_MAX));
    let seal = tx.seal();
    let rows: Vec<SentRow> = tx.all(query).await?;
    let sent = |row: SentRow| {
        let origin = Origin::new("outbox", &row.id);
        Ok(Sent {
            id: origin.parse("id", &row.id)?,
            message: origin.parse_optional("message_id", &row.message_id)?,
            to: origin.phone("number_sealed", &seal, &row.number_sealed)?,
            text: origin.text("text_sealed", &seal, &row.text_sealed)?,
            state: origin.word("state", &row.state, OutboxState::from_word)?,
            channel: row.channel,
            attempts: row.attempts,
            external_id: row.external_id,
            reason: row.reason,
            created: Instant(row.created_ms),
            updated: Instant(row.updated_ms),
        })
    };
    rows.into_iter().map(sent).collect()
}

/// What waits on one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Channel.
    pub channel: String,
    /// How many.
    pub count: i64,
    /// Since when the longest due one is due.
    pub oldest_due: Instant,
}

#[derive(FromRow)]
struct WaitingRow {
    channel: String,
    waiting: i64,
    oldest_ms: i64,
}

/// What waits on every channel that has anything waiting.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<Waiting>, StoreError> {
    let query = sqlx::query(
        "SELECT channel, COUNT(*) AS waiting, MIN(due_ms) AS oldest_ms FROM outbox WHERE state = 'waiting' \
         GROUP BY channel ORDER BY channel",
    );
    let rows: Vec<WaitingRow> = tx.all(query).await?;
    let waiting =
        |row: WaitingRow| Waiting { channel: row.channel, count: row.waiting, oldest_due: Instant(row.oldest_ms) };
    Ok(rows.into_iter().map(waiting).collect())
}
