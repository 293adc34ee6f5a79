//! Amounts: the signs that belong to money and to decimals. Everything else is a whole number.

use std::ops::Range;

use super::number;
use super::word::Words;
use crate::flow::model::{Field, FieldKind};
use crate::flow::values::Value;

/// How many words after the one at `at` belong to the same number: groups of three in money, decimals in a decimal.
pub(super) fn words_joined(field: &Field, words: &Words, at: usize, range: Range<usize>) -> usize {
    match field.kind {
        FieldKind::Money { .. } => {
            if !(1..=3).contains(&range.len()) {
                return 0;
            }
            let mark = words.gap(at + 1).only;
            if !matches!(mark, Some(' ' | '.')) {
                return 0;
            }
            let group = |word: &str| word.len() == 3 && number::is_digits(word);
            let groups = (1..).take_while(|&step| group(words.folded(at + step)) && words.gap(at + step).only == mark);
            groups.count()
        }
        FieldKind::Decimal { places, .. } => {
            let decimals = words.folded(at + 1);
            let fits = number::is_digits(decimals) && decimals.len() <= usize::try_from(places).unwrap_or(0);
            usize::from(fits && matches!(words.gap(at + 1).only, Some(',' | '.')))
        }
        _ => 0,
    }
}

/// `number` as a value of `field`: an option by its code, a decimal scaled. `None` when it can be none.
///
/// Ranges are checked with the rules, so that one correction of a value is judged like its first typing.
pub(super) fn value(field: &Field, number: Option<i64>) -> Option<Value> {
    let number = number?;
    match &field.kind {
        FieldKind::Choice { options } => {
            let code = number.to_string();
            options.iter().find(|option| option.id == code).map(|option| Value::Word(option.id.clone()))
        }
        FieldKind::Body => None,
        _ => Some(Value::Number(number)),
    }
}

/// What `number` is as a value of `field`, where reading offers it to the sender; `None` when it can be none.
pub fn proposed(field: &Field, number: i64) -> Option<Value> {
    value(field, Some(number))
}

/// Completes the digits of a decimal typed with `decimals` digits after the mark: `1,5` with 2 places is `150`.
pub(super) fn pad_decimals(field: &Field, digits: &mut String, decimals: usize) {
    if let FieldKind::Decimal { places, .. } = field.kind {
        let places = usize::try_from(places).unwrap_or(0);
        digits.extend(std::iter::repeat_n('0', places.saturating_sub(decimals)));
    }
}

/// The francs `1,5` may stand for: millions, offered to the sender and never taken.
pub(super) fn millions(field: &Field, typed: &str) -> Option<i64> {
    let FieldKind::Money { min, max } = field.kind else { return None };
    let (whole, part) = typed.split_once(',')?;
    if !number::is_digits(whole) || !number::is_digits(part) || part.len() > 3 {
        return None;
    }
    let thousandths: i64 = format!("{part:0<3}").parse().ok()?;
    let francs = whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(thousandths * 1_000)?;
    (min..=max).contains(&francs).then_some(francs)
}
