//! The schemas as an editor uses them: the packs there are fit them, and slips do not.
//!
//! A small reading of JSON Schema 2020-12, of just the words our schemas use; one it does not know fails.

use std::process::Command;

use relais::base::Language;
use relais::flow::model::Written;
use relais::flow::source::{PackFile, json_schema, languages_named};
use relais::pack_embedded::{MALI, mali};
use serde_json::{Value, json};

const WORDS_THAT_SAY_NOTHING: [&str; 3] = ["$schema", "title", "description"];

/// What of `value` does not fit `schema`, each as `path: why`.
fn unfit(schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let words = match schema {
        Value::Bool(true) => return Vec::new(),
        Value::Bool(false) => return vec![format!("{path}: must not stand here")],
        Value::Object(words) => words,
        _ => panic!("{schema} is no schema"),
    };
    let mut found = Vec::new();
    for (word, wanted) in words.iter().filter(|(word, _)| !WORDS_THAT_SAY_NOTHING.contains(&word.as_str())) {
        let fits = match word.as_str() {
            "type" => has_type(value, wanted),
            "enum" => wanted.as_array().expect("a list").contains(value),
            "const" => wanted == value,
            "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().expect("a number")),
            "exclusiveMinimum" => value.as_f64().is_none_or(|number| number > wanted.as_f64().expect("a number")),
            "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().expect("a number")),
            "minLength" => value.as_str().is_none_or(|text| text.len() as u64 >= wanted.as_u64().expect("a number")),
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= wanted.as_u64().expect("a number")),
            "maxItems" => value.as_array().is_none_or(|list| list.len() as u64 <= wanted.as_u64().expect("a number")),
            "pattern" => value.as_str().is_none_or(|text| has_form(text, wanted.as_str().expect("a pattern"))),
            "required" => {
                wanted.as_array().expect("a list").iter().all(|key| value.get(key.as_str().expect("a key")).is_some())
            }
            "properties" | "additionalProperties" | "items" | "allOf" | "if" | "then" => true,
            other => panic!("`{other}` is not read by this test"),
        };
        if !fits {
            found.push(format!("{path}: {word} {wanted}"));
        }
    }
    found.extend(unfit_below(schema, value, path));
    found
}

fn unfit_below(schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (key, below) in value.as_object().into_iter().flatten() {
        let named = schema.get("properties").and_then(|properties| properties.get(key));
        if let Some(schema) = named.or(schema.get("additionalProperties")) {
            found.extend(unfit(schema, below, &format!("{path}/{key}")));
        }
    }
    if let (Some(schema), Some(list)) = (schema.get("items"), value.as_array()) {
        found.extend(list.iter().enumerate().flat_map(|(rank, one)| unfit(schema, one, &format!("{path}/{rank}"))));
    }
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        found.extend(unfit(part, value, path));
    }
    if let (Some(condition), Some(then)) = (schema.get("if"), schema.get("then"))
        && unfit(condition, value, path).is_empty()
    {
        found.extend(unfit(then, value, path));
    }
    found
}

fn has_type(value: &Value, wanted: &Value) -> bool {
    match wanted.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        other => panic!("`{other}` is not read by this test"),
    }
}

/// `^[A-Z][A-Z0-9]{1,19}$`: classes of letters, each once, a counted number of times, or at least once.
fn has_form(text: &str, pattern: &str) -> bool {
    let mut rest = text.chars().peekable();
    let classes = pattern.trim_start_matches('^').trim_end_matches('$').split('[').skip(1);
    for class in classes {
        let (letters, times) = class.split_once(']').expect("a class ends");
        let (least, most) = match times.trim_matches(['{', '}']) {
            "" => (1, 1),
            "+" => (1, usize::MAX),
            counted => {
                let (least, most) = counted.split_once(',').expect("from, to");
                (least.parse().expect("a number"), most.parse().expect("a number"))
            }
        };
        let letters: Vec<char> = letters.chars().collect();
        let is_of = |letter: char| {
            letters.windows(3).any(|range| range[1] == '-' && (range[0]..=range[2]).contains(&letter))
                || letters.contains(&letter)
        };
        let mut seen = 0;
        while seen < most && rest.next_if(|letter| is_of(*letter)).is_some() {
            seen += 1;
        }
        if seen < least {
            return false;
        }
    }
    rest.next().is_none()
}

fn kind_of(name: &str) -> PackFile {
    match name {
        "pack.toml" => PackFile::Pack,
        "texts.toml" => PackFile::Texts,
        _ => PackFile::Flow,
    }
}

fn read(text: &str) -> Value {
    serde_json::to_value(text.parse::<toml::Table>().expect("TOML")).expect("JSON")
}

fn slips(file: PackFile, text: &str) -> Vec<String> {
    let drafts: Vec<Language> = languages_named(&mali()).1;
    unfit(
        &json_schema(file, Written { whole: &[Language::FRENCH, Language::ENGLISH], drafts: &drafts }),
        &read(text),
        "",
    )
}

#[test]
fn every_file_of_the_mali_pack_fits() {
    // The mapping of DHIS2 has no schema: its own reader names what is wrong with it.
    let of_flows = |name: &str| name.ends_with(".toml") && name != "dhis2.toml";
    let files: Vec<_> = MALI.iter().filter(|(name, _)| of_flows(name)).collect();
    assert!(files.len() >= 6);
    for (name, text) in files {
        assert_eq!(slips(kind_of(name), text), [""; 0], "{name}");
    }
}

#[test]
fn slips_do_not_fit_and_say_where() {
    let dep = mali().get("dep.toml").expect("DEP").to_owned();
    for (from, to, told) in [
        ("cadence = \"week\"", "cadance = \"week\"", "/cadance: must not stand here"),
        ("cadence = \"week\"", "cadence = \"weekly\"", "/cadence: enum"),
        ("keyword = \"DEP\"", "keyword = \"dep\"", "/keyword: pattern"),
        ("version = 1", "version = \"1\"", "/version: type \"integer\""),
        (
            "title = { fr = \"Dépistage PB\", en = \"MUAC screening\", ",
            "title = { fr = \"Dépistage PB\", ",
            "/title: required",
        ),
        ("type = \"integer\"\nrange = [1, 2000]", "type = \"integer\"", "/field/0: required [\"range\"]"),
        (
            "type = \"integer\"\nrange = [1, 2000]",
            "type = \"yes-no\"\nrange = [1, 2000]",
            "/field/0/range: must not stand here",
        ),
        ("range = [1, 2000]", "range = [1]", "/field/0/range: minItems"),
        ("kind = \"ratio\"\nnumerator = [\"mam\"]", "kind = \"ratio\"", "required [\"numerator\""),
    ] {
        assert!(dep.contains(from), "{from}");
        let found = slips(PackFile::Flow, &dep.replacen(from, to, 1));
        assert!(found.iter().any(|one| one.contains(told)), "{to}: {found:?}");
    }
    assert!(!slips(PackFile::Texts, "[saved]\nfr = \"OK\"\n").is_empty(), "a language is missing");
    let whole = "[saved]\nfr = \"OK\"\nen = \"OK\"\n";
    assert!(slips(PackFile::Texts, whole).is_empty(), "a draft may be left out");
    assert!(slips(PackFile::Texts, &format!("{whole}bm = \"OK\"\n")).is_empty(), "or written");
    assert!(!slips(PackFile::Texts, &format!("{whole}ff = \"OK\"\n")).is_empty(), "another language may not");
}

#[test]
fn the_command_prints_them_in_the_languages_of_the_pack() {
    let print = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relais"));
        let output = command.arg("check").args(arguments).output().expect("the binary runs");
        (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default())
    };
    for (word, file) in [("flow", PackFile::Flow), ("pack", PackFile::Pack), ("texts", PackFile::Texts)] {
        let (code, schema) = print(&["--schema", word]);
        let (whole, drafts) = languages_named(&mali());
        assert_eq!((code, &schema), (Some(0), &json_schema(file, Written { whole: &whole, drafts: &drafts })));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("pack.toml"), "languages = [\"bm\", \"fr\"]\n").expect("written");
    let (code, schema) = print(&["--schema", "flow", folder.path().to_str().expect("text")]);
    assert_eq!((code, &schema["properties"]["title"]["required"]), (Some(0), &json!(["bm", "fr"])), "faults or not");
    assert_eq!(print(&["--schema", "nonsense"]).0, Some(2));
}
