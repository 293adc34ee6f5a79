//! A form of the register as a template draws it, and what it sends.

use serde::Deserialize;

use super::faults::told;
use super::words::PeopleWords;
use super::{Choice, faults};
use crate::base::Language;
use crate::person::fault::Fault;
use crate::web::form::Sent;

/// A field.
pub(super) struct Field {
    /// Name in the form: the column of the people file.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// What it takes.
    pub hint: &'static str,
    /// What stands in it.
    pub value: String,
    /// What is wrong with it.
    pub fault: String,
    /// `text`, `tel`, `date`, `number`, `email`, `place` or `choice`.
    pub kind: &'static str,
    /// What to choose of; none to type freely.
    pub choices: Vec<Choice>,
    /// The choice of none, where there is one.
    pub none: &'static str,
    /// True where it must be filled in.
    pub is_needed: bool,
}

impl Field {
    /// A field to type in.
    pub fn typed(own: &PeopleWords, name: &'static str, kind: &'static str, value: &str) -> Field {
        Field {
            name,
            label: own.column(name),
            hint: "",
            value: value.to_owned(),
            fault: String::new(),
            kind,
            choices: Vec::new(),
            none: "",
            is_needed: true,
        }
    }

    /// A field to choose in.
    pub fn chosen(own: &PeopleWords, name: &'static str, choices: Vec<Choice>) -> Field {
        Field { choices, ..Field::typed(own, name, "choice", "") }
    }

    /// The same, which may stay empty.
    pub fn or_empty(self, hint: &'static str) -> Field {
        Field { is_needed: false, hint, ..self }
    }

    /// The same with a hint.
    pub fn hinted(self, hint: &'static str) -> Field {
        Field { hint, ..self }
    }
}

/// A form.
pub(super) struct Form {
    /// What tells it from the others on its page.
    pub id: &'static str,
    /// Where it is sent.
    pub action: String,
    /// Heading.
    pub title: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Its button.
    pub button: &'static str,
    /// What is wrong, first.
    pub faults: Vec<String>,
    /// The people who use the phone already: sending the form again agrees to that.
    pub shared_with: Vec<String>,
    /// True where it stands open.
    pub is_open: bool,
}

impl Form {
    /// An empty form that is closed.
    pub fn new(id: &'static str, action: String, (title, button): (&'static str, &'static str)) -> Form {
        let (fields, faults, shared_with) = (Vec::new(), Vec::new(), Vec::new());
        Form { id, action, title, help: "", fields, button, faults, shared_with, is_open: false }
    }

    /// Says what is wrong, at the field where there is one, and leaves it open.
    pub fn blame(&mut self, wrong: &[Fault], own: &PeopleWords, language: Language) {
        self.is_open = true;
        for fault in wrong {
            match self.fields.iter_mut().find(|field| field.name == fault.column) {
                Some(field) => field.fault = told(&fault.reason, language),
                None => self.faults.push(faults::in_its_column(fault, own, language)),
            }
        }
        let at_fields: Vec<String> =
            self.fields.iter().filter(|field| !field.fault.is_empty()).map(Field::told).collect();
        self.faults.extend(at_fields);
    }
}

impl Field {
    fn told(&self) -> String {
        format!("{} : {}", self.label, self.fault)
    }
}

/// What any form of the register sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web::page) struct Typed {
    pub form: String,
    pub lang: String,
    pub phone: String,
    pub name: String,
    pub role: String,
    pub network: String,
    pub place: String,
    pub language: String,
    pub agent_code: String,
    pub supervisor_phone: String,
    pub email: String,
    pub from: String,
    pub leaves: String,
    pub days: String,
    pub code: String,
    pub shared: String,
    pub index: String,
    pub file: String,
}

impl Sent for Typed {
    fn proof(&self) -> &str {
        &self.form
    }

    fn spoken(&self) -> &str {
        &self.lang
    }
}
