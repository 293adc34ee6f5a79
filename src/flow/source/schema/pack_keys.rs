//! The keys of `pack.toml`.

use super::flow_keys::{DAY, ID, periods};
use super::{Key, Table, Takes};
use crate::flow::limits::CHANGE_DAYS_MAX;
use crate::flow::source::pack_file;

const ANY: &str = "";
pub(super) const LANGUAGE: &str = "^[a-zA-Z]{2,3}$";
/// Days after a period's end: more than any deadline is away.
const DAYS_MAX: i64 = 400;

fn weekdays() -> Vec<&'static str> {
    pack_file::WEEKDAYS.iter().map(|(word, _)| *word).collect()
}

pub(super) const PACK: Table = Table::of(&[
    Key::required("name", Takes::Text, "Its name: mali."),
    Key::required("languages", Takes::Words(LANGUAGE), "The first is what people get before they choose."),
    Key::optional(
        "draft_languages",
        Takes::Words(LANGUAGE),
        "Languages being written: any text may lack, none is offered.",
    ),
    Key::optional("ucs2_languages", Takes::Words(LANGUAGE), "Languages whose letters leave 70 characters to an SMS."),
    Key::required("week_starts", Takes::OneOf(weekdays), "The day the reporting week begins."),
    Key::required("attribution", Takes::Text, "The line of thanks for places and boundaries, in French."),
    Key::optional("courtesies", Takes::Words(ANY), "The only words a report may hold unread."),
    Key::optional("order", Takes::Words(ANY), "Report types, by id, in the order menus and AIDE offer them."),
    Key::required("numbering", Takes::Table(&NUMBERING), "How national phone numbers are completed."),
    Key::optional(
        "since",
        Takes::Form(DAY),
        "First day of the programme: no report type is owed for what ended before, unless it says so itself.",
    ),
    Key::optional("deadlines", Takes::Map(&Takes::Table(&DEADLINE)), "For week, month, quarter: when a report is due."),
    Key::optional("approval", Takes::Table(&APPROVAL), "What an officer has to agree to, and where."),
    Key::required("places", Takes::Table(&PLACES), "The files of places."),
    Key::optional("boundaries", Takes::Map(&Takes::Text), "GeoJSON files, by level."),
    Key::required("level", Takes::Tables(&LEVEL), "Levels of places from the country down; the last is the site."),
    Key::optional("network", Takes::Tables(&NAMED), "Networks."),
    Key::optional("role", Takes::Tables(&ROLE), "Roles people can have."),
    Key::optional("body", Takes::Tables(&BODY), "Committees and platforms."),
    Key::optional(
        "population",
        Takes::Tables(&POPULATION),
        "Parts of the population that coverage is measured against.",
    ),
    Key::required("commands", Takes::Table(&COMMANDS), "Words for each command; the first is the one our texts use."),
]);

const NUMBERING: Table = Table::of(&[
    Key::required("calling_code", Takes::Form("^[0-9]+$"), "Digits only, without +: 223."),
    Key::required("national_digits", Takes::Integer(4, 12), "Digits of a number inside the country."),
    Key::optional("trunk_prefix", Takes::Text, "Dialled before it inside the country."),
]);

const DEADLINE: Table = Table::of(&[
    Key::required("due", Takes::Integer(0, DAYS_MAX), "On time up to so many days after the period's last day."),
    Key::required("late", Takes::Integer(0, DAYS_MAX), "Late up to so many days after it, then very late."),
]);

const APPROVAL: Table = Table::of(&[
    Key::optional("level", Takes::Text, "Level whose officers decide: cercle. Without it, the place right above."),
    Key::optional(
        "change_days",
        Takes::Integer(0, CHANGE_DAYS_MAX),
        "Days after its period and its arrival in which a report may be changed by its sender alone.",
    ),
]);

const PLACES: Table = Table::of(&[
    Key::required("file", Takes::Text, "places.csv"),
    Key::required("vintage", Takes::Text, "The year of the list its codes come from."),
    Key::optional("codes", Takes::Text, "Codes of the same places in other lists."),
]);

const LEVEL: Table = Table::of(&[
    Key::required("id", Takes::Form(ID), "country, region, cercle, commune, site."),
    Key::required("name", Takes::Localised, "One of them."),
    Key::required("plural", Takes::Localised, "Several."),
]);

const NAMED: Table = Table::of(&[
    Key::required("id", Takes::Form(ID), "Its id in files and the API."),
    Key::required("name", Takes::Localised, "What people read."),
]);

const ROLE: Table = Table::of(&[
    Key::required("id", Takes::Form(ID), "Its id in files and the API."),
    Key::required("name", Takes::Localised, "What people read."),
    Key::optional("asks_figures", Takes::Boolean, "Officers: may ask for the figures of their area."),
]);

const BODY: Table = Table::of(&[
    Key::required("id", Takes::Form(ID), "Its id in files and the API."),
    Key::required("word", Takes::Text, "What is typed in an SMS: C, L, R, CTIN."),
    Key::required("name", Takes::Localised, "What people read."),
    Key::required("level", Takes::Text, "Level of the places that have one."),
    Key::optional("network", Takes::Text, "The network it belongs to."),
    Key::required("cadence", Takes::OneOf(periods), "How often it should meet."),
]);

const POPULATION: Table = Table::of(&[
    Key::required("id", Takes::Form(ID), "Its id: enfants_6_59."),
    Key::required("name", Takes::Localised, "What people read."),
    Key::required("share", Takes::Share, "Part of the whole: 0.18 for 18 %."),
]);

const COMMANDS: Table = Table::of(&[
    Key::required("yes", Takes::Words(ANY), "Agrees to what was asked: OUI."),
    Key::required("no", Takes::Words(ANY), "Does not: NON."),
    Key::required("zero", Takes::Words(ANY), "Nothing to report: RIEN DEP."),
    Key::required("correct", Takes::Words(ANY), "Corrects a report by its number: CORR 12 J6."),
    Key::required("cancel", Takes::Words(ANY), "Takes it back: ANNUL 12."),
    Key::required("help", Takes::Words(ANY), "Asks for help: AIDE DEP."),
    Key::required("summary", Takes::Words(ANY), "Asks for figures: BILAN."),
    Key::required("silent", Takes::Words(ANY), "Asks who sent nothing: MUETS."),
    Key::required("remind", Takes::Words(ANY), "Writes to those who sent nothing: RAPPEL."),
    Key::required("info", Takes::Words(ANY), "Asks what anyone may know of a place: INFO Niena."),
    Key::required("me", Takes::Words(ANY), "Asks who this phone is registered as: MOI."),
    Key::required("language", Takes::Words(ANY), "Chooses a language: LANGUE fr."),
    Key::required("stop", Takes::Words(ANY), "Ends reminders and all we begin: STOP."),
    Key::required("resume", Takes::Words(ANY), "Undoes it: REPRISE."),
    Key::required("join", Takes::Words(ANY), "Asks to report for a site: JOIN 482193."),
    Key::required("approve", Takes::Words(ANY), "An officer agrees: VISA 31."),
    Key::required("refuse", Takes::Words(ANY), "An officer does not: REFUS 31 and why."),
    Key::required("seen", Takes::Words(ANY), "An officer has seen an alert: VU 3."),
]);
