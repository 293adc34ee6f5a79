//! `pack.toml`: the country, its languages, levels, networks, roles, bodies, deadlines, commands and place files.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::OnceLock;

use jiff::civil::Weekday;

use super::super::limits;
use super::super::model::{
    ApprovalRule, Body, CommandKind, Deadline, Level, Named, Pack, PopulationShare, Role, Written,
};
use super::super::text::TextBook;
use super::book_writer::Writer;
use super::files::PackFiles;
use super::origins::{DeclaredWord, Origin, Origins, WordUse};
use super::section::{Section, Text, did_you_mean, plain_words, wording};
use crate::base::text::fold;
use crate::base::{Calendar, Language, NumberingPlan, PeriodKind};

const COMMANDS: [(&str, CommandKind); 18] = [
    ("yes", CommandKind::Yes),
    ("no", CommandKind::No),
    ("zero", CommandKind::Zero),
    ("correct", CommandKind::Correct),
    ("cancel", CommandKind::Cancel),
    ("help", CommandKind::Help),
    ("summary", CommandKind::Summary),
    ("silent", CommandKind::Silent),
    ("remind", CommandKind::Remind),
    ("info", CommandKind::Info),
    ("me", CommandKind::Me),
    ("language", CommandKind::Language),
    ("stop", CommandKind::Stop),
    ("resume", CommandKind::Resume),
    ("join", CommandKind::Join),
    ("approve", CommandKind::Approve),
    ("refuse", CommandKind::Refuse),
    ("seen", CommandKind::Seen),
];

pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Reads the pack's own file. Flows, system texts and the hash are added by the caller.
pub(super) fn read(section: &Section<'_>, files: &PackFiles, origins: &mut Origins) -> Pack {
    let languages = languages(section, "languages");
    let draft_languages = draft_languages(section, &languages);
    let written = Written { whole: &languages, drafts: &draft_languages };
    origins.ucs2_languages =
        section.words("ucs2_languages").iter().filter_map(|code| code.value.parse().ok()).collect();
    let levels = levels(section, written, origins);
    let networks = named(section, "network", written, origins);
    let places = section.optional_section("places");
    let (place_file, codes_file, vintage) = place_files(section, places.as_ref(), files);
    Pack {
        name: section.text("name").value,
        hash: String::new(),
        numbering: numbering(section),
        calendar: Calendar { week_starts: weekday(section) },
        roles: roles(section, written, origins),
        bodies: bodies(section, written, &levels, &networks, origins),
        since: section.optional_day("since"),
        deadlines: deadlines(section),
        approval: approval(section, &levels),
        populations: populations(section, written, origins),
        commands: commands(section, origins),
        order: plain_words(&section.words("order")),
        courtesies: section.words("courtesies").iter().map(|word| fold(&word.value)).collect(),
        dhis2: None,
        attribution: section.text("attribution").value,
        flows: Vec::new(),
        texts: TextBook::new(&languages),
        places: place_file,
        place_codes: codes_file,
        place_vintage: vintage,
        boundaries: boundaries(section, &levels, files),
        reader: OnceLock::new(),
        languages,
        draft_languages,
        levels,
        networks,
    }
}

fn languages(section: &Section<'_>, key: &str) -> Vec<Language> {
    let words = section.words(key);
    let mut languages = Vec::with_capacity(words.len());
    for word in &words {
        match Language::from_str(&word.value) {
            Ok(language) => languages.push(language),
            Err(error) => {
                section.findings().report(word.span.clone(), "bad-language", error.to_string(), "such as \"fr\"")
            }
        }
    }
    if languages.is_empty() || languages.len() > limits::LANGUAGES_MAX {
        let message = format!("a pack has 1 to {} languages", limits::LANGUAGES_MAX);
        section.findings().report(section.place_of(key), "bad-language", message, "add languages = [\"fr\", \"en\"]");
        languages.truncate(limits::LANGUAGES_MAX);
    }
    if languages.is_empty() {
        languages.push(Language::FRENCH);
    }
    languages
}

/// Languages being written: none of those that people may choose already.
fn draft_languages(section: &Section<'_>, languages: &[Language]) -> Vec<Language> {
    let mut drafts = Vec::new();
    for word in section.words("draft_languages") {
        let help = "a language is a code such as \"bm\", and stands in languages or in draft_languages";
        match Language::from_str(&word.value) {
            Ok(language) if !languages.contains(&language) && drafts.len() < limits::LANGUAGES_MAX => {
                drafts.push(language);
            }
            Ok(_) => {
                let message = format!("`{}` is no draft: it is offered to people, or one too many", word.value);
                section.findings().report(word.span, "bad-language", message, help);
            }
            Err(error) => section.findings().report(word.span, "bad-language", error.to_string(), help),
        }
    }
    drafts
}

fn numbering(section: &Section<'_>) -> NumberingPlan {
    let Some(table) = required_section(section, "numbering", "calling_code and national_digits") else {
        return NumberingPlan { calling_code: String::new(), national_digits: 8, trunk_prefix: String::new() };
    };
    let calling_code = table.text("calling_code");
    if calling_code.value.is_empty() || !calling_code.value.bytes().all(|byte| byte.is_ascii_digit()) {
        let help = "digits only, without +: \"223\"";
        table.findings().report(calling_code.span, "bad-number", "this is no calling code", help);
    }
    let digits = table.integer("national_digits");
    if !(4..=12).contains(&digits) {
        let help = "how many digits a number has inside the country: 8 in Mali";
        table.findings().report(table.place_of("national_digits"), "bad-number", "not 4 to 12 digits", help);
    }
    let plan = NumberingPlan {
        calling_code: calling_code.value,
        national_digits: usize::try_from(digits).unwrap_or_default(),
        trunk_prefix: table.optional_text("trunk_prefix").unwrap_or_default().value,
    };
    table.finish();
    plan
}

fn required_section<'a>(section: &Section<'a>, key: &str, holding: &str) -> Option<Section<'a>> {
    let found = section.optional_section(key);
    if found.is_none() {
        let help = format!("add [{key}] with {holding}");
        section.findings().report(section.span.clone(), "missing-key", format!("[{key}] is missing"), help);
    }
    found
}

fn weekday(section: &Section<'_>) -> Weekday {
    let word = section.text("week_starts");
    match WEEKDAYS.iter().find(|(name, _)| *name == word.value) {
        Some((_, day)) => *day,
        None => {
            let help = did_you_mean(&word.value, WEEKDAYS.iter().map(|(name, _)| *name));
            section.findings().report(word.span, "unknown-id", "this is no day of the week", help);
            Weekday::Monday
        }
    }
}

/// A period kind by its word.
pub(super) fn period_kind(section: &Section<'_>, word: &Text) -> Option<PeriodKind> {
    let found = PeriodKind::ALL.into_iter().find(|kind| kind.word() == word.value);
    if found.is_none() {
        let help = did_you_mean(&word.value, PeriodKind::ALL.iter().map(|kind| kind.word()));
        section.findings().report(word.span.clone(), "unknown-id", format!("`{}` is no period", word.value), help);
    }
    found
}

fn deadlines(section: &Section<'_>) -> BTreeMap<PeriodKind, Deadline> {
    let mut deadlines = BTreeMap::new();
    let Some(table) = section.optional_section("deadlines") else { return deadlines };
    for name in table.entries() {
        let Some(kind) = period_kind(&table, &name) else { continue };
        let Some(entry) = table.optional_section(&name.value) else { continue };
        let deadline = Deadline { due_days: entry.integer("due"), late_days: entry.integer("late") };
        entry.finish();
        if deadline.due_days < 0 || deadline.late_days < deadline.due_days {
            let help = "due and late are days after the period's last day, due first: { due = 1, late = 3 }";
            entry.findings().report(entry.span.clone(), "empty-range", "late comes before due", help);
        }
        deadlines.insert(kind, deadline);
    }
    deadlines
}

fn levels(section: &Section<'_>, languages: Written<'_>, origins: &mut Origins) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    for table in section.sections("level") {
        let id = new_id(&table, levels.iter().map(|level| level.id.as_str()));
        let (name, plural) = (table.localised("name", languages), table.localised("plural", languages));
        for (part, texts) in [("name", &name), ("plural", &plural)] {
            note(&table, &format!("level.{id}.{part}"), texts, origins);
        }
        levels.push(Level { id, name: wording(&name), plural: wording(&plural) });
        table.finish();
    }
    if levels.is_empty() {
        let help = "add [[level]] from the country down";
        section.findings().report(section.span.clone(), "missing-key", "no level of places is declared", help);
    }
    levels
}

fn note(table: &Section<'_>, name: &str, texts: &[(Language, Text)], origins: &mut Origins) {
    let mut unused = TextBook::new(&[]);
    Writer { book: &mut unused, origins }.wording(table.findings(), name, texts);
}

/// The table's `id`, refused when it is another's already.
fn new_id<'k>(table: &Section<'_>, mut known: impl Iterator<Item = &'k str>) -> String {
    let id = table.id();
    if known.any(|other| other == id.value) {
        let message = format!("`{}` is declared twice", id.value);
        table.findings().report(id.span, "declared-twice", message, "give each its own id");
    }
    id.value
}

fn named(section: &Section<'_>, key: &str, languages: Written<'_>, origins: &mut Origins) -> Vec<Named> {
    let mut list: Vec<Named> = Vec::new();
    for table in section.sections(key) {
        let id = new_id(&table, list.iter().map(|one| one.id.as_str()));
        let name = table.localised("name", languages);
        note(&table, &format!("{key}.{id}.name"), &name, origins);
        list.push(Named { id, name: wording(&name) });
        table.finish();
    }
    list
}

fn roles(section: &Section<'_>, languages: Written<'_>, origins: &mut Origins) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for table in section.sections("role") {
        let id = new_id(&table, roles.iter().map(|role| role.id.as_str()));
        let name = table.localised("name", languages);
        note(&table, &format!("role.{id}.name"), &name, origins);
        roles.push(Role { id, name: wording(&name), asks_figures: table.boolean("asks_figures", false) });
        table.finish();
    }
    roles
}

fn bodies(
    section: &Section<'_>,
    languages: Written<'_>,
    levels: &[Level],
    networks: &[Named],
    origins: &mut Origins,
) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    for table in section.sections("body") {
        let id = new_id(&table, bodies.iter().map(|body| body.id.as_str()));
        let name = table.localised("name", languages);
        note(&table, &format!("body.{id}.name"), &name, origins);
        let level = table.text("level");
        table.findings().expect_known("level of this pack", &level, levels.iter().map(|level| level.id.as_str()));
        let network = table.optional_text("network");
        if let Some(network) = &network {
            table.findings().expect_known("network of this pack", network, networks.iter().map(|one| one.id.as_str()));
        }
        let cadence = period_kind(&table, &table.text("cadence")).unwrap_or(PeriodKind::Quarter);
        let (word, level, network) = (table.text("word").value, level.value, network.map(|text| text.value));
        let origin = Origin { file: table.findings().file.to_owned(), span: table.place_of("word") };
        origins.parts.insert(format!("body.{id}.word"), origin);
        bodies.push(Body { id, word, name: wording(&name), level, network, cadence });
        table.finish();
    }
    bodies
}

fn approval(section: &Section<'_>, levels: &[Level]) -> ApprovalRule {
    let usual = ApprovalRule::default();
    let Some(table) = section.optional_section("approval") else { return usual };
    let level = table.optional_text("level");
    if let Some(level) = &level {
        table.findings().expect_known("level of this pack", level, levels.iter().map(|level| level.id.as_str()));
    }
    let change_days = table.optional_integer("change_days").unwrap_or(usual.change_days);
    if !(0..=limits::CHANGE_DAYS_MAX).contains(&change_days) {
        let help = format!("write days from 0 to {}", limits::CHANGE_DAYS_MAX);
        table.findings().report(table.place_of("change_days"), "wrong-value", "no such number of days", help);
    }
    table.finish();
    ApprovalRule { level: level.map(|level| level.value), change_days }
}

fn populations(section: &Section<'_>, languages: Written<'_>, origins: &mut Origins) -> Vec<PopulationShare> {
    let mut populations: Vec<PopulationShare> = Vec::new();
    for table in section.sections("population") {
        let id = new_id(&table, populations.iter().map(|one| one.id.as_str()));
        let name = table.localised("name", languages);
        note(&table, &format!("population.{id}.name"), &name, origins);
        let share = table.number("share");
        if !(0.0..=1.0).contains(&share) || share == 0.0 {
            let help = "a part of the whole: 0.18 for 18 %";
            table.findings().report(table.place_of("share"), "bad-number", "not above 0 and at most 1", help);
        }
        populations.push(PopulationShare { id, name: wording(&name), share });
        table.finish();
    }
    populations
}

fn commands(section: &Section<'_>, origins: &mut Origins) -> BTreeMap<CommandKind, Vec<String>> {
    let mut commands = BTreeMap::new();
    let Some(table) =
        required_section(section, "commands", "yes, no, zero, correct, cancel, help, summary and the others")
    else {
        return commands;
    };
    for (key, kind) in COMMANDS {
        let words = table.words(key);
        if words.is_empty() {
            let help = format!("add {key} = [\"...\"]");
            table.findings().report(table.place_of(key), "missing-key", format!("`{key}` has no word"), help);
        }
        origins.words.extend(words.iter().map(|word| DeclaredWord {
            word: word.value.clone(),
            flow: String::new(),
            label: String::new(),
            used_as: WordUse::Command,
            origin: Origin { file: table.findings().file.to_owned(), span: word.span.clone() },
        }));
        commands.insert(kind, plain_words(&words));
    }
    table.finish();
    commands
}

/// Texts of the place files and the vintage of their codes.
fn place_files(section: &Section<'_>, table: Option<&Section<'_>>, files: &PackFiles) -> (String, String, String) {
    let Some(table) = table else {
        let help = "add [places] with file = \"places.csv\" and vintage = \"2017\"";
        section.findings().report(section.span.clone(), "missing-key", "[places] is missing", help);
        return Default::default();
    };
    let places = file_text(table, &table.text("file"), files);
    let codes = table.optional_text("codes").map(|name| file_text(table, &name, files)).unwrap_or_default();
    let vintage = table.text("vintage").value;
    table.finish();
    (places, codes, vintage)
}

fn file_text(section: &Section<'_>, name: &Text, files: &PackFiles) -> String {
    if let Some(text) = files.get(&name.value) {
        return text.to_owned();
    }
    if !name.value.is_empty() {
        let help = did_you_mean(&name.value, files.iter().map(|(name, _)| name).collect::<Vec<_>>());
        section.findings().report(name.span.clone(), "missing-file", format!("there is no {}", name.value), help);
    }
    String::new()
}

fn boundaries(section: &Section<'_>, levels: &[Level], files: &PackFiles) -> BTreeMap<String, String> {
    let mut boundaries = BTreeMap::new();
    let Some(table) = section.optional_section("boundaries") else { return boundaries };
    for level in table.entries() {
        table.findings().expect_known("level of this pack", &level, levels.iter().map(|level| level.id.as_str()));
        if let Some(name) = table.optional_text(&level.value) {
            boundaries.insert(level.value.clone(), file_text(&table, &name, files));
        }
    }
    boundaries
}
