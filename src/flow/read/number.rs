//! Numbers as typed on a phone: digits with an O or an l among them. Never decides what a number means.

use std::collections::BTreeSet;
use std::ops::Range;

use super::reading::Note;

/// Numbers in words, French, English and Bambara, folded: named in the reply, never turned into figures.
const NUMBER_WORDS: [&str; 52] = [
    "zero",
    "un",
    "une",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "cent",
    "mille",
    "million",
    "millions",
    "aucun",
    "aucune",
    "one",
    "two",
    "three",
    "four",
    "five",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "twenty",
    "thirty",
    "hundred",
    "none",
    "kelen",
    "fila",
    "saba",
    "naani",
    "duuru",
    "wooro",
    "tan",
    "mugan",
];

/// True when `word` (folded) is a number in words.
pub fn is_number_word(word: &str) -> bool {
    NUMBER_WORDS.contains(&word)
}

fn is_numberish(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'o' | b'i' | b'l')
}

/// Where a number that starts at `start` of the folded `word` may end, the likeliest first.
///
/// The run of digits and O, l, I among them; then the letters behind, one by one. A lone O counts too (`RO`), and so do
/// an l or I and what follows without any digit (`Nl`, `PlO`), which are asked about.
pub fn ends(word: &str, start: usize) -> Range<usize> {
    let run = word.as_bytes()[start..].iter().take_while(|byte| is_numberish(**byte)).count();
    let bytes = &word.as_bytes()[start..start + run];
    match bytes.iter().rposition(u8::is_ascii_digit) {
        Some(last) => start + last + 1..start + run + 1,
        None if bytes.first() == Some(&b'o') => start + 1..start + 2,
        None if run > 0 => start + run..start + run + 1,
        None => start..start,
    }
}

/// The value of the digits of `part`, O as 0 and l, I as 1, noted. `None` when it is too long for any field.
pub fn value(part: &str, notes: &mut BTreeSet<Note>) -> Option<i64> {
    digits(part, notes).parse().ok()
}

/// The digits of `part`, O as 0 and l, I as 1, noted.
pub fn digits(part: &str, notes: &mut BTreeSet<Note>) -> String {
    let digit = |letter| match letter {
        'o' => {
            notes.insert(Note::LetterO);
            '0'
        }
        'i' | 'l' => {
            notes.insert(Note::LetterL);
            '1'
        }
        digit => digit,
    };
    part.chars().map(digit).collect()
}

/// True when all of `word` are ASCII digits.
pub fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_prefer_digits_over_letters() {
        for (word, start, expected) in [
            ("t45", 1, vec![3]),
            ("t2o", 1, vec![2, 3]),
            ("t2of11", 1, vec![2, 3]),
            ("t2o5", 1, vec![4]),
            ("ro", 1, vec![2]),
            ("rl", 1, vec![2]),
            ("rlof", 1, vec![3]),
            ("t", 1, vec![]),
            ("tx4", 1, vec![]),
        ] {
            assert_eq!(ends(word, start).collect::<Vec<_>>(), expected, "{word}");
        }
    }

    #[test]
    fn letters_in_numbers_are_noted() {
        for (part, expected, noted) in [
            ("45", Some(45), vec![]),
            ("2o", Some(20), vec![Note::LetterO]),
            ("l1", Some(11), vec![Note::LetterL]),
            ("o", Some(0), vec![Note::LetterO]),
            ("99999999999999999999", None, vec![]),
        ] {
            let mut notes = BTreeSet::new();
            assert_eq!(value(part, &mut notes), expected, "{part}");
            assert_eq!(notes.into_iter().collect::<Vec<_>>(), noted, "{part}");
        }
    }
}
