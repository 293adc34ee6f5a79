//! `[[indicator]]`: what is counted from a flow's reports.

use super::super::limits;
use super::super::model::{Alert, AlertCount, Denominator, Field, FieldKind, Indicator, IndicatorKind, Pack};
use super::book_writer::Writer;
use super::origins::Origin;
use super::section::{Section, Text, did_you_mean, plain_words, wording};

pub(super) const KINDS: [&str; 6] = ["sum", "count", "last", "ratio", "mean", "alerts"];
/// What is counted of alerts, as a file calls it.
const ALERT_COUNTS: [(&str, AlertCount); 5] = [
    ("opened", AlertCount::Opened),
    ("open", AlertCount::Open),
    ("acknowledged", AlertCount::Acknowledged),
    ("in_time", AlertCount::InTime),
    ("hours", AlertCount::Hours),
];
const POPULATION: &str = "population.";

/// Reads all indicators of a flow: ratios may name those written after them.
pub(super) fn read(
    section: &Section<'_>,
    pack: &Pack,
    flow: &str,
    (fields, alerts): (&[Field], &[Alert]),
    writer: &mut Writer<'_>,
) -> Vec<Indicator> {
    let tables = section.sections("indicator");
    if tables.len() > limits::INDICATORS_MAX {
        let message = format!("more than {} indicators", limits::INDICATORS_MAX);
        section.findings().report(section.place_of("indicator"), "too-large", message, "remove some");
    }
    let mut indicators: Vec<Indicator> = Vec::with_capacity(tables.len());
    for table in &tables {
        let indicator = indicator(table, pack, flow, (fields, alerts), writer);
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

fn indicator(
    table: &Section<'_>,
    pack: &Pack,
    flow: &str,
    (fields, alerts): (&[Field], &[Alert]),
    writer: &mut Writer<'_>,
) -> Indicator {
    let id = table.id();
    let prefix = format!("flow.{flow}.indicator.{}", id.value);
    let origin = Origin { file: table.findings().file.to_owned(), span: id.span.clone() };
    writer.origins.parts.insert(prefix.clone(), origin);
    let name = table.localised("name", pack.written());
    writer.wording(table.findings(), &format!("{prefix}.name"), &name);
    let kind = kind(table, pack, &prefix, (fields, alerts), writer);
    let is_of_reports = !matches!(kind, IndicatorKind::Alerts { .. } | IndicatorKind::Mean { .. });
    let when = if is_of_reports { table.optional_text("when") } else { None };
    let when = when.map(|condition| {
        let name = format!("{prefix}.when");
        writer.expression(table.findings(), &name, &condition);
        name
    });
    let may_be_public = matches!(kind, IndicatorKind::Sum { .. } | IndicatorKind::Count);
    let indicator = Indicator {
        id: id.value,
        name: wording(&name),
        kind,
        by: if is_of_reports { by(table, fields) } else { Vec::new() },
        when,
        data_element: table.optional_text("data_element").map(|code| code.value),
        headline: table.boolean("headline", false),
        fewer_is_better: table.boolean("fewer_is_better", false),
        public: may_be_public && table.boolean("public", false),
    };
    table.finish();
    indicator
}

fn kind(
    table: &Section<'_>,
    pack: &Pack,
    prefix: &str,
    (fields, alerts): (&[Field], &[Alert]),
    writer: &mut Writer<'_>,
) -> IndicatorKind {
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
        "ratio" => IndicatorKind::Ratio { numerator: parts(table, "numerator"), denominator: denominator(table, pack) },
        "mean" => {
            IndicatorKind::Mean { numerator: parts(table, "numerator"), denominator: parts(table, "denominator") }
        }
        "alerts" => of_alerts(table, alerts),
        other => {
            if !other.is_empty() {
                let help = did_you_mean(other, KINDS);
                table.findings().report(word.span, "unknown-id", format!("`{other}` is no kind of indicator"), help);
            }
            IndicatorKind::Count
        }
    }
}

/// Indicators of the same flow, at least one.
fn parts(table: &Section<'_>, key: &str) -> Vec<String> {
    let parts = plain_words(&table.words(key));
    if parts.is_empty() {
        let (message, help) =
            (format!("`{key}` is missing"), format!("add {key} = [\"...\"] with ids of this flow's indicators"));
        table.findings().report(table.span.clone(), "missing-key", message, help);
    }
    parts
}

fn of_alerts(table: &Section<'_>, alerts: &[Alert]) -> IndicatorKind {
    let alert = table.optional_text("alert");
    if alerts.is_empty() {
        let help = "add an [[alert]], or count reports with kind = \"count\"";
        table.findings().report(table.place_of("kind"), "unknown-id", "this report type raises no alert", help);
    } else if let Some(alert) = &alert {
        table.findings().expect_known("alert of this flow", alert, alerts.iter().map(|one| one.id.as_str()));
    }
    let word = table.text("count");
    let count = ALERT_COUNTS.iter().find(|(name, _)| *name == word.value).map(|(_, count)| *count);
    if !word.value.is_empty() {
        table.findings().expect_known("count of alerts", &word, alert_counts());
    }
    IndicatorKind::Alerts { alert: alert.map(|alert| alert.value), count: count.unwrap_or(AlertCount::Opened) }
}

/// What may be counted of alerts.
pub(super) fn alert_counts() -> Vec<&'static str> {
    ALERT_COUNTS.iter().map(|(word, _)| *word).collect()
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

/// Both parts of a ratio or mean name what is counted of the same flow.
fn expect_parts_known(table: &Section<'_>, indicators: &[Indicator]) {
    let is_counted = |one: &&Indicator| !matches!(one.kind, IndicatorKind::Ratio { .. } | IndicatorKind::Mean { .. });
    let counted: Vec<&str> = indicators.iter().filter(is_counted).map(|one| one.id.as_str()).collect();
    let kind = table.optional_text("kind").map(|kind| kind.value).unwrap_or_default();
    if !["ratio", "mean"].contains(&kind.as_str()) {
        return;
    }
    for part in ["numerator", "denominator"] {
        // A ratio may be one of a population: that is looked at where it is read.
        let is_population = |id: &&Text| kind == "ratio" && part == "denominator" && id.value.starts_with(POPULATION);
        for id in table.words(part).iter().filter(|id| !is_population(id)) {
            table.findings().expect_known("counted indicator of this flow", id, counted.iter().copied());
        }
    }
}
