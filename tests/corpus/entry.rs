//! The entries of the corpus, as their files have them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// One message and what is allowed to become of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file it stands in.
    #[serde(skip)]
    pub file: String,
    pub id: String,
    pub kinds: Vec<u8>,
    pub from: String,
    #[serde(default)]
    pub before: Vec<String>,
    pub now: Option<String>,
    pub text: String,
    pub may: Vec<String>,
    pub flow: Option<String>,
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    #[serde(default)]
    pub reply_has: Vec<String>,
    #[serde(default)]
    pub reply_not: Vec<String>,
    pub why: String,
}

/// Characters of a text that a list of failures shows.
const SHOWN_MAX: usize = 200;

impl Entry {
    /// Its text with what cannot be seen escaped, cut to what a page can show.
    pub fn shown(&self) -> String {
        self.text.escape_debug().to_string().chars().take(SHOWN_MAX).collect()
    }
}

#[derive(Deserialize)]
struct File {
    message: Vec<Entry>,
}

#[derive(Deserialize)]
struct Disputes {
    #[serde(default)]
    dispute: Vec<Dispute>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dispute {
    id: String,
    why: String,
}

const DISPUTED: &str = "disputed.toml";

/// Every entry, file by file.
pub fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut paths: Vec<_> =
        fs::read_dir(folder()).expect("the corpus").map(|found| found.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        let is_corpus = path.extension().is_some_and(|kind| kind == "toml") && !path.ends_with(DISPUTED);
        if !is_corpus {
            continue;
        }
        let text = fs::read_to_string(&path).expect("readable");
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        entries.extend(file.message.into_iter().map(|entry| Entry { file: name.clone(), ..entry }));
    }
    entries
}

/// Entries that contradict the design, with the reason.
pub fn disputed() -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder().join(DISPUTED)).expect("the list of disputed entries");
    let disputes: Disputes = toml::from_str(&text).expect("a sound list");
    disputes.dispute.into_iter().map(|dispute| (dispute.id, dispute.why)).collect()
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}
