//! The index a phone stands under while the key is changed: the one before, until the phone is moved to the present one.
//!
//! A phone is moved whole, in one transaction: its row, the people on it, its messages and its receipts. So it is never
//! found twice, and a number that writes during the change is the same phone as before.

use std::collections::HashMap;

use sqlx::FromRow;

use crate::base::Phone;
use crate::store::rows::{KEYS_AT_ONCE, Keys};
use crate::store::sealed::Seal;
use crate::store::{StoreError, Tx};

/// Columns that hold the index of a phone, besides table phone itself: all move with it.
/// A message of ours is not among them, its row tells the number itself: see [`super::super::rotation`].
pub(in crate::store) const MOVED: [(&str, &str); 5] = [
    ("person", "UPDATE person SET supervisor_index = $2 WHERE supervisor_index = $1"),
    ("message", "UPDATE message SET phone_index = $2 WHERE phone_index = $1"),
    ("report", "UPDATE report SET phone_index = $2 WHERE phone_index = $1"),
    ("sign_in_code", "UPDATE sign_in_code SET phone_index = $2 WHERE phone_index = $1"),
    ("join_request", "UPDATE join_request SET phone_index = $2 WHERE phone_index = $1"),
];

const KNOWN: Keys = Keys { head: "SELECT phone_index FROM phone WHERE phone_index", tail: "" };

#[derive(FromRow)]
struct IndexRow {
    phone_index: String,
}

#[derive(FromRow)]
struct LinkRow {
    person_id: String,
}

/// Those of `phones` that stand under the index before. A writing transaction moves them, and they are none then.
pub(in crate::store) async fn before(tx: &mut Tx, phones: &[&Phone]) -> Result<HashMap<Phone, String>, StoreError> {
    let seal = tx.seal();
    let old = |phone: &&Phone| Some((seal.sealer.previous_phone_index(phone)?, (*phone).clone()));
    let wanted: HashMap<String, Phone> = phones.iter().filter_map(old).collect();
    let indexes: Vec<String> = wanted.keys().cloned().collect();
    let mut found = HashMap::new();
    for chunk in indexes.chunks(KEYS_AT_ONCE) {
        let rows: Vec<IndexRow> = tx.all(KNOWN.query(tx.backend(), None, chunk)).await?;
        for row in rows {
            if let Some(phone) = wanted.get(&row.phone_index) {
                found.insert(phone.clone(), row.phone_index);
            }
        }
    }
    if !tx.writes() {
        return Ok(found);
    }
    for (phone, index) in &found {
        move_to(tx, &seal, index, phone).await?;
    }
    Ok(HashMap::new())
}

/// Moves everything of `phone` from the index `before` to the present one.
///
/// # Errors
/// [`StoreError::Overtaken`] when somebody else moved it at the same time.
pub(in crate::store) async fn move_to(tx: &mut Tx, seal: &Seal, before: &str, phone: &Phone) -> Result<(), StoreError> {
    let index = seal.index(phone);
    // Taken off the phone for this moment: a link may not lead to a phone that is not there.
    let links =
        sqlx::query("DELETE FROM person_phone WHERE phone_index = $1 RETURNING person_id").bind(before.to_owned());
    let links: Vec<LinkRow> = tx.all(links).await?;
    let query = sqlx::query("UPDATE phone SET phone_index = $2, number_sealed = $3 WHERE phone_index = $1");
    let moved = tx.execute(query.bind(before.to_owned()).bind(index.as_str()).bind(seal.phone(phone))).await?;
    if moved != 1 {
        return Err(StoreError::Overtaken { what: "phone" });
    }
    for LinkRow { person_id } in links {
        let query = sqlx::query("INSERT INTO person_phone (phone_index, person_id) VALUES ($1, $2)");
        tx.execute_one("person_phone", query.bind(index.as_str()).bind(person_id)).await?;
    }
    for (_, sql) in MOVED {
        tx.execute(sqlx::query(sql).bind(before.to_owned()).bind(index.as_str())).await?;
    }
    Ok(())
}
