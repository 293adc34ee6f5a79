//! JOIN codes, and the numbers that asked to join with one.

use sqlx::FromRow;

use super::limits::PAGE_ROWS_MAX;
use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Date, Instant, JoinRequestId, Phone, PlaceId};

/// A code by which an unknown number asks to report for a site.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinCode {
    /// What is typed: digits.
    pub code: String,
    /// The site.
    pub place: PlaceId,
    /// Role id of whoever joins with it.
    pub role: String,
    /// Network id.
    pub network: String,
    /// The last day it is taken.
    pub expires: Date,
    /// When it was made.
    pub created: Instant,
}

#[derive(FromRow)]
struct CodeRow {
    code: String,
    place_id: i64,
    role: String,
    network: String,
    expires_day: String,
    created_ms: i64,
}

/// Keeps a code; false when it is taken.
pub async fn add_code(tx: &mut Tx, code: &JoinCode) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "INSERT INTO join_code (code, place_id, role, network, expires_day, created_ms) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (code) DO NOTHING",
    );
    let query = query.bind(code.code.as_str()).bind(code.place.0).bind(code.role.as_str());
    let query = query.bind(code.network.as_str()).bind(code.expires.to_string()).bind(code.created.0);
    Ok(tx.execute(query).await? == 1)
}

/// The code as typed, if it is taken on `day`.
pub async fn code(tx: &mut Tx, code: &str, day: Date) -> Result<Option<JoinCode>, StoreError> {
    let query = sqlx::query(
        "SELECT code, place_id, role, network, expires_day, created_ms FROM join_code \
         WHERE code = $1 AND expires_day >= $2",
    );
    let rows: Vec<CodeRow> = tx.all(query.bind(code).bind(day.to_string())).await?;
    rows.into_iter().next().map(read_code).transpose()
}

fn read_code(row: CodeRow) -> Result<JoinCode, StoreError> {
    Ok(JoinCode {
        expires: Origin::new("join_code", &row.code).parse("expires_day", &row.expires_day)?,
        place: PlaceId(row.place_id),
        role: row.role,
        network: row.network,
        created: Instant(row.created_ms),
        code: row.code,
    })
}

/// The codes for places of an area that are taken on `day`, newest first.
pub async fn codes(tx: &mut Tx, area: PlaceId, day: Date) -> Result<Vec<JoinCode>, StoreError> {
    let query = sqlx::query(
        "SELECT c.code, c.place_id, c.role, c.network, c.expires_day, c.created_ms FROM join_code c \
         WHERE c.expires_day >= $2 AND EXISTS (SELECT 1 FROM place_within w WHERE w.area_id = $1 \
         AND w.place_id = c.place_id AND w.from_day <= $2 AND w.to_day >= $2) \
         ORDER BY c.created_ms DESC, c.code LIMIT $3",
    );
    let rows: Vec<CodeRow> = tx.all(query.bind(area.0).bind(day.to_string()).bind(PAGE_ROWS_MAX)).await?;
    rows.into_iter().map(read_code).collect()
}

/// Takes a code away: no number asks with it any more.
pub async fn end_code(tx: &mut Tx, code: &str) -> Result<(), StoreError> {
    tx.execute_one("join_code", sqlx::query("DELETE FROM join_code WHERE code = $1").bind(code)).await
}

/// A number that asked to join.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinRequest {
    /// Its id.
    pub id: JoinRequestId,
    /// The number.
    pub phone: Phone,
    /// Keyed index of the number.
    pub phone_index: String,
    /// The name they gave; may be empty.
    pub name: String,
    /// The site.
    pub place: PlaceId,
    /// Role id.
    pub role: String,
    /// Network id.
    pub network: String,
    /// The channel it came by, to answer on.
    pub channel: String,
    /// When.
    pub asked: Instant,
}

#[derive(FromRow)]
struct RequestRow {
    id: String,
    phone_index: String,
    number_sealed: String,
    name_sealed: String,
    place_id: i64,
    role: String,
    network: String,
    channel: String,
    asked_ms: i64,
}

/// Keeps a request.
pub async fn ask(tx: &mut Tx, request: &JoinRequest) -> Result<(), StoreError> {
    let seal = tx.seal();
    let query = sqlx::query(
        "INSERT INTO join_request (id, phone_index, number_sealed, name_sealed, place_id, role, network, channel, \
         asked_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    let query = query
        .bind(request.id.to_string())
        .bind(request.phone_index.as_str())
        .bind(seal.phone(&request.phone))
        .bind(seal.text(&request.name))
        .bind(request.place.0)
        .bind(request.role.as_str())
        .bind(request.network.as_str())
        .bind(request.channel.as_str())
        .bind(request.asked.0);
    tx.execute_one("join_request", query).await
}

/// The request with this id.
pub async fn by_id(tx: &mut Tx, id: JoinRequestId) -> Result<Option<JoinRequest>, StoreError> {
    let seal = tx.seal();
    let query = sqlx::query(
        "SELECT id, phone_index, number_sealed, name_sealed, place_id, role, network, channel, asked_ms \
         FROM join_request WHERE id = $1",
    );
    let rows: Vec<RequestRow> = tx.all(query.bind(id.to_string())).await?;
    let read = |row: RequestRow| {
        let origin = Origin::new("join_request", &row.id);
        Ok(JoinRequest {
            id,
            phone: origin.phone("number_sealed", &seal, &row.number_sealed)?,
            name: origin.text("name_sealed", &seal, &row.name_sealed)?,
            phone_index: row.phone_index.clone(),
            place: PlaceId(row.place_id),
            role: row.role.clone(),
            network: row.network.clone(),
            channel: row.channel.clone(),
            asked: Instant(row.asked_ms),
        })
    };
    rows.into_iter().next().map(read).transpose()
}

#[derive(FromRow)]
struct WaitingRow {
    requests: i64,
}

/// True when this phone has asked and nobody has decided yet.
pub async fn is_waiting(tx: &mut Tx, phone_index: &str) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "SELECT COUNT(*) AS requests FROM join_request j JOIN approval a ON a.subject = j.id \
         WHERE j.phone_index = $1 AND a.verdict = ''",
    );
    let rows: Vec<WaitingRow> = tx.all(query.bind(phone_index)).await?;
    Ok(rows.first().is_some_and(|row| row.requests > 0))
}
