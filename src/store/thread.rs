//! The SMS of one phone, both ways, in the order they were written: what its owner would see on it.

use sqlx::FromRow;

use super::limits::PAGE_ROWS_MAX;
use super::outbox::OutboxState;
use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Instant, Phone};

/// One SMS.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// When it came in, or was made by us.
    pub at: Instant,
    /// What it says.
    pub text: String,
    /// Where it stands, for one of ours; `None` for what the phone sent.
    pub ours: Option<OutboxState>,
}

#[derive(FromRow)]
struct TypedRow {
    id: String,
    text_sealed: Option<String>,
    received_ms: i64,
}

#[derive(FromRow)]
struct OursRow {
    id: String,
    text_sealed: String,
    state: String,
    created_ms: i64,
}

/// The last `limit` lines of a phone's thread since `since`, oldest first. An answer stands below what it answers.
pub async fn of_phone(tx: &mut Tx, phone: &Phone, since: Instant, limit: i64) -> Result<Vec<Line>, StoreError> {
    const TYPED: &str = "SELECT id, text_sealed, received_ms FROM message WHERE phone_index IN ($1, $4) \
                         AND hook = 'sms' AND received_ms >= $2 ORDER BY received_ms DESC, id DESC LIMIT $3";
    const OURS: &str = "SELECT id, text_sealed, state, created_ms FROM outbox WHERE phone_index IN ($1, $4) \
                        AND created_ms >= $2 ORDER BY created_ms DESC, id DESC LIMIT $3";
    let seal = tx.seal();
    let limit = limit.clamp(1, PAGE_ROWS_MAX);
    let [before, index] = seal.indexes(phone);
    let of = |text: &'static str| sqlx::query(text).bind(index.clone()).bind(since.0).bind(limit).bind(before.clone());
    let typed: Vec<TypedRow> = tx.all(of(TYPED)).await?;
    let ours: Vec<OursRow> = tx.all(of(OURS)).await?;
    let mut lines = Vec::with_capacity(typed.len() + ours.len());
    for row in typed {
        let text = Origin::new("message", &row.id).text_optional("text_sealed", &seal, &row.text_sealed)?;
        lines.push((row.id, Line { at: Instant(row.received_ms), text: text.unwrap_or_default(), ours: None }));
    }
    for row in ours {
        let origin = Origin::new("outbox", &row.id);
        let line = Line {
            at: Instant(row.created_ms),
            text: origin.text("text_sealed", &seal, &row.text_sealed)?,
            ours: Some(origin.word("state", &row.state, OutboxState::from_word)?),
        };
        lines.push((row.id, line));
    }
    lines.sort_by(|(id, line), (other_id, other)| {
        (line.at, line.ours.is_some(), id).cmp(&(other.at, other.ours.is_some(), other_id))
    });
    let first = lines.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(lines.drain(first..).map(|(_, line)| line).collect())
}
