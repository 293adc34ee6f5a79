//! What is wrong in a pack, as data: file, line, column, the fault and its mend; and as text with a caret.
//!
//! Never says which pack is meant, never stops at the first fault, never reads a file.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use super::source::PackFiles;

/// One fault in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// File within the pack: `dep.toml`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes of the file it concerns.
    pub span: Range<usize>,
    /// Its kind, stable for tests and tools: `unknown-key`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// How to mend it; empty where the message says it all.
    pub help: String,
}

impl Diagnostic {
    /// A fault at `span` of `text`, the content of `file`. A span outside the text is brought back inside.
    pub fn at(file: &str, text: &str, span: Range<usize>, code: &'static str, message: String, help: String) -> Self {
        let span = inside(text, span);
        let before = &text[..span.start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Diagnostic {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span,
            code,
            message,
            help,
        }
    }
}

/// `span` cut to the text and moved outward to whole characters.
fn inside(text: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// In reading order: by file, then line, each fault once.
pub fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by(|a, b| (&a.file, a.span.start, a.code).cmp(&(&b.file, b.span.start, b.code)));
    diagnostics.dedup();
    diagnostics
}

/// All of them as plain text: the fault, the file and line, the source line with a caret, and the mend.
pub fn render(diagnostics: &[Diagnostic], files: &PackFiles) -> String {
    let renderer = Renderer::plain();
    let mut page = String::new();
    for diagnostic in diagnostics {
        let source = files.get(&diagnostic.file).unwrap_or_default();
        page.push_str(&render_one(&renderer, diagnostic, source));
        page.push_str("\n\n");
    }
    page
}

fn render_one(renderer: &Renderer, diagnostic: &Diagnostic, source: &str) -> String {
    let span = inside(source, diagnostic.span.clone());
    let snippet = Snippet::source(source)
        .path(diagnostic.file.as_str())
        .annotation(AnnotationKind::Primary.span(first_line_of(source, span)));
    let mut group = Level::ERROR.primary_title(diagnostic.message.as_str()).id(diagnostic.code).element(snippet);
    if !diagnostic.help.is_empty() {
        group = group.element(Level::HELP.message(diagnostic.help.as_str()));
    }
    renderer.render(&[group])
}

/// A caret under one line says where; under twenty it says nothing.
fn first_line_of(source: &str, span: Range<usize>) -> Range<usize> {
    let end = source[span.clone()].find('\n').map_or(span.end, |newline| span.start + newline);
    span.start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_line_column_and_mend() {
        let text = "keyword = \"DEP\"\ntitre = \"Dépistage\"\n";
        let start = text.find("titre").expect("there");
        let found = Diagnostic::at(
            "dep.toml",
            text,
            start..start + 5,
            "unknown-key",
            "`titre` is not a key here".to_owned(),
            "did you mean `title`?".to_owned(),
        );
        assert_eq!((found.line, found.column), (2, 1));
        let files = PackFiles::from_pairs([("dep.toml", text)]);
        let page = render(&[found], &files);
        for part in [
            "error[unknown-key]: `titre` is not a key here",
            "dep.toml:2:1",
            "titre = ",
            "^^^^^",
            "did you mean `title`?",
        ] {
            assert!(page.contains(part), "{part} is missing in:\n{page}");
        }
    }

    #[test]
    fn a_span_beyond_the_text_or_inside_a_letter_is_brought_back() {
        let far = Diagnostic::at("a.toml", "é", 40..90, "x", String::new(), String::new());
        assert_eq!((far.line, far.column, far.span), (1, 2, 2..2));
        let inside_letter = Diagnostic::at("a.toml", "é", 1..1, "x", String::new(), String::new());
        assert_eq!(inside_letter.span, 0..2);
    }
}
