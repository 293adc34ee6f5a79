//! Codes sent to phones to sign in by: kept as keyed hashes, tried a few times, counted for pacing.
//!
//! Trying takes a try away before it compares, in one statement: however many ask at once, nobody gets one more.

use sqlx::FromRow;
use subtle::ConstantTimeEq;

use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Instant, PersonId, Phone};

/// A code that was asked for.
#[derive(Clone, Debug)]
pub struct NewCode<'a> {
    /// Digest of the secret of the browser that asked.
    pub id_hash: &'a str,
    /// The number typed.
    pub phone: &'a Phone,
    /// The officer it belongs to; `None` for a number that is nobody's, whose code opens nothing.
    pub person: Option<PersonId>,
    /// The code.
    pub code: &'a str,
    /// When it was asked for.
    pub created: Instant,
    /// Not good from this instant on.
    pub expires: Instant,
    /// How often it may be tried.
    pub tries: i64,
}

/// What a try came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The right code of this person: it is used up.
    Right(PersonId),
    /// Not the code; so many tries are left.
    Wrong {
        /// Tries left.
        left: i64,
    },
    /// There is no code to try: none was asked for here, it is over, or all tries are used.
    Nothing,
}

/// Keeps a code that was asked for.
pub async fn insert(tx: &mut Tx, new: &NewCode<'_>) -> Result<(), StoreError> {
    let seal = tx.seal();
    let query = sqlx::query(
        "INSERT INTO sign_in_code (id_hash, phone_index, person_id, code_hash, created_ms, expires_ms, tries_left) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    );
    let query = query
        .bind(new.id_hash)
        .bind(seal.index(new.phone))
        .bind(new.person.map(|person| person.to_string()))
        .bind(seal.sealer.code_hash(new.id_hash, new.code))
        .bind(new.created.0)
        .bind(new.expires.0)
        .bind(new.tries);
    tx.execute_one("sign_in_code", query).await
}

#[derive(FromRow)]
struct AskedRow {
    codes: i64,
    first_ms: Option<i64>,
}

/// How many codes were asked for with this number since `since`, and when the first of them was. From here to its end this
/// transaction alone asks for one with it.
pub async fn asked_since(tx: &mut Tx, phone: &Phone, since: Instant) -> Result<(i64, Option<Instant>), StoreError> {
    let index = tx.seal().index(phone);
    tx.hold(&[format!("sign-in {index}")].into()).await?;
    let query = sqlx::query(
        "SELECT COUNT(*) AS codes, MIN(created_ms) AS first_ms FROM sign_in_code \
         WHERE phone_index = $1 AND created_ms > $2",
    );
    let row: AskedRow = tx.one(query.bind(index).bind(since.0)).await?;
    Ok((row.codes, row.first_ms.map(Instant)))
}

#[derive(FromRow)]
struct TriedRow {
    person_id: Option<String>,
    code_hash: String,
    tries_left: i64,
}

/// Tries `code` against the one asked for with this secret. The try is gone whatever comes of it, once committed.
pub async fn try_code(tx: &mut Tx, id_hash: &str, code: &str, now: Instant) -> Result<Tried, StoreError> {
    let take = sqlx::query(
        "UPDATE sign_in_code SET tries_left = tries_left - 1 WHERE id_hash = $1 AND tries_left > 0 AND expires_ms > $2 \
         RETURNING person_id, code_hash, tries_left",
    );
    let Some(row) = tx.optional::<TriedRow>(take.bind(id_hash).bind(now.0)).await? else { return Ok(Tried::Nothing) };
    let hash = tx.seal().sealer.code_hash(id_hash, code);
    let is_right = bool::from(hash.as_bytes().ct_eq(row.code_hash.as_bytes()));
    let person = row.person_id.filter(|_| is_right);
    let Some(person) = person else { return Ok(Tried::Wrong { left: row.tries_left }) };
    tx.execute(sqlx::query("UPDATE sign_in_code SET tries_left = 0 WHERE id_hash = $1").bind(id_hash)).await?;
    Ok(Tried::Right(Origin::new("sign_in_code", id_hash).parse("person_id", &person)?))
}

/// Forgets what was asked for before `before`; how many.
pub async fn forget(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    tx.execute(sqlx::query("DELETE FROM sign_in_code WHERE created_ms < $1").bind(before.0)).await
}
