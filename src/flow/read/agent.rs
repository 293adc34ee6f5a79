//! Agent codes in front of a report: which of the people on a shared phone is speaking. Knows their shape, and the codes
//! of the phone; whose they are is for the dialogue.

use super::number;
use super::table::Reader;
use super::word::Words;
use crate::base::text::fold;

/// Letters and digits of an agent code at most: `A27`.
const CODE_LETTERS_MAX: usize = 3;
const CODE_DIGITS_MAX: usize = 4;

impl Reader {
    /// The agent code at `at`, if there is one, and the word after it: a known one, or a word of that shape before a
    /// keyword. Apart (`A 27`) only a known one; glued to the keyword (`A27DEP`) any.
    pub(super) fn agent(&self, words: &mut Words, at: usize, codes: &[&str]) -> Option<(String, usize)> {
        let word = words.folded(at);
        if self.openers.contains_key(word) {
            return None;
        }
        let known = |typed: &str| codes.iter().any(|code| fold(code) == typed);
        if known(word) {
            return Some((words.typed(at).to_owned(), at + 1));
        }
        let next = words.folded(at + 1);
        if words.gap(at + 1).only == Some(' ') && number::is_digits(next) && known(&format!("{word}{next}")) {
            return Some((format!("{}{}", words.typed(at), words.typed(at + 1)), at + 2));
        }
        if is_code(word) && self.opens(next, words.folded(at + 2)) {
            return Some((words.typed(at).to_owned(), at + 1));
        }
        let end = code_before_letters(word)?;
        if !self.opens(&word[end..], next) {
            return None;
        }
        words.cut(at, end);
        Some((words.typed(at).to_owned(), at + 1))
    }

    /// True when `word` opens a report or a command, glued to what follows or not; `next` is the word behind it.
    fn opens(&self, word: &str, next: &str) -> bool {
        !word.is_empty() && (self.openers.contains_key(word) || self.glued(word, next).is_some())
    }
}

/// True for words shaped like an agent code: `a27`.
pub(super) fn is_code(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_lowercase).count();
    let digits = word.len() - letters;
    (1..=CODE_LETTERS_MAX).contains(&letters)
        && (1..=CODE_DIGITS_MAX).contains(&digits)
        && number::is_digits(&word[letters..])
}

/// Where the code ends in a word such as `a27dep`.
fn code_before_letters(word: &str) -> Option<usize> {
    let letters = word.bytes().take_while(u8::is_ascii_lowercase).count();
    let digits = word[letters..].bytes().take_while(u8::is_ascii_digit).count();
    let end = letters + digits;
    (end < word.len() && is_code(&word[..end])).then_some(end)
}
