//! API tokens: kept as a hash, found by it.

use sqlx::FromRow;

use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Instant, PlaceId, TokenId};

/// A token as it is kept. The token itself is shown once, when it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What it was made for.
    pub name: String,
    /// Scope word: `admin`, `officer` or `read`.
    pub scope: String,
    /// The area it is limited to; `None` for the whole country.
    pub place: Option<PlaceId>,
    /// When it was made.
    pub created: Instant,
    /// When it was last used.
    pub used: Option<Instant>,
    /// Opens nothing from this instant on; `None` for one without an end.
    pub expires: Option<Instant>,
}

#[derive(FromRow)]
struct TokenRow {
    id: String,
    name: String,
    scope: String,
    place_id: Option<i64>,
    created_ms: i64,
    used_ms: Option<i64>,
    expires_ms: Option<i64>,
}

/// Keeps a new token by the hash of its text.
pub async fn insert(tx: &mut Tx, token: &Token, hash: &str) -> Result<(), StoreError> {
    let query = sqlx::query(
        "INSERT INTO token (id, name, hash, scope, place_id, created_ms, used_ms, expires_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let query = query
        .bind(token.id.to_string())
        .bind(token.name.as_str())
        .bind(hash)
        .bind(token.scope.as_str())
        .bind(token.place.map(|place| place.0))
        .bind(token.created.0)
        .bind(token.used.map(|used| used.0))
        .bind(token.expires.map(|expires| expires.0));
    tx.execute_one("token", query).await
}

/// The token whose text has this hash.
pub async fn by_hash(tx: &mut Tx, hash: &str) -> Result<Option<Token>, StoreError> {
    const SQL: &str = "SELECT id, name, scope, place_id, created_ms, used_ms, expires_ms FROM token WHERE hash = $1";
    let query = sqlx::query(SQL).bind(hash);
    tx.optional::<TokenRow>(query).await?.map(TokenRow::token).transpose()
}

/// Every token, oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Token>, StoreError> {
    let query = sqlx::query("SELECT id, name, scope, place_id, created_ms, used_ms, expires_ms FROM token ORDER BY id");
    tx.all::<TokenRow>(query).await?.into_iter().map(TokenRow::token).collect()
}

/// Notes that a token was used.
pub async fn used(tx: &mut Tx, id: TokenId, now: Instant) -> Result<(), StoreError> {
    let query = sqlx::query("UPDATE token SET used_ms = $2 WHERE id = $1");
    tx.execute(query.bind(id.to_string()).bind(now.0)).await?;
    Ok(())
}

/// Takes a token away; false when there is none.
pub async fn revoke(tx: &mut Tx, id: TokenId) -> Result<bool, StoreError> {
    Ok(tx.execute(sqlx::query("DELETE FROM token WHERE id = $1").bind(id.to_string())).await? == 1)
}

impl TokenRow {
    fn token(self) -> Result<Token, StoreError> {
        Ok(Token {
            id: Origin::new("token", &self.id).parse("id", &self.id)?,
            name: self.name,
            scope: self.scope,
            place: self.place_id.map(PlaceId),
            created: Instant(self.created_ms),
            used: self.used_ms.map(Instant),
            expires: self.expires_ms.map(Instant),
        })
    }
}
