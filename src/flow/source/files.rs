//! A pack's files in memory, by name, and their common hash.

use std::collections::BTreeMap;

use super::super::diagnostic::Diagnostic;
use super::super::limits;
use super::{DHIS2_FILE, PACK_FILE, TEXTS_FILE};
use crate::base::sealing::sha256_hex;

/// The text files of a pack's folder, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackFiles(BTreeMap<String, String>);

impl PackFiles {
    /// Files from pairs of name and text.
    pub fn from_pairs<N: Into<String>, T: Into<String>>(pairs: impl IntoIterator<Item = (N, T)>) -> PackFiles {
        PackFiles(pairs.into_iter().map(|(name, text)| (name.into(), text.into())).collect())
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    /// The text of a file.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All files in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The flow files: every TOML file but the pack's own.
    pub fn flows(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = [DHIS2_FILE, PACK_FILE, TEXTS_FILE];
        self.iter().filter(move |(name, _)| name.ends_with(".toml") && !own.contains(name))
    }

    /// SHA-256 over names and texts: equal only for equal folders.
    pub fn hash(&self) -> String {
        let mut bytes = Vec::new();
        for (name, text) in self.iter() {
            for part in [name, text] {
                bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
                bytes.extend_from_slice(part.as_bytes());
            }
        }
        sha256_hex(&bytes)
    }

    /// What is too large to be read at all.
    pub(super) fn beyond_limits(&self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        if self.0.len() > limits::FILES_MAX {
            let message = format!("the pack has {} files, more than {}", self.0.len(), limits::FILES_MAX);
            faults.push(Diagnostic::at(PACK_FILE, "", 0..0, "too-large", message, "take files out".to_owned()));
        }
        for (name, text) in self.iter() {
            let most = if name.ends_with(".toml") { limits::FLOW_FILE_BYTES_MAX } else { limits::FILE_BYTES_MAX };
            if text.len() > most {
                faults.push(too_large(name, most));
            }
        }
        faults
    }
}

/// A file over its limit.
pub(super) fn too_large(name: &str, most: usize) -> Diagnostic {
    let message = format!("the file is larger than {most} bytes");
    Diagnostic::at(name, "", 0..0, "too-large", message, "simplify it or split it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_follows_names_and_texts() {
        let one = PackFiles::from_pairs([("a", "bc")]);
        let other = PackFiles::from_pairs([("ab", "c")]);
        assert_ne!(one.hash(), other.hash());
        assert_eq!(one.hash(), PackFiles::from_pairs([("a", "bc")]).hash());
    }

    #[test]
    fn a_file_over_its_limit_is_refused_unread() {
        let files = PackFiles::from_pairs([("dep.toml", "#".repeat(limits::FLOW_FILE_BYTES_MAX + 1))]);
        assert_eq!(files.beyond_limits().len(), 1);
        let map = PackFiles::from_pairs([("map.geojson", "#".repeat(limits::FLOW_FILE_BYTES_MAX + 1))]);
        assert!(map.beyond_limits().is_empty());
    }
}
