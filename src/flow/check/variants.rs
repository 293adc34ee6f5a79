//! The reports a flow can carry, as far as its texts can tell them apart: which optional fields are there, every
//! option of every choice, the largest and the smallest numbers.
//!
//! A text that changes at a number inside a range is tried at both ends only.

use super::super::model::{Field, FieldKind, Flow, Pack};
use super::super::text::Scope;
use crate::base::{Language, gsm7};

/// Up to this many optional fields every combination is tried; beyond it all, none, each alone and all but each.
const OPTIONAL_FIELDS_MAX: usize = 6;
/// Combinations of options tried for one flow at most; beyond it each option is tried with the longest of the others.
const COMBINATIONS_MAX: usize = 512;
/// The date as texts and expressions see it.
const A_DATE: &str = "31/12";

/// Values by name, as texts and expressions see them.
pub(super) type Names = Vec<(String, Scope)>;

/// Names as one scope.
pub(super) fn scope(names: Names) -> Scope {
    Scope::from_pairs(names)
}

/// What texts see of one value: its label, and its name where it has one.
pub(super) fn value_scope(pack: &Pack, field: &Field, value: &str, language: Language) -> Names {
    let label = field.label.clone();
    let number = value.parse::<i64>().map(Scope::from);
    match &field.kind {
        FieldKind::Choice { options } => {
            let name = options.iter().find(|option| option.id == value).map_or("", |option| option.name.get(language));
            vec![(format!("{label}_name"), Scope::from(name)), (label, number.unwrap_or_else(|_| Scope::from(value)))]
        }
        FieldKind::Body => {
            let name = pack.body(value).map_or("", |body| body.name.get(language));
            vec![(format!("{label}_name"), Scope::from(name)), (label, Scope::from(value))]
        }
        FieldKind::Date { .. } | FieldKind::Text { .. } | FieldKind::Place => vec![(label, Scope::from(value))],
        _ => vec![(label, number.unwrap_or_else(|_| Scope::from(value)))],
    }
}

/// One report to try: its values, and the labels that are absent.
pub(super) struct Variant {
    /// Values by name.
    pub names: Names,
    /// Labels that are there.
    pub present: Vec<String>,
}

/// Every report to try.
pub(super) fn of_flow(pack: &Pack, flow: &Flow, place: &str, language: Language) -> Vec<Variant> {
    let candidates: Vec<Vec<String>> =
        flow.fields.iter().map(|field| candidates(pack, field, place, language)).collect();
    let assignments = assignments(&flow.fields, &candidates);
    let mut variants = Vec::new();
    for presence in presences(&flow.fields) {
        for assignment in &assignments {
            variants.push(walk(pack, flow, &presence, assignment, language));
        }
    }
    variants
}

/// Fills the fields in order, leaving out those not there or not asked.
fn walk(pack: &Pack, flow: &Flow, presence: &[bool], assignment: &[&str], language: Language) -> Variant {
    let mut variant = Variant { names: Vec::new(), present: Vec::new() };
    for ((field, is_there), value) in flow.fields.iter().zip(presence).zip(assignment) {
        let asked = |when: &String| pack.texts.holds(when, scope(variant.names.clone())).unwrap_or(true);
        if !is_there || !field.when.as_ref().is_none_or(asked) {
            continue;
        }
        variant.names.extend(value_scope(pack, field, value, language));
        variant.present.push(field.label.clone());
    }
    variant
}

/// Values to try for a field, the longest to write first.
fn candidates(pack: &Pack, field: &Field, place: &str, language: Language) -> Vec<String> {
    match &field.kind {
        FieldKind::Integer { min, max, .. } | FieldKind::Decimal { min, max, .. } | FieldKind::Money { min, max } => {
            if min == max {
                vec![max.to_string()]
            } else {
                vec![max.to_string(), min.to_string()]
            }
        }
        FieldKind::Choice { options } => {
            let named = options.iter().map(|option| (option.id.clone(), option.name.get(language)));
            longest_first(named.collect())
        }
        FieldKind::Body => {
            let named = pack.bodies.iter().map(|body| (body.id.clone(), body.name.get(language)));
            longest_first(named.collect())
        }
        FieldKind::YesNo => vec!["1".to_owned(), "0".to_owned()],
        FieldKind::Date { .. } => vec![A_DATE.to_owned()],
        FieldKind::Text { max_chars } => vec!["M".repeat(*max_chars)],
        FieldKind::Place => vec![place.to_owned()],
    }
}

fn longest_first(mut named: Vec<(String, &str)>) -> Vec<String> {
    named.sort_by_key(|(_, name)| std::cmp::Reverse(gsm7::size(name).units));
    named.into_iter().map(|(id, _)| id).collect()
}

/// One value for each field: all combinations of options with the largest numbers, then each number at its smallest.
fn assignments<'c>(fields: &[Field], candidates: &'c [Vec<String>]) -> Vec<Vec<&'c str>> {
    let first: Vec<&str> = candidates.iter().map(|values| values.first().map_or("", String::as_str)).collect();
    let is_discrete =
        |field: &Field| matches!(field.kind, FieldKind::Choice { .. } | FieldKind::Body | FieldKind::YesNo);
    let discrete: Vec<usize> = (0..fields.len()).filter(|&position| is_discrete(&fields[position])).collect();
    let combinations =
        discrete.iter().try_fold(1_usize, |product, &position| product.checked_mul(candidates[position].len()));
    let mut assignments = vec![first.clone()];
    if combinations.is_some_and(|count| count <= COMBINATIONS_MAX) {
        for &position in &discrete {
            let extended = assignments
                .iter()
                .flat_map(|assignment| candidates[position].iter().map(|value| replaced(assignment, position, value)));
            assignments = extended.collect();
        }
    }
    for (position, values) in candidates.iter().enumerate() {
        assignments.extend(values.iter().skip(1).map(|value| replaced(&first, position, value)));
    }
    let smallest = candidates.iter().map(|values| values.last().map_or("", String::as_str)).collect();
    assignments.push(smallest);
    assignments
}

fn replaced<'c>(assignment: &[&'c str], position: usize, value: &'c str) -> Vec<&'c str> {
    let mut changed = assignment.to_vec();
    changed[position] = value;
    changed
}

/// For each report to try, whether each field is there.
fn presences(fields: &[Field]) -> Vec<Vec<bool>> {
    let optional: Vec<usize> = (0..fields.len())
        .filter(|&position| !fields[position].required || !fields[position].roles.is_empty())
        .collect();
    let everything = vec![true; fields.len()];
    let without = |absent: &dyn Fn(usize) -> bool| {
        let mut presence = everything.clone();
        for (order, &position) in optional.iter().enumerate() {
            presence[position] = !absent(order);
        }
        presence
    };
    if optional.len() <= OPTIONAL_FIELDS_MAX {
        return (0..1_usize << optional.len()).map(|mask| without(&|order| mask & (1 << order) != 0)).collect();
    }
    let mut presences = vec![everything.clone(), without(&|_| true)];
    for one in 0..optional.len() {
        presences.push(without(&|order| order == one));
        presences.push(without(&|order| order != one));
    }
    presences
}
