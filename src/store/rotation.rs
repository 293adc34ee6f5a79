//! Changing the key while serving: everything sealed with the key before is sealed with the present one, and every phone
//! moved to its present index, a few rows in each transaction.
//!
//! Where the walk stands is kept with the rows it changed, so that it goes on after any stop. It goes round until a
//! whole round finds nothing left: only then is the key before needed no more. A row that somebody changes at the same
//! time is left to the next round.

use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, FromRow};

use super::phone::index;
use super::sealed::{Origin, Seal};
use super::{StoreError, Tx, audit, key, setting};
use crate::base::Phone;

/// A table with sealed columns, and its key.
struct Sealed {
    table: &'static str,
    key: &'static str,
    columns: &'static [&'static str],
}

/// Every sealed column there is; a test reads the migrations and names what is missing. Phones come first: they
/// move with all that stands under their index.
const TABLES: &[Sealed] = &[
    Sealed { table: "phone", key: "phone_index", columns: &["number_sealed", "conversation"] },
    Sealed { table: "person", key: "id", columns: &["name_sealed", "email_sealed"] },
    Sealed { table: "message", key: "id", columns: &["sender_sealed", "text_sealed", "body_sealed", "reply_sealed"] },
    Sealed { table: "outbox", key: "id", columns: &["number_sealed", "text_sealed"] },
    Sealed { table: "approval", key: "id", columns: &["reason_sealed"] },
    Sealed { table: "closing", key: "id", columns: &["reason_sealed"] },
    Sealed { table: "join_request", key: "id", columns: &["number_sealed", "name_sealed"] },
    Sealed { table: "people_file", key: "id", columns: &["file_sealed"] },
    Sealed { table: "alert", key: "id", columns: &["content_sealed"] },
    Sealed { table: "audit", key: "id", columns: &["detail_sealed"] },
    Sealed { table: "audit_key", key: "id", columns: &["key_sealed"] },
];

/// Most sealed columns of one table.
const COLUMNS_MAX: usize = 4;
/// Rows of one transaction, and phones of one: each of those moves all that is theirs.
const ROWS_AT_ONCE: i64 = 200;
const PHONES_AT_ONCE: i64 = 20;
/// Name of the setting that says where the walk stands.
const WALK: &str = "key_rotation";

/// Where the walk stands.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Walk {
    /// Fingerprint of the key it walks to.
    to: String,
    table: usize,
    after: String,
    /// Rows found in this round that were not yet done.
    found: u64,
}

/// How far a step came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing is to be changed, or everything was: the key before is needed no more.
    Done,
    /// So many rows were looked at; there are more.
    More(u64),
}

/// True while the key is being changed.
pub async fn is_due(tx: &mut Tx) -> Result<bool, StoreError> {
    key::is_changing(tx).await
}

/// Takes the next rows. To be called by one server at a time, each step in a transaction of its own.
pub async fn step(tx: &mut Tx) -> Result<Step, StoreError> {
    if !key::is_changing(tx).await? {
        return Ok(Step::Done);
    }
    let seal = tx.seal();
    let mut walk = begun(tx, &seal).await?;
    let Some(sealed) = TABLES.get(walk.table) else { return round_ended(tx, walk).await };
    let rows = rows_after(tx, sealed, &walk.after).await?;
    match rows.last() {
        None => (walk.table, walk.after) = (walk.table + 1, String::new()),
        Some(last) => walk.after.clone_from(&last.key),
    }
    for row in &rows {
        walk.found += u64::from(renewed(tx, &seal, sealed, row).await?);
    }
    let looked_at = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    keep(tx, &walk).await?;
    Ok(Step::More(looked_at))
}

async fn begun(tx: &mut Tx, seal: &Seal) -> Result<Walk, StoreError> {
    let kept = setting::get(tx, WALK).await?;
    let kept: Option<Walk> = kept.and_then(|text| serde_json::from_str(&text).ok());
    match kept.filter(|walk| walk.to == seal.sealer.fingerprint()) {
        Some(walk) => Ok(walk),
        None => {
            // Whoever knew the key before knew the one of the audit log too.
            audit::add_key(tx).await?;
            Ok(Walk { to: seal.sealer.fingerprint().to_owned(), ..Walk::default() })
        }
    }
}

async fn round_ended(tx: &mut Tx, walk: Walk) -> Result<Step, StoreError> {
    if walk.found == 0 {
        key::changed(tx).await?;
        setting::forget(tx, WALK).await?;
        return Ok(Step::Done);
    }
    keep(tx, &Walk { to: walk.to, ..Walk::default() }).await?;
    Ok(Step::More(0))
}

async fn keep(tx: &mut Tx, walk: &Walk) -> Result<(), StoreError> {
    let text = serde_json::to_string(walk).expect("plain fields always serialise");
    setting::set(tx, WALK, &text).await
}

#[derive(FromRow)]
struct SealedRow {
    key: String,
    a: Option<String>,
    b: Option<String>,
    c: Option<String>,
    d: Option<String>,
}

impl SealedRow {
    fn columns(&self) -> [Option<&str>; COLUMNS_MAX] {
        [&self.a, &self.b, &self.c, &self.d].map(|column| column.as_deref().filter(|sealed| !sealed.is_empty()))
    }
}

async fn rows_after(tx: &mut Tx, sealed: &Sealed, after: &str) -> Result<Vec<SealedRow>, StoreError> {
    let names = ["a", "b", "c", "d"];
    let column = |(place, name): (usize, &&str)| match sealed.columns.get(place) {
        Some(column) => format!("{column} AS {name}"),
        None => format!("CAST(NULL AS TEXT) AS {name}"),
    };
    let columns: Vec<String> = names.iter().enumerate().map(column).collect();
    let Sealed { table, key, .. } = sealed;
    let select = format!("SELECT {key} AS key, {} FROM {table}", columns.join(", "));
    let sql = format!("{select} WHERE {key} > $1 ORDER BY {key} LIMIT $2");
    let limit = if *table == "phone" { PHONES_AT_ONCE } else { ROWS_AT_ONCE };
    tx.all(sqlx::query(AssertSqlSafe(sql)).bind(after.to_owned()).bind(limit)).await
}

/// Brings one row to the present key; true when it was not there yet.
async fn renewed(tx: &mut Tx, seal: &Seal, sealed: &Sealed, row: &SealedRow) -> Result<bool, StoreError> {
    let mut row_key = row.key.clone();
    let mut is_found = false;
    let number = sealed.columns.iter().position(|column| *column == "number_sealed").and_then(|n| row.columns()[n]);
    let number =
        number.map(|sealed_number| Origin::new(sealed.table, &row.key).phone("number_sealed", seal, sealed_number));
    if let Some(phone) = number.transpose()? {
        match sealed.table {
            "phone" if row.key != seal.index(&phone) => {
                index::move_to(tx, seal, &row.key, &phone).await?;
                row_key = seal.index(&phone);
                is_found = true;
            }
            "outbox" => is_found = outbox_index(tx, seal, row, &phone).await?,
            _ => {}
        }
    }
    for (column, text) in sealed.columns.iter().zip(row.columns()) {
        let Some(before) = text else { continue };
        // A conversation kept before they were sealed.
        if before.starts_with('{') {
            continue;
        }
        let resealed = seal.sealer.resealed(before, &seal.environment);
        let after = resealed.map_err(|_| Origin::new(sealed.table, &row.key).corrupt(column))?;
        let Some(after) = after else { continue };
        is_found = true;
        let sql = format!("UPDATE {0} SET {column} = $2 WHERE {1} = $1 AND {column} = $3", sealed.table, sealed.key);
        let query = sqlx::query(AssertSqlSafe(sql)).bind(row_key.clone()).bind(after).bind(before.to_owned());
        // None when somebody wrote it meanwhile: the next round looks again.
        tx.execute(query).await?;
    }
    Ok(is_found)
}

/// A message of ours tells the number itself.
async fn outbox_index(tx: &mut Tx, seal: &Seal, row: &SealedRow, phone: &Phone) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE outbox SET phone_index = $2 WHERE id = $1 AND phone_index <> $2";
    Ok(tx.execute(sqlx::query(SQL).bind(row.key.clone()).bind(seal.index(phone))).await? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every TEXT column of the migrations, with its table.
    fn columns() -> Vec<(String, String)> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let (mut columns, mut table) = (Vec::new(), String::new());
        for entry in std::fs::read_dir(folder).expect("the migrations") {
            let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("readable");
            for line in text.lines() {
                match line.split_whitespace().collect::<Vec<_>>().as_slice() {
                    ["CREATE", "TABLE", name, ..] => table = (*name).to_owned(),
                    ["ALTER", "TABLE", name, "ADD", "COLUMN", column, ..] => {
                        columns.push(((*name).to_owned(), (*column).to_owned()));
                    }
                    [column, kind, ..] if kind.trim_end_matches(',') == "TEXT" => {
                        columns.push((table.clone(), (*column).to_owned()));
                    }
                    _ => {}
                }
            }
        }
        columns
    }

    #[test]
    fn every_sealed_column_and_every_index_is_renewed() {
        let columns = columns();
        assert!(columns.len() > 100, "the tables are read: {}", columns.len());
        for (table, column) in columns {
            let is_sealed = column.ends_with("_sealed");
            let is_walked =
                TABLES.iter().any(|sealed| sealed.table == table && sealed.columns.contains(&column.as_str()));
            assert!(!is_sealed || is_walked, "{table}.{column} keeps its old key: add it to TABLES");
            let is_index = column.ends_with("_index");
            let has_own_way = matches!(table.as_str(), "phone" | "person_phone" | "outbox");
            let is_moved = index::MOVED.iter().any(|(moved, sql)| *moved == table && sql.contains(&column));
            assert!(!is_index || has_own_way || is_moved, "{table}.{column} keeps its old index: add it to MOVED");
        }
        assert!(TABLES.iter().all(|sealed| sealed.columns.len() <= COLUMNS_MAX));
    }
}
