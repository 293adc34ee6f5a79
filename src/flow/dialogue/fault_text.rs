//! One fault of reading in words. Decides nothing, and knows no other fault beside it.

use super::faults::typed_word;
use super::scene::Scene;
use crate::base::gsm7;
use crate::flow::model::{FieldKind, Flow};
use crate::flow::read::Fault;
use crate::flow::read::limits::ECHO_SEPTETS_MAX;
use crate::flow::rule;
use crate::flow::text::Scope;

/// Unread words first: they may change the meaning of all the rest.
pub(super) fn gravity(fault: &Fault) -> u8 {
    match fault {
        Fault::TooLong => 0,
        Fault::Unread(_) | Fault::WhichWord { .. } | Fault::Link | Fault::Secret => 1,
        Fault::NotPositional | Fault::Count { .. } | Fault::NotForRole { .. } => 2,
        Fault::Twice { .. } | Fault::Unclear { .. } | Fault::Negative { .. } | Fault::Unit { .. } => 3,
        Fault::NumberWord(_) | Fault::OutOfRange { .. } => 4,
        Fault::BadDate(_) | Fault::FutureDate(_) | Fault::OldDate { .. } => 5,
        Fault::LooseNumber(_) => 6,
    }
}

/// A typed word as replies repeat it.
pub(super) fn told_back(typed: &str) -> String {
    gsm7::plain_within(typed, ECHO_SEPTETS_MAX)
}

/// One fault in words.
pub(super) fn word(scene: &Scene<'_>, flow: &Flow, fault: &Fault) -> String {
    let text = |typed: &str| Scope::from(told_back(typed));
    let known = |label: &str| Scope::from(label);
    match fault {
        Fault::TooLong => scene.text("fault_too_long", &[]),
        Fault::Link => scene.text("fault_link", &[]),
        Fault::Secret => scene.text("fault_secret", &[]),
        Fault::Unread(word) => scene.text("fault_unread", &[("word", text(word))]),
        Fault::NotForRole { label } => scene.text("fault_not_role", &[("label", known(label))]),
        Fault::NumberWord(word) => scene.text("fault_number_word", &[("word", text(word))]),
        Fault::Unit { typed, label, .. } => {
            let label = known(label.as_deref().unwrap_or_default());
            scene.text("fault_unit", &[("typed", text(typed)), ("label", label)])
        }
        Fault::LooseNumber(typed) => scene.text("fault_loose_number", &[("typed", text(typed))]),
        Fault::Count { got, expected } => {
            let count = |count: usize| Scope::from(count as i64);
            scene.text("fault_count", &[("got", count(*got)), ("expected", count(*expected))])
        }
        Fault::NotPositional => scene.text("fault_not_positional", &[]),
        Fault::Twice { label, first, second } => {
            let given = [("label", known(label)), ("first", text(first)), ("second", text(second))];
            scene.text("fault_twice", &given)
        }
        Fault::Unclear { label, typed, .. } => {
            scene.text("fault_unclear", &[("label", known(label)), ("typed", text(typed))])
        }
        Fault::Negative { label, typed } => {
            scene.text("fault_negative", &[("label", known(label)), ("typed", text(typed))])
        }
        Fault::OutOfRange { label, typed } => no_option(scene, flow, label, typed),
        Fault::BadDate(typed) => scene.text("fault_bad_date", &[("typed", text(typed))]),
        Fault::FutureDate(typed) => scene.text("fault_future_date", &[("typed", text(typed))]),
        Fault::OldDate { typed, max_days } => {
            scene.text("fault_old_date", &[("typed", text(typed)), ("days", Scope::from(*max_days))])
        }
        Fault::WhichWord { label, typed, options } => {
            let field = flow.field(label);
            let words = options.iter().map(|option| field.map_or(option.clone(), |f| typed_word(scene, f, option)));
            let options = words.collect::<Vec<_>>().join(", ");
            scene.text("fault_which_word", &[("typed", text(typed)), ("options", Scope::from(options))])
        }
    }
}

fn no_option(scene: &Scene<'_>, flow: &Flow, label: &str, typed: &str) -> String {
    let given = [("label", Scope::from(label)), ("value", Scope::from(told_back(typed)))];
    let Some(field) = flow.field(label) else { return scene.text("fault_bad_value", &given) };
    if let Some((min, max)) = rule::range(field) {
        let [label, value] = given;
        return scene.text("fault_range", &[label, value, ("min", Scope::from(min)), ("max", Scope::from(max))]);
    }
    match &field.kind {
        FieldKind::Choice { options } => {
            let options = options.iter().map(|option| option.id.as_str()).collect::<Vec<_>>().join(", ");
            let given = [
                ("label", Scope::from(label)),
                ("typed", Scope::from(told_back(typed))),
                ("options", Scope::from(options)),
            ];
            scene.text("fault_option", &given)
        }
        _ => scene.text("fault_bad_value", &given),
    }
}
