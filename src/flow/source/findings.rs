//! What is wrong in one file, noted while it is read; and what is no fault of a text that was in force once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::section::{Text, did_you_mean, takes};
use crate::flow::diagnostic::Diagnostic;

/// The faults found so far in one file.
pub(super) struct Findings<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub found: RefCell<Vec<Diagnostic>>,
    /// Every key asked for so far, by its path (`field[].range`), with what it takes: what the schema is held against.
    pub asked: RefCell<BTreeMap<String, &'static str>>,
    /// True for a text that was in force once: what it names of the pack and its languages may be gone or have come since.
    pub is_accepted: bool,
}

impl<'a> Findings<'a> {
    /// Nothing yet, of a file as it is now.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Findings { file, text, found: RefCell::default(), asked: RefCell::default(), is_accepted: false }
    }

    /// Of a text that was in force once.
    pub fn of_accepted(file: &'a str, text: &'a str) -> Self {
        Findings { is_accepted: true, ..Findings::new(file, text) }
    }

    /// Refuses an id that the pack does not declare; what a text that was in force names was declared then.
    pub fn expect_declared<'k>(&self, what: &str, id: &Text, known: impl IntoIterator<Item = &'k str> + Clone) {
        if !self.is_accepted {
            self.expect_known(what, id, known);
        }
    }

    /// Refuses an id that is none of these.
    pub fn expect_known<'k>(&self, what: &str, id: &Text, known: impl IntoIterator<Item = &'k str> + Clone) {
        if !known.clone().into_iter().any(|one| one == id.value) {
            let help = did_you_mean(&id.value, known);
            self.report(id.span.clone(), "unknown-id", format!("`{}` is no {what}", id.value), help);
        }
    }

    /// Notes a fault.
    pub fn report(&self, span: Range<usize>, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        let found = Diagnostic::at(self.file, self.text, span, code, message.into(), help.into());
        self.found.borrow_mut().push(found);
    }

    /// Notes a value of another type than its key takes.
    pub fn wrong_type(&self, value: &Spanned<DeValue<'_>>, key: &str, wanted: &str) {
        let given = value.get_ref().type_str();
        self.report(value.span(), "wrong-type", format!("`{key}` takes {wanted}, not a {given}"), example_of(wanted));
    }
}

fn example_of(wanted: &str) -> &'static str {
    match wanted {
        takes::TEXT => "write it between double quotes: \"...\"",
        takes::INTEGER => "write digits alone, without quotes",
        takes::BOOLEAN => "write true or false, without quotes",
        takes::WORDS => "write [\"ONE\", \"TWO\"]",
        takes::LOCALISED => "write { fr = \"...\", en = \"...\" }",
        _ => "",
    }
}
