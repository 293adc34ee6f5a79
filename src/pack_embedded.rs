//! The Mali pack, carried inside the binary: what `demo` runs and `init` writes out to be edited.
//!
//! One explicit list; a test holds it against the folder. Never reads a file at run time.

use crate::flow::source::PackFiles;

macro_rules! mali {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/flows/mali/", $name)))),*]
    };
}

/// Every file of the pack by name, with its text.
pub const MALI: &[(&str, &str)] = mali![
    "SOURCES.md",
    "acceptance.transcript",
    "ale.toml",
    "ale.transcript",
    "atpe.toml",
    "atpe.transcript",
    "bambara.transcript",
    "cercles.geojson",
    "cui.toml",
    "cui.transcript",
    "dep.toml",
    "dep.transcript",
    "dhis2.toml",
    "fef.toml",
    "fef.transcript",
    "own.transcript",
    "pack.toml",
    "phone.transcript",
    "pla.toml",
    "pla.transcript",
    "place_codes.csv",
    "places.csv",
    "regions.geojson",
    "res.toml",
    "res.transcript",
    "reu.toml",
    "reu.transcript",
    "sen.toml",
    "sen.transcript",
    "texts.toml",
    "vita.toml",
    "vita.transcript",
];

/// The embedded Mali pack.
pub fn mali() -> PackFiles {
    PackFiles::from_pairs(MALI.iter().copied())
}
