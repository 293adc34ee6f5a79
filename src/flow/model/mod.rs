//! What a pack is once it has been read: flows, fields, checks, indicators, and the words people read.
//!
//! Only data and look-ups. Reading it from files is `source`, proving it sound is `check`, using it is `read` and `dialogue`.

mod alert;
mod by_role;
mod dhis2;
mod field;
mod flow;
mod indicator;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

pub use alert::Alert;
pub use dhis2::{Dhis2, Dhis2Value};
pub use field::{Field, FieldKind};
pub use indicator::{AlertCount, Denominator, Indicator, IndicatorKind};

use super::read::Reader;
use super::text::TextBook;
use crate::base::{Calendar, Date, Language, NumberingPlan, PeriodKind};

/// A text in each language of the pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording(pub BTreeMap<Language, String>);

impl Wording {
    /// The text in `language`, else in French, else in any. Empty only when nothing was written.
    pub fn get(&self, language: Language) -> &str {
        let chosen = self.0.get(&language).or_else(|| self.0.get(&Language::FRENCH)).or_else(|| self.0.values().next());
        chosen.map_or("", String::as_str)
    }
}

/// Languages texts are written in.
#[derive(Clone, Copy, Debug)]
pub struct Written<'l> {
    /// Every text is there.
    pub whole: &'l [Language],
    /// A text may be left out.
    pub drafts: &'l [Language],
}

impl<'l> Written<'l> {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = Language> + use<'l> {
        self.whole.iter().chain(self.drafts).copied()
    }
}

/// A country's folder of flows and places.
#[derive(Debug)]
pub struct Pack {
    /// Its name, such as `mali`.
    pub name: String,
    /// SHA-256 over all its files: two servers with the same hash read alike.
    pub hash: String,
    /// Languages, the first being what a person gets before choosing.
    pub languages: Vec<Language>,
    /// Languages whose texts are a draft: what is not written is said in the first language, and nobody is offered them.
    pub draft_languages: Vec<Language>,
    /// How national phone numbers are completed.
    pub numbering: NumberingPlan,
    /// When weeks begin.
    pub calendar: Calendar,
    /// Levels of places from the country down; the last is the site.
    pub levels: Vec<Level>,
    /// Networks (government, civil society ...).
    pub networks: Vec<Named>,
    /// Roles people can have.
    pub roles: Vec<Role>,
    /// Committees and platforms.
    pub bodies: Vec<Body>,
    /// When reports of each cadence are due.
    pub deadlines: BTreeMap<PeriodKind, Deadline>,
    /// The first day of the programme; `None` for one that tells none. Each report type has it as its own, or another.
    pub since: Option<Date>,
    /// What an officer has to agree to, and where.
    pub approval: ApprovalRule,
    /// Parts of the population that coverage is measured against.
    pub populations: Vec<PopulationShare>,
    /// Words for each command.
    pub commands: BTreeMap<CommandKind, Vec<String>>,
    /// Greetings and courtesies, folded: the only words a report may hold unread.
    pub courtesies: Vec<String>,
    /// Line of attribution for places and boundaries, in French, to print.
    pub attribution: String,
    /// Ids of report types in the order people are offered them; any others follow by name.
    pub order: Vec<String>,
    /// Report types, in that order.
    pub flows: Vec<Arc<Flow>>,
    /// Every text a person can read, by name, in every language.
    pub texts: TextBook,
    /// Text of `places.csv`: see `place::file`.
    pub places: String,
    /// Text of the file with the codes places have in other vintages; empty where there is none.
    pub place_codes: String,
    /// Vintage of the codes in `places.csv`.
    pub place_vintage: String,
    /// Boundary files (GeoJSON) by level id.
    pub boundaries: BTreeMap<String, String>,
    /// Where figures go in DHIS2, where the pack says so.
    pub dhis2: Option<Dhis2>,
    /// Tables for reading SMS, made at first use: begin with `Default::default()`.
    pub reader: OnceLock<Reader>,
}

/// A level of places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// `country`, `region`, `cercle`, `commune`, `site`.
    pub id: String,
    /// Its name, one and many: `commune`, `communes`.
    pub name: Wording,
    /// Plural.
    pub plural: Wording,
}

/// Something with an id and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Id in files and the API.
    pub id: String,
    /// What people read.
    pub name: Wording,
}

/// A role a person can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `relais`, `gsan`, `asc` ...
    pub id: String,
    /// What people read.
    pub name: Wording,
    /// True for officers and administrators: may ask for the figures of their area.
    pub asks_figures: bool,
}

/// A coordination committee or platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// `ccocsad`, `clocsad` ...
    pub id: String,
    /// The word typed in an SMS: `C`, `L`, `R`, `CTIN`, `CNN`.
    pub word: String,
    /// What people read: `CCOCSAD`.
    pub name: Wording,
    /// Level of the places that have one.
    pub level: String,
    /// Its network, where it belongs to one.
    pub network: Option<String>,
    /// How often it should meet.
    pub cadence: PeriodKind,
}

/// When a report of some cadence is due, in days after the last day of its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// On time up to and including this day.
    pub due_days: i64,
    /// Late up to and including this day; afterwards it is very late, still counted and flagged.
    pub late_days: i64,
}

/// What an officer has to agree to, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct ApprovalRule {
    /// Level whose officers decide; what is about a place of that level or above is decided one level up. `None`: always
    /// the place right above.
    pub level: Option<String>,
    /// Days in which a report may be corrected or cancelled by its sender alone, after the last day of its period and
    /// after the day it came in.
    pub change_days: i64,
}

impl Default for ApprovalRule {
    fn default() -> ApprovalRule {
        ApprovalRule { level: None, change_days: 30 }
    }
}

/// A part of the population.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationShare {
    /// `enfants_6_59`.
    pub id: String,
    /// What people read.
    pub name: Wording,
    /// Part of the whole, 0 to 1.
    pub share: f64,
}

/// One report type.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The keyword in lower case.
    pub id: String,
    /// Raised by its author with each change of meaning.
    pub version: i64,
    /// SHA-256 of its file: what a report's cells are computed by.
    pub hash: String,
    /// The file's text, kept with every hash.
    pub source: String,
    /// What people read: `Dépistage PB`.
    pub title: Wording,
    /// The word that opens the SMS, in capitals.
    pub keyword: String,
    /// Other words for it, in capitals.
    pub aliases: Vec<String>,
    /// What a predictive keypad makes of it: asked, never taken.
    pub twins: Vec<String>,
    /// Roles that may send it; empty means everyone.
    pub roles: Vec<String>,
    /// Level of the places it is about; `None` where it follows the body or the sender.
    pub level: Option<String>,
    /// How often it is expected; `None` when it is sent as things happen.
    pub cadence: Option<PeriodKind>,
    /// The first day anything is owed of it: what ended before is owed by nobody. `None` for always.
    pub since: Option<Date>,
    /// True where a body reports, not a person.
    pub by_body: bool,
    /// True where a report enters the totals only once an officer has agreed to it.
    pub visa: bool,
    /// True where there is one report for each place and period: a second one is told, and only a correction changes it.
    pub once: bool,
    /// The days it is open; always where there are none.
    pub season: Option<Season>,
    /// True where a bare row of numbers in field order is accepted.
    pub positional: bool,
    /// Fields in positional order.
    pub fields: Vec<Field>,
    /// Checks in order of gravity.
    pub checks: Vec<Check>,
    /// What officers are told of at once.
    pub alerts: Vec<Alert>,
    /// What is counted.
    pub indicators: Vec<Indicator>,
    /// An example that reads without fault, for help and errors.
    pub example: String,
}

/// The days a flow is open: a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Season {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Season {
    /// True when a report about `date` may come on `today`.
    pub fn takes(&self, date: Date, today: Date) -> bool {
        (self.from..=self.to).contains(&date) && self.from <= today
    }
}

/// What happens when a check does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is saved.
    Block,
    /// Saved after OUI.
    Confirm,
    /// Saved, and said.
    Warn,
}

/// Something that must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name within the flow.
    pub id: String,
    /// Name in `texts` of the condition that must hold.
    pub must: String,
    /// Labels the condition reads: where one is absent the check does not apply.
    pub labels: Vec<String>,
    /// What it reads of earlier reports ([`super::beside`]): where one of these is not known the check does not apply.
    pub beside: Vec<String>,
    /// What happens otherwise.
    pub otherwise: Severity,
    /// Name in `texts` of what is said.
    pub say: String,
    /// Two labels which, exchanged, would make it hold: offered to the sender.
    pub offer_swap: Option<(String, String)>,
    /// Opens a task for the supervisor.
    pub opens_task: bool,
}

/// Commands a person can type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandKind {
    /// OUI
    Yes,
    /// NON
    No,
    /// RIEN: a declared zero.
    Zero,
    /// CORR n
    Correct,
    /// ANNUL n
    Cancel,
    /// AIDE
    Help,
    /// BILAN
    Summary,
    /// MUETS: who sent nothing.
    Silent,
    /// RAPPEL: writes to those who sent nothing.
    Remind,
    /// INFO: what anyone may know of a place.
    Info,
    /// MOI: who this phone is to us.
    Me,
    /// LANGUE xx
    Language,
    /// STOP: nothing is sent any more that we begin.
    Stop,
    /// REPRISE: undoes STOP.
    Resume,
    /// JOIN code
    Join,
    /// VISA n
    Approve,
    /// REFUS n
    Refuse,
    /// VU n: an officer has seen an alert.
    Seen,
}

impl Pack {
    /// What reads SMS by this pack's words.
    pub fn reader(&self) -> &Reader {
        self.reader.get_or_init(|| Reader::new(&self.flows, &self.bodies, &self.commands, &self.courtesies))
    }

    /// The word of a command that our texts use.
    pub fn command_word(&self, kind: CommandKind) -> &str {
        self.commands.get(&kind).and_then(|words| words.first()).map_or("", String::as_str)
    }

    /// The flow called `id`.
    pub fn flow(&self, id: &str) -> Option<&Arc<Flow>> {
        self.flows.iter().find(|flow| flow.id == id)
    }

    /// The flow called `id` as people of `role` know it: without the fields of others.
    pub fn flow_for(&self, id: &str, role: &str) -> Option<&Arc<Flow>> {
        self.flow(id).map(|flow| self.reader().narrowed(&flow.id, role).unwrap_or(flow))
    }

    /// The body called `id`.
    pub fn body(&self, id: &str) -> Option<&Body> {
        self.bodies.iter().find(|body| body.id == id)
    }

    /// The role called `id`.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// True for a role of officers: it may ask for the figures of its area, and decides what waits there.
    pub fn asks_figures(&self, role: &str) -> bool {
        self.role(role).is_some_and(|role| role.asks_figures)
    }

    /// A level by its id.
    pub fn level(&self, id: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.id == id)
    }

    /// How deep a level is, the country being 0.
    pub fn depth(&self, level: &str) -> Option<usize> {
        self.levels.iter().position(|known| known.id == level)
    }

    /// The languages its texts are written in.
    pub fn written(&self) -> Written<'_> {
        Written { whole: &self.languages, drafts: &self.draft_languages }
    }

    /// The language a person gets who has chosen none.
    pub fn first_language(&self) -> Language {
        self.languages.first().copied().unwrap_or(Language::FRENCH)
    }

    /// The deadline of `cadence`; a cadence without one is due at once and late for a week.
    pub fn deadline(&self, cadence: PeriodKind) -> Deadline {
        self.deadlines.get(&cadence).copied().unwrap_or(Deadline { due_days: 0, late_days: 7 })
    }
}
