//! Everything a database holds, as it is on disk and as the key opens it.

use std::path::Path;

use relais::base::sealing::Sealer;

use super::TestDatabase;

/// Table, column and type of every column of the migrations.
pub fn columns() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let (mut columns, mut table) = (Vec::new(), String::new());
    for entry in std::fs::read_dir(folder).expect("the migrations") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("readable");
        for line in text.lines() {
            match line.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["CREATE", "TABLE", name, ..] => table = (*name).to_owned(),
                ["ALTER", "TABLE", name, "ADD", "COLUMN", column, kind, ..] => {
                    columns.push(((*name).to_owned(), (*column).to_owned(), kind.trim_matches([',', ';']).to_owned()));
                }
                [column, kind, ..] if ["TEXT", "BIGINT"].contains(&kind.trim_end_matches(',')) => {
                    columns.push((table.clone(), (*column).to_owned(), kind.trim_end_matches(',').to_owned()));
                }
                _ => {}
            }
        }
    }
    assert!(columns.len() > 150, "the tables are read: {}", columns.len());
    columns
}

/// Every value of every table but the pack's own, as it is on disk, with its table and column.
pub async fn stored(database: &TestDatabase) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (table, column, _) in columns() {
        if matches!(table.as_str(), "place" | "place_code" | "place_parent" | "place_within" | "flow_version") {
            continue;
        }
        let values = database.texts(&format!("SELECT COALESCE(CAST({column} AS TEXT), '') FROM {table}")).await;
        found.extend(values.into_iter().map(|value| (format!("{table}.{column}"), value)));
    }
    found
}

/// The same, with what the key opens behind each value.
pub async fn values(database: &TestDatabase, sealer: &Sealer) -> Vec<(String, String)> {
    let opened = |value: String| format!("{value}\n{}", sealer.open_text(&value).unwrap_or_default());
    stored(database).await.into_iter().map(|(place, value)| (place, opened(value))).collect()
}
