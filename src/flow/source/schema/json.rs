//! The keys as JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use super::{Key, Need, PackFile, Table, Takes};
use crate::flow::model::Written;

/// The schema of a kind of file.
pub(super) fn schema(file: PackFile, languages: Written<'_>) -> Value {
    let mut schema = match file {
        PackFile::Texts => map(localised(languages)),
        PackFile::Flow | PackFile::Pack => table(file.table(), languages),
    };
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(file.title());
    schema
}

fn table(table: &Table, languages: Written<'_>) -> Value {
    let mut properties: Map<String, Value> =
        table.keys.iter().map(|key| (key.name.to_owned(), property(key, languages))).collect();
    let is_always = |key: &&Key| key.need == Need::Required && key.only.is_empty();
    let mut required: Vec<String> = table.keys.iter().filter(is_always).map(|key| key.name.to_owned()).collect();
    if table.languages {
        properties.extend(languages.all().map(|language| (language.to_string(), text())));
        required.extend(languages.whole.iter().map(ToString::to_string));
    }
    let mut schema =
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    if let Some(kind) = table.kind {
        schema["allOf"] = kinds(table, kind).into_iter().map(|word| of_kind(table, kind, word)).collect();
    }
    schema
}

/// The kinds of a table, as the loader knows them.
pub(super) fn kinds(table: &Table, kind: &str) -> Vec<&'static str> {
    match table.keys.iter().find(|key| key.name == kind).map(|key| &key.takes) {
        Some(Takes::OneOf(words)) => words(),
        _ => Vec::new(),
    }
}

/// What a table of one kind must hold beside the rest, and what it must not.
fn of_kind(table: &Table, kind: &str, word: &'static str) -> Value {
    let special = || table.keys.iter().filter(|key| !key.only.is_empty());
    let (mine, others): (Vec<&Key>, Vec<&Key>) = special().partition(|key| key.only.contains(&word));
    let required: Vec<&str> = mine.iter().filter(|key| key.need == Need::Required).map(|key| key.name).collect();
    let forbidden: Map<String, Value> = others.iter().map(|key| (key.name.to_owned(), json!(false))).collect();
    json!({
        "if": { "properties": { kind: { "const": word } }, "required": [kind] },
        "then": { "required": required, "properties": forbidden },
    })
}

fn property(key: &Key, languages: Written<'_>) -> Value {
    let mut property = takes(&key.takes, languages);
    let of = if key.only.is_empty() { String::new() } else { format!(" Only for {}.", key.only.join(", ")) };
    property["description"] = json!(format!("{}{of}", key.about));
    property
}

fn takes(takes: &Takes, languages: Written<'_>) -> Value {
    match takes {
        Takes::Text => text(),
        Takes::Form(form) => json!({ "type": "string", "pattern": form }),
        Takes::OneOf(words) => json!({ "type": "string", "enum": words() }),
        Takes::Integer(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Takes::Share => json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }),
        Takes::Boolean => json!({ "type": "boolean" }),
        Takes::Range => {
            json!({ "type": "array", "items": { "type": "number", "minimum": 0 }, "minItems": 2, "maxItems": 2 })
        }
        Takes::Words("") => json!({ "type": "array", "items": { "type": "string" } }),
        Takes::Words(form) => json!({ "type": "array", "items": { "type": "string", "pattern": form } }),
        Takes::Localised => localised(languages),
        Takes::Table(one) => table(one, languages),
        Takes::Tables(one) => json!({ "type": "array", "items": table(one, languages) }),
        Takes::Map(one) => map(self::takes(one, languages)),
    }
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn map(of: Value) -> Value {
    json!({ "type": "object", "additionalProperties": of })
}

fn localised(languages: Written<'_>) -> Value {
    let properties: Map<String, Value> =
        languages.all().map(|language| (language.to_string(), json!({ "type": "string", "minLength": 1 }))).collect();
    let required: Vec<String> = languages.whole.iter().map(ToString::to_string).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}
