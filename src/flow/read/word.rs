//! Cutting a text into words, each kept as typed beside its folded form. Knows separators, never labels.

use std::ops::Range;

use super::limits::TEXT_CHARS_MAX;
use crate::base::text::{fold, visible};

/// A text cut into words.
#[derive(Debug, Default)]
pub struct Words {
    /// The visible text.
    typed: String,
    folded: String,
    words: Vec<Word>,
    /// True when the text is longer than any report: only its beginning was cut into words.
    pub too_long: bool,
}

/// One run of characters between separators.
#[derive(Clone, Debug)]
struct Word {
    typed: Range<usize>,
    folded: Range<usize>,
    gap: Gap,
}

/// What separates a word from the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// Its only character, when it is just one.
    pub only: Option<char>,
    /// It holds `-`.
    pub dash: bool,
    /// It holds `,`.
    pub comma: bool,
    /// It holds `.`.
    pub dot: bool,
    /// It holds a blank or a line end.
    pub space: bool,
    /// How many characters it has.
    length: usize,
}

impl Gap {
    fn push(&mut self, mark: char) {
        self.length += 1;
        self.only = (self.length == 1).then_some(mark);
        self.space |= mark == ' ';
        self.dash |= mark == '-';
        self.comma |= mark == ',';
        self.dot |= mark == '.';
    }
}

/// True for what only stands between words (needs.md 2, error kind 4), and for punctuation that changes no meaning.
fn separates(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            ',' | ';' | '/' | '-' | ':' | '=' | '#' | '*' | '.' | '\'' | '"' | '!' | '?' | '(' | ')' | '«' | '»' | '_'
        )
}

impl Words {
    /// Cuts `text` into words.
    pub fn of(text: &str) -> Words {
        let end = text.char_indices().nth(TEXT_CHARS_MAX).map(|(end, _)| end);
        let typed = visible(&text[..end.unwrap_or(text.len())]);
        let too_long = end.is_some();
        let mut cutting = Cutting { words: Words { typed, too_long, ..Words::default() }, ..Cutting::default() };
        let typed = std::mem::take(&mut cutting.words.typed);
        cutting.words.folded.reserve(typed.len());
        cutting.words.words.reserve(typed.len() / 3);
        for (start, character) in typed.char_indices() {
            let end = start + character.len_utf8();
            if character.is_ascii() {
                cutting.push(character.to_ascii_lowercase(), start..end);
            } else {
                let mut buffer = [0; 4];
                for plain in fold(character.encode_utf8(&mut buffer)).chars() {
                    cutting.push(plain, start..end);
                }
            }
        }
        cutting.words.typed = typed;
        cutting.words
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The word at `index`, folded.
    pub fn folded(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |word| &self.folded[word.folded.clone()])
    }

    /// The word at `index`, as typed.
    pub fn typed(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |word| &self.typed[word.typed.clone()])
    }

    /// Part of the word at `index` as typed, `part` being bytes of its folded form.
    pub fn typed_part(&self, index: usize, part: Range<usize>) -> &str {
        let typed = self.typed(index);
        if typed.len() == self.folded(index).len() { typed.get(part).unwrap_or(typed) } else { typed }
    }

    /// Everything from the word at `index` to the end, as typed.
    pub fn typed_from(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |word| self.typed[word.typed.start..].trim_end())
    }

    /// Everything from byte `part` of the word at `first` to the end of the word at `last`, as typed.
    pub fn typed_span(&self, first: usize, part: usize, last: usize) -> &str {
        let (Some(from), Some(to)) = (self.words.get(first), self.words.get(last)) else { return "" };
        let skip = if from.typed.len() == from.folded.len() { part } else { 0 };
        self.typed.get(from.typed.start + skip..to.typed.end).unwrap_or_default()
    }

    /// What separates the word at `index` from the one before.
    pub fn gap(&self, index: usize) -> Gap {
        self.words.get(index).map_or_else(Gap::default, |word| word.gap)
    }

    /// Cuts the word at `index` in two after `at` bytes of its folded form.
    pub fn cut(&mut self, index: usize, at: usize) {
        let Some(word) = self.words.get_mut(index) else { return };
        let mut rest = word.clone();
        rest.gap = Gap::default();
        rest.folded.start += at;
        if word.typed.len() == word.folded.len() {
            rest.typed.start += at;
            word.typed.end = rest.typed.start;
        }
        word.folded.end = rest.folded.start;
        self.words.insert(index + 1, rest);
    }
}

/// The cutting under way.
#[derive(Default)]
struct Cutting {
    words: Words,
    gap: Gap,
    open: bool,
}

impl Cutting {
    fn push(&mut self, plain: char, typed: Range<usize>) {
        if separates(plain) {
            self.gap.push(if plain.is_whitespace() { ' ' } else { plain });
            self.open = false;
            return;
        }
        let start = self.words.folded.len();
        self.words.folded.push(plain);
        let end = self.words.folded.len();
        match self.words.words.last_mut() {
            Some(word) if self.open => (word.typed.end, word.folded.end) = (typed.end, end),
            _ => {
                let gap = std::mem::take(&mut self.gap);
                self.words.words.push(Word { typed, folded: start..end, gap });
                self.open = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        let words = Words::of(text);
        (0..words.len()).map(|index| words.folded(index).to_owned()).collect()
    }

    #[test]
    fn words_between_any_separators() {
        for (text, expected) in [
            ("DEP T45,F23", vec!["dep", "t45", "f23"]),
            ("Dépistage:T=45/F=23", vec!["depistage", "t", "45", "f", "23"]),
            ("\u{feff}DEP\u{a0}T\u{200b}45\nF23.", vec!["dep", "t45", "f23"]),
            ("ＤＥＰ　Ｔ４５", vec!["dep", "t45"]),
            ("DEP T٤٥", vec!["dep", "t45"]),
            ("de\u{301}p t45", vec!["dep", "t45"]),
            ("l’eau", vec!["l", "eau"]),
            ("T45+3 👍", vec!["t45+3", "👍"]),
            (" - ", vec![]),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn a_word_is_kept_as_typed() {
        let mut words = Words::of("  DÉPISTAGE T4O , 5");
        assert_eq!(words.typed(0), "DÉPISTAGE");
        assert_eq!(words.typed_from(1), "T4O , 5");
        assert_eq!(words.typed_span(1, 1, 2), "4O , 5");
        assert!(words.gap(2).comma && words.gap(2).only.is_none());
        words.cut(1, 1);
        assert_eq!((words.typed(1), words.typed(2), words.typed(3)), ("T", "4O", "5"));
    }

    #[test]
    fn of_a_text_longer_than_any_report_only_the_beginning_is_cut() {
        let words = Words::of(&"ab ".repeat(1_000));
        assert_eq!((words.too_long, words.len()), (true, TEXT_CHARS_MAX / 3));
    }
}
