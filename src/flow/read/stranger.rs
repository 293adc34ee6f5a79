//! Words no label explains: numbers in words, units, and all the rest, which is named and stops the report.

use std::collections::BTreeSet;
use std::ops::Range;

use super::body::{BodyReading, short};
use super::glue::split;
use super::limits::SECRET_DIGITS_MIN;
use super::number;
use super::reading::Fault;
use crate::flow::model::Field;

/// Words a link begins with, folded.
const LINK_WORDS: [&str; 3] = ["http", "https", "www"];
/// Words a secret number stands behind, folded.
const SECRET_WORDS: [&str; 7] = ["pin", "code", "passe", "password", "mdp", "otp", "secret"];

impl BodyReading<'_> {
    /// A word no label explains: a number in words, a unit (alone or glued to its number), or a word to be named.
    pub(super) fn stranger(&mut self, at: usize) -> usize {
        if let Some(next) = self.link(at).or_else(|| self.secret(at)) {
            return next;
        }
        let word = self.words.folded(at);
        let typed = short(self.words.typed(at));
        if number::is_number_word(word) {
            self.pending = None;
            self.fault(Fault::NumberWord(typed));
            return at + 1;
        }
        let numbered = word.rfind(|last: char| last.is_ascii_digit()).map_or(0, |last| last + 1);
        let (glued, unit) = word.split_at(numbered);
        let known =
            self.table.flow.fields.iter().any(|field| field.units.iter().any(|(known, _)| is_unit(unit, known)));
        let mut elements = std::mem::take(&mut self.elements);
        let fits = known && (glued.is_empty() || split(self.table, glued, &mut elements));
        if glued.is_empty() {
            elements.clear();
        }
        self.elements = elements;
        if fits {
            self.elements(at);
        }
        if !fits || !self.unit(unit, at) {
            self.fault(Fault::Unread(typed));
        }
        at + 1
    }

    /// `http://...`: named as a link, and never repeated: a reply must not carry it on.
    fn link(&mut self, at: usize) -> Option<usize> {
        LINK_WORDS.contains(&self.words.folded(at)).then(|| {
            self.fault(Fault::Link);
            (at + 1..self.words.len()).find(|next| self.words.gap(*next).space).unwrap_or(self.words.len())
        })
    }

    /// `PIN 1234`: a secret is not repeated either, and its sender is told to keep it.
    fn secret(&mut self, at: usize) -> Option<usize> {
        let named = (at..self.words.len()).take_while(|at| SECRET_WORDS.contains(&self.words.folded(*at))).count();
        let number = self.words.folded(at + named);
        (named > 0 && number::is_digits(number) && number.len() >= SECRET_DIGITS_MIN).then(|| {
            self.fault(Fault::Secret);
            at + named + 1
        })
    }

    pub(super) fn has_digit(&self, at: usize, range: Range<usize>) -> bool {
        self.words.folded(at)[range].bytes().any(|byte| byte.is_ascii_digit())
    }

    /// `Nl`, `PlO`: letters that look like digits and no digit among them. Asked about, unless they cannot be meant.
    pub(super) fn letters(&mut self, rank: usize, at: usize, range: Range<usize>) -> usize {
        let typed = self.words.typed_part(at, range.clone()).to_owned();
        let field = self.table.field(rank);
        let looks_so = typed.chars().all(|letter| matches!(letter, 'l' | 'I' | 'O' | 'o'));
        let free = self.body.values.get(&field.label).is_none();
        let number = number::value(&self.words.folded(at)[range], &mut BTreeSet::new()).filter(|_| looks_so && free);
        let fault = match super::amount::value(field, number).and(number) {
            Some(number) => Fault::Unclear { label: field.label.clone(), typed, proposal: Some(number) },
            None => Fault::Unread(short(self.words.typed(at))),
        };
        self.fault(fault);
        at + 1
    }

    /// A unit behind a number: taken when it is the field's own, else named with what it may come to.
    pub(super) fn unit(&mut self, word: &str, at: usize) -> bool {
        let holds = |field: &Field| field.units.iter().find(|(unit, _)| is_unit(word, unit)).map(|(_, holds)| *holds);
        let labelled = self.last.filter(|(.., last)| *last == at || last + 1 == at).filter(|_| !self.row.ends_at(at));
        if let Some((rank, first, part, _)) = labelled {
            let field = self.table.field(rank);
            let Some(holds) = holds(field) else { return false };
            // `F CFA`: a unit in two words.
            self.last = Some((rank, first, part, at));
            if holds != 1 {
                let typed = short(self.words.typed_span(first, part, at));
                let number = self.body.values.number(&field.label);
                let proposal = number.and_then(|number| number.checked_mul(holds));
                self.fault(Fault::Unit { label: Some(field.label.clone()), typed, proposal });
            }
            return true;
        }
        let Some(holds) = self.table.flow.fields.iter().find_map(holds) else { return false };
        if !self.row.ends_at(at) || holds == 1 {
            return self.row.ends_at(at);
        }
        let Some(number) = self.row.take_last() else { return false };
        let typed = short(self.words.typed_span(number.at, 0, at));
        let proposal = number.value.and_then(|number| number.checked_mul(holds));
        self.fault(Fault::Unit { label: None, typed, proposal });
        true
    }

    /// A number in packages without a label belongs to the one required field that is missing, if there is just one.
    pub(super) fn settle_units(&mut self) {
        let values = &self.body.values;
        let mut missing = self
            .table
            .flow
            .fields
            .iter()
            .filter(|field| field.required && !field.units.is_empty() && values.get(&field.label).is_none());
        let only = missing.next().filter(|_| missing.next().is_none()).map(|field| field.label.clone());
        for fault in &mut self.body.faults {
            if let Fault::Unit { label: label @ None, .. } = fault {
                label.clone_from(&only);
            }
        }
    }
}

/// `carton` for `cartons` and the other way round.
fn is_unit(word: &str, unit: &str) -> bool {
    word == unit || word.strip_suffix('s') == Some(unit) || unit.strip_suffix('s') == Some(word)
}
