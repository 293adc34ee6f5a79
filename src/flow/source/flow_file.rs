//! A flow file: its head, fields, checks, indicators and reply.

use std::collections::BTreeSet;

use super::super::beside;
use super::super::limits;
use super::super::model::{Check, Field, Flow, Pack, Season, Severity};
use super::super::text::TextBook;
use super::book_writer::Writer;
use super::origins::{DeclaredWord, Origin, Origins, WordUse};
use super::pack_file::period_kind;
use super::section::{Section, Text, did_you_mean, plain_words, wording};
use super::{alert_table, field_table, indicator_table};
use crate::base::sealing::sha256_hex;

pub(super) const SEVERITIES: [(&str, Severity); 3] =
    [("block", Severity::Block), ("confirm", Severity::Confirm), ("warn", Severity::Warn)];

/// Reads one flow; its texts and expressions go into `book`.
pub(super) fn read(section: &Section<'_>, pack: &Pack, book: &mut TextBook, origins: &mut Origins) -> Flow {
    let findings = section.findings();
    let mut writer = Writer { book, origins };
    let keyword = section.text("keyword");
    let id = keyword.value.to_lowercase();
    expect_named_after(section, &id);
    let origin = Origin { file: findings.file.to_owned(), span: keyword.span.clone() };
    writer.origins.parts.insert(format!("flow.{id}"), origin);
    let aliases = section.words("aliases");
    let twins = section.words("twins");
    for (words, used_as) in [
        (std::slice::from_ref(&keyword), WordUse::Keyword),
        (aliases.as_slice(), WordUse::Alias),
        (twins.as_slice(), WordUse::Twin),
    ] {
        declare(section, &id, words, &used_as, writer.origins);
    }
    writer.origins.distinct_from.insert(id.clone(), plain_words(&section.words("distinct_from")));
    let title = section.localised("title", pack.written());
    writer.wording(findings, &format!("flow.{id}.title"), &title);
    let roles = section.words("roles");
    for role in &roles {
        section.findings().expect_declared("role of this pack", role, pack.roles.iter().map(|role| role.id.as_str()));
    }
    let level = section.optional_text("level");
    if let Some(level) = &level {
        section.findings().expect_declared(
            "level of this pack",
            level,
            pack.levels.iter().map(|level| level.id.as_str()),
        );
    }
    let fields = fields(section, pack, &id, &mut writer);
    let labels: Vec<String> = fields.iter().map(|field| field.label.clone()).collect();
    let checks = checks(section, pack, &id, &labels, &mut writer);
    let alerts = alert_table::read(section, pack, &id, &labels, &mut writer);
    let indicators = indicator_table::read(section, pack, &id, (&fields, &alerts), &mut writer);
    reply(section, pack, &id, &mut writer);
    let example = section.text("example");
    let origin = Origin { file: findings.file.to_owned(), span: example.span };
    writer.origins.parts.insert(format!("flow.{id}.example"), origin);
    Flow {
        version: version(section),
        hash: sha256_hex(findings.text.as_bytes()),
        source: findings.text.to_owned(),
        title: wording(&title),
        keyword: keyword.value,
        aliases: plain_words(&aliases),
        twins: plain_words(&twins),
        roles: plain_words(&roles),
        level: level.map(|level| level.value),
        cadence: section.optional_text("cadence").and_then(|word| period_kind(section, &word)),
        since: section.optional_day("since").or(pack.since),
        by_body: section.boolean("by_body", false),
        visa: section.boolean("visa", false),
        once: section.boolean("once", false),
        season: season(section),
        positional: section.boolean("positional", false),
        fields,
        checks,
        alerts,
        indicators,
        example: example.value,
        id,
    }
}

/// A flow is found by its file: `DEP` in `dep.toml`. A kept text read again has no such name.
fn expect_named_after(section: &Section<'_>, id: &str) {
    let file = section.findings().file;
    if id.is_empty() || file == "flow.toml" || file == format!("{id}.toml") {
        return;
    }
    let help = format!("name the file {id}.toml, or change the keyword");
    section.findings().report(section.place_of("keyword"), "file-name", "file and keyword differ", help);
}

/// `[season]`, the days of a campaign.
fn season(section: &Section<'_>) -> Option<Season> {
    let table = section.optional_section("season")?;
    let days = table.day("from").zip(table.day("to"));
    if days.is_some_and(|(from, to)| to < from) {
        let help = "the last day comes after the first";
        table.findings().report(table.place_of("to"), "empty-range", "this season is over before it begins", help);
    }
    table.finish();
    days.map(|(from, to)| Season { from, to })
}

fn version(section: &Section<'_>) -> i64 {
    let version = section.integer("version");
    if version < 1 {
        let help = "start at 1, add 1 with each change of meaning";
        section.findings().report(section.place_of("version"), "bad-number", "a version is 1 or more", help);
    }
    version
}

/// Notes words people type, refusing what cannot be typed as one word on any phone.
fn declare(section: &Section<'_>, flow: &str, words: &[Text], used_as: &WordUse, origins: &mut Origins) {
    for word in words {
        let typable = |character: char| character.is_ascii_uppercase() || character.is_ascii_digit();
        let well_formed = word.value.starts_with(|first: char| first.is_ascii_uppercase())
            && word.value.chars().all(typable)
            && (2..=limits::WORD_CHARS_MAX).contains(&word.value.len());
        if !well_formed {
            let message = format!("`{}` cannot be a keyword", word.value);
            let help = format!("2 to {} capital letters without accent or space", limits::WORD_CHARS_MAX);
            section.findings().report(word.span.clone(), "bad-word", message, help);
        }
        origins.words.push(DeclaredWord {
            word: word.value.clone(),
            flow: flow.to_owned(),
            label: String::new(),
            used_as: used_as.clone(),
            origin: Origin { file: section.findings().file.to_owned(), span: word.span.clone() },
        });
    }
}

fn fields(section: &Section<'_>, pack: &Pack, flow: &str, writer: &mut Writer<'_>) -> Vec<Field> {
    let tables = section.sections("field");
    if tables.is_empty() {
        let help = "add one for each value that is typed";
        section.findings().report(section.place_of("keyword"), "missing-key", "there is no [[field]]", help);
    }
    if tables.len() > limits::FIELDS_MAX {
        let message = format!("more than {} fields", limits::FIELDS_MAX);
        section.findings().report(section.place_of("field"), "too-large", message, "nobody types so many: remove some");
    }
    tables.iter().map(|table| field_table::read(table, pack, flow, writer)).collect()
}

fn checks(section: &Section<'_>, pack: &Pack, flow: &str, labels: &[String], writer: &mut Writer<'_>) -> Vec<Check> {
    let tables = section.sections("check");
    if tables.len() > limits::CHECKS_MAX {
        let message = format!("more than {} checks", limits::CHECKS_MAX);
        section.findings().report(section.place_of("check"), "too-large", message, "remove some");
    }
    let mut checks: Vec<Check> = Vec::with_capacity(tables.len());
    for table in tables {
        let check = check(&table, pack, flow, labels, writer);
        if checks.iter().any(|other| other.id == check.id) {
            let message = format!("two checks are called `{}`", check.id);
            table.findings().report(table.place_of("id"), "declared-twice", message, "give each its own id");
        }
        checks.push(check);
    }
    checks
}

fn check(table: &Section<'_>, pack: &Pack, flow: &str, labels: &[String], writer: &mut Writer<'_>) -> Check {
    let id = table.text("id").value;
    let (say, must) = (format!("flow.{flow}.check.{id}"), format!("flow.{flow}.check.{id}.must"));
    let condition = table.text("must");
    writer.expression(table.findings(), &must, &condition);
    writer.template(table.findings(), &say, &table.localised("say", pack.written()));
    let word = table.text("otherwise");
    let severity = SEVERITIES.iter().find(|(name, _)| *name == word.value).map(|(_, severity)| *severity);
    if severity.is_none() && !word.value.is_empty() {
        let help = did_you_mean(&word.value, SEVERITIES.iter().map(|(name, _)| *name));
        table.findings().report(word.span, "unknown-id", format!("`{}` is not what a check can do", word.value), help);
    }
    let beside = [must.clone()].into_iter().chain(pack.written().all().map(|language| format!("{say}/{language}")));
    let beside: BTreeSet<String> =
        beside.flat_map(|name| writer.book.names_used(&name)).filter(|name| beside::is_beside(name)).collect();
    let check = Check {
        labels: writer.labels_used(&must, labels),
        beside: beside.into_iter().collect(),
        id,
        must,
        otherwise: severity.unwrap_or(Severity::Block),
        say,
        offer_swap: swap(table, labels),
        opens_task: table.boolean("opens_task", false),
    };
    table.finish();
    check
}

fn swap(table: &Section<'_>, labels: &[String]) -> Option<(String, String)> {
    let words = table.words("offer_swap");
    for word in &words {
        table.findings().expect_known("label of this flow", word, labels.iter().map(String::as_str));
    }
    match words.as_slice() {
        [] => None,
        [one, other] => Some((one.value.clone(), other.value.clone())),
        _ => {
            let help = "two labels, such as [\"F\", \"T\"]";
            table.findings().report(table.place_of("offer_swap"), "wrong-type", "a swap takes two labels", help);
            None
        }
    }
}

fn reply(section: &Section<'_>, pack: &Pack, flow: &str, writer: &mut Writer<'_>) {
    let Some(table) = section.optional_section("reply") else {
        let help = "add [reply] with head and content, each in every language";
        section.findings().report(section.place_of("keyword"), "missing-key", "[reply] is missing", help);
        return;
    };
    for part in ["head", "content"] {
        let texts = table.localised(part, pack.written());
        writer.template(table.findings(), &format!("flow.{flow}.{part}"), &texts);
    }
    table.finish();
}
