//! The schema and the loader know the same keys, each taking the same: neither can be changed alone.
//!
//! A file with every key of the schema is made and read by the loader, which notes every key it asks for. A key it asks
//! for that the schema lacks, and a key of the schema it never asks for, both fail; so does one that takes something else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use toml::Value;
use toml::de::DeTable;

use super::json::kinds;
use super::*;
use crate::flow::read::sample;
use crate::flow::source::findings::Findings;
use crate::flow::source::section::{Section, takes};
use crate::flow::source::{Origins, book_writer, flow_file, pack_file};
use crate::flow::text::TextBook;

const LANGUAGES: [&str; 2] = ["fr", "en"];
/// The key of every table whose keys are ids: a period, because deadlines have one each.
const ANY_ID: &str = "week";
const FILES: [PackFile; 3] = [PackFile::Flow, PackFile::Pack, PackFile::Texts];

/// Keys by their path, with what they take.
type Keys = BTreeMap<String, &'static str>;

fn value(one: &Takes) -> Value {
    let localised = || Value::Table(LANGUAGES.iter().map(|code| ((*code).to_owned(), Value::from("x"))).collect());
    match one {
        Takes::Text | Takes::Form(_) => Value::from("x"),
        Takes::OneOf(words) => Value::from(words()[0]),
        Takes::Integer(least, _) => Value::from(*least),
        Takes::Share => Value::from(0.5),
        Takes::Boolean => Value::from(true),
        Takes::Range => Value::from(vec![0, 9]),
        Takes::Words(form) if *form == pack_keys::LANGUAGE => Value::from(LANGUAGES.to_vec()),
        Takes::Words(_) => Value::from(vec!["x"]),
        Takes::Localised => localised(),
        Takes::Table(one) => Value::Table(filled(one, None)),
        Takes::Tables(one) => match one.kind {
            None => Value::Array(vec![Value::Table(filled(one, None))]),
            Some(kind) => {
                Value::Array(kinds(one, kind).into_iter().map(|word| Value::Table(filled(one, Some(word)))).collect())
            }
        },
        Takes::Map(one) => Value::Table([(ANY_ID.to_owned(), value(one))].into_iter().collect()),
    }
}

/// A table with every key it may have, of one kind where there are kinds.
fn filled(table: &Table, kind: Option<&'static str>) -> toml::Table {
    let stands = |key: &&Key| key.only.is_empty() || kind.is_some_and(|kind| key.only.contains(&kind));
    let mut keys: toml::Table =
        table.keys.iter().filter(stands).map(|key| (key.name.to_owned(), value(&key.takes))).collect();
    if let (Some(key), Some(word)) = (table.kind, kind) {
        keys.insert(key.to_owned(), Value::from(word));
    }
    if table.languages {
        keys.extend(LANGUAGES.iter().map(|code| ((*code).to_owned(), Value::from("x"))));
    }
    keys
}

fn document(file: PackFile) -> toml::Table {
    match file {
        PackFile::Texts => [(ANY_ID.to_owned(), value(&Takes::Localised))].into_iter().collect(),
        PackFile::Flow | PackFile::Pack => filled(file.table(), None),
    }
}

/// What the loader asks for, and what it finds wrong, as `code: message`.
fn loaded(file: PackFile, document: &toml::Table) -> (Keys, BTreeSet<String>) {
    let text = toml::to_string(document).expect("writes");
    let parsed = DeTable::parse(&text).expect("reads");
    let findings = Findings::new("flow.toml", &text);
    let section = Section::new(&findings, parsed.get_ref(), 0..0);
    let (pack, mut origins) = (sample::pack(), Origins::default());
    let mut book = TextBook::new(&pack.languages);
    match file {
        PackFile::Flow => drop(flow_file::read(&section, &pack, &mut book, &mut origins)),
        PackFile::Pack => drop(pack_file::read(&section, &PackFiles::default(), &mut origins)),
        PackFile::Texts => book_writer::read_system_texts(&section, &pack, &mut book, &mut origins),
    }
    section.finish();
    let asked = findings.asked.take();
    let is_language = |path: &str| {
        let table = path.rsplit_once('.').map(|(table, _)| table);
        table.is_some_and(|table| asked.get(table) == Some(&takes::LOCALISED))
    };
    let known = |(path, taken): (&String, &&'static str)| (!is_language(path)).then(|| (by_id(path), *taken));
    let faults = findings.found.take().into_iter().map(|fault| format!("{}: {}", fault.code, fault.message));
    (asked.iter().filter_map(known).collect(), faults.collect())
}

/// `units.week` as `units.{}`.
fn by_id(path: &str) -> String {
    path.split('.').map(|part| if part == ANY_ID { "{}" } else { part }).collect::<Vec<_>>().join(".")
}

/// The keys of the schema by path; of one kind, where one is named.
fn described(table: &Table, path: &str, only: Option<&str>) -> Keys {
    let mut keys = Keys::new();
    for key in table.keys {
        if only.is_none_or(|kind| key.only.is_empty() || key.only.contains(&kind)) {
            describe(&key.takes, format!("{path}{}", key.name), &mut keys);
        }
    }
    if table.languages {
        keys.extend(LANGUAGES.iter().map(|code| (format!("{path}{code}"), takes::TEXT)));
    }
    keys
}

fn describe(one: &Takes, path: String, keys: &mut Keys) {
    let taken = match one {
        Takes::Text | Takes::Form(_) | Takes::OneOf(_) => takes::TEXT,
        Takes::Integer(..) => takes::INTEGER,
        Takes::Share => takes::NUMBER,
        Takes::Boolean => takes::BOOLEAN,
        Takes::Range => takes::RANGE,
        Takes::Words(_) => takes::WORDS,
        Takes::Localised => takes::LOCALISED,
        Takes::Table(table) => {
            keys.extend(described(table, &format!("{path}."), None));
            takes::TABLE
        }
        Takes::Tables(table) => {
            keys.extend(described(table, &format!("{path}[]."), None));
            takes::TABLES
        }
        Takes::Map(one) => {
            keys.insert(format!("{path}.*"), takes::ANY_KEY);
            describe(one, format!("{path}.{{}}"), keys);
            takes::TABLE
        }
    };
    keys.insert(path, taken);
}

#[test]
fn the_loader_asks_for_exactly_the_keys_of_the_schema() {
    for file in FILES {
        let (asked, faults) = loaded(file, &document(file));
        let expected = match file {
            PackFile::Texts => Keys::from([("*".to_owned(), takes::ANY_KEY), ("{}".to_owned(), takes::LOCALISED)]),
            PackFile::Flow | PackFile::Pack => described(file.table(), "", None),
        };
        assert_eq!(
            asked, expected,
            "{file:?}: the loader asks for the keys on the left, the schema has those on the right"
        );
        let unknown: Vec<&String> = faults.iter().filter(|fault| fault.starts_with("unknown-key")).collect();
        assert!(unknown.is_empty(), "{file:?}: {unknown:?}");
    }
}

#[test]
fn each_kind_of_field_and_indicator_has_its_own_keys() {
    for (list, table) in [("field", &flow_keys::FIELD), ("indicator", &flow_keys::INDICATOR)] {
        for kind in kinds(table, table.kind.expect("a kind")) {
            let mut flow = document(PackFile::Flow);
            flow.insert(list.to_owned(), Value::Array(vec![Value::Table(filled(table, Some(kind)))]));
            let (asked, _) = loaded(PackFile::Flow, &flow);
            let path = format!("{list}[].");
            let asked: Keys = asked.into_iter().filter(|(key, _)| key.starts_with(&path)).collect();
            let ratio_parts = ["indicator[].numerator", "indicator[].denominator"];
            assert!(["ratio", "mean"].contains(&kind) || ratio_parts.iter().all(|part| !asked.contains_key(*part)));
            assert_eq!(asked, described(table, &path, Some(kind)), "{list} of kind {kind}");
        }
    }
}

/// Every key of a document, as the way down to it.
fn ways(value: &Value, way: &[String], found: &mut Vec<Vec<String>>) {
    let down = |key: String| [way, &[key]].concat();
    match value {
        Value::Table(table) => table.iter().for_each(|(key, below)| {
            found.push(down(key.clone()));
            ways(below, &down(key.clone()), found);
        }),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(rank, below)| ways(below, &down(rank.to_string()), found))
        }
        _ => {}
    }
}

fn without(document: &toml::Table, way: &[String]) -> toml::Table {
    let mut changed = Value::Table(document.clone());
    let mut at = &mut changed;
    for key in &way[..way.len() - 1] {
        at = match at {
            Value::Table(table) => &mut table[key.as_str()],
            Value::Array(list) => &mut list[key.parse::<usize>().expect("a rank")],
            _ => unreachable!("a way leads through tables"),
        };
    }
    at.as_table_mut().expect("a table").remove(&way[way.len() - 1]);
    changed.as_table().expect("still a table").clone()
}

/// Whether the schema asks for the key at the end of `way`; `None` for languages and ids.
fn need(table: &Table, way: &[String]) -> Option<Need> {
    let key = table.keys.iter().find(|key| key.name == way[0])?;
    match (&key.takes, &way[1..]) {
        (_, []) => Some(key.need),
        (Takes::Table(table), below) | (Takes::Tables(table), [_, below @ ..]) => need(table, below),
        (Takes::Map(Takes::Table(table)), [_, below @ ..]) if !below.is_empty() => need(table, below),
        _ => None,
    }
}

#[test]
fn what_may_be_left_out_is_missed_by_neither() {
    for file in [PackFile::Flow, PackFile::Pack] {
        let whole = document(file);
        let (_, faults) = loaded(file, &whole);
        let mut every = Vec::new();
        ways(&Value::Table(whole.clone()), &[], &mut every);
        for way in every {
            let Some(need) = need(file.table(), &way) else { continue };
            let (_, now) = loaded(file, &without(&whole, &way));
            // What named the table that is gone is another matter.
            let missed = now.difference(&faults).find(|fault| !fault.starts_with("unknown-id"));
            assert_eq!(missed.is_some(), need == Need::Required, "{file:?} {}: {missed:?}", way.join("."));
        }
    }
}

/// A key asked for only in some rare case would escape the file with every key: every key written in the loader is known.
#[test]
fn every_key_written_in_the_loader_is_in_the_schema() {
    let known: BTreeSet<String> = [PackFile::Flow, PackFile::Pack]
        .into_iter()
        .flat_map(|file| described(file.table(), "", None).into_keys())
        .map(|path| path.rsplit('.').next().unwrap_or_default().to_owned())
        .collect();
    let asks = ["text", "optional_text", "integer", "optional_integer", "number", "boolean", "range", "words"];
    let asks = asks.into_iter().chain(["optional_section", "sections", "localised", "optional_localised", "entries"]);
    let asks: Vec<String> = asks.map(|ask| format!(".{ask}(\"")).collect();
    let beside = ["bounded(table, \"", "required_section(section, \"", "named(section, \""].map(str::to_owned);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/flow/source");
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for ask in asks.iter().chain(&beside) {
            for key in text.split(ask.as_str()).skip(1).filter_map(|rest| rest.split('"').next()) {
                seen += 1;
                assert!(known.contains(key), "{}: `{key}` is asked for and is not in the schema", path.display());
            }
        }
    }
    assert!(seen > 50, "the loader's questions are found: {seen}");
}
