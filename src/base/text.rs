//! Text as people type it: folding case and accents, dropping what cannot be seen.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// True for characters that print nothing yet break matching: zero-width, direction and format marks, soft hyphen,
/// byte-order mark and control characters (needs.md 2, error kind 11).
pub fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
}

/// The text without invisible characters, every kind of space as a plain one, and NUL gone: safe to store anywhere.
pub fn visible(text: &str) -> String {
    text.chars()
        .filter(|&character| !is_invisible(character))
        .map(
            |character| {
                if character.is_whitespace() && !matches!(character, '\n' | '\r' | '\t') { ' ' } else { character }
            },
        )
        .collect()
}

/// The text in lower case, without accents, full-width forms as plain ones: what words are compared by.
///
/// `œ` becomes `oe`; a letter with no plain form stays. Arabic-Indic and other decimal digits become ASCII digits.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars().flat_map(plain_forms) {
        if is_combining_mark(character) || is_invisible(character) {
            continue;
        }
        match character {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            '\u{2019}' | '\u{2018}' | '\u{02bc}' | '`' | '´' => folded.push('\''),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            _ => match decimal_digit(character) {
                Some(digit) => folded.push(digit),
                None => folded.extend(character.to_lowercase()),
            },
        }
    }
    folded
}

/// What a character is made of; a superscript, circled or fraction digit stays whole: `5²` is not 52.
fn plain_forms(character: char) -> impl Iterator<Item = char> {
    let forms = std::iter::once(character).nfkd();
    let is_plain = matches!(character, '0'..='9' | '\u{ff10}'..='\u{ff19}');
    let kept = !is_plain && forms.clone().any(|form| form.is_ascii_digit());
    let whole = kept.then_some(character);
    whole.into_iter().chain(forms.filter(move |_| !kept))
}

/// The ASCII digit a decimal digit of another script stands for (Arabic-Indic, Persian, N'Ko, Devanagari, Bengali).
pub fn decimal_digit(character: char) -> Option<char> {
    const ZEROS: [u32; 5] = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6];
    if character.is_ascii_digit() {
        return Some(character);
    }
    let code = u32::from(character);
    ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)).and_then(|zero| char::from_digit(code - zero, 10))
}

/// A whole number with a thin grouping readable in an SMS: `12 840`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        grouped.push('-');
    }
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_what_people_type() {
        for (typed, folded) in [
            ("Dépistage", "depistage"),
            ("ŒDÈME", "oedeme"),
            ("ＤＥＰ　４５", "dep 45"),
            ("T\u{200b}4\u{feff}5", "t45"),
            ("٤٥", "45"),
            ("l’eau", "l'eau"),
            ("–5", "-5"),
            ("J⁵ ④ ½ ５", "j⁵ ④ ½ 5"),
        ] {
            assert_eq!(fold(typed), folded, "{typed}");
        }
    }

    #[test]
    fn drops_only_what_cannot_be_seen() {
        assert_eq!(visible("DEP\u{a0}T45\u{202e}\0\nF23"), "DEP T45\nF23");
    }

    #[test]
    fn groups_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (12_840, "12 840"), (1_500_000, "1 500 000"), (-1_000, "-1 000")]
        {
            assert_eq!(grouped(number), text);
        }
    }
}
