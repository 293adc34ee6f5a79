//! `[[alert]]`: what officers are told of at once.

use std::collections::BTreeSet;

use super::super::beside;
use super::super::limits;
use super::super::model::{Alert, Pack};
use super::book_writer::Writer;
use super::origins::Origin;
use super::section::{Section, plain_words};

/// Reads all alerts of a flow.
pub(super) fn read(
    section: &Section<'_>,
    pack: &Pack,
    flow: &str,
    labels: &[String],
    writer: &mut Writer<'_>,
) -> Vec<Alert> {
    let tables = section.sections("alert");
    if tables.len() > limits::ALERTS_MAX {
        let message = format!("more than {} alerts", limits::ALERTS_MAX);
        section.findings().report(section.place_of("alert"), "too-large", message, "remove some");
    }
    let mut alerts: Vec<Alert> = Vec::with_capacity(tables.len());
    for table in tables {
        let alert = alert(&table, pack, flow, labels, writer);
        if alerts.iter().any(|other| other.id == alert.id) {
            let message = format!("two alerts are called `{}`", alert.id);
            table.findings().report(table.place_of("id"), "declared-twice", message, "give each its own id");
        }
        alerts.push(alert);
    }
    alerts
}

fn alert(table: &Section<'_>, pack: &Pack, flow: &str, labels: &[String], writer: &mut Writer<'_>) -> Alert {
    let id = table.text("id");
    let prefix = format!("flow.{flow}.alert.{}", id.value);
    let origin = Origin { file: table.findings().file.to_owned(), span: id.span };
    writer.origins.parts.insert(prefix.clone(), origin);
    let (when, say, tell) = (format!("{prefix}.when"), format!("{prefix}.say"), format!("{prefix}.tell"));
    writer.expression(table.findings(), &when, &table.text("when"));
    writer.template(table.findings(), &say, &table.localised("say", pack.written()));
    let told = table.optional_localised("tell", pack.written());
    writer.template(table.findings(), &tell, &told);
    let level = table.text("to");
    table.findings().expect_declared("level of this pack", &level, pack.levels.iter().map(|level| level.id.as_str()));
    let role = table.optional_text("role");
    if let Some(role) = &role {
        table.findings().expect_declared("role of this pack", role, pack.roles.iter().map(|role| role.id.as_str()));
    }
    let merge_by = table.words("merge_by");
    for word in &merge_by {
        table.findings().expect_known("label of this flow", word, labels.iter().map(String::as_str));
    }
    let alert = Alert {
        id: id.value,
        labels: writer.labels_used(&when, labels),
        beside: beside_of(pack, &[&when], &[&say, &tell], writer),
        level: level.value,
        role: role.map(|role| role.value),
        acknowledge_within: hours(table, "acknowledge_within", table.optional_integer("acknowledge_within"), 1),
        merge_within: hours(table, "merge_within", table.optional_integer("merge_within"), 0),
        merge_by: plain_words(&merge_by),
        counts_once: table.boolean("counts_once", false),
        when,
        say,
        tell: (!told.is_empty()).then_some(tell),
    };
    table.finish();
    alert
}

/// Hours from `least` up; without them, `least` where that is none.
fn hours(table: &Section<'_>, key: &str, given: Option<i64>, least: i64) -> i64 {
    let Some(hours) = given else {
        if least > 0 {
            let (message, help) = (format!("`{key}` is missing"), format!("add {key} = 48"));
            table.findings().report(table.span.clone(), "missing-key", message, help);
        }
        return least;
    };
    if !(least..=limits::ALERT_HOURS_MAX).contains(&hours) {
        let message = format!("`{key}` is {least} to {} hours", limits::ALERT_HOURS_MAX);
        table.findings().report(table.place_of(key), "bad-number", message, format!("such as {key} = 48"));
    }
    hours.clamp(least, limits::ALERT_HOURS_MAX)
}

/// What the condition and the texts read of earlier reports.
fn beside_of(pack: &Pack, expressions: &[&String], texts: &[&String], writer: &Writer<'_>) -> Vec<String> {
    let spoken = texts.iter().flat_map(|name| pack.languages.iter().map(move |language| format!("{name}/{language}")));
    let names = expressions.iter().map(ToString::to_string).chain(spoken);
    let used: BTreeSet<String> = names.flat_map(|name| writer.book.names_used(&name)).collect();
    used.into_iter().filter(|name| beside::is_beside(name)).collect()
}
