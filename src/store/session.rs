//! Who is signed in on which browser, found by the digest of the browser's secret.
//!
//! A session is read together with whom it belongs to: someone who has left, and a token that was revoked, open nothing
//! from that moment on.

use sqlx::FromRow;

use super::sealed::Origin;
use super::token::Token;
use super::{StoreError, Tx};
use crate::base::{Instant, PersonId, PlaceId, TokenId};
use crate::place::Span;

/// Whose a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A registered person's.
    Person(PersonId),
    /// Of whoever holds this token.
    Token(TokenId),
}

/// Whose a session is, as they stand now.
#[derive(Clone, Debug, PartialEq)]
pub enum Owner {
    /// A registered person.
    Person {
        /// Who.
        id: PersonId,
        /// Role id.
        role: String,
        /// Their place.
        place: PlaceId,
        /// The days they are registered for.
        active: Span,
    },
    /// The holder of a token.
    Token(Token),
}

/// A session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Whose.
    pub owner: Owner,
    /// When it began.
    pub created: Instant,
    /// When it was last noted as used.
    pub used: Instant,
    /// Not good from this instant on, however much it is used.
    pub expires: Instant,
}

impl Holder {
    /// The two columns: a person's id, or a token's.
    fn columns(self) -> (Option<String>, Option<String>) {
        match self {
            Holder::Person(id) => (Some(id.to_string()), None),
            Holder::Token(id) => (None, Some(id.to_string())),
        }
    }
}

/// Keeps a new session by the digest of its secret.
pub async fn insert(tx: &mut Tx, hash: &str, holder: Holder, now: Instant, expires: Instant) -> Result<(), StoreError> {
    let (person, token) = holder.columns();
    let query = sqlx::query(
        "INSERT INTO session (id_hash, person_id, token_id, created_ms, used_ms, expires_ms) \
         VALUES ($1, $2, $3, $4, $4, $5)",
    );
    tx.execute_one("session", query.bind(hash).bind(person).bind(token).bind(now.0).bind(expires.0)).await
}

#[derive(FromRow)]
struct SessionRow {
    created_ms: i64,
    used_ms: i64,
    expires_ms: i64,
    person_id: Option<String>,
    role: Option<String>,
    place_id: Option<i64>,
    active_from: Option<String>,
    active_to: Option<String>,
    token_id: Option<String>,
    token_name: Option<String>,
    scope: Option<String>,
    token_place: Option<i64>,
    token_created_ms: Option<i64>,
    token_used_ms: Option<i64>,
    token_expires_ms: Option<i64>,
}

/// The session whose secret has this digest, if its owner is still there. Whether it is over is for the caller to say.
pub async fn by_hash(tx: &mut Tx, hash: &str) -> Result<Option<Session>, StoreError> {
    let query = sqlx::query(
        "SELECT s.created_ms, s.used_ms, s.expires_ms, p.id AS person_id, p.role, p.place_id, p.active_from, \
         p.active_to, t.id AS token_id, t.name AS token_name, t.scope, t.place_id AS token_place, \
         t.created_ms AS token_created_ms, t.used_ms AS token_used_ms, t.expires_ms AS token_expires_ms \
         FROM session s LEFT JOIN person p ON p.id = s.person_id LEFT JOIN token t ON t.id = s.token_id \
         WHERE s.id_hash = $1",
    );
    let Some(row) = tx.optional::<SessionRow>(query.bind(hash)).await? else { return Ok(None) };
    let (created, used, expires) = (Instant(row.created_ms), Instant(row.used_ms), Instant(row.expires_ms));
    Ok(row.owner()?.map(|owner| Session { owner, created, used, expires }))
}

impl SessionRow {
    fn owner(self) -> Result<Option<Owner>, StoreError> {
        if let (Some(id), Some(role), Some(place)) = (&self.person_id, self.role, self.place_id) {
            let origin = Origin::new("person", id);
            let day = |column, text: &Option<String>| {
                origin.parse_optional(column, text)?.ok_or_else(|| origin.corrupt(column))
            };
            let (from, to) = (day("active_from", &self.active_from)?, day("active_to", &self.active_to)?);
            let (place, active) = (PlaceId(place), Span { from, to });
            return Ok(Some(Owner::Person { id: origin.parse("id", id)?, role, place, active }));
        }
        let (Some(id), Some(name), Some(scope)) = (&self.token_id, self.token_name, self.scope) else {
            return Ok(None);
        };
        Ok(Some(Owner::Token(Token {
            id: Origin::new("token", id).parse("id", id)?,
            name,
            scope,
            place: self.token_place.map(PlaceId),
            created: Instant(self.token_created_ms.unwrap_or_default()),
            used: self.token_used_ms.map(Instant),
            expires: self.token_expires_ms.map(Instant),
        })))
    }
}

/// Notes that a session was used.
pub async fn used(tx: &mut Tx, hash: &str, now: Instant) -> Result<(), StoreError> {
    let query = sqlx::query("UPDATE session SET used_ms = $2 WHERE id_hash = $1 AND used_ms < $2");
    tx.execute(query.bind(hash).bind(now.0)).await?;
    Ok(())
}

/// Ends one session; false where it was over already.
pub async fn end(tx: &mut Tx, hash: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(sqlx::query("DELETE FROM session WHERE id_hash = $1").bind(hash)).await? == 1)
}

/// Ends every session of a holder; how many.
pub async fn end_all(tx: &mut Tx, holder: Holder) -> Result<u64, StoreError> {
    let (person, token) = holder.columns();
    let query = sqlx::query("DELETE FROM session WHERE person_id = $1 OR token_id = $2");
    tx.execute(query.bind(person).bind(token)).await
}

/// How many sessions a holder has that are not over at `now`, by their absolute end.
pub async fn count(tx: &mut Tx, holder: Holder, now: Instant) -> Result<i64, StoreError> {
    let (person, token) = holder.columns();
    let query = sqlx::query("SELECT COUNT(*) FROM session WHERE (person_id = $1 OR token_id = $2) AND expires_ms > $3");
    let (sessions,): (i64,) = tx.one(query.bind(person).bind(token).bind(now.0)).await?;
    Ok(sessions)
}

/// Forgets sessions that are over; how many.
pub async fn forget(tx: &mut Tx, now: Instant, unused_since: Instant) -> Result<u64, StoreError> {
    let query = sqlx::query("DELETE FROM session WHERE expires_ms <= $1 OR used_ms < $2");
    tx.execute(query.bind(now.0).bind(unused_since.0)).await
}
