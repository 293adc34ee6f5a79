//! Sound labelled reports, made up from the fields of a flow. Whether their figures pass the checks is left to chance:
//! what is read of them must not be.

use proptest::collection::vec;
use proptest::prelude::*;
use relais::flow::model::{Field, FieldKind, Flow};

use super::mutate::Typed;

/// Numbers enough for the fields of any flow.
const FIELDS_MAX: usize = 16;

/// Reports with every field that must be there and may be typed with its label.
pub fn reports(flow: &Flow) -> impl Strategy<Value = Typed> + use<> {
    let example = Typed::of(&flow.example);
    let fields: Vec<Field> = flow.fields.iter().filter(|field| example.item(&field.label).is_some()).cloned().collect();
    vec(any::<u32>(), FIELDS_MAX).prop_map(move |numbers| {
        let mut typed = example.clone();
        for (field, number) in fields.iter().zip(numbers) {
            if let Some(value) = value(field, i64::from(number)) {
                typed.set(&field.label, &value);
            }
        }
        typed
    })
}

/// A value of `field` as it is typed; `None` where the example's own stays.
fn value(field: &Field, number: i64) -> Option<String> {
    match &field.kind {
        FieldKind::Integer { min, max, .. } | FieldKind::Money { min, max } => {
            Some((min + number % (max - min + 1)).to_string())
        }
        FieldKind::YesNo => Some((number % 2).to_string()),
        FieldKind::Choice { options } => {
            let rank = usize::try_from(number).ok()? % options.len();
            Some(options[rank].id.clone()).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
        }
        _ => None,
    }
}
