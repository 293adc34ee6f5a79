//! Other ways to send the same, each tried on the reader before it is printed: what would not be read is not shown.

use std::collections::BTreeSet;

use crate::base::{Date, Language};
use crate::flow::model::{Field, FieldKind, Flow, Pack};
use crate::flow::read::{KeywordMatch, Said};
use crate::flow::rule;
use crate::flow::values::{Value, Values};

/// Any day does: an example names none, or one that is in the past.
const SOME_DAY: Date = Date::constant(2026, 11, 23);

/// The values of a text that is read as a whole report of `flow`; `None` where it would not be saved.
pub(super) fn values(pack: &Pack, flow: &Flow, text: &str) -> Option<Values> {
    let reading = pack.reader().read(text, SOME_DAY, &[], None);
    let [part] = reading.parts.as_slice() else { return None };
    let Said::Report(report) = &part.said else { return None };
    let is_ours = report.flow.id == flow.id && report.keyword == KeywordMatch::Exact && report.body.faults.is_empty();
    let findings = rule::examine(pack, flow, &report.body.values, &BTreeSet::new());
    let is_whole = !findings.is_refused() && findings.missing.iter().all(|field| field.from_mandate);
    (is_ours && is_whole).then(|| report.body.values.clone())
}

/// `DEP 45 23 38 5 1 1 2 5` and how many numbers it has, where such a row is accepted.
pub(super) fn bare(pack: &Pack, flow: &Flow) -> Option<(String, usize)> {
    let typed = values(pack, flow, &flow.example).filter(|_| flow.positional)?;
    let numbers: Vec<String> = flow.fields.iter().filter_map(|field| number(field, &typed)).collect();
    let text = format!("{} {}", flow.keyword, numbers.join(" "));
    let same = values(pack, flow, &text).is_some_and(|read| read == typed);
    same.then_some((text, numbers.len()))
}

fn number(field: &Field, values: &Values) -> Option<String> {
    match values.get(&field.label)? {
        Value::Number(number) => Some(number.to_string()),
        Value::Word(code) => Some(code.clone()),
        Value::Date(_) => None,
    }
}

/// `REU C NON 1` with what it says: a choice beside which the rest is not asked, and so stands alone.
pub(super) fn instead(pack: &Pack, flow: &Flow, language: Language) -> Option<(String, String)> {
    let typed = values(pack, flow, &flow.example)?;
    let body = flow.fields.iter().find(|field| field.kind == FieldKind::Body).and_then(|field| {
        let Some(Value::Word(id)) = typed.get(&field.label) else { return None };
        pack.body(id).map(|body| format!(" {}", body.word))
    });
    flow.fields.iter().filter(|field| typed.get(&field.label).is_none()).find_map(|field| {
        let FieldKind::Choice { options } = &field.kind else { return None };
        let option = options.first()?;
        let text = format!("{}{} {} {}", flow.keyword, body.clone().unwrap_or_default(), field.label, option.id);
        let told = format!("{}: {}", field.name.get(language), option.name.get(language));
        values(pack, flow, &text).map(|_| (text, told))
    })
}
