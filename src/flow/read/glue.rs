//! Taking apart one word: `t45f23` into label and number, label and number. All of the word is taken apart, or none of it.

use std::ops::Range;

use super::limits::WORD_CHARS_MAX;
use super::number;
use super::table::{FlowTable, Target};

/// One element of a word; ranges are bytes of its folded form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// A label with its number.
    Value(Target, Range<usize>),
    /// A label at the end of the word.
    Label(Target, Range<usize>),
    /// A number at the beginning of the word.
    Number(Range<usize>),
    /// A word that sets a value alone, at the beginning of the word.
    Bare(Range<usize>),
}

impl Element {
    /// True for letters that only look like a number of `word`: `nio` in `reunio` is no N10.
    pub(super) fn is_letters(&self, word: &str) -> bool {
        let no_digit = |range: &Range<usize>| !word[range.clone()].bytes().any(|byte| byte.is_ascii_digit());
        matches!(self, Element::Value(_, range) if word[range.clone()].starts_with(['l', 'i']) && no_digit(range))
    }
}

/// Takes `word` (folded) apart into `elements`; `false`, and nothing, when some of it fits nowhere.
pub(super) fn split(table: &FlowTable, word: &str, elements: &mut Vec<Element>) -> bool {
    elements.clear();
    if word.is_empty() || word.len() > WORD_CHARS_MAX {
        return false;
    }
    Splitting { table, word, elements, failed: 0 }.from(0)
}

struct Splitting<'a> {
    table: &'a FlowTable,
    word: &'a str,
    elements: &'a mut Vec<Element>,
    /// Positions from which the rest is known not to fit: keeps the search linear in the word.
    failed: u64,
}

impl Splitting<'_> {
    fn from(&mut self, at: usize) -> bool {
        if at == self.word.len() {
            return true;
        }
        if self.failed & (1 << at) != 0 {
            return false;
        }
        let fits = self.number(at) || self.label(at) || self.bare(at);
        if !fits {
            self.failed |= 1 << at;
        }
        fits
    }

    /// Puts `element` and goes on behind it; takes it away again when the rest does not fit.
    fn put(&mut self, element: Element, end: usize) -> bool {
        let before = self.elements.len();
        self.elements.push(element);
        let fits = self.from(end);
        if !fits {
            self.elements.truncate(before);
        }
        fits
    }

    fn number(&mut self, at: usize) -> bool {
        if at != 0 || !self.word.bytes().any(|byte| byte.is_ascii_digit()) {
            return false;
        }
        number::ends(self.word, 0).any(|end| {
            let has_digit = self.word[..end].bytes().any(|byte| byte.is_ascii_digit());
            has_digit && self.put(Element::Number(0..end), end)
        })
    }

    fn label(&mut self, at: usize) -> bool {
        self.prefixes(at).any(|end| {
            let Some(target) = self.table.labels.get(&self.word[at..end]).copied() else { return false };
            number::ends(self.word, end).any(|stop| self.put(Element::Value(target, end..stop), stop))
                || (end == self.word.len() && self.put(Element::Label(target, at..end), end))
        })
    }

    fn bare(&mut self, at: usize) -> bool {
        at == 0
            && self
                .prefixes(0)
                .any(|end| self.table.bare.contains_key(&self.word[..end]) && self.put(Element::Bare(0..end), end))
    }

    /// Ends of what may be a word at `at`, the longest first.
    fn prefixes(&self, at: usize) -> impl Iterator<Item = usize> + use<> {
        let letters = self.word[at..].bytes().take_while(|byte| !byte.is_ascii_digit()).count();
        let longest = letters.min(self.table.bytes_max);
        let mut ends: u64 = 0;
        for length in 1..=longest {
            if self.word.is_char_boundary(at + length) {
                ends |= 1 << (at + length);
            }
        }
        (at + 1..=at + longest).rev().filter(move |end| ends & (1 << end) != 0)
    }
}
