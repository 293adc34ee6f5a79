//! One table of a TOML file, read key by key: what is missing, mistyped or unknown is noted, and reading goes on.
//!
//! Every key asked for is a key known, so an unknown one is whatever nobody asked for. Never stops at a fault: a value
//! that is not there reads as an empty one, and the file is refused at the end.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::model::{Wording, Written};
use super::findings::Findings;
use crate::base::Language;

/// What a key takes, in the words of the fault where it is given something else.
pub(super) mod takes {
    pub const TEXT: &str = "text in quotes";
    pub const INTEGER: &str = "a whole number";
    pub const NUMBER: &str = "a number";
    pub const BOOLEAN: &str = "true or false";
    pub const RANGE: &str = "two numbers, [smallest, largest]";
    pub const WORDS: &str = "a list of words";
    pub const TABLE: &str = "a table";
    pub const TABLES: &str = "a list of tables";
    pub const LOCALISED: &str = "text in each language";
    /// A key of any name: in a table whose keys are ids.
    pub const ANY_KEY: &str = "any key";
}

/// From this many letters on, the beginning of a word stands for it.
const SHORTEST_BEGINNING: usize = 3;

/// A string and where it stands, quotes included.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub value: String,
    pub span: Range<usize>,
}

/// A table being read.
pub(super) struct Section<'a> {
    findings: &'a Findings<'a>,
    table: &'a DeTable<'a>,
    /// Where to point when something is missing.
    pub span: Range<usize>,
    /// Where it stands in its file: `` for the file itself, `field[].` for any field.
    path: String,
    asked: RefCell<Vec<String>>,
}

/// The known word nearest to `word`, where one is near enough to have been meant: a slip away, or begun with it.
pub(in crate::flow) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let length = word.chars().count();
    let reach = (length / 3).clamp(1, 3);
    let distance = |candidate: &str| match candidate.starts_with(word) && length >= SHORTEST_BEGINNING {
        true => 1,
        false => strsim::damerau_levenshtein(word, candidate),
    };
    let scored = known.into_iter().map(|candidate| (distance(candidate), candidate));
    scored.filter(|&(distance, _)| (1..=reach).contains(&distance) && distance < length).min().map(|(_, near)| near)
}

/// `did you mean x?`, or the list of what there is.
pub(in crate::flow) fn did_you_mean<'w>(word: &str, known: impl IntoIterator<Item = &'w str> + Clone) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("did you mean `{near}`?");
    }
    let mut list: Vec<&str> = known.into_iter().collect();
    list.sort_unstable();
    list.dedup();
    format!("known here: {}", list.join(", "))
}

impl<'a> Section<'a> {
    pub fn new(findings: &'a Findings<'a>, table: &'a DeTable<'a>, span: Range<usize>) -> Self {
        Section { findings, table, span, path: String::new(), asked: RefCell::default() }
    }

    /// The table under `key` of this one, or one of several there.
    fn below(&self, key: &str, table: &'a DeTable<'a>, span: Range<usize>) -> Section<'a> {
        Section { path: format!("{}{key}.", self.path), ..Section::new(self.findings, table, span) }
    }

    pub fn findings(&self) -> &'a Findings<'a> {
        self.findings
    }

    fn value(&self, key: &str, takes: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key.to_owned());
        self.findings.asked.borrow_mut().insert(format!("{}{key}", self.path), takes);
        self.table.get(key)
    }

    fn missing(&self, key: &str, example: &str) {
        self.findings.report(self.span.clone(), "missing-key", format!("`{key}` is missing"), format!("add {example}"));
    }

    /// Where `key` is written, else the table itself.
    pub fn place_of(&self, key: &str) -> Range<usize> {
        self.table.get_key_value(key).map_or(self.span.clone(), |(_, value)| value.span())
    }

    /// Every key with its value: for tables whose keys are ids. Counts as having asked for all of them.
    pub fn entries(&self) -> Vec<Text> {
        let keys = self.table.keys();
        let texts: Vec<Text> = keys.map(|key| Text { value: key.get_ref().to_string(), span: key.span() }).collect();
        self.asked.borrow_mut().extend(texts.iter().map(|text| text.value.clone()));
        self.findings.asked.borrow_mut().insert(format!("{}*", self.path), takes::ANY_KEY);
        texts
    }

    pub fn optional_text(&self, key: &str) -> Option<Text> {
        let value = self.value(key, takes::TEXT)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Text { value: text.to_string(), span: value.span() }),
            _ => {
                self.findings.wrong_type(value, key, takes::TEXT);
                Some(Text { value: String::new(), span: value.span() })
            }
        }
    }

    pub fn text(&self, key: &str) -> Text {
        let found = self.optional_text(key);
        if found.is_none() {
            self.missing(key, &format!("{key} = \"...\""));
        }
        found.unwrap_or_else(|| Text { value: String::new(), span: self.span.clone() })
    }

    /// The `id`, refused where it is more than small letters, digits and `_`: ids stand beside each other in keys and files.
    pub fn id(&self) -> Text {
        let id = self.text("id");
        let well_formed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if id.value.is_empty() || !id.value.bytes().all(well_formed) {
            let help = "small letters, digits and _ only: \"taux_mas\"";
            self.findings().report(id.span.clone(), "bad-word", format!("`{}` cannot be an id", id.value), help);
        }
        id
    }

    pub fn optional_integer(&self, key: &str) -> Option<i64> {
        let value = self.value(key, takes::INTEGER)?;
        let number = integer_of(value.get_ref());
        if number.is_none() {
            self.findings.wrong_type(value, key, takes::INTEGER);
        }
        number
    }

    pub fn integer(&self, key: &str) -> i64 {
        if self.table.get(key).is_none() {
            self.missing(key, &format!("{key} = 1"));
        }
        self.optional_integer(key).unwrap_or_default()
    }

    pub fn number(&self, key: &str) -> f64 {
        let Some(value) = self.value(key, takes::NUMBER) else {
            self.missing(key, &format!("{key} = 0.5"));
            return 0.0;
        };
        let number = number_of(value.get_ref());
        if number.is_none() {
            self.findings.wrong_type(value, key, takes::NUMBER);
        }
        number.unwrap_or_default()
    }

    pub fn boolean(&self, key: &str, otherwise: bool) -> bool {
        let Some(value) = self.value(key, takes::BOOLEAN) else { return otherwise };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.findings.wrong_type(value, key, takes::BOOLEAN);
            otherwise
        })
    }

    /// `range = [smallest, largest]`, as written.
    pub fn range(&self, key: &str) -> (f64, f64) {
        let Some(value) = self.value(key, takes::RANGE) else {
            self.missing(key, &format!("{key} = [0, 100]"));
            return (0.0, 0.0);
        };
        let numbers: Option<Vec<f64>> =
            value.get_ref().as_array().and_then(|array| array.iter().map(|one| number_of(one.get_ref())).collect());
        match numbers.as_deref() {
            Some(&[least, most]) if least <= most => (least, most),
            Some(&[_, _]) => {
                let help = "write the smaller number first";
                self.findings.report(value.span(), "empty-range", format!("no number fits `{key}`"), help);
                (0.0, 0.0)
            }
            _ => {
                self.findings.wrong_type(value, key, takes::RANGE);
                (0.0, 0.0)
            }
        }
    }

    /// A list of words; empty when absent.
    pub fn words(&self, key: &str) -> Vec<Text> {
        let Some(value) = self.value(key, takes::WORDS) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.findings.wrong_type(value, key, takes::WORDS);
            return Vec::new();
        };
        let mut words = Vec::with_capacity(array.len());
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(word) => words.push(Text { value: word.to_owned(), span: item.span() }),
                None => self.findings.wrong_type(item, key, takes::WORDS),
            }
        }
        words
    }

    /// A table under `key`, where there is one.
    pub fn optional_section(&self, key: &str) -> Option<Section<'a>> {
        let value = self.value(key, takes::TABLE)?;
        let Some(table) = value.get_ref().as_table() else {
            self.findings.wrong_type(value, key, takes::TABLE);
            return None;
        };
        Some(self.below(key, table, value.span()))
    }

    /// The tables of `[[key]]`, in order; none when absent.
    pub fn sections(&self, key: &str) -> Vec<Section<'a>> {
        let Some(value) = self.value(key, takes::TABLES) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.findings.wrong_type(value, key, takes::TABLES);
            return Vec::new();
        };
        let mut sections = Vec::with_capacity(array.len());
        let list = format!("{key}[]");
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(table) => sections.push(self.below(&list, table, item.span())),
                None => self.findings.wrong_type(item, key, takes::TABLES),
            }
        }
        sections
    }

    /// A text in every language of the pack, with where each stands. A missing language is noted, unless it is a draft.
    pub fn localised(&self, key: &str, languages: Written<'_>) -> Vec<(Language, Text)> {
        if self.table.get(key).is_none() {
            self.missing(key, &format!("{key} = {{ fr = \"...\", en = \"...\" }}"));
        }
        self.optional_localised(key, languages)
    }

    /// The same where it may be left out altogether.
    pub fn optional_localised(&self, key: &str, languages: Written<'_>) -> Vec<(Language, Text)> {
        let Some(value) = self.value(key, takes::LOCALISED) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.findings.wrong_type(value, key, takes::LOCALISED);
            return Vec::new();
        };
        let section = self.below(key, table, value.span());
        let texts = section.languages_of(languages);
        section.finish();
        texts
    }

    /// The languages written directly in this table: `{ code = "1", fr = "...", en = "..." }`.
    pub fn languages_of(&self, languages: Written<'_>) -> Vec<(Language, Text)> {
        let mut texts = Vec::with_capacity(languages.whole.len());
        for language in languages.whole {
            match self.optional_text(language.code()) {
                Some(text) => texts.push((*language, text)),
                None if self.findings.is_accepted => {}
                None => {
                    let code = language.code();
                    let message = format!("the text in `{code}` is missing");
                    self.findings.report(
                        self.span.clone(),
                        "missing-language",
                        message,
                        format!("add {code} = \"...\""),
                    );
                }
            }
        }
        let drafted = |language: &Language| Some((*language, self.optional_text(language.code())?));
        texts.extend(languages.drafts.iter().filter_map(drafted));
        texts
    }

    /// Notes every key nobody asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        // A language that the pack no longer has.
        let was_language = |name: &str| self.findings.is_accepted && name.parse::<Language>().is_ok();
        for key in self.table.keys().filter(|key| !was_language(key.get_ref())) {
            let name: &str = key.get_ref();
            if !asked.iter().any(|known| known == name) {
                let help = did_you_mean(name, asked.iter().map(String::as_str));
                self.findings.report(key.span(), "unknown-key", format!("`{name}` is not a key here"), help);
            }
        }
    }
}

/// The texts without their places.
pub(super) fn wording(texts: &[(Language, Text)]) -> Wording {
    Wording(texts.iter().map(|(language, text)| (*language, text.value.clone())).collect())
}

/// The words without their places.
pub(super) fn plain_words(words: &[Text]) -> Vec<String> {
    words.iter().map(|word| word.value.clone()).collect()
}

fn integer_of(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn number_of(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(float) => float.as_str().parse().ok().filter(|number: &f64| number.is_finite()),
        // Exact: twelve digits at most are accepted, far below 2^53.
        _ => integer_of(value).map(|number| number as f64),
    }
}
