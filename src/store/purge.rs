//! Removing what is older than it should be kept, a few rows in each transaction: texts first, whole messages later.
//!
//! Never touches a message that somebody still has to look at: its report is a draft, or it waits for an officer. Such a
//! message is noted and looked at again. Reports and their figures stay for ever.

use sqlx::FromRow;

use super::message::id_before;
use super::{StoreError, Tx, setting};
use crate::base::Instant;

/// What still needs the message `m`: a report was written by all that its phone sent from its first word to its last.
macro_rules! needed {
    () => {
        "(EXISTS (SELECT 1 FROM report r WHERE r.message_id = m.id AND r.state IN ('draft', 'awaiting_visa')) \
         OR EXISTS (SELECT 1 FROM report r WHERE r.phone_index = m.phone_index AND r.created_ms <= m.received_ms \
         AND r.updated_ms >= m.received_ms AND r.state IN ('draft', 'awaiting_visa')) \
         OR EXISTS (SELECT 1 FROM report r JOIN approval a ON a.subject = r.id WHERE r.message_id = m.id AND a.verdict = '') \
         OR EXISTS (SELECT 1 FROM proposal p WHERE p.message_id = m.id))"
    };
}

/// Names of the settings that say up to which id texts were removed.
const TEXTS: &str = "texts_removed_to";
const ANSWERS: &str = "answers_removed_to";

#[derive(FromRow)]
struct LastRow {
    last: Option<String>,
}

/// The last id of the next `limit` rows behind the one kept as `name`, as `sql` finds them.
async fn next_page(
    tx: &mut Tx,
    name: &'static str,
    sql: &'static str,
    before: Instant,
    limit: i64,
) -> Result<Option<(String, String)>, StoreError> {
    let from = setting::get(tx, name).await?.unwrap_or_default();
    let query = sqlx::query(sql).bind(from.clone()).bind(id_before(before)).bind(limit);
    let row: LastRow = tx.one(query).await?;
    let Some(last) = row.last else { return Ok(None) };
    setting::set(tx, name, &last).await?;
    Ok(Some((from, last)))
}

/// Removes the texts of the next `limit` messages that came in before `before`, with the raw callback and what was
/// answered; `None` when there are no more.
pub async fn message_texts(tx: &mut Tx, before: Instant, limit: i64) -> Result<Option<u64>, StoreError> {
    const NEXT: &str = "SELECT MAX(n.id) AS last FROM (SELECT m.id FROM message m WHERE m.id > $1 AND m.id < $2 \
                        ORDER BY m.id LIMIT $3) n";
    const KEEP: &str = concat!(
        "INSERT INTO kept_text (message_id) SELECT m.id FROM message m WHERE m.id > $1 AND m.id <= $2 AND ",
        needed!(),
        " ON CONFLICT (message_id) DO NOTHING"
    );
    const REMOVE: &str = concat!(
        "UPDATE message SET text_sealed = NULL, body_sealed = NULL, reply_sealed = NULL WHERE id IN \
         (SELECT m.id FROM message m WHERE m.id > $1 AND m.id <= $2 AND NOT ",
        needed!(),
        ")"
    );
    let Some((from, last)) = next_page(tx, TEXTS, NEXT, before, limit).await? else { return Ok(None) };
    tx.execute(sqlx::query(KEEP).bind(from.clone()).bind(last.clone())).await?;
    tx.execute(sqlx::query(REMOVE).bind(from).bind(last)).await.map(Some)
}

/// Removes the texts that were kept past their day and that nobody needs any more.
pub async fn kept_texts(tx: &mut Tx) -> Result<u64, StoreError> {
    const REMOVE: &str = concat!(
        "UPDATE message SET text_sealed = NULL, body_sealed = NULL, reply_sealed = NULL WHERE id IN \
         (SELECT m.id FROM message m JOIN kept_text k ON k.message_id = m.id WHERE NOT ",
        needed!(),
        ")"
    );
    const FORGET: &str = "DELETE FROM kept_text WHERE NOT EXISTS (SELECT 1 FROM message m \
                          WHERE m.id = kept_text.message_id AND m.text_sealed IS NOT NULL)";
    let removed = tx.execute(sqlx::query(REMOVE)).await?;
    tx.execute(sqlx::query(FORGET)).await?;
    Ok(removed)
}

/// Removes the texts of the next `limit` messages of ours made before `before`; `None` when there are no more.
pub async fn answer_texts(tx: &mut Tx, before: Instant, limit: i64) -> Result<Option<u64>, StoreError> {
    const NEXT: &str = "SELECT MAX(n.id) AS last FROM (SELECT o.id FROM outbox o WHERE o.id > $1 AND o.id < $2 \
                        ORDER BY o.id LIMIT $3) n";
    const REMOVE: &str = "UPDATE outbox SET text_sealed = '' WHERE id > $1 AND id <= $2 AND state <> 'waiting'";
    let Some((from, last)) = next_page(tx, ANSWERS, NEXT, before, limit).await? else { return Ok(None) };
    tx.execute(sqlx::query(REMOVE).bind(from).bind(last)).await.map(Some)
}

/// Takes away at most `limit` messages that came in before `before`; how many.
pub async fn messages(tx: &mut Tx, before: Instant, limit: i64) -> Result<u64, StoreError> {
    const REMOVE: &str = concat!(
        "DELETE FROM message WHERE id IN (SELECT m.id FROM message m WHERE m.id < $1 AND NOT ",
        needed!(),
        " ORDER BY m.id LIMIT $2)"
    );
    tx.execute(sqlx::query(REMOVE).bind(id_before(before)).bind(limit)).await
}

/// Takes away at most `limit` messages of ours made before `before`; how many.
pub async fn answers(tx: &mut Tx, before: Instant, limit: i64) -> Result<u64, StoreError> {
    const REMOVE: &str = "DELETE FROM outbox WHERE id IN (SELECT o.id FROM outbox o WHERE o.id < $1 \
                          AND o.state <> 'waiting' ORDER BY o.id LIMIT $2)";
    tx.execute(sqlx::query(REMOVE).bind(id_before(before)).bind(limit)).await
}

/// Forgets phones nobody is registered on and of which nothing is left: no message, no report, no STOP; how many.
pub async fn phones(tx: &mut Tx) -> Result<u64, StoreError> {
    const REMOVE: &str = "DELETE FROM phone WHERE stopped_ms IS NULL AND last_receipt = 0 \
        AND NOT EXISTS (SELECT 1 FROM person_phone l WHERE l.phone_index = phone.phone_index) \
        AND NOT EXISTS (SELECT 1 FROM person p WHERE p.supervisor_index = phone.phone_index) \
        AND NOT EXISTS (SELECT 1 FROM message m WHERE m.phone_index = phone.phone_index) \
        AND NOT EXISTS (SELECT 1 FROM report r WHERE r.phone_index = phone.phone_index) \
        AND NOT EXISTS (SELECT 1 FROM join_request j WHERE j.phone_index = phone.phone_index)";
    tx.execute(sqlx::query(REMOVE)).await
}
