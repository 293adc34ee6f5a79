//! The SMS people sent, oldest first: what a changed pack is tried on. Only those whose text is still kept.

use sqlx::FromRow;

use super::outcome;
use crate::base::{Instant, MessageId};
use crate::flow::turn::Outcome;
use crate::store::limits::PAGE_ROWS_MAX;
use crate::store::sealed::{Origin, Seal};
use crate::store::{StoreError, Tx};

/// An SMS as it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxSms {
    /// Its id.
    pub id: MessageId,
    /// The sender: a number in E.164, to be masked before it is shown, or a name.
    pub sender: Option<String>,
    /// What was written.
    pub text: String,
    /// When it came in.
    pub received: Instant,
    /// What became of it then.
    pub outcome: Outcome,
}

#[derive(FromRow)]
struct InboxRow {
    id: String,
    sender_sealed: Option<String>,
    text_sealed: String,
    received_ms: i64,
    outcome: String,
}

/// The SMS after `after` in the order of ids, received at `since` or later. At most `limit` rows.
pub async fn inbox_after(
    tx: &mut Tx,
    after: Option<MessageId>,
    since: Option<Instant>,
    limit: i64,
) -> Result<Vec<InboxSms>, StoreError> {
    let query = sqlx::query(
        "SELECT m.id, COALESCE(m.sender_sealed, p.number_sealed) AS sender_sealed, m.text_sealed, m.received_ms, \
         m.outcome FROM message m LEFT JOIN phone p ON p.phone_index = m.phone_index WHERE m.hook = 'sms' \
         AND m.text_sealed IS NOT NULL AND ($1 IS NULL OR m.id > $1) AND ($2 IS NULL OR m.received_ms >= $2) \
         ORDER BY m.id LIMIT $3",
    );
    let after = after.map(|id| id.to_string()).or_else(|| since.map(id_before));
    let query = query.bind(after).bind(since.map(|instant| instant.0)).bind(limit.clamp(1, PAGE_ROWS_MAX));
    let seal = tx.seal();
    let rows: Vec<InboxRow> = tx.all(query).await?;
    rows.into_iter().map(|row| row.sms(&seal)).collect()
}

/// An id below that of every message received at `instant` or later: ids begin with the time they were made, and none is
/// made before its message came in. Without it the first page would read past everything older.
pub(in crate::store) fn id_before(instant: Instant) -> String {
    // Servers of one database may disagree about the time by less than this.
    const CLOCKS_APART_MS: i64 = 3_600_000;
    let ms = instant.0.saturating_sub(CLOCKS_APART_MS).max(0);
    format!("{:08x}-{:04x}-7000-8000-000000000000", ms >> 16, ms & 0xffff)
}

impl InboxRow {
    fn sms(self, seal: &Seal) -> Result<InboxSms, StoreError> {
        let origin = Origin::new("message", &self.id);
        Ok(InboxSms {
            id: origin.parse("id", &self.id)?,
            sender: origin.text_optional("sender_sealed", seal, &self.sender_sealed)?,
            text: origin.text("text_sealed", seal, &self.text_sealed)?,
            received: Instant(self.received_ms),
            outcome: origin.word("outcome", &self.outcome, outcome)?,
        })
    }
}
