//! Words that open a message mean one thing, and no two are one slip of the thumb apart unless that is declared. Inside
//! one report every word means one thing too: a label, a word for a label, a bare word, or something reserved.

use std::collections::BTreeMap;

use super::super::model::{FieldKind, Flow};
use super::super::source::{DeclaredWord, WordUse};
use super::defects::Defects;
use crate::base::text::fold;

/// The word before any report's date.
const DATE_WORD: &str = "date";

/// Refuses keywords, aliases, twins and commands that collide or nearly do.
pub(super) fn opening(defects: &mut Defects<'_>) {
    let loaded = defects.loaded;
    let opening: Vec<&DeclaredWord> = loaded.origins.words.iter().filter(|word| opens(&word.used_as)).collect();
    for (position, word) in opening.iter().enumerate() {
        for other in &opening[..position] {
            if fold(&word.word) == fold(&other.word) {
                let message = format!("`{}` already opens {}", word.word, opened_by(other));
                defects.at(&word.origin, "word-collision", message, "take it out of one of the two");
            } else if too_near(defects, word, other) {
                let message = format!("`{}` is one slip from `{}`, {}", word.word, other.word, opened_by(other));
                let help = format!("choose another word, or declare it: distinct_from = [\"{}\"]", other.word);
                defects.at(&word.origin, "word-too-near", message, help);
            }
        }
    }
}

fn opens(used_as: &WordUse) -> bool {
    matches!(used_as, WordUse::Keyword | WordUse::Alias | WordUse::Twin | WordUse::Command)
}

fn opened_by(word: &DeclaredWord) -> String {
    match word.used_as {
        WordUse::Command => "a command".to_owned(),
        WordUse::Twin => format!("(as a keypad twin) {}", word.flow.to_uppercase()),
        _ => word.flow.to_uppercase(),
    }
}

/// One edit apart, in different flows (or a flow and a command), undeclared. Twins are near by their nature.
fn too_near(defects: &Defects<'_>, word: &DeclaredWord, other: &DeclaredWord) -> bool {
    let never = word.flow == other.flow || word.used_as == WordUse::Twin || other.used_as == WordUse::Twin;
    if never || strsim::damerau_levenshtein(&fold(&word.word), &fold(&other.word)) != 1 {
        return false;
    }
    let declares = |flow: &str, near: &str| {
        let declared = defects.loaded.origins.distinct_from.get(flow);
        declared.is_some_and(|words| words.iter().any(|declared| fold(declared) == fold(near)))
    };
    !declares(&word.flow, &other.word) && !declares(&other.flow, &word.word)
}

/// Refuses words with two meanings in one flow.
pub(super) fn inside(defects: &mut Defects<'_>) {
    let loaded = defects.loaded;
    for flow in &loaded.pack.flows {
        let mut seen: BTreeMap<String, Vec<&DeclaredWord>> = BTreeMap::new();
        for word in loaded.origins.words.iter().filter(|word| word.flow == flow.id && is_inside(&word.used_as)) {
            let folded = fold(&word.word);
            if let Some(meaning) = reserved(defects, flow, word, &folded) {
                let message = format!("`{}` also means {meaning}", word.word);
                let help = format!("choose another word, or declare it on the field: shares = [\"{}\"]", word.word);
                defects.at(&word.origin, "two-meanings", message, help);
            }
            let earlier = seen.entry(folded).or_default();
            for other in earlier.iter() {
                if !may_stand_together(word, other) && !shares(defects, word) && !shares(defects, other) {
                    let message = format!("`{}` already means {} here", word.word, meaning(other));
                    let help = "one word, one meaning: take it out of one of the two";
                    defects.at(&word.origin, "two-meanings", message, help);
                }
            }
            earlier.push(word);
        }
    }
}

fn is_inside(used_as: &WordUse) -> bool {
    matches!(used_as, WordUse::Label | WordUse::LabelWord | WordUse::Bare | WordUse::Asked)
}

/// A word for its own label again says nothing new; an asked word may be a label, which then always has its number.
fn may_stand_together(word: &DeclaredWord, other: &DeclaredWord) -> bool {
    let is_labelling = |one: &DeclaredWord| matches!(one.used_as, WordUse::Label | WordUse::LabelWord);
    let asked_and_label = |one: &DeclaredWord, two: &DeclaredWord| {
        one.used_as == WordUse::Asked && two.used_as == WordUse::Label && one.label != two.label
    };
    (word.label == other.label && is_labelling(word) && is_labelling(other))
        || asked_and_label(word, other)
        || asked_and_label(other, word)
}

fn shares(defects: &Defects<'_>, word: &DeclaredWord) -> bool {
    let declared = defects.loaded.origins.shared.get(&(word.flow.clone(), word.label.clone()));
    declared.is_some_and(|words| words.iter().any(|shared| fold(shared) == fold(&word.word)))
}

/// What the word already means in any report, if anything.
fn reserved(defects: &Defects<'_>, flow: &Flow, word: &DeclaredWord, folded: &str) -> Option<String> {
    if shares(defects, word) {
        return None;
    }
    let labels_a_date = flow.field(&word.label).is_some_and(|field| matches!(field.kind, FieldKind::Date { .. }));
    if folded == DATE_WORD && !labels_a_date {
        return Some("the date of any report".to_owned());
    }
    if defects.loaded.pack.courtesies.iter().any(|courtesy| courtesy == folded) {
        return Some("a greeting, which is not read".to_owned());
    }
    let opening = |other: &&DeclaredWord| {
        matches!(other.used_as, WordUse::Keyword | WordUse::Alias | WordUse::Command) && fold(&other.word) == folded
    };
    let other = defects.loaded.origins.words.iter().find(opening)?;
    Some(if other.used_as == WordUse::Command {
        "a command".to_owned()
    } else {
        format!("the report {}", other.flow.to_uppercase())
    })
}

fn meaning(word: &DeclaredWord) -> String {
    match word.used_as {
        WordUse::Label => format!("the label {}", word.label),
        WordUse::LabelWord => format!("the label {} in full", word.label),
        WordUse::Asked => format!("several values of {}", word.label),
        _ => format!("a value of {}", word.label),
    }
}
