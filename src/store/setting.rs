//! Single values about the whole database: the key it belongs to, the pack last loaded.

use sqlx::FromRow;

use super::{StoreError, Tx};

#[derive(FromRow)]
struct SettingRow {
    value: String,
}

/// The value called `name`.
pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<String>, StoreError> {
    let query = sqlx::query("SELECT value FROM setting WHERE name = $1").bind(name);
    Ok(tx.optional::<SettingRow>(query).await?.map(|row| row.value))
}

/// Sets the value called `name`.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    let query = sqlx::query(
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    );
    tx.execute_one("setting", query.bind(name).bind(value)).await
}

/// Sets the value called `name` unless there is one already.
pub async fn keep_first(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    let query = sqlx::query("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");
    tx.execute(query.bind(name).bind(value)).await?;
    Ok(())
}

/// Forgets the value called `name`.
pub async fn forget(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    tx.execute(sqlx::query("DELETE FROM setting WHERE name = $1").bind(name)).await?;
    Ok(())
}
