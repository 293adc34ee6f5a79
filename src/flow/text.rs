//! Texts and conditions of a pack: minijinja templates by name and language, strict and fuel-limited.
//!
//! Templates see the values they are given and nothing else: no files, no includes, no environment.

use std::collections::BTreeSet;

pub use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
pub use minijinja::{Value as Scope, context};

use crate::base::Language;

/// Steps one text or condition may take: far above any honest one, far below a stall.
const FUEL_STEPS_MAX: u64 = 20_000;

/// An expression is kept as a template that says its value.
const OPEN: &str = "{{(";
const CLOSE: &str = ")}}";

/// All texts and conditions of a pack.
pub struct TextBook {
    environment: Environment<'static>,
    fallback: Vec<Language>,
}

/// A text or condition that could not be used. Excluded for packs that passed `relais check`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("text `{name}`: {reason}")]
pub struct TextError {
    /// Its name.
    pub name: String,
    /// What minijinja says.
    pub reason: String,
    /// Bytes of the source it concerns, where known.
    pub range: Option<(usize, usize)>,
}

impl std::fmt::Debug for TextBook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TextBook")
    }
}

impl TextBook {
    /// An empty book; `languages` in order of preference.
    pub fn new(languages: &[Language]) -> TextBook {
        let mut environment = Environment::empty();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL_STEPS_MAX));
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.add_filter("grouped", |number: i64| crate::base::text::grouped(number));
        environment.add_test("defined", minijinja::tests::is_defined);
        environment.add_test("undefined", minijinja::tests::is_undefined);
        environment.add_test("none", minijinja::tests::is_none);
        environment.add_filter("length", minijinja::filters::length);
        environment.add_filter("default", minijinja::filters::default);
        environment.add_filter("join", minijinja::filters::join);
        environment.add_filter("upper", minijinja::filters::upper);
        TextBook { environment, fallback: languages.to_vec() }
    }

    /// Adds a text in one language.
    ///
    /// # Errors
    /// A [`TextError`] with the place of the fault in `source`.
    pub fn add_text(&mut self, name: &str, language: Language, source: &str) -> Result<(), TextError> {
        self.add(&format!("{name}/{language}"), source.to_owned(), 0)
    }

    /// Adds a condition or a number, written as an expression.
    ///
    /// # Errors
    /// A [`TextError`] with the place of the fault in `expression`.
    pub fn add_expression(&mut self, name: &str, expression: &str) -> Result<(), TextError> {
        self.add(name, format!("{OPEN}{expression}{CLOSE}"), OPEN.len())
    }

    /// The expression `name` as it was written.
    pub fn written(&self, name: &str) -> Option<String> {
        let template = self.environment.get_template(name).ok()?;
        let inside = template.source().strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
        Some(inside.trim().to_owned())
    }

    fn add(&mut self, name: &str, source: String, offset: usize) -> Result<(), TextError> {
        self.environment.add_template_owned(name.to_owned(), source).map_err(|error| TextError {
            name: name.to_owned(),
            reason: error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned),
            range: error.range().map(|range| (range.start.saturating_sub(offset), range.end.saturating_sub(offset))),
        })
    }

    /// True when the book has `name` in `language`.
    pub fn has_text(&self, name: &str, language: Language) -> bool {
        self.environment.get_template(&format!("{name}/{language}")).is_ok()
    }

    /// The names a text or expression uses from outside.
    pub fn names_used(&self, key: &str) -> BTreeSet<String> {
        let template = self.environment.get_template(key);
        template.map(|template| template.undeclared_variables(false).into_iter().collect()).unwrap_or_default()
    }

    /// The text `name` in `language`, or in the first language of the pack that has it.
    ///
    /// # Errors
    /// A [`TextError`] when there is no such text or a value it needs is missing.
    pub fn say(&self, name: &str, language: Language, values: impl Into<Scope>) -> Result<String, TextError> {
        let languages = std::iter::once(language).chain(self.fallback.iter().copied());
        let known = languages.map(|language| format!("{name}/{language}"));
        let key = known.into_iter().find(|key| self.environment.get_template(key).is_ok());
        let key =
            key.ok_or_else(|| TextError { name: name.into(), reason: "there is no such text".into(), range: None })?;
        self.render(&key, values)
    }

    /// True when the condition `name` holds.
    ///
    /// # Errors
    /// A [`TextError`] when a value it needs is missing.
    pub fn holds(&self, name: &str, values: impl Into<Scope>) -> Result<bool, TextError> {
        let answer = self.render(name, values)?;
        Ok(!matches!(answer.as_str(), "false" | "False" | "" | "0" | "none" | "None"))
    }

    /// The whole number the expression `name` gives.
    ///
    /// # Errors
    /// A [`TextError`] when a value it needs is missing or it gives no whole number.
    pub fn number(&self, name: &str, values: impl Into<Scope>) -> Result<i64, TextError> {
        let answer = self.render(name, values)?;
        let reason = || TextError { name: name.into(), reason: format!("`{answer}` is no whole number"), range: None };
        answer.trim().parse().map_err(|_| reason())
    }

    fn render(&self, key: &str, values: impl Into<Scope>) -> Result<String, TextError> {
        let failed = |error: minijinja::Error| TextError {
            name: key.to_owned(),
            reason: error.to_string(),
            range: error.range().map(|range| (range.start, range.end)),
        };
        self.environment.get_template(key).map_err(failed)?.render(values).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a template says, or why it says nothing.
    fn said(source: &str) -> Result<String, String> {
        let mut book = TextBook::new(&[Language::FRENCH]);
        book.add_text("other", Language::FRENCH, "secret").map_err(|error| error.reason)?;
        book.add_text("text", Language::FRENCH, source).map_err(|error| error.reason)?;
        let values = context! { word => "{{7*7}} {% include 'other/fr' %}", number => 7 };
        book.say("text", Language::FRENCH, values).map_err(|error| error.reason)
    }

    #[test]
    fn a_text_sees_its_values_and_nothing_else() {
        for source in [
            "{% include 'other/fr' %}",
            "{% import 'other/fr' as other %}",
            "{% extends 'other/fr' %}",
            "{% include '/etc/passwd' %}",
            "{{ self }}{{ super() }}",
            "{{ debug() }}",
            "{{ range(10) }}",
            "{{ dict() }}",
            "{{ namespace() }}",
            "{{ lipsum() }}",
            "{{ cycler() }}",
            "{{ request }}",
            "{{ config }}",
            "{{ environ }}",
            "{{ word.__class__ }}",
            "{{ word.__class__.__mro__ }}",
            "{{ ''['__class__'] }}",
            "{{ word|attr('__class__') }}",
            "{{ word|map('upper') }}",
            "{{ word|pprint }}",
            "{{ word|tojson }}",
            "{{ word|safe }}",
            "{{ word|urlencode }}",
            "{{ word.split(' ') }}",
            "{{ word.format(number) }}",
            "{{ unknown }}",
        ] {
            let said = said(source);
            // What is undefined on a value is a fault too: nothing falls through to an empty text.
            assert!(said.is_err(), "{source} says {said:?}");
        }
    }

    #[test]
    fn what_a_person_typed_is_never_a_template() {
        assert_eq!(said("{{ word }}").as_deref(), Ok("{{7*7}} {% include 'other/fr' %}"));
        assert_eq!(said("{{ word|upper|length }}").as_deref(), Ok("32"));
    }

    #[test]
    fn a_text_that_never_ends_is_stopped() {
        let endless = "{% macro again(n) %}{{ again(n) }}{{ again(n) }}{% endmacro %}{{ again(1) }}";
        assert!(said(endless).is_err());
        let long = format!("{}x", "{% set a = [1, 2, 3, 4] %}".repeat(FUEL_STEPS_MAX as usize));
        assert!(said(&long).is_err(), "more steps than a text may take");
    }
}
