//! Puts texts and expressions into the text book and notes where each stands: a flow's, and the system's own from
//! `texts.toml` (one table a text, one line a language).

use std::ops::Range;

use super::super::model::Pack;
use super::super::text::{TextBook, TextError};
use super::findings::Findings;
use super::origins::{Origin, Origins, WrittenText};
use super::section::{Section, Text};
use crate::base::Language;

/// Reads every `[name]` into the book as `say.name`.
pub(super) fn read_system_texts(section: &Section<'_>, pack: &Pack, book: &mut TextBook, origins: &mut Origins) {
    origins.parts.insert("texts".to_owned(), Origin { file: section.findings().file.to_owned(), span: 0..0 });
    let mut writer = Writer { book, origins };
    for name in section.entries() {
        let texts = section.localised(&name.value, pack.written());
        writer.template(section.findings(), &format!("say.{}", name.value), &texts);
    }
}

/// The text book being filled, with the map of where things stand.
pub(super) struct Writer<'w> {
    pub book: &'w mut TextBook,
    pub origins: &'w mut Origins,
}

impl Writer<'_> {
    /// A text people read that is filled in: added to the book in each language.
    pub fn template(&mut self, findings: &Findings<'_>, name: &str, texts: &[(Language, Text)]) {
        for (language, text) in texts {
            if let Err(error) = self.book.add_text(name, *language, &text.value) {
                report(findings, text, &error, "text");
            }
        }
        self.wording(findings, name, texts);
    }

    /// A text people read as it is.
    pub fn wording(&mut self, findings: &Findings<'_>, name: &str, texts: &[(Language, Text)]) {
        for (language, text) in texts {
            if text.value.trim().is_empty() {
                findings.report(text.span.clone(), "empty-text", "this text is empty", "write what people will read");
            }
            self.origins.texts.push(WrittenText {
                name: name.to_owned(),
                language: *language,
                value: text.value.clone(),
                origin: Origin { file: findings.file.to_owned(), span: text.span.clone() },
            });
        }
    }

    /// A condition or a number.
    pub fn expression(&mut self, findings: &Findings<'_>, name: &str, text: &Text) {
        if let Err(error) = self.book.add_expression(name, &text.value) {
            report(findings, text, &error, "expression");
        }
        let origin = Origin { file: findings.file.to_owned(), span: text.span.clone() };
        self.origins.expressions.insert(name.to_owned(), origin);
    }

    /// Labels an expression or text of this flow reads, `T_name` counting as `T`.
    pub fn labels_used(&self, name: &str, labels: &[String]) -> Vec<String> {
        let used = self.book.names_used(name);
        let is_used = |label: &&String| used.contains(*label) || used.contains(&format!("{label}_name"));
        labels.iter().filter(is_used).cloned().collect()
    }
}

fn report(findings: &Findings<'_>, text: &Text, error: &TextError, what: &'static str) {
    let span = match &error.range {
        Some((start, end)) => within(findings.text, text, *start..*end),
        None => text.span.clone(),
    };
    let (code, help) = match what {
        "text" => ("bad-text", "a value stands between {{ and }}, a condition between {% if T > 0 %} and {% endif %}"),
        _ => ("bad-expression", "write labels in capitals with + - * / == != < <= > >= and or not, such as T == V + J"),
    };
    findings.report(span, code, format!("this {what} cannot be read: {}", error.reason), help);
}

/// Bytes of the file for `range` inside a quoted text; the whole text where escapes make that unsure.
pub(in crate::flow) fn within(file_text: &str, text: &Text, range: Range<usize>) -> Range<usize> {
    let written = file_text.get(text.span.clone()).unwrap_or_default();
    match written.find(text.value.as_str()) {
        Some(quotes) if !text.value.is_empty() => {
            let start = (text.span.start + quotes + range.start).min(text.span.end);
            let end = (text.span.start + quotes + range.end.max(range.start + 1)).clamp(start, text.span.end);
            start..end
        }
        _ => text.span.clone(),
    }
}
