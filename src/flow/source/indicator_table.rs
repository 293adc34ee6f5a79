//! `[[indicator]]`: what is counted from a flow's reports.

use super::super::limits;
use super::super::model::{Denominator, Field, FieldKind, Indicator, IndicatorKind, Pack};
use super::book_writer::Writer;
use super::origins::Origin;
use super::section::{Section, Text, did_you_mean, plain_words, wording};

pub(super) const KINDS: [&str; 4] = ["sum", "count", "last", "ratio"];
const POPULATION: &str = "population.";

/// Reads all indicators of a flow: ratios may name those written after them.
pub(super) fn read(
    section: &Section<'_>,
    pack: &Pack,
    flow: &str,
    fields: &[Field],
    writer: &mut Writer<'_>,
) -> Vec<Indicator> {
    let tables = section.sections("indicator");
    if tables.len() > limits::INDICATORS_MAX {
        let message = format!("more than {} indicators", limits::INDICATORS_MAX);
        section.findings().report(section.place_of("indicator"), "too-large", message, "remove some");
    }
    let mut indicators: Vec<Indicator> = Vec::with_capacity(tables.len());
    for table in &tables {
        let indicator = indicator(table, pack, flow, fields, writer);
        if indicators.iter().any(|other| other.id == indicator.id) {
            let message = format!("two indicators are called `{}`", indicator.id);
            table.findings().report(table.place_of("id"), "declared-twice", message, "give each its own id");
        }
        indicators.push(indicator);
    }
    for table in &tables {
        expect_parts_known(table, &indicators);
    }
    let mut public = tables.iter().zip(&indicators).filter(|(_, indicator)| indicator.public);
    if let Some((table, _)) = public.nth(1) {
        // One could be subtracted from the other: of all screened, those without fault leave those with one.
        let help = "keep `public` on one indicator of the report type";
        table.findings().report(table.place_of("public"), "two-public", "a second indicator is public", help);
    }
    indicators
}

fn indicator(table: &Section<'_>, pack: &Pack, flow: &str, fields: &[Field], writer: &mut Writer<'_>) -> Indicator {
    let id = table.id();
    let prefix = format!("flow.{flow}.indicator.{}", id.value);
    let origin = Origin { file: table.findings().file.to_owned(), span: id.span.clone() };
    writer.origins.parts.insert(prefix.clone(), origin);
    let name = table.localised("name", pack.written());
    writer.wording(table.findings(), &format!("{prefix}.name"), &name);
    let kind = kind(table, pack, &prefix, fields, writer);
    let when = table.optional_text("when").map(|condition| {
        let name = format!("{prefix}.when");
        writer.expression(table.findings(), &name, &condition);
        name
    });
    let may_be_public = matches!(kind, IndicatorKind::Sum { .. } | IndicatorKind::Count);
    let indicator = Indicator {
        id: id.value,
        name: wording(&name),
        kind,
        by: by(table, fields),
        when,
        data_element: table.optional_text("data_element").map(|code| code.value),
        headline: table.boolean("headline", false),
        public: may_be_public && table.boolean("public", false),
    };
    table.finish();
    indicator
}

fn kind(table: &Section<'_>, pack: &Pack, prefix: &str, fields: &[Field], writer: &mut Writer<'_>) -> IndicatorKind {
    let word = table.text("kind");
    match word.value.as_str() {
        "count" => IndicatorKind::Count,
        "sum" => {
            let (value, labels) = value(table, prefix, fields, writer);
            IndicatorKind::Sum { value, labels }
        }
        "last" => {
            let (value, labels) = value(table, prefix, fields, writer);
            IndicatorKind::Last { value, labels }
        }
        "ratio" => {
            let numerator = plain_words(&table.words("numerator"));
            if numerator.is_empty() {
                let help = "add numerator = [\"...\"] with ids of this flow's indicators";
                table.findings().report(table.span.clone(), "missing-key", "`numerator` is missing", help);
            }
            IndicatorKind::Ratio { numerator, denominator: denominator(table, pack) }
        }
        other => {
            if !other.is_empty() {
                let help = did_you_mean(other, KINDS);
                table.findings().report(word.span, "unknown-id", format!("`{other}` is no kind of indicator"), help);
            }
            IndicatorKind::Count
        }
    }
}

fn value(table: &Section<'_>, prefix: &str, fields: &[Field], writer: &mut Writer<'_>) -> (String, Vec<String>) {
    let name = format!("{prefix}.value");
    let expression = table.text("value");
    writer.expression(table.findings(), &name, &expression);
    let labels: Vec<String> = fields.iter().map(|field| field.label.clone()).collect();
    let read = writer.labels_used(&name, &labels);
    (name, read)
}

fn denominator(table: &Section<'_>, pack: &Pack) -> Denominator {
    let words = table.words("denominator");
    let share = words.iter().find_map(|word| word.value.strip_prefix(POPULATION).map(|id| (word, id)));
    let Some((word, id)) = share else {
        if words.is_empty() {
            let help = "add denominator = [\"...\"] with ids of this flow's indicators, or [\"population....\"]";
            table.findings().report(table.span.clone(), "missing-key", "`denominator` is missing", help);
        }
        return Denominator::Indicators(plain_words(&words));
    };
    let id = Text { value: id.to_owned(), span: word.span.clone() };
    table.findings().expect_declared(
        "population of this pack",
        &id,
        pack.populations.iter().map(|one| one.id.as_str()),
    );
    if words.len() > 1 {
        let help = "write the population alone";
        table.findings().report(table.place_of("denominator"), "wrong-type", "a population stands alone", help);
    }
    Denominator::Population(id.value)
}

fn by(table: &Section<'_>, fields: &[Field]) -> Vec<String> {
    let labels = table.words("by");
    let counted_by = |field: &&Field| matches!(field.kind, FieldKind::Choice { .. } | FieldKind::Body);
    let choices: Vec<&str> = fields.iter().filter(counted_by).map(|field| field.label.as_str()).collect();
    for label in &labels {
        table.findings().expect_known("label of a choice", label, choices.iter().copied());
    }
    plain_words(&labels)
}

/// Both parts of a ratio name sums or counts of the same flow.
fn expect_parts_known(table: &Section<'_>, indicators: &[Indicator]) {
    let is_counted = |one: &&Indicator| !matches!(one.kind, IndicatorKind::Ratio { .. });
    let counted: Vec<&str> = indicators.iter().filter(is_counted).map(|one| one.id.as_str()).collect();
    if table.optional_text("kind").is_none_or(|kind| kind.value != "ratio") {
        return;
    }
    for part in ["numerator", "denominator"] {
        for id in table.words(part).iter().filter(|id| !id.value.starts_with(POPULATION)) {
            table.findings().expect_known("counted indicator of this flow", id, counted.iter().copied());
        }
    }
}
