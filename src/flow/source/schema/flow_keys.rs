//! The keys of a flow file.

use super::{Key, Table, Takes};
use crate::base::PeriodKind;
use crate::flow::limits::{ALERT_HOURS_MAX, DATE_AGE_DAYS_MAX, DECIMALS_MAX, NUMBER_MAX, TEXT_CHARS_MAX};
use crate::flow::source::{field_table, flow_file, indicator_table};

const KEYWORD: &str = "^[A-Z][A-Z0-9]{1,19}$";
const LABEL: &str = "^[A-Z]{1,20}$";
pub(super) const ID: &str = "^[a-z0-9_]+$";
pub(super) const DAY: &str = "^[0-9-]{10,10}$";
const ANY: &str = "";

pub(super) fn periods() -> Vec<&'static str> {
    PeriodKind::ALL.into_iter().map(PeriodKind::word).collect()
}

fn severities() -> Vec<&'static str> {
    flow_file::SEVERITIES.iter().map(|(word, _)| *word).collect()
}

pub(super) const FLOW: Table = Table::of(&[
    Key::required("version", Takes::Integer(1, NUMBER_MAX), "1 at first; add 1 with each change of meaning."),
    Key::required(
        "keyword",
        Takes::Form(KEYWORD),
        "The word that opens the SMS. The file bears its name: DEP in dep.toml.",
    ),
    Key::optional("aliases", Takes::Words(KEYWORD), "Other words for it."),
    Key::optional("twins", Takes::Words(KEYWORD), "What a predictive keypad makes of it: asked, never taken."),
    Key::optional("distinct_from", Takes::Words(ANY), "Keywords one letter away that are meant to be different."),
    Key::required("title", Takes::Localised, "What people read: menus, pages, the cue card."),
    Key::optional("roles", Takes::Words(ANY), "Roles of the pack that may send it; without it, everyone."),
    Key::optional("level", Takes::Text, "Level of the places it is about; without it, that of the sender or the body."),
    Key::optional("cadence", Takes::OneOf(periods), "How often it is owed; without it, as things happen."),
    Key::optional("since", Takes::Form(DAY), "First day it is owed from: what ended before is owed by nobody."),
    Key::optional("by_body", Takes::Boolean, "A committee reports, not a person."),
    Key::optional("positional", Takes::Boolean, "A bare row with exactly the full count of numbers is accepted."),
    Key::optional("visa", Takes::Boolean, "An officer must agree before it counts: funds."),
    Key::optional("once", Takes::Boolean, "One report a place and period, from whichever phone: a plan."),
    Key::optional("season", Takes::Table(&SEASON), "The days it may be reported: a campaign."),
    Key::required("example", Takes::Text, "An SMS that reads without fault, for help, errors and the cue card."),
    Key::required("reply", Takes::Table(&REPLY), "What is told back in every answer."),
    Key::required("field", Takes::Tables(&FIELD), "A value that is typed; in the order of the fields without labels."),
    Key::optional("check", Takes::Tables(&CHECK), "What must hold between values, the gravest first."),
    Key::optional("alert", Takes::Tables(&ALERT), "What officers are told of at once, and have to acknowledge."),
    Key::optional("indicator", Takes::Tables(&INDICATOR), "What is counted."),
]);

const SEASON: Table = Table::of(&[
    Key::required("from", Takes::Form(DAY), "Its first day: 2026-11-16."),
    Key::required("to", Takes::Form(DAY), "Its last day."),
]);

const REPLY: Table = Table::of(&[
    Key::required("head", Takes::Localised, "Where and when: {{place}} {{period}} or {{date}}."),
    Key::required(
        "content",
        Takes::Localised,
        "What was read, by label: {{T}}, {{K_name}}; ends with its own full stop.",
    ),
]);

const NUMBERS: &[&str] = &["integer", "decimal", "money"];

pub(super) const FIELD: Table = Table {
    keys: &[
        Key::required("label", Takes::Form(LABEL), "The letter or short word typed before the value; never O, I or L."),
        Key::optional("words", Takes::Words(ANY), "Longer words for it."),
        Key::required("type", Takes::OneOf(|| field_table::TYPES.to_vec()), "What it takes."),
        Key::optional("shares", Takes::Words(ANY), "Words it shares on purpose with another meaning."),
        Key::required("name", Takes::Localised, "Its short name."),
        Key::required("question", Takes::Localised, "The question on a USSD screen."),
        Key::optional(
            "asked_unless",
            Takes::Localised,
            "On USSD, the yes-or-no question whose yes leaves the field out.",
        ),
        Key::optional("when", Takes::Text, "Asked only where this holds: NON is undefined."),
        Key::optional("roles", Takes::Words(ANY), "Asked of these roles only, and refused from others."),
        Key::optional("required", Takes::Boolean, "false where a report can do without it."),
        Key::optional(
            "units",
            Takes::Map(&Takes::Integer(1, NUMBER_MAX)),
            "What a number may be counted in, and how many of its own unit each holds.",
        ),
        Key::required("range", Takes::Range, "Smallest and largest.").only(NUMBERS),
        Key::optional("soft_max", Takes::Integer(0, NUMBER_MAX), "Above it the sender is asked to confirm.")
            .only(&["integer"]),
        Key::optional("decimals", Takes::Integer(1, DECIMALS_MAX as i64), "Digits after the mark; 1 without it.")
            .only(&["decimal"]),
        Key::required("max_age_days", Takes::Integer(1, DATE_AGE_DAYS_MAX), "How far back it may lie.").only(&["date"]),
        Key::optional("default", Takes::OneOf(|| vec!["today"]), "What it is when nothing is typed.").only(&["date"]),
        Key::required("options", Takes::Tables(&OPTION), "What there is to choose from.").only(&["choice"]),
        Key::optional("asked_words", Takes::Map(&Takes::Words(ANY)), "Words that may mean several bodies: asked.")
            .only(&["body"]),
        Key::optional("from_mandate", Takes::Boolean, "Filled from the sender's mandate when nothing is typed.")
            .only(&["body"]),
        Key::required("max_chars", Takes::Integer(1, TEXT_CHARS_MAX as i64), "Longest, in characters.").only(&["text"]),
    ],
    kind: Some("type"),
    languages: false,
};

const OPTION: Table = Table {
    keys: &[
        Key::required("code", Takes::Text, "What is typed and shown on the menu: 1, 2, 3 ..."),
        Key::optional("words", Takes::Words(ANY), "Words that may be typed in its place."),
    ],
    kind: None,
    languages: true,
};

const CHECK: Table = Table::of(&[
    Key::required("id", Takes::Text, "Its name within the report type."),
    Key::required("must", Takes::Text, "What must hold, by label: T == V + J + R + E."),
    Key::required(
        "otherwise",
        Takes::OneOf(severities),
        "block: nothing is saved. confirm: saved after OUI. warn: saved, and said.",
    ),
    Key::required("say", Takes::Localised, "What is said, with the numbers: F{{F}} > T{{T}}."),
    Key::optional("offer_swap", Takes::Words(LABEL), "Two labels which, exchanged, would make it hold."),
    Key::optional("opens_task", Takes::Boolean, "Opens a task for the supervisor."),
]);

const ALERT: Table = Table::of(&[
    Key::required("id", Takes::Text, "Its name within the report type."),
    Key::required("when", Takes::Text, "What raises it, by label: S == 0."),
    Key::required("to", Takes::Text, "Level whose officers are told: cercle. Where it has none, the next one up."),
    Key::optional("role", Takes::Text, "The one role told; without it, every role that may ask for figures."),
    Key::required(
        "acknowledge_within",
        Takes::Integer(1, ALERT_HOURS_MAX),
        "Hours until the officers of the next area up are told, where nobody answered VU.",
    ),
    Key::optional("merge_within", Takes::Integer(0, ALERT_HOURS_MAX), "Hours in which the same again is merged."),
    Key::optional("merge_by", Takes::Words(LABEL), "Labels whose values, at the same place, make it the same."),
    Key::optional("counts_once", Takes::Boolean, "A report that was merged adds nothing to the totals."),
    Key::required("say", Takes::Localised, "What officers are told, behind number, place and day; one SMS with them."),
    Key::optional("tell", Takes::Localised, "What its sender is told."),
]);

/// Kinds of indicators that are counted report by report, and a ratio of those.
const OF_REPORTS: [&str; 4] = ["sum", "count", "last", "ratio"];

pub(super) const INDICATOR: Table = Table {
    keys: &[
        Key::required("id", Takes::Form(ID), "Its name within the report type."),
        Key::required("name", Takes::Localised, "What people read."),
        Key::required("kind", Takes::OneOf(|| indicator_table::KINDS.to_vec()), "How it is computed."),
        Key::required("value", Takes::Text, "What is added up, by label: R + E.").only(&["sum", "last"]),
        Key::required("numerator", Takes::Words(ANY), "Indicators of this report type.").only(&["ratio", "mean"]),
        Key::required("denominator", Takes::Words(ANY), "Indicators of this report type; of a ratio, or one population.ID.")
            .only(&["ratio", "mean"]),
        Key::required(
            "count",
            Takes::OneOf(indicator_table::alert_counts),
            "opened: alerts raised on these days. open: nobody answered VU yet. acknowledged, in_time: answered, in time. \
             hours: until they were.",
        )
        .only(&["alerts"]),
        Key::optional("alert", Takes::Text, "The one alert it is about; without it, every one of this report type.")
            .only(&["alerts"]),
        Key::optional("when", Takes::Text, "Counts only reports where this holds.").only(&OF_REPORTS),
        Key::optional("by", Takes::Words(LABEL), "Choices it is also counted by.").only(&OF_REPORTS),
        Key::optional("data_element", Takes::Text, "Its DHIS2 code."),
        Key::optional("headline", Takes::Boolean, "Shown first on pages and in BILAN."),
        Key::optional("fewer_is_better", Takes::Boolean, "A target is reached at it or below."),
        Key::optional("public", Takes::Boolean, "Shown to anyone at /public, by commune and quarter; one at most.")
            .only(&["sum", "count"]),
    ],
    kind: Some("kind"),
    languages: false,
};
