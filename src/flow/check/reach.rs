//! Every field can be asked: its condition reads only what was asked before, and holds for some answer.

use super::super::model::{Field, FieldKind};
use super::super::text::Scope;
use super::defects::Defects;
use super::variants::{scope, value_scope};

/// Answers tried for one condition at most.
const ANSWERS_MAX: usize = 4_096;
/// Whole numbers are tried one by one up to this many.
const NUMBERS_MAX: i64 = 64;

/// Refuses fields nobody will ever be asked.
pub(super) fn check(defects: &mut Defects<'_>) {
    let loaded = defects.loaded;
    for flow in &loaded.pack.flows {
        for (position, field) in flow.fields.iter().enumerate() {
            let Some(when) = &field.when else { continue };
            let Some(origin) = loaded.origins.expressions.get(when) else { continue };
            let used = loaded.pack.texts.names_used(when);
            let later = flow.fields[position..].iter().find(|later| used.contains(&later.label));
            if let Some(later) = later {
                let message = format!("`{}` is not yet answered when {} would be asked", later.label, field.label);
                let help = format!("move the field {} before it", later.label);
                defects.at_word(origin, &later.label, "unreachable-field", message, help);
                continue;
            }
            let read: Vec<&Field> = flow.fields[..position].iter().filter(|earlier| reads(&used, earlier)).collect();
            if never_holds(defects, when, &read) {
                let message = format!("{} is never asked: no answer makes this true", field.label);
                defects.at(origin, "unreachable-field", message, "compare with a value the field can take");
            }
        }
    }
}

fn reads(used: &std::collections::BTreeSet<String>, field: &Field) -> bool {
    used.contains(&field.label) || used.contains(&format!("{}_name", field.label))
}

/// True only when every answer was tried and none holds. A condition that fails is not a condition that is false.
fn never_holds(defects: &Defects<'_>, when: &str, read: &[&Field]) -> bool {
    let pack = &defects.loaded.pack;
    let mut answers: Vec<Vec<(String, Scope)>> = vec![Vec::new()];
    for field in read {
        let Some(values) = every_value(field) else { return false };
        if answers.len() * values.len() > ANSWERS_MAX {
            return false;
        }
        let extended = answers.iter().flat_map(|earlier| {
            values.iter().map(|value| {
                let mut answer = earlier.clone();
                if let Some(value) = value {
                    answer.extend(value_scope(pack, field, value, pack.first_language()));
                }
                answer
            })
        });
        answers = extended.collect();
    }
    answers.into_iter().all(|answer| pack.texts.holds(when, scope(answer)).is_ok_and(|holds| !holds))
}

/// All values a field can take, `None` standing for no answer; nothing where they are too many to try.
fn every_value(field: &Field) -> Option<Vec<Option<String>>> {
    let mut values: Vec<Option<String>> = match &field.kind {
        FieldKind::Choice { options } => options.iter().map(|option| Some(option.id.clone())).collect(),
        FieldKind::YesNo => vec![Some("0".to_owned()), Some("1".to_owned())],
        FieldKind::Integer { min, max, .. } if max - min < NUMBERS_MAX => {
            (*min..=*max).map(|number| Some(number.to_string())).collect()
        }
        FieldKind::Body => field.bare_words.iter().map(|(_, body)| Some(body.clone())).collect(),
        _ => return None,
    };
    if !field.required || field.when.is_some() || !field.roles.is_empty() {
        values.push(None);
    }
    Some(values)
}
