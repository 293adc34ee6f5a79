//! Where each text and each typed word of a pack was written, so that a fault found later still points at its line.
//!
//! Kept beside the pack, not in it: a running server has no use for it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::Language;

/// A place in a pack's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// File name.
    pub file: String,
    /// Bytes of that file; for a text, its quotes included.
    pub span: Range<usize>,
}

/// A text people read.
#[derive(Clone, Debug)]
pub struct WrittenText {
    /// Its name: `flow.dep.head`, `flow.dep.field.T.name`, `say.saved`.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// As written.
    pub value: String,
    /// Where.
    pub origin: Origin,
}

/// What a typed word is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordUse {
    /// Opens a report.
    Keyword,
    /// Opens it as well.
    Alias,
    /// What a keypad makes of the keyword: asked.
    Twin,
    /// Typed before a value.
    Label,
    /// A longer word for a label.
    LabelWord,
    /// Sets a field without a label.
    Bare,
    /// Stands for several values of a field and is asked.
    Asked,
    /// A command.
    Command,
}

/// A word people type, and where it was declared.
#[derive(Clone, Debug)]
pub struct DeclaredWord {
    /// The word as declared.
    pub word: String,
    /// Flow id; empty for the pack's own words.
    pub flow: String,
    /// Label of the field; empty where it belongs to none.
    pub label: String,
    /// What it is for.
    pub used_as: WordUse,
    /// Where.
    pub origin: Origin,
}

/// Where everything in a pack stands.
#[derive(Debug, Default)]
pub struct Origins {
    /// Expressions by their name in the text book.
    pub expressions: BTreeMap<String, Origin>,
    /// Everything else a fault may point at: `flow.dep`, `flow.dep.field.T`, `flow.dep.example`.
    pub parts: BTreeMap<String, Origin>,
    /// Texts in every language.
    pub texts: Vec<WrittenText>,
    /// Words people type.
    pub words: Vec<DeclaredWord>,
    /// Keywords a flow may resemble on purpose, by flow id.
    pub distinct_from: BTreeMap<String, Vec<String>>,
    /// Words a field shares on purpose with another meaning, by flow id and label.
    pub shared: BTreeMap<(String, String), Vec<String>>,
    /// Languages that need letters GSM-7 lacks, and so have 70 characters a message.
    pub ucs2_languages: Vec<Language>,
}
