//! What stands in a pack's files, as data: the keys of each table, what each takes and what it is for. From it comes the
//! JSON Schema by which editors complete and check what is written.
//!
//! The loader reads by hand, so this is said twice; a test runs the loader on every key and finds the two alike.

mod flow_keys;
mod json;
mod pack_keys;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use super::PACK_FILE;
use super::PackFiles;
use crate::base::Language;
use crate::flow::model::Written;

/// The kinds of files a pack has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackFile {
    /// A report type.
    Flow,
    /// `pack.toml`.
    Pack,
    /// `texts.toml`.
    Texts,
}

/// One key of a table.
struct Key {
    name: &'static str,
    takes: Takes,
    need: Need,
    /// What it is for, as an editor shows it.
    about: &'static str,
    /// The kinds of table it stands in (types of field, kinds of indicator); empty for all.
    only: &'static [&'static str],
}

/// Whether a key may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

/// What a key takes.
enum Takes {
    /// Any text.
    Text,
    /// A text of this form.
    Form(&'static str),
    /// One of these words.
    OneOf(fn() -> Vec<&'static str>),
    /// A whole number from, to.
    Integer(i64, i64),
    /// A part of the whole.
    Share,
    Boolean,
    /// `[smallest, largest]`.
    Range,
    /// Words of this form; of any where it is empty.
    Words(&'static str),
    /// Text in each language.
    Localised,
    /// A table.
    Table(&'static Table),
    /// `[[key]]`.
    Tables(&'static Table),
    /// A table whose keys are ids.
    Map(&'static Takes),
}

/// The keys of a table.
struct Table {
    keys: &'static [Key],
    /// The key that says which of the others stand in it.
    kind: Option<&'static str>,
    /// Whether a text in each language stands directly in it: `{ code = "1", fr = "...", en = "..." }`.
    languages: bool,
}

impl Table {
    const fn of(keys: &'static [Key]) -> Table {
        Table { keys, kind: None, languages: false }
    }
}

impl Key {
    const fn required(name: &'static str, takes: Takes, about: &'static str) -> Key {
        Key { name, takes, need: Need::Required, about, only: &[] }
    }

    const fn optional(name: &'static str, takes: Takes, about: &'static str) -> Key {
        Key { name, takes, need: Need::Optional, about, only: &[] }
    }

    const fn only(self, kinds: &'static [&'static str]) -> Key {
        Key { only: kinds, ..self }
    }
}

impl PackFile {
    fn table(self) -> &'static Table {
        match self {
            PackFile::Flow => &flow_keys::FLOW,
            PackFile::Pack => &pack_keys::PACK,
            PackFile::Texts => &Table { keys: &[], kind: None, languages: false },
        }
    }

    fn title(self) -> &'static str {
        match self {
            PackFile::Flow => "A report type of relais",
            PackFile::Pack => "pack.toml of relais: the country, its places, roles and words",
            PackFile::Texts => "texts.toml of relais: what the system itself says",
        }
    }
}

/// The JSON Schema (2020-12) of a kind of file, for a pack written in these languages.
pub fn json_schema(file: PackFile, languages: Written<'_>) -> serde_json::Value {
    json::schema(file, languages)
}

/// The languages a pack says it has, even where it has faults, and its drafts; French and English where it does not say.
pub fn languages_named(files: &PackFiles) -> (Vec<Language>, Vec<Language>) {
    let table = toml::Table::from_str(files.get(PACK_FILE).unwrap_or_default()).unwrap_or_default();
    let named = |key: &str| -> Vec<Language> {
        let codes = table.get(key).and_then(toml::Value::as_array);
        codes.into_iter().flatten().filter_map(|code| code.as_str()?.parse().ok()).collect()
    };
    let (languages, drafts) = (named("languages"), named("draft_languages"));
    (if languages.is_empty() { vec![Language::FRENCH, Language::ENGLISH] } else { languages }, drafts)
}
