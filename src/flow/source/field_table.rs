//! `[[field]]`: one value of a report.

use super::super::limits;
use super::super::model::{Field, FieldKind, Named, Pack};
use super::book_writer::Writer;
use super::origins::{DeclaredWord, Origin, Origins, WordUse};
use super::section::{Section, Text, did_you_mean, plain_words, wording};
use crate::base::text::fold;

pub(super) const TYPES: [&str; 9] =
    ["integer", "decimal", "money", "date", "choice", "body", "yes-no", "text", "place"];

/// What the typed words of a field are, beside its label.
#[derive(Default)]
struct FieldWords {
    bare: Vec<(String, String)>,
    asked: Vec<(String, Vec<String>)>,
}

/// Reads one field.
pub(super) fn read(table: &Section<'_>, pack: &Pack, flow: &str, writer: &mut Writer<'_>) -> Field {
    let findings = table.findings();
    let label = table.text("label");
    expect_label(table, &label);
    let prefix = format!("flow.{flow}.field.{}", label.value);
    let origin = Origin { file: findings.file.to_owned(), span: label.span.clone() };
    if writer.origins.parts.insert(prefix.clone(), origin).is_some() {
        let message = format!("two fields have the label `{}`", label.value);
        findings.report(label.span.clone(), "declared-twice", message, "give each its own letter");
    }
    let mut noting = Noting { table, flow, label: &label.value };
    noting.word(&label, WordUse::Label, writer.origins);
    let long_words = table.words("words");
    for word in &long_words {
        noting.word(word, WordUse::LabelWord, writer.origins);
    }
    let shared = plain_words(&table.words("shares"));
    writer.origins.shared.insert((flow.to_owned(), label.value.clone()), shared);
    let name = table.localised("name", pack.written());
    writer.wording(findings, &format!("{prefix}.name"), &name);
    let question = table.localised("question", pack.written());
    writer.wording(findings, &format!("{prefix}.question"), &question);
    let unless = table.optional_localised("asked_unless", pack.written());
    writer.wording(findings, &format!("{prefix}.unless"), &unless);
    let when = table.optional_text("when").map(|condition| {
        let name = format!("{prefix}.when");
        writer.expression(findings, &name, &condition);
        name
    });
    let roles = table.words("roles");
    for role in &roles {
        table.findings().expect_declared("role of this pack", role, pack.roles.iter().map(|role| role.id.as_str()));
    }
    let mut words = FieldWords::default();
    let kind = kind(table, pack, &prefix, &mut noting, &mut words, writer);
    let dated_today = matches!(kind, FieldKind::Date { .. }) && defaults_to_today(table);
    let field = Field {
        words: long_words.iter().map(|word| fold(&word.value)).collect(),
        required: table.boolean("required", true) && !dated_today,
        from_mandate: matches!(kind, FieldKind::Body) && table.boolean("from_mandate", false),
        label: label.value.clone(),
        kind,
        when,
        name: wording(&name),
        question: wording(&question),
        asked_unless: (!unless.is_empty()).then(|| wording(&unless)),
        bare_words: words.bare,
        asked_words: words.asked,
        roles: plain_words(&roles),
        units: units(table),
    };
    table.finish();
    field
}

/// `units = { sachet = 1, carton = 150 }`: what a number may be counted in.
fn units(table: &Section<'_>) -> Vec<(String, i64)> {
    let Some(entry) = table.optional_section("units") else { return Vec::new() };
    let mut units = Vec::new();
    for word in entry.entries() {
        let holds = entry.integer(&word.value);
        if holds < 1 {
            let help = "how many of the field's own unit it holds: { sachet = 1, carton = 150 }";
            entry.findings().report(entry.place_of(&word.value), "bad-number", "a unit holds at least 1", help);
        }
        units.push((fold(&word.value), holds));
    }
    entry.finish();
    units
}

fn expect_label(table: &Section<'_>, label: &Text) {
    let typable = (1..=limits::WORD_CHARS_MAX).contains(&label.value.len())
        && label.value.bytes().all(|byte| byte.is_ascii_uppercase());
    if !typable {
        let help = "a capital letter or a short word in capitals, without digit, accent or space: \"T\", \"PV\"";
        table.findings().report(label.span.clone(), "bad-word", format!("`{}` cannot be a label", label.value), help);
    } else if matches!(label.value.as_str(), "O" | "I" | "L") {
        let help = "people type it for 0 or 1: take another letter";
        table.findings().report(label.span.clone(), "bad-word", format!("`{}` reads as a digit", label.value), help);
    }
}

/// Notes typed words of one field.
struct Noting<'n, 'a> {
    table: &'n Section<'a>,
    flow: &'n str,
    label: &'n str,
}

impl Noting<'_, '_> {
    fn word(&mut self, word: &Text, used_as: WordUse, origins: &mut Origins) {
        let plain = fold(&word.value);
        if plain.is_empty() || !plain.chars().all(|character| character.is_ascii_alphanumeric()) {
            let message = format!("`{}` cannot be typed as one word", word.value);
            self.table.findings().report(word.span.clone(), "bad-word", message, "letters and digits only, no space");
        }
        origins.words.push(DeclaredWord {
            word: word.value.clone(),
            flow: self.flow.to_owned(),
            label: self.label.to_owned(),
            used_as,
            origin: Origin { file: self.table.findings().file.to_owned(), span: word.span.clone() },
        });
    }
}

fn kind(
    table: &Section<'_>,
    pack: &Pack,
    prefix: &str,
    noting: &mut Noting<'_, '_>,
    words: &mut FieldWords,
    writer: &mut Writer<'_>,
) -> FieldKind {
    let typed = table.text("type");
    match typed.value.as_str() {
        "integer" => {
            let (min, max) = whole_range(table, 0);
            let soft_max = table.optional_integer("soft_max");
            if soft_max.is_some_and(|soft| soft < min || soft >= max) {
                let help = "above it the sender is asked to confirm: it lies inside the range";
                table.findings().report(table.place_of("soft_max"), "empty-range", "no number is above it", help);
            }
            FieldKind::Integer { min, max, soft_max }
        }
        "decimal" => {
            let decimals = table.optional_integer("decimals").unwrap_or(1);
            let places = u32::try_from(decimals).unwrap_or_default().clamp(1, limits::DECIMALS_MAX);
            if i64::from(places) != decimals {
                let message = format!("1 to {} decimals", limits::DECIMALS_MAX);
                table.findings().report(table.place_of("decimals"), "bad-number", message, "add decimals = 1");
            }
            let (min, max) = whole_range(table, places);
            FieldKind::Decimal { min, max, places }
        }
        "money" => {
            let (min, max) = whole_range(table, 0);
            FieldKind::Money { min, max }
        }
        "date" => FieldKind::Date { max_age_days: bounded(table, "max_age_days", limits::DATE_AGE_DAYS_MAX) },
        "choice" => FieldKind::Choice { options: options(table, pack, prefix, noting, words, writer) },
        "body" => {
            body_words(table, pack, noting, words, writer);
            FieldKind::Body
        }
        "yes-no" => FieldKind::YesNo,
        "text" => {
            let most = bounded(table, "max_chars", i64::try_from(limits::TEXT_CHARS_MAX).unwrap_or_default());
            FieldKind::Text { max_chars: usize::try_from(most).unwrap_or_default() }
        }
        "place" => FieldKind::Place,
        other => {
            if !other.is_empty() {
                let help = did_you_mean(other, TYPES);
                table.findings().report(typed.span, "unknown-id", format!("`{other}` is no type of field"), help);
            }
            FieldKind::YesNo
        }
    }
}

/// `range`, scaled by ten for each decimal.
fn whole_range(table: &Section<'_>, decimals: u32) -> (i64, i64) {
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or_default());
    let (least, most) = table.range("range");
    let (least, most) = (least * scale, most * scale);
    let limit = limits::NUMBER_MAX as f64;
    if least < 0.0 || most > limit || least.fract() != 0.0 || most.fract() != 0.0 {
        let message = format!("a range lies between 0 and {}", limits::NUMBER_MAX);
        table.findings().report(table.place_of("range"), "empty-range", message, "such as range = [0, 2000]");
    }
    // In bounds after the clamp, and whole where no fault was noted.
    (least.clamp(0.0, limit) as i64, most.clamp(0.0, limit) as i64)
}

fn bounded(table: &Section<'_>, key: &str, most: i64) -> i64 {
    let number = table.integer(key);
    // What is missing, or no number, was told already.
    if number != 0 && !(1..=most).contains(&number) {
        let message = format!("`{key}` is 1 to {most}");
        table.findings().report(table.place_of(key), "bad-number", message, format!("write {key} = {most} or less"));
    }
    number.clamp(1, most)
}

fn defaults_to_today(table: &Section<'_>) -> bool {
    let Some(word) = table.optional_text("default") else { return false };
    if word.value != "today" {
        let help = "only a date may be filled in for the sender: default = \"today\"";
        table.findings().report(word.span, "unknown-id", format!("`{}` is no default", word.value), help);
    }
    true
}

fn options(
    table: &Section<'_>,
    pack: &Pack,
    prefix: &str,
    noting: &mut Noting<'_, '_>,
    words: &mut FieldWords,
    writer: &mut Writer<'_>,
) -> Vec<Named> {
    let tables = table.sections("options");
    if tables.is_empty() || tables.len() > limits::OPTIONS_MAX {
        let message = format!("a choice has 1 to {} options", limits::OPTIONS_MAX);
        let help = "add options = [ { code = \"1\", fr = \"...\", en = \"...\" }, ... ]";
        table.findings().report(table.place_of("options"), "missing-key", message, help);
    }
    let mut options: Vec<Named> = Vec::with_capacity(tables.len());
    for option in &tables {
        let code = option.text("code");
        if !code.value.is_empty() && options.iter().any(|other| other.id == code.value) {
            let message = format!("two options have the code `{}`", code.value);
            option.findings().report(code.span.clone(), "declared-twice", message, "number them 1, 2, 3 ...");
        }
        let texts = option.languages_of(pack.written());
        writer.wording(option.findings(), &format!("{prefix}.option.{}", code.value), &texts);
        for word in option.words("words") {
            noting.word(&word, WordUse::Bare, writer.origins);
            words.bare.push((word.value.clone(), code.value.clone()));
        }
        options.push(Named { id: code.value, name: wording(&texts) });
        option.finish();
    }
    options
}

/// The words of the pack's bodies, and those this field declares as standing for several.
fn body_words(
    table: &Section<'_>,
    pack: &Pack,
    noting: &mut Noting<'_, '_>,
    words: &mut FieldWords,
    writer: &mut Writer<'_>,
) {
    for body in &pack.bodies {
        let word = Text { value: body.word.clone(), span: table.place_of("label") };
        noting.word(&word, WordUse::Bare, writer.origins);
        words.bare.push((body.word.clone(), body.id.clone()));
    }
    let Some(asked) = table.optional_section("asked_words") else { return };
    for word in asked.entries() {
        let meant = asked.words(&word.value);
        for body in &meant {
            asked.findings().expect_declared("body of this pack", body, pack.bodies.iter().map(|b| b.id.as_str()));
        }
        noting.word(&word, WordUse::Asked, writer.origins);
        words.asked.push((word.value.clone(), plain_words(&meant)));
    }
}
