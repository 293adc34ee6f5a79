//! The faults found so far, pointed at the place where each was written.

use std::ops::Range;

use super::super::diagnostic::Diagnostic;
use super::super::source::{Loaded, Origin, PackFiles};

/// The pack under examination and what was found.
pub(super) struct Defects<'a> {
    pub loaded: &'a Loaded,
    files: &'a PackFiles,
    found: Vec<Diagnostic>,
}

impl<'a> Defects<'a> {
    pub fn new(loaded: &'a Loaded, files: &'a PackFiles) -> Self {
        Defects { loaded, files, found: Vec::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }

    /// A fault of a whole text, word or table.
    pub fn at(&mut self, origin: &Origin, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.push(&origin.file, origin.span.clone(), code, message.into(), help.into());
    }

    /// True when this text, word or table was already found to have a fault of this kind.
    pub fn has(&self, origin: &Origin, code: &str) -> bool {
        let same = |fault: &Diagnostic| fault.code == code && fault.file == origin.file && fault.span == origin.span;
        self.found.iter().any(same)
    }

    /// A fault of the part called `name` in the origins; of the pack's first line where it has none.
    pub fn at_part(&mut self, name: &str, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        let origin = self.loaded.origins.parts.get(name).cloned();
        let origin = origin.unwrap_or_else(|| Origin { file: super::super::source::PACK_FILE.to_owned(), span: 0..0 });
        self.at(&origin, code, message, help);
    }

    /// A fault of one word inside a text.
    pub fn at_word(
        &mut self,
        origin: &Origin,
        word: &str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let text = self.files.get(&origin.file).unwrap_or_default();
        let span = word_inside(text, origin.span.clone(), word).unwrap_or(origin.span.clone());
        self.push(&origin.file, span, code, message.into(), help.into());
    }

    fn push(&mut self, file: &str, span: Range<usize>, code: &'static str, message: String, help: String) {
        let text = self.files.get(file).unwrap_or_default();
        self.found.push(Diagnostic::at(file, text, span, code, message, help));
    }
}

/// Where `word` stands inside `span` as a word of its own, else where its letters first stand.
fn word_inside(text: &str, span: Range<usize>, word: &str) -> Option<Range<usize>> {
    let part = text.get(span.clone())?;
    let is_part_of_a_name = |character: char| character.is_alphanumeric() || character == '_';
    let alone = part.match_indices(word).find(|(start, _)| {
        let before = part[..*start].chars().next_back();
        let after = part[start + word.len()..].chars().next();
        !before.is_some_and(is_part_of_a_name) && !after.is_some_and(is_part_of_a_name)
    });
    let start = alone.map(|(start, _)| start).or_else(|| part.find(word))?;
    Some(span.start + start..span.start + start + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_as_a_word_first() {
        let text = "must = \"TT + T == V\"";
        assert_eq!(word_inside(text, 7..20, "T"), Some(13..14));
        assert_eq!(word_inside(text, 7..20, "Z"), None);
        assert_eq!(word_inside("é", 0..2, "é"), Some(0..2));
    }
}
