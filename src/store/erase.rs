//! Erasing a person: their identity and every text of theirs go; their reports stay, as those of nobody.
//!
//! The receipts of a report keep a random word for their phone, so that they stay apart. Nothing that is counted is
//! touched: totals, completeness and a recount are as before.

use sqlx::FromRow;

use super::person::leave;
pub use super::report::Scrubbed;
use super::tx::Query;
use super::{StoreError, Tx, audit, report};
use crate::base::{Date, MessageId, PersonId, Phone};

#[derive(FromRow)]
struct PhoneRow {
    phone_index: String,
    others: i64,
}

/// Removes who a person was, the phones that were theirs alone, and their texts. Their last day is `today` at the latest.
/// Texts in the values of their reports are the caller's to remove: see [`reports`] and [`scrub`].
pub async fn person(tx: &mut Tx, id: PersonId, today: Date) -> Result<(), StoreError> {
    let by_id = |sql: &'static str| sqlx::query(sql).bind(id.to_string());
    let phones: Vec<PhoneRow> = tx
        .all(by_id(
            "SELECT l.phone_index, (SELECT COUNT(*) FROM person_phone o WHERE o.phone_index = l.phone_index \
             AND o.person_id <> $1) AS others FROM person_phone l WHERE l.person_id = $1 ORDER BY l.phone_index",
        ))
        .await?;
    for row in &phones {
        match row.others {
            0 => forget_phone(tx, &row.phone_index).await?,
            _ => leave_shared(tx, &row.phone_index, id).await?,
        }
    }
    // Sent from a phone that was theirs once.
    own_texts(tx, by_id("SELECT r.message_id AS id FROM report r WHERE r.person_id = $1")).await?;
    tx.execute(by_id(
        "UPDATE approval SET reason_sealed = NULL WHERE subject IN (SELECT r.id FROM report r WHERE r.person_id = $1)",
    ))
    .await?;
    // What they wrote to open a month again; that they did stays, as of nobody.
    tx.execute(by_id("UPDATE closing SET reason_sealed = NULL WHERE reopened_by = $1")).await?;
    for signed_in in ["DELETE FROM sign_in_code WHERE person_id = $1", "DELETE FROM session WHERE person_id = $1"] {
        tx.execute(by_id(signed_in)).await?;
    }
    leave(tx, id, today, today).await?;
    let nobody = tx.seal().text("");
    let query = "UPDATE person SET name_sealed = $2, language = NULL, agent_code = NULL, supervisor_index = NULL, \
                 email_sealed = NULL WHERE id = $1";
    tx.execute_one("person", by_id(query).bind(nobody)).await?;
    audit::drop_details(tx, &id.to_string()).await?;
    Ok(())
}

/// Removes a phone nobody is registered on, and everything it wrote. False where it is not known, or somebody is.
pub async fn phone(tx: &mut Tx, phone: &Phone) -> Result<bool, StoreError> {
    let [before, index] = tx.seal().indexes(phone);
    const KNOWN: &str = "SELECT h.phone_index, (SELECT COUNT(*) FROM person_phone l WHERE l.phone_index = h.phone_index) \
                         AS others FROM phone h WHERE h.phone_index IN ($1, $2)";
    let rows: Vec<PhoneRow> = tx.all(sqlx::query(KNOWN).bind(before).bind(index)).await?;
    let [row] = rows.as_slice() else { return Ok(false) };
    if row.others > 0 {
        return Ok(false);
    }
    forget_phone(tx, &row.phone_index).await?;
    Ok(true)
}

/// What goes with a phone, each by its index.
const WITH_PHONE: [&str; 7] = [
    "UPDATE message SET phone_index = NULL, sender_sealed = NULL, text_sealed = NULL, body_sealed = NULL, \
     reply_sealed = NULL, external_id = NULL, external_key = 'erased:' || id WHERE phone_index = $1",
    "DELETE FROM outbox WHERE phone_index = $1",
    "UPDATE approval SET verdict = 'withdrawn', reason_sealed = NULL WHERE kind = 'join' AND verdict = '' \
     AND subject IN (SELECT j.id FROM join_request j WHERE j.phone_index = $1)",
    "DELETE FROM sign_in_code WHERE phone_index = $1",
    "DELETE FROM join_request WHERE phone_index = $1",
    "UPDATE person SET supervisor_index = NULL WHERE supervisor_index = $1",
    "DELETE FROM person_phone WHERE phone_index = $1",
];

async fn forget_phone(tx: &mut Tx, index: &str) -> Result<(), StoreError> {
    let seal = tx.seal();
    for sql in WITH_PHONE {
        tx.execute(sqlx::query(sql).bind(index.to_owned())).await?;
    }
    let nobody = format!("erased:{}", MessageId::new(&seal.environment));
    let query = sqlx::query("UPDATE report SET phone_index = $2 WHERE phone_index = $1");
    tx.execute(query.bind(index.to_owned()).bind(nobody)).await?;
    tx.execute_one("phone", sqlx::query("DELETE FROM phone WHERE phone_index = $1").bind(index.to_owned())).await
}

/// A phone others use too: it stays, without this person and without the texts that may be theirs, which are all but those
/// of somebody else's report.
async fn leave_shared(tx: &mut Tx, index: &str, id: PersonId) -> Result<(), StoreError> {
    const THEIRS: &str = "SELECT m.id FROM message m WHERE m.phone_index = $1 AND NOT EXISTS (SELECT 1 FROM report r \
                          WHERE r.message_id = m.id AND r.person_id <> $2)";
    let of = |sql: &'static str| sqlx::query(sql).bind(index.to_owned()).bind(id.to_string());
    own_texts(tx, of(THEIRS)).await?;
    // What is open on it may be theirs; an open draft of somebody else is asked for again.
    let closed = "UPDATE phone SET conversation = '', version = version + 1 WHERE phone_index = $1";
    tx.execute_one("phone", sqlx::query(closed).bind(index.to_owned())).await?;
    tx.execute(of("DELETE FROM person_phone WHERE phone_index = $1 AND person_id = $2")).await?;
    Ok(())
}

#[derive(FromRow)]
struct IdRow {
    id: String,
}

/// Removes the texts of the messages a query gives, and what they were answered.
async fn own_texts(tx: &mut Tx, messages: Query) -> Result<(), StoreError> {
    let messages: Vec<IdRow> = tx.all(messages).await?;
    for IdRow { id } in messages {
        for sql in [
            "UPDATE message SET sender_sealed = NULL, text_sealed = NULL, body_sealed = NULL, reply_sealed = NULL, \
             external_id = NULL, external_key = 'erased:' || id WHERE id = $1",
            // It may quote the message; one that waits is not sent any more.
            "DELETE FROM outbox WHERE message_id = $1",
        ] {
            tx.execute(sqlx::query(sql).bind(id.clone())).await?;
        }
    }
    Ok(())
}

/// Every report of a person, with the values of its past revisions and of a change that waits.
pub async fn reports(tx: &mut Tx, id: PersonId) -> Result<Vec<Scrubbed>, StoreError> {
    report::to_scrub(tx, id).await
}

/// Writes the values of one report anew.
pub async fn scrub(tx: &mut Tx, scrubbed: &Scrubbed) -> Result<(), StoreError> {
    report::scrub(tx, scrubbed).await
}
