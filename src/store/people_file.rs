//! People files that came by a page and wait to be confirmed: sealed, for the one who sent them.

use sqlx::FromRow;

use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Instant, PeopleFileId};

/// Keeps a file; one that the same sender sent before gives way.
pub async fn keep(tx: &mut Tx, id: PeopleFileId, sender: &str, bytes: &[u8], now: Instant) -> Result<(), StoreError> {
    tx.execute(sqlx::query("DELETE FROM people_file WHERE sender = $1").bind(sender)).await?;
    let sealed = tx.seal().bytes(bytes);
    let query = sqlx::query("INSERT INTO people_file (id, sender, file_sealed, sent_ms) VALUES ($1, $2, $3, $4)");
    tx.execute_one("people_file", query.bind(id.to_string()).bind(sender).bind(sealed).bind(now.0)).await
}

#[derive(FromRow)]
struct FileRow {
    file_sealed: String,
}

/// Takes the file out that this sender sent: it waits no more, and of two who take it at once one gets it.
pub async fn take(tx: &mut Tx, id: PeopleFileId, sender: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let id = id.to_string();
    let query = sqlx::query("DELETE FROM people_file WHERE id = $1 AND sender = $2 RETURNING file_sealed");
    let row: Option<FileRow> = tx.optional(query.bind(id.as_str()).bind(sender)).await?;
    let Some(row) = row else { return Ok(None) };
    let opened = tx.seal().sealer.open(&row.file_sealed);
    Ok(Some(opened.map_err(|_| Origin::new("people_file", &id).corrupt("file_sealed"))?))
}

/// Forgets files sent before `before`; how many.
pub async fn forget_before(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    tx.execute(sqlx::query("DELETE FROM people_file WHERE sent_ms < $1").bind(before.0)).await
}
