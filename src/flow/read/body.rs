//! Reading what stands after a keyword, by the labels of its flow. What fits nowhere becomes a fault.

use std::ops::Range;

use super::glue::{Element, split};
use super::limits::{ECHO_SEPTETS_MAX, FAULTS_COMPARED_MAX};
use super::number;
use super::reading::{Body, Fault};
use super::row::Row;
use super::table::{FlowTable, Reader, Target};
use super::word::Words;
use crate::base::Date;
use crate::flow::model::{CommandKind, Field, FieldKind};
use crate::flow::values::Value;

/// The reading of one body under way.
pub(super) struct BodyReading<'a> {
    pub reader: &'a Reader,
    pub table: &'a FlowTable,
    pub words: &'a Words,
    pub today: Date,
    /// The sender's role, where it is known.
    role: Option<&'a str>,
    /// True for what adds to values already known: a row of another length is a number without a label.
    pub is_part: bool,
    pub body: Body,
    /// A label waiting for its number, and the word it is.
    pub(super) pending: Option<(Target, usize)>,
    /// The number read last: its field, the word it starts in, the byte there, and the word it ends in.
    pub(super) last: Option<(usize, usize, usize, usize)>,
    pub row: Row,
    /// Numbers with a label, as (label, typed number, a minus sign between).
    signs: Vec<(usize, String, bool)>,
    pub(super) elements: Vec<Element>,
}

impl<'a> BodyReading<'a> {
    pub(super) fn new(
        reader: &'a Reader,
        table: &'a FlowTable,
        words: &'a Words,
        (today, role): (Date, Option<&'a str>),
    ) -> Self {
        BodyReading {
            reader,
            table,
            words,
            today,
            role,
            is_part: false,
            body: Body::default(),
            pending: None,
            last: None,
            row: Row::default(),
            signs: Vec::new(),
            elements: Vec::new(),
        }
    }

    /// Reads from the word at `at` up to the end, or to a word where another report begins. Gives that word.
    pub(super) fn read(&mut self, mut at: usize) -> usize {
        while at < self.words.len() {
            let courtesy = self.reader.courtesy(self.words, at);
            if courtesy > 1 || (courtesy == 1 && !self.table.labels.contains_key(self.words.folded(at))) {
                at += courtesy;
            } else if let Some(next) = self.word_after_label(at).or_else(|| self.day(at)) {
                at = next;
            } else if self.split(at) {
                at = self.elements(at);
            } else if self.reader.report_begins(self.words, at) {
                break;
            } else {
                at = self.stranger(at);
            }
        }
        self.finish();
        at
    }

    pub(super) fn split(&mut self, at: usize) -> bool {
        let mut elements = std::mem::take(&mut self.elements);
        let fits = split(self.table, self.words.folded(at), &mut elements);
        self.elements = elements;
        fits
    }

    /// A word that is the value of the label before it: an option, a body, `oui`, free words, or a lone O or l.
    fn word_after_label(&mut self, at: usize) -> Option<usize> {
        let (Target::Field(rank), label_at) = self.pending? else { return None };
        let word = self.words.folded(at);
        let field = self.table.field(rank);
        let value = match &field.kind {
            FieldKind::Text { .. } | FieldKind::Place => {
                let typed = self.words.typed_from(at).to_owned();
                self.pending = None;
                self.set(rank, Value::Word(typed.clone()), &typed);
                return Some(self.words.len());
            }
            FieldKind::YesNo if self.answers(word, label_at, at) => match self.reader.command(word) {
                Some(CommandKind::Yes) => Some(Value::Number(1)),
                Some(CommandKind::No) => Some(Value::Number(0)),
                _ => None,
            },
            FieldKind::Choice { options } if !number::is_digits(word) => {
                let option = options.iter().find(|option| option.id.eq_ignore_ascii_case(word));
                option.map(|option| Value::Word(option.id.clone()))
            }
            _ => None,
        };
        let bare = || {
            let bare = self.table.bare.get(word).filter(|bare| bare.field == rank && bare.values.len() == 1)?;
            Some(Value::Word(bare.values[0].clone()))
        };
        if let Some(value) = value.or_else(bare) {
            self.pending = None;
            let typed = self.words.typed(at).to_owned();
            self.set(rank, value, &typed);
            return Some(at + 1);
        }
        let is_word = || self.table.labels.contains_key(word) || self.table.bare.contains_key(word);
        if matches!(word, "o" | "l" | "i" | "lo") && at.checked_sub(1) == Some(label_at) && !is_word() {
            self.pending = None;
            return Some(self.value(Target::Field(rank), at, 0..1));
        }
        None
    }

    /// True for a word that may answer the label before it. `PV non`, where NON is a label too: only without a number
    /// behind it, and not after a label that is itself a word standing alone.
    fn answers(&self, word: &str, label_at: usize, at: usize) -> bool {
        !self.table.labels.contains_key(word)
            || (!self.words.folded(at + 1).starts_with(|first: char| first.is_ascii_digit())
                && !self.table.bare.contains_key(self.words.folded(label_at)))
    }

    /// Takes the elements of the word at `at`; gives the word to go on with.
    pub(super) fn elements(&mut self, at: usize) -> usize {
        let elements = std::mem::take(&mut self.elements);
        let mut next = at + 1;
        for element in &elements {
            match element {
                Element::Number(range) => next = next.max(self.number(at, range.clone())),
                Element::Value(target, range) => {
                    self.settle_pending();
                    next = next.max(self.value(*target, at, range.clone()));
                }
                Element::Label(target, range) => {
                    self.settle_pending();
                    // Only a label that is the whole word may turn out to be a word that stands alone.
                    self.pending = Some((*target, if range.start == 0 { at } else { usize::MAX }));
                }
                Element::Bare(range) => {
                    self.settle_pending();
                    let word = self.words.folded(at)[range.clone()].to_owned();
                    let typed = self.words.typed_part(at, range.clone()).to_owned();
                    self.bare(&word, &typed);
                }
            }
        }
        self.elements = elements;
        next
    }

    /// A number at the beginning of a word: the value of the label before it, or one of a bare row.
    pub(super) fn number(&mut self, at: usize, range: Range<usize>) -> usize {
        if let Some((target, _)) = self.pending.take() {
            return self.value(target, at, range);
        }
        let typed = self.words.typed_part(at, range.clone()).to_owned();
        let inside = matches!(self.words.gap(at).only, Some(',' | '.' | '-'));
        if let (Some((rank, first, part, last)), true) = (self.last, inside)
            && last + 1 == at
        {
            self.unclear(rank, first, part, at);
            return at + 1;
        }
        let value = number::value(&self.words.folded(at)[range], &mut self.body.notes);
        self.row.push(typed, value, self.words.gap(at), at);
        at + 1
    }

    /// `4,5` inside one label: named once with all of it, and the money it may mean.
    fn unclear(&mut self, rank: usize, first: usize, part: usize, at: usize) {
        let typed = self.words.typed_span(first, part, at).to_owned();
        let field = self.table.field(rank);
        let proposal = super::amount::millions(field, &typed);
        let fault = Fault::Unclear { label: field.label.clone(), typed, proposal };
        if matches!(self.body.faults.last(), Some(Fault::Unclear { label, .. }) if *label == field.label) {
            self.body.faults.pop();
        }
        self.body.faults.push(fault);
        self.last = Some((rank, first, part, at));
    }

    /// The number at `range` of the word at `at` (and the words that belong to it) as the value of `target`.
    fn value(&mut self, target: Target, at: usize, range: Range<usize>) -> usize {
        let rank = match target {
            Target::Field(rank) if !self.takes_day(target) => rank,
            _ => return self.date(at, range),
        };
        if self.words.folded(at)[range.clone()].starts_with(['l', 'i']) && !self.has_digit(at, range.clone()) {
            return self.letters(rank, at, range);
        }
        let ends_word = range.end == self.words.folded(at).len();
        let field = self.table.field(rank);
        let more = if ends_word { super::amount::words_joined(field, self.words, at, range.clone()) } else { 0 };
        let typed = self.words.typed_span(at, range.start, at + more).to_owned();
        let typed = if more == 0 { self.words.typed_part(at, range.clone()).to_owned() } else { typed };
        let ends_number = ends_word || !self.words.folded(at)[range.end..].bytes().any(|byte| byte.is_ascii_digit());
        self.last = ends_number.then_some((rank, at, range.start, at + more));
        let dashed = range.start == 0 && self.words.gap(at).dash;
        self.signs.push((rank, typed.clone(), dashed));
        let mut digits = self.words.folded(at)[range].to_owned();
        for word in at + 1..=at + more {
            digits.push_str(self.words.folded(word));
        }
        super::amount::pad_decimals(field, &mut digits, if more == 0 { 0 } else { self.words.folded(at + 1).len() });
        let number = number::value(&digits, &mut self.body.notes);
        match super::amount::value(field, number) {
            Some(value) => self.set(rank, value, &typed),
            None => self.fault(Fault::OutOfRange { label: field.label.clone(), typed: short(&typed) }),
        }
        at + 1 + more
    }

    fn bare(&mut self, word: &str, typed: &str) {
        let Some(bare) = self.table.bare.get(word) else { return };
        let field = self.table.field(bare.field);
        if bare.values.len() == 1 {
            self.set(bare.field, Value::Word(bare.values[0].clone()), typed);
        } else {
            let (label, options) = (field.label.clone(), bare.values.clone());
            self.fault(Fault::WhichWord { label, typed: short(typed), options });
        }
    }

    /// A label that no number followed: a word that stands alone, or a value left out.
    pub(super) fn settle_pending(&mut self) {
        let Some((target, at)) = self.pending.take() else { return };
        let word = self.words.folded(at).to_owned();
        if self.table.bare.contains_key(&word) {
            let typed = self.words.typed(at).to_owned();
            return self.bare(&word, &typed);
        }
        match target {
            Target::Field(rank) => {
                let label = self.table.field(rank).label.clone();
                if !self.takes(rank) {
                    return self.fault(Fault::NotForRole { label });
                }
                let repeats = self.last.is_some_and(|(told, ..)| told == rank);
                if self.body.values.get(&label).is_some() && !repeats {
                    // Not `E25 enfants`: a second E, whose number is missing.
                    return self.fault(Fault::Unread(label));
                }
                self.body.unfinished.insert(label);
            }
            Target::ReferenceDate => self.fault(Fault::BadDate(short(self.words.typed(at)))),
        }
    }

    /// Fields of the sender that a bare row of numbers fills, in order.
    pub(super) fn positional(&self) -> Vec<usize> {
        self.table.positional.iter().copied().filter(|rank| self.takes(*rank)).collect()
    }

    /// True where the field is taken from the sender.
    pub(super) fn takes(&self, rank: usize) -> bool {
        self.role.is_none_or(|role| self.table.field(rank).is_for(role))
    }

    pub(super) fn set(&mut self, rank: usize, value: Value, typed: &str) {
        let field: &Field = self.table.field(rank);
        let label = field.label.clone();
        if !self.takes(rank) {
            return self.fault(Fault::NotForRole { label });
        }
        match self.body.values.get(&label) {
            Some(earlier) if *earlier != value => {
                let first = body_word(field, earlier).unwrap_or_else(|| written(earlier));
                self.fault(Fault::Twice { label, first, second: short(typed) });
            }
            _ => self.body.values.set(&label, value),
        }
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        let faults = &self.body.faults;
        if !faults[faults.len().saturating_sub(FAULTS_COMPARED_MAX)..].contains(&fault) {
            self.body.faults.push(fault);
        }
    }

    fn finish(&mut self) {
        self.settle_pending();
        let row = std::mem::take(&mut self.row);
        row.settle(self);
        self.settle_signs();
        self.settle_units();
    }

    /// A minus sign before every number separates; before only some it is asked about.
    fn settle_signs(&mut self) {
        let dashed = self.signs.iter().filter(|(.., dashed)| *dashed).count();
        if dashed == 0 || (dashed == self.signs.len() && dashed > 1) {
            return;
        }
        for (rank, typed, dashed) in std::mem::take(&mut self.signs) {
            if dashed {
                let label = self.table.field(rank).label.clone();
                self.fault(Fault::Negative { label, typed: format!("-{typed}") });
            }
        }
    }
}

/// What someone typed, cut to what an SMS can tell back.
pub(super) fn short(typed: &str) -> String {
    typed.chars().take(ECHO_SEPTETS_MAX).collect()
}

/// The word typed for a body.
fn body_word(field: &Field, value: &Value) -> Option<String> {
    let Value::Word(value) = value else { return None };
    if field.kind != FieldKind::Body {
        return None;
    }
    field.bare_words.iter().find(|(_, stands_for)| stands_for == value).map(|(word, _)| word.clone())
}

fn written(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.strftime("%d/%m").to_string(),
        Value::Word(word) => short(word),
    }
}
