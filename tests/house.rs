//! The house rules that a reader of one file cannot see broken: rooms, lengths, where SQL may stand, words left behind.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the lowest up: a room imports only rooms with a lower number, so there are no circles.
const LAYERS: &[(&str, u8)] = &[
    ("base", 0),
    ("channel", 1),
    ("flow", 1),
    ("card", 2),
    ("config", 2),
    ("pack_embedded", 2),
    ("place", 2),
    ("report", 2),
    ("pack_folder", 3),
    ("person", 3),
    ("rollup", 3),
    ("spool", 3),
    ("closing", 4),
    ("store", 4),
    ("officer", 5),
    ("programme", 5),
    ("silence", 5),
    ("account", 6),
    ("alert", 6),
    ("outbox", 6),
    ("privacy", 6),
    ("rebuild", 6),
    ("register", 6),
    ("replay", 6),
    ("view", 6),
    ("watch", 7),
    ("dhis2", 7),
    ("intake", 7),
    ("review", 7),
    ("demo", 8),
    ("web", 8),
    ("server", 9),
    ("cli", 10),
];

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

/// Column types and functions that one of the two databases, or the driver for both, does not take.
const WORDS_OUT_OF_MIGRATIONS: &[&str] = &[
    "AUTOINCREMENT",
    "BIGSERIAL",
    "BLOB",
    "BOOLEAN",
    "BYTEA",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "INTEGER",
    "INT",
    "JSON",
    "JSONB",
    "NUMERIC",
    "REAL",
    "SERIAL",
    "SMALLINT",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "UUID",
    "VARCHAR",
];

/// What reads differently on the two databases.
const TEXTS_OUT_OF_SQL: &[&str] = &[
    "SELECT *",
    ".*,",
    "QueryBuilder",
    "CURRENT_TIMESTAMP",
    "NOW()",
    "->>",
    "ROUND(",
    "GREATEST(",
    "LEAST(",
    "ILIKE",
    " LIKE ",
    "SKIP LOCKED",
];

/// A source file with its path from the top of the repository.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Its lines with their numbers, comments and the tests at its end left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("#[cfg(test)]\nmod ").unwrap_or(self.text.len());
        let lines = self.text[..end].lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// `store` for `src/store/cell.rs` and for `src/store.rs`.
    fn room(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path);
        below.split(['/', '.']).next().unwrap_or_default()
    }

    fn is_crate_root(&self) -> bool {
        matches!(self.path.as_str(), "src/lib.rs" | "src/main.rs")
    }
}

fn sources(folder: &str, extension: &str) -> Vec<Source> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open = vec![top.join(folder)];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    assert!(!paths.is_empty(), "nothing to look at in {folder}");
    let source = |path: PathBuf| Source {
        text: fs::read_to_string(&path).expect("readable"),
        path: path.strip_prefix(top).expect("below the top").display().to_string(),
    };
    paths.into_iter().map(source).collect()
}

fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn layer(room: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == room).map(|(_, layer)| *layer)
}

/// The rooms a line names as `crate::room`.
fn rooms_named(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).filter_map(|rest| {
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(rest.len());
        Some(&rest[..end]).filter(|room| !room.is_empty())
    })
}

#[test]
fn a_room_imports_only_rooms_below_it() {
    let mut faults = Vec::new();
    for source in sources("src", "rs").iter().filter(|source| !source.is_crate_root()) {
        let room = source.room();
        let Some(own) = layer(room) else {
            faults.push(format!("{}: room `{room}` has no place in the table of layers", source.path));
            continue;
        };
        for (number, line) in source.code() {
            if line.contains("crate::{") {
                faults.push(format!("{}:{number}: name each room on a line of its own", source.path));
            }
            for named in rooms_named(line).filter(|named| *named != room) {
                match layer(named) {
                    Some(other) if other < own => {}
                    Some(_) => faults.push(format!("{}:{number}: `{room}` imports `{named}`", source.path)),
                    None => faults.push(format!("{}:{number}: `{named}` is no room of the table", source.path)),
                }
            }
        }
    }
    none(faults);
}

#[test]
fn only_the_store_speaks_sql() {
    let statements = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "sqlx::"];
    let mut faults = Vec::new();
    for source in sources("src", "rs").iter().filter(|source| source.room() != "store") {
        for (number, line) in source.code() {
            if statements.iter().any(|statement| line.contains(statement)) {
                faults.push(format!("{}:{number}: SQL outside the store", source.path));
            }
        }
    }
    none(faults);
}

#[test]
fn one_text_serves_both_databases() {
    let mut faults = Vec::new();
    for source in sources("src/store", "rs") {
        let is_backend = source.path.ends_with("/backend.rs");
        for (number, line) in source.code() {
            for text in TEXTS_OUT_OF_SQL.iter().filter(|text| line.contains(**text)) {
                faults.push(format!("{}:{number}: `{text}` is not of the portable subset", source.path));
            }
            let asks = line.contains("Backend::Sqlite") || line.contains("Backend::Postgres");
            if asks && !is_backend {
                faults.push(format!("{}:{number}: only backend.rs knows which database it is", source.path));
            }
        }
    }
    for source in sources("migrations", "sql") {
        let lines = source.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        for (number, line) in lines.filter(|(_, line)| !line.trim_start().starts_with("--")) {
            let words = line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
            for word in words.filter(|word| WORDS_OUT_OF_MIGRATIONS.contains(&word.to_uppercase().as_str())) {
                faults.push(format!("{}:{number}: `{word}` is not TEXT, BIGINT or DOUBLE PRECISION", source.path));
            }
        }
    }
    none(faults);
}

#[test]
fn files_fit_a_head_and_functions_a_screen() {
    let mut faults = Vec::new();
    for source in sources("src", "rs") {
        let lines: Vec<&str> = source.text.lines().collect();
        if lines.len() > FILE_LINES_MAX {
            faults.push(format!("{}: {} lines, more than {FILE_LINES_MAX}", source.path, lines.len()));
        }
        for (name, first, length) in functions(&lines) {
            if length > FUNCTION_LINES_MAX {
                faults.push(format!("{}:{first}: {name} has {length} lines", source.path));
            }
        }
    }
    none(faults);
}

/// Name, first line and length of every function with a body. The formatter puts its closing brace under its first word.
fn functions<'a>(lines: &[&'a str]) -> Vec<(&'a str, usize, usize)> {
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let Some((before, after)) = line.trim_start().split_once("fn ") else { continue };
        let is_item = before.split_whitespace().all(|word| {
            matches!(word, "async" | "const" | "unsafe" | "pub") || word.starts_with("pub(") || word == "super)"
        });
        let signature_end = lines[index..].iter().position(|line| line.ends_with(['{', ';', '}']));
        let has_body = signature_end.is_some_and(|offset| lines[index + offset].ends_with('{'));
        if !is_item || !has_body {
            continue;
        }
        let closing = format!("{}}}", " ".repeat(indent));
        let length = lines[index..].iter().position(|line| *line == closing).map_or(1, |offset| offset + 1);
        found.push((after.split(['(', '<']).next().unwrap_or_default(), index + 1, length));
    }
    found
}

#[test]
fn nothing_is_left_behind() {
    // Put together here, so that this file does not find itself.
    let markers = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["dbg", "!("], ["to", "do!("], ["unimple", "mented!("]];
    let markers = markers.map(|halves| halves.concat());
    let mut faults = Vec::new();
    for source in sources("src", "rs").iter().chain(&sources("tests", "rs")).chain(&sources("migrations", "sql")) {
        for (index, line) in source.text.lines().enumerate() {
            for marker in markers.iter().filter(|marker| line.contains(marker.as_str())) {
                faults.push(format!("{}:{}: {marker}", source.path, index + 1));
            }
        }
    }
    for source in sources("src", "rs") {
        if !source.text.starts_with("//!") && source.path != "src/main.rs" {
            faults.push(format!("{}: says nowhere what it is for", source.path));
        }
        let unwraps = source.code().filter(|(_, line)| line.contains(".unwrap()"));
        faults.extend(unwraps.map(|(number, _)| format!("{}:{number}: unwrap outside a test", source.path)));
    }
    none(faults);
}

#[test]
fn the_looking_itself_finds_what_it_looks_for() {
    let text = "fn short() {\n}\n\n    pub(super) async fn long<T>(\n        a: T,\n    ) {\n        a;\n    }\n    fn none();\n";
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(functions(&lines), [("short", 1, 2), ("long", 4, 5)]);
    assert_eq!(rooms_named("use crate::base::{Date}; crate::view::x").collect::<Vec<_>>(), ["base", "view"]);
    let source = Source {
        path: "src/store/cell.rs".into(),
        text: "//! Doc\nuse a;\n/// crate::web\n#[cfg(test)]\nmod tests {}\n".into(),
    };
    assert_eq!((source.room(), source.code().collect::<Vec<_>>()), ("store", vec![(2, "use a;")]));
    assert!(LAYERS.iter().all(|(name, _)| LAYERS.iter().filter(|(other, _)| other == name).count() == 1));
}
