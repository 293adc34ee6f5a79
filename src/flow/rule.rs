//! What a flow's rules make of values: what is asked, what is missing, what lies outside its range, which checks fail.
//!
//! All faults at once. Never changes a value and never words a reply.

use std::collections::{BTreeMap, BTreeSet};

use super::beside::Beside;
use super::model::{Check, CommandKind, Field, FieldKind, Flow, Pack, Severity};
use super::read::limits::SWAP_TRIES_MAX;
use super::text::Scope;
use super::values::{Value, Values};
use crate::base::Language;

/// What the rules say of some values.
#[derive(Debug, Default)]
pub struct Findings<'f> {
    /// Fields asked for that have no value, in field order.
    pub missing: Vec<&'f Field>,
    /// Fields whose value lies outside their range.
    pub out_of_range: Vec<&'f Field>,
    /// Fields that have a value although they do not go with the others (participants of a meeting not held).
    pub not_asked: Vec<&'f Field>,
    /// Fields above their soft limit.
    pub above_soft: Vec<&'f Field>,
    /// Checks that do not hold, in the flow's order.
    pub failed: Vec<&'f Check>,
    /// What the checks read of earlier reports.
    pub beside: Beside,
}

impl<'f> Findings<'f> {
    /// Failed checks of one severity.
    pub fn failed_as(&self, severity: Severity) -> impl Iterator<Item = &'f Check> {
        self.failed.iter().copied().filter(move |check| check.otherwise == severity)
    }

    /// True when nothing may be saved, whatever the sender confirms.
    pub fn is_refused(&self) -> bool {
        !self.out_of_range.is_empty() || !self.not_asked.is_empty() || self.failed_as(Severity::Block).next().is_some()
    }

    /// Ids of failed checks that open a task.
    pub fn tasks(&self) -> Vec<String> {
        self.failed.iter().filter(|check| check.opens_task).map(|check| check.id.clone()).collect()
    }
}

/// Judges `values` by the rules of `flow`. `unfinished` are labels typed without a value: missing although optional.
///
/// `beside` is what checks may read of earlier reports; empty where nothing was looked up.
pub fn examine<'f>(
    pack: &Pack,
    flow: &'f Flow,
    values: &Values,
    unfinished: &BTreeSet<String>,
    beside: &Beside,
) -> Findings<'f> {
    let mut given = names(pack, flow, values, pack.first_language());
    let mut judged = given.clone();
    add_beside(&mut judged, beside);
    let scope = Scope::from(judged);
    // A label typed without its value is about to get one: what it excludes is not asked for.
    given.extend(unfinished.iter().filter(|label| values.get(label).is_none()).map(|l| (l.clone(), Scope::from(0))));
    let announced = Scope::from(given);
    let mut findings = Findings { beside: beside.clone(), ..Findings::default() };
    for field in &flow.fields {
        let asked = is_asked(pack, field, &announced);
        match values.get(&field.label) {
            Some(_) if !asked => findings.not_asked.push(field),
            Some(value) => {
                if !in_range(field, value) {
                    findings.out_of_range.push(field);
                } else if above_soft(field, value) {
                    findings.above_soft.push(field);
                }
            }
            None if asked && (field.required || unfinished.contains(&field.label)) => findings.missing.push(field),
            None => {}
        }
    }
    for check in &flow.checks {
        let applies = check.labels.iter().all(|label| values.get(label).is_some())
            && check.beside.iter().all(|name| beside.contains_key(name));
        // A condition that cannot be computed does not hold: nothing slips past a check. `relais check` excludes it.
        if applies && !pack.texts.holds(&check.must, scope.clone()).unwrap_or(false) {
            findings.failed.push(check);
        }
    }
    findings
}

/// False for a meeting declared not held: it has a value under the label that is the word NON.
pub fn is_held(pack: &Pack, values: &Values) -> bool {
    let no = pack.commands.get(&CommandKind::No);
    !no.is_some_and(|words| words.iter().any(|word| values.get(word).is_some()))
}

/// Adds what was looked up in earlier reports to the names a text is given.
pub fn add_beside(names: &mut BTreeMap<String, Scope>, beside: &Beside) {
    names.extend(beside.iter().map(|(name, value)| (name.clone(), Scope::from(*value))));
}

/// Takes away a typed day that the flow does not ask for beside the other values: a meeting not held has no day, and its
/// date only says which period it is about.
pub fn drop_day_not_asked(pack: &Pack, flow: &Flow, values: &mut Values, unfinished: &BTreeSet<String>) {
    if let Some(field) = flow.date_field().filter(|_| !asks_day(pack, flow, values, unfinished)) {
        values.0.remove(&field.label);
    }
}

/// Takes away what `typed` makes senseless: values that are asked no longer beside the others, and were not typed with
/// them. Gives their labels, in field order.
pub fn drop_not_asked(pack: &Pack, flow: &Flow, values: &mut Values, typed: &Values) -> Vec<String> {
    let mut dropped = Vec::new();
    loop {
        let findings = examine(pack, flow, values, &BTreeSet::new(), &Beside::new());
        let stale = findings.not_asked.iter().find(|field| typed.get(&field.label).is_none());
        // One at a time: what hangs on it may go with it.
        let Some(label) = stale.map(|field| field.label.clone()) else { return dropped };
        values.0.remove(&label);
        dropped.push(label);
    }
}

/// True when the flow has a field for the day and asks for it beside the other values: left out, it is today.
pub fn asks_day(pack: &Pack, flow: &Flow, values: &Values, unfinished: &BTreeSet<String>) -> bool {
    let Some(field) = flow.date_field() else { return false };
    let mut given = names(pack, flow, values, pack.first_language());
    given.extend(unfinished.iter().filter(|label| values.get(label).is_none()).map(|l| (l.clone(), Scope::from(0))));
    is_asked(pack, field, &Scope::from(given))
}

/// True when `field` is asked for beside the values of `scope`; where its condition reads a missing value, it is.
pub fn is_asked(pack: &Pack, field: &Field, scope: &Scope) -> bool {
    field.when.as_ref().is_none_or(|when| pack.texts.holds(when, scope.clone()).unwrap_or(true))
}

/// Smallest and largest number `field` takes, where it takes one.
pub fn range(field: &Field) -> Option<(i64, i64)> {
    match field.kind {
        FieldKind::Integer { min, max, .. } | FieldKind::Decimal { min, max, .. } | FieldKind::Money { min, max } => {
            Some((min, max))
        }
        FieldKind::YesNo => Some((0, 1)),
        _ => None,
    }
}

fn in_range(field: &Field, value: &Value) -> bool {
    match (value, &field.kind) {
        (Value::Number(number), _) => range(field).is_some_and(|(min, max)| (min..=max).contains(number)),
        (Value::Word(word), FieldKind::Choice { options }) => options.iter().any(|option| option.id == *word),
        (Value::Word(word), FieldKind::Text { max_chars }) => word.chars().count() <= *max_chars,
        (Value::Word(_), FieldKind::Body | FieldKind::Place) | (Value::Date(_), FieldKind::Date { .. }) => true,
        _ => false,
    }
}

fn above_soft(field: &Field, value: &Value) -> bool {
    match (value, &field.kind) {
        (Value::Number(number), FieldKind::Integer { soft_max: Some(soft), .. }) => number > soft,
        _ => false,
    }
}

/// The exchange of two labels that would make every block check hold: offered to the sender, never applied by us.
pub fn swap(pack: &Pack, flow: &Flow, values: &Values, findings: &Findings<'_>) -> Option<(String, String, Values)> {
    let offers = findings.failed_as(Severity::Block).filter_map(|check| check.offer_swap.as_ref());
    offers.take(SWAP_TRIES_MAX).find_map(|(one, other)| {
        let (first, second) = (values.get(one)?.clone(), values.get(other)?.clone());
        let mut swapped = values.clone();
        swapped.set(one, second);
        swapped.set(other, first);
        let sound = !examine(pack, flow, &swapped, &BTreeSet::new(), &findings.beside).is_refused();
        sound.then(|| (one.clone(), other.clone(), swapped))
    })
}

/// What the expressions of a flow are given: each value by its label, as in [`names`].
pub fn scope(flow: &Flow, values: &Values) -> Scope {
    let given = |field: &Field| values.get(&field.label).map(|value| (field.label.clone(), given(field, value)));
    Scope::from(flow.fields.iter().filter_map(given).collect::<BTreeMap<String, Scope>>())
}

/// What expressions and texts of a flow are given: each value by its label, and `T_name` for choices and bodies.
///
/// Numbers and numbered choices as numbers, a day as `23/11`. A label without a value is undefined.
pub fn names(pack: &Pack, flow: &Flow, values: &Values, language: Language) -> BTreeMap<String, Scope> {
    let mut names = BTreeMap::new();
    for field in &flow.fields {
        let Some(value) = values.get(&field.label) else { continue };
        names.insert(field.label.clone(), given(field, value));
        let name = match (value, &field.kind) {
            (Value::Word(code), FieldKind::Choice { options }) => {
                options.iter().find(|option| option.id == *code).map(|option| option.name.get(language))
            }
            (Value::Word(id), FieldKind::Body) => pack.body(id).map(|body| body.name.get(language)),
            _ => None,
        };
        if let Some(name) = name {
            names.insert(format!("{}_name", field.label), Scope::from(name));
        }
    }
    names
}

fn given(field: &Field, value: &Value) -> Scope {
    match (value, &field.kind) {
        // Scaled decimals as people write them; lossless far beyond any range a pack may declare.
        (Value::Number(number), FieldKind::Decimal { places, .. }) => {
            Scope::from(*number as f64 / 10_f64.powi(i32::try_from(*places).unwrap_or(0)))
        }
        (Value::Number(number), _) => Scope::from(*number),
        (Value::Date(date), _) => Scope::from(date.strftime("%d/%m").to_string()),
        (Value::Word(word), FieldKind::Choice { .. }) => {
            word.parse::<i64>().map_or_else(|_| Scope::from(word.as_str()), Scope::from)
        }
        (Value::Word(word), _) => Scope::from(crate::base::gsm7::plain(word)),
    }
}
