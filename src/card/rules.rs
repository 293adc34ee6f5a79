//! The conditions of checks in words, where they are plain comparisons of labels: `T == V + J + R + E`.

use super::words::Words;
use crate::base::Language;
use crate::base::text::grouped;
use crate::flow::model::{Flow, Pack, Severity};

/// A rule to look at before sending.
#[derive(Debug, PartialEq)]
pub(super) struct Rule {
    /// `T = V + J + R + E`
    pub formula: String,
    /// The same with names.
    pub said: String,
    /// True where another number is accepted after OUI.
    pub is_soft: bool,
}

/// A piece of a condition.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'t> {
    Label(&'t str),
    Number(&'t str),
    Sign(char),
    Compare(Compare),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Compare {
    Equal,
    Differs,
    AtMost,
    AtLeast,
    Less,
    More,
}

const COMPARISONS: [(&str, Compare); 6] = [
    ("==", Compare::Equal),
    ("!=", Compare::Differs),
    ("<=", Compare::AtMost),
    (">=", Compare::AtLeast),
    ("<", Compare::Less),
    (">", Compare::More),
];

/// Every rule of `flow` that can be said so, in its order. What only warns is told when it happens.
pub(super) fn of(pack: &Pack, flow: &Flow, language: Language, words: &Words) -> Vec<Rule> {
    let checks = flow.checks.iter().filter(|check| check.otherwise != Severity::Warn);
    let rule = |check: &crate::flow::model::Check| {
        let written = pack.texts.written(&check.must)?;
        let tokens = tokens(&written)?;
        let name = |label: &str| flow.field(label).map(|field| field.name.get(language).to_owned());
        let formula = told(&tokens, |label| Some(label.to_owned()), |compare| compare.sign().to_owned())?;
        let said = told(&tokens, name, |compare| compare.word(words).to_owned())?;
        Some(Rule { formula, said, is_soft: check.otherwise == Severity::Confirm })
    };
    checks.filter_map(rule).collect()
}

/// The pieces of a condition with just one comparison outside of brackets; `None` for anything else.
fn tokens(written: &str) -> Option<Vec<Token<'_>>> {
    let (mut found, mut rest, mut depth) = (Vec::new(), written.trim_start(), 0_usize);
    while let Some(first) = rest.chars().next() {
        let run = |is_of: fn(char) -> bool| rest.find(|letter| !is_of(letter)).unwrap_or(rest.len());
        let (token, length) = if let Some((sign, compare)) = COMPARISONS.iter().find(|(sign, _)| rest.starts_with(sign))
        {
            (Token::Compare(*compare), sign.len())
        } else if first.is_ascii_uppercase() {
            let length = run(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            (Token::Label(&rest[..length]), length)
        } else if first.is_ascii_digit() {
            let length = run(|letter| letter.is_ascii_digit());
            (Token::Number(&rest[..length]), length)
        } else if "+-*()".contains(first) {
            (Token::Sign(first), 1)
        } else {
            return None;
        };
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => depth = depth.checked_sub(1)?,
            Token::Compare(_) if depth > 0 => return None,
            _ => {}
        }
        found.push(token);
        rest = rest[length..].trim_start();
    }
    let comparisons = found.iter().filter(|token| matches!(token, Token::Compare(_))).count();
    (comparisons == 1 && depth == 0).then_some(found)
}

fn told(
    tokens: &[Token<'_>],
    label: impl Fn(&str) -> Option<String>,
    compare: impl Fn(Compare) -> String,
) -> Option<String> {
    let mut text = String::new();
    for token in tokens {
        let piece = match token {
            Token::Label(name) => label(name)?,
            Token::Number(digits) => grouped(digits.parse().ok()?),
            Token::Sign('*') => "×".to_owned(),
            Token::Sign('-') => "−".to_owned(),
            Token::Sign(sign) => sign.to_string(),
            Token::Compare(one) => compare(*one),
        };
        let is_close = text.is_empty() || text.ends_with('(') || piece == ")";
        text.push_str(if is_close { "" } else { " " });
        text.push_str(&piece);
    }
    Some(text)
}

impl Compare {
    fn sign(self) -> &'static str {
        match self {
            Compare::Equal => "=",
            Compare::Differs => "≠",
            Compare::AtMost => "≤",
            Compare::AtLeast => "≥",
            Compare::Less => "<",
            Compare::More => ">",
        }
    }

    fn word(self, words: &Words) -> &'static str {
        match self {
            Compare::Equal => "=",
            Compare::Differs => words.not_equal,
            Compare::AtMost => words.not_more_than,
            Compare::AtLeast => words.at_least,
            Compare::Less => words.less_than,
            Compare::More => words.more_than,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formula(written: &str) -> Option<String> {
        told(&tokens(written)?, |label| Some(label.to_owned()), |compare| compare.sign().to_owned())
    }

    #[test]
    fn plain_comparisons_are_said_and_anything_else_is_left_out() {
        for (written, expected) in [
            ("T == V + J + R + E", Some("T = V + J + R + E")),
            ("F<=T", Some("F ≤ T")),
            ("E <= 3 * (F + H)", Some("E ≤ 3 × (F + H)")),
            ("T <= 1000", Some("T ≤ 1 000")),
            ("S != A - B", Some("S ≠ A − B")),
            ("R + E == 0 or S > 0", None),
            ("NON is undefined", None),
            ("T > 0 == F > 0", None),
            ("(T > 0)", None),
            ("T + 1", None),
            ("T <= (F", None),
            ("T % 2 == 0", None),
        ] {
            assert_eq!(formula(written).as_deref(), expected, "{written}");
        }
    }
}
