//! Every name an expression or a text uses is one it will be given, and every letter one that an SMS carries in seven
//! bits, in the languages that can be written so.

use super::super::beside;
use super::super::dialogue::says::Say;
use super::super::model::{FieldKind, Flow};
use super::super::source::{DeclaredWord, WordUse, did_you_mean};
use super::defects::Defects;
use crate::base::gsm7;

/// What every text of a flow is given beside the values.
const TEXT_NAMES: [&str; 7] = ["keyword", "receipt", "place", "body", "period", "date", "agent"];

/// Refuses unknown names, and fill-ins in texts that are shown as they are.
pub(super) fn names(defects: &mut Defects<'_>) {
    let loaded = defects.loaded;
    for (name, origin) in &loaded.origins.expressions {
        let Some(flow) = flow_of(&loaded.pack.flows, name) else { continue };
        let known = names_of(flow, name);
        for used in loaded.pack.texts.names_used(name) {
            if !known.contains(&used) {
                let message = format!("`{used}` is not a label of this flow");
                defects.at_word(origin, &used, "unknown-name", message, mend(&used, &known));
            }
        }
    }
    for text in &loaded.origins.texts {
        let key = format!("{}/{}", text.name, text.language);
        if !loaded.pack.texts.has_text(&text.name, text.language) {
            if text.value.contains("{{") || text.value.contains("{%") {
                let help = "write it out: only [reply], the `say` of a check and texts.toml are filled in";
                defects.at(&text.origin, "not-filled-in", "this text is shown as it is written", help);
            }
            continue;
        }
        if let Some(lone) = lone_brace(&text.value) {
            let help = "a value stands in double braces: {{T}}";
            defects.at_word(&text.origin, &lone, "lone-brace", "people would read this brace as it stands", help);
        }
        let known: Vec<String> = match flow_of(&loaded.pack.flows, &text.name) {
            Some(flow) => names_of(flow, &text.name).into_iter().chain(TEXT_NAMES.map(str::to_owned)).collect(),
            None => match text.name.strip_prefix("say.").and_then(Say::find) {
                Some(say) => say.given.iter().map(ToString::to_string).collect(),
                // A text nobody says was told with the missing ones.
                None => continue,
            },
        };
        for used in loaded.pack.texts.names_used(&key) {
            if !known.contains(&used) {
                let message = format!("this text is never given `{used}`");
                defects.at_word(&text.origin, &used, "unknown-name", message, mend(&used, &known));
            }
        }
    }
}

/// A brace that opens or closes nothing, as in `{T}`, and the letter behind it.
fn lone_brace(text: &str) -> Option<String> {
    let without = text.replace("{{", "").replace("}}", "").replace("{%", "").replace("%}", "");
    let at = without.find(['{', '}'])?;
    Some(without[at..].chars().take(2).collect())
}

fn mend(used: &str, known: &[String]) -> String {
    if known.iter().any(|name| name == &used.to_uppercase()) {
        return format!("labels are written in capitals: `{}`", used.to_uppercase());
    }
    did_you_mean(used, known.iter().map(String::as_str))
}

/// The flow a name such as `flow.dep.check.somme` belongs to.
fn flow_of<'f>(flows: &'f [std::sync::Arc<Flow>], name: &str) -> Option<&'f Flow> {
    let id = name.strip_prefix("flow.")?.split('.').next()?;
    flows.iter().find(|flow| flow.id == id).map(AsRef::as_ref)
}

/// The names an expression or text may use: a check or an alert may also read earlier reports.
fn names_of(flow: &Flow, name: &str) -> Vec<String> {
    let mut names = value_names(flow);
    if matches!(name.split('.').nth(2), Some("check" | "alert")) {
        names.extend(beside::names(flow));
    }
    names
}

/// Labels, and the names that go with choices and bodies.
fn value_names(flow: &Flow) -> Vec<String> {
    let mut names = Vec::new();
    for field in &flow.fields {
        names.push(field.label.clone());
        if matches!(field.kind, FieldKind::Choice { .. } | FieldKind::Body) {
            names.push(format!("{}_name", field.label));
        }
    }
    names
}

/// Refuses letters that would silently cost more than half of the message.
pub(super) fn letters(defects: &mut Defects<'_>) {
    let loaded = defects.loaded;
    letters_of_words(defects);
    for text in &loaded.origins.texts {
        if loaded.origins.ucs2_languages.contains(&text.language) {
            continue;
        }
        let mut outside: Vec<char> = text.value.chars().filter(|&letter| gsm7::septets(letter).is_none()).collect();
        outside.sort_unstable();
        outside.dedup();
        for letter in outside {
            let word = text.value.split_whitespace().find(|word| word.contains(letter)).unwrap_or_default();
            let message = format!("`{letter}` is not in the SMS alphabet: 70 characters a message instead of 160");
            let help = format!("write `{}`", gsm7::plain(word));
            defects.at_word(&text.origin, letter.encode_utf8(&mut [0; 4]), "not-gsm7", message, help);
        }
    }
}

/// Words people type and replies repeat, in any language: keywords, labels, values, commands, examples.
fn letters_of_words(defects: &mut Defects<'_>) {
    let loaded = defects.loaded;
    let repeated = |word: &&DeclaredWord| {
        matches!(word.used_as, WordUse::Keyword | WordUse::Label | WordUse::Bare | WordUse::Command)
    };
    for word in loaded.origins.words.iter().filter(repeated) {
        if let Some(letter) = gsm7::first_outside(&word.word) {
            let message = format!("replies repeat `{}`, and `{letter}` is not in the SMS alphabet", word.word);
            defects.at(&word.origin, "not-gsm7", message, format!("write `{}`", gsm7::plain(&word.word)));
        }
    }
    for flow in &loaded.pack.flows {
        if let Some(letter) = gsm7::first_outside(&flow.example) {
            let message = format!("replies repeat the example, and `{letter}` is not in the SMS alphabet");
            let help = format!("write `{}`", gsm7::plain(&flow.example));
            defects.at_part(&format!("flow.{}.example", flow.id), "not-gsm7", message, help);
        }
    }
}
