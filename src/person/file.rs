//! The people file: `phone,name,role,network,place,language,agent_code,supervisor_phone,email`, where somebody changes also
//! `previous_phone,from,leaves`, and `id` where the file was exported.
//!
//! One row is one person. A fault in one row changes nothing, and every fault is told with its line and column. The place is a
//! code, or a name that only one place bears.

use std::collections::HashMap;

use super::Person;
use super::fault::{Fault, Reason};
use crate::base::table::Table;
use crate::base::{Date, Language, NumberingPlan, PersonId, Phone, PlaceId};
use crate::flow::model::Pack;
use crate::place::{Found, Tree, find};

/// Most rows in one file.
pub const ROWS_MAX: usize = 200_000;
/// The columns of the file, the last four only where somebody changes.
pub const COLUMNS: [&str; 13] = [
    "phone",
    "name",
    "role",
    "network",
    "place",
    "language",
    "agent_code",
    "supervisor_phone",
    "email",
    "previous_phone",
    "from",
    "leaves",
    "id",
];
/// Where columns stand in [`COLUMNS`].
pub const PHONE: usize = 0;
/// See [`PHONE`].
pub const NAME: usize = 1;
/// See [`PHONE`].
pub const ROLE: usize = 2;
/// See [`PHONE`].
pub const NETWORK: usize = 3;
/// See [`PHONE`].
pub const PLACE: usize = 4;
/// See [`PHONE`].
pub const LANGUAGE: usize = 5;
/// See [`PHONE`].
pub const AGENT_CODE: usize = 6;
/// See [`PHONE`].
pub const SUPERVISOR: usize = 7;
/// See [`PHONE`].
pub const EMAIL: usize = 8;
/// See [`PHONE`].
pub const FROM: usize = 10;
/// See [`PHONE`].
pub const LEAVES: usize = 11;
/// Columns that must be there.
const NEEDED: usize = 5;
/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 100;
/// Longest agent code.
const AGENT_CODE_CHARS_MAX: usize = 6;
/// Most numbers of one person.
const PHONES_MAX: usize = 5;
/// Different unknown place names for which like ones are looked for: looking through all places takes its time.
const NEAR_NAMES_MAX: usize = 500;

/// One row, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    /// Its line in the file.
    pub line: usize,
    /// Their phones, at least one: any of them, with the agent code, makes a row the person already known.
    pub phones: Vec<Phone>,
    /// Full name.
    pub name: String,
    /// Role id.
    pub role: String,
    /// Network id.
    pub network: String,
    /// Where they report from.
    pub place: PlaceId,
    /// Language, where chosen.
    pub language: Option<Language>,
    /// Code typed in front of a report on a shared phone, in capitals.
    pub agent_code: Option<String>,
    /// Phone of the supervisor.
    pub supervisor: Option<Phone>,
    /// E-mail address.
    pub email: Option<String>,
    /// The number they are known by until now, where they have another SIM.
    pub previous: Option<Phone>,
    /// First day of role, network and place; `None` for today.
    pub from: Option<Date>,
    /// Last day, for somebody who leaves.
    pub leaves: Option<Date>,
    /// Who is meant, where the file was exported: the numbers are then those of the row.
    pub id: Option<PersonId>,
}

/// Reads a people file by the words of `pack` and the places of `tree` on `today`.
///
/// # Errors
/// Every fault with its line and column.
pub fn read(table: &Table, pack: &Pack, tree: &Tree, today: Date) -> Result<Vec<PersonRow>, Vec<Fault>> {
    let columns = columns(table)?;
    let too_long = table.too_long.iter().map(|line| Fault::row(*line, Reason::TooManyCells));
    let mut faults: Vec<Fault> = too_long.collect();
    let mut reading = Reading { pack, tree, today, places: HashMap::new(), looked_near: 0, faults: Vec::new() };
    let mut rows = Vec::new();
    for (index, (line, cells)) in table.rows.iter().enumerate() {
        if index >= ROWS_MAX {
            faults.push(Fault::row(*line, Reason::TooManyRows(ROWS_MAX)));
            break;
        }
        let cell = |column: usize| columns[column].map_or("", |at| cells[at].as_str());
        rows.extend(reading.row(*line, cell));
    }
    faults.append(&mut reading.faults);
    faults.extend(twice(&rows));
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

/// Reads what a form says of one person as if it were the one row of a file: the same checks, the same faults.
///
/// # Errors
/// Every fault with its column.
pub fn row(cells: [String; COLUMNS.len()], pack: &Pack, tree: &Tree, today: Date) -> Result<PersonRow, Vec<Fault>> {
    let mut reading = Reading { pack, tree, today, places: HashMap::new(), looked_near: 0, faults: Vec::new() };
    let cells = cells.map(|cell| cell.trim().to_owned());
    reading.row(1, |column| cells[column].as_str()).ok_or(reading.faults)
}

/// What [`row`] would read as this person, as they are: nothing that changes anything.
pub fn cells(person: &Person, tree: &Tree) -> [String; COLUMNS.len()] {
    let phones: Vec<&str> = person.phones.iter().map(Phone::e164).collect();
    let mut cells: [String; COLUMNS.len()] = Default::default();
    cells[PHONE] = phones.join(" / ");
    cells[NAME].clone_from(&person.name);
    cells[ROLE].clone_from(&person.role);
    cells[NETWORK].clone_from(&person.network);
    cells[PLACE] = tree.get(person.place).map(|place| place.code.clone()).unwrap_or_default();
    cells[LANGUAGE] = person.language.map(|language| language.to_string()).unwrap_or_default();
    cells[AGENT_CODE] = person.agent_code.clone().unwrap_or_default();
    cells[SUPERVISOR] = person.supervisor.as_ref().map(|phone| phone.e164().to_owned()).unwrap_or_default();
    cells[EMAIL] = person.email.clone().unwrap_or_default();
    cells
}

/// The place that `typed` is the code or the name of.
///
/// # Errors
/// Why it is none, or not one alone.
pub fn place(typed: &str, pack: &Pack, tree: &Tree, today: Date) -> Result<PlaceId, Reason> {
    Reading { pack, tree, today, places: HashMap::new(), looked_near: 0, faults: Vec::new() }.find_place(typed.trim())
}

/// `word`, where it is one of these.
///
/// # Errors
/// [`Reason::NotOneOf`], with the one spelled most like it.
pub fn one_of(word: &str, options: &[&str]) -> Result<String, Reason> {
    known(word.trim(), options)
}

/// Where each of [`COLUMNS`] stands in the file.
fn columns(table: &Table) -> Result<[Option<usize>; COLUMNS.len()], Vec<Fault>> {
    let mut faults = Vec::new();
    for (at, name) in table.header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if !COLUMNS.contains(&name.as_str()) {
            let near = COLUMNS.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name)).unwrap_or(&"");
            let reason = Reason::UnknownColumn { name: name.clone(), near, known: COLUMNS.join(", ") };
            faults.push(Fault::row(1, reason));
        } else if table.header[..at].contains(name) {
            faults.push(Fault::row(1, Reason::ColumnTwice(name.clone())));
        }
    }
    let columns = COLUMNS.map(|name| table.header.iter().position(|known| known == name));
    for (name, _) in COLUMNS.iter().zip(columns).take(NEEDED).filter(|(_, at)| at.is_none()) {
        faults.push(Fault::row(1, Reason::ColumnMissing(name)));
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

/// Two rows that would be the same person.
fn twice(rows: &[PersonRow]) -> Vec<Fault> {
    let mut seen: HashMap<(&Phone, Option<&str>), usize> = HashMap::new();
    let mut faults = Vec::new();
    for row in rows {
        for phone in &row.phones {
            if let Some(first) = seen.insert((phone, row.agent_code.as_deref()), row.line) {
                faults.push(Fault { line: row.line, column: "phone", reason: Reason::SamePhone(first) });
                break;
            }
        }
    }
    faults
}

/// What rows are read by, and what was found out about places so far.
struct Reading<'a> {
    pack: &'a Pack,
    tree: &'a Tree,
    today: Date,
    places: HashMap<String, Result<PlaceId, Reason>>,
    looked_near: usize,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    /// Reads one row; every cell at fault is noted.
    fn row<'c>(&mut self, line: usize, cell: impl Fn(usize) -> &'c str) -> Option<PersonRow> {
        let before = self.faults.len();
        let roles: Vec<&str> = self.pack.roles.iter().map(|role| role.id.as_str()).collect();
        let networks: Vec<&str> = self.pack.networks.iter().map(|network| network.id.as_str()).collect();
        let plan = &self.pack.numbering;
        let phones = phones(cell(0), plan);
        let (name, role, network) = (name(cell(1)), known(cell(2), &roles), known(cell(3), &networks));
        let language = optional(cell(5), |code| {
            let language = code.parse::<Language>().ok().filter(|language| self.pack.languages.contains(language));
            language.ok_or_else(|| {
                let known = self.pack.languages.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                Reason::NotOneOf { typed: code.to_owned(), known, near: None }
            })
        });
        let (agent_code, supervisor) = (optional(cell(6), agent_code), optional(cell(7), |text| phone(text, plan)));
        let (email, previous) = (optional(cell(8), email), optional(cell(9), |text| phone(text, plan)));
        let (from, leaves) = (optional(cell(10), day), optional(cell(11), day));
        let id = optional(cell(12), |text| text.parse::<PersonId>().map_err(|_| Reason::NoId));
        let place = self.place(cell(4));
        let mut fault = |column: usize, reason: Reason| {
            self.faults.push(Fault { line, column: COLUMNS[column], reason });
        };
        let phones = phones.map_err(|reason| fault(0, reason)).ok();
        let name = name.map_err(|reason| fault(1, reason)).ok();
        let role = role.map_err(|reason| fault(2, reason)).ok();
        let network = network.map_err(|reason| fault(3, reason)).ok();
        let place = place.map_err(|reason| fault(4, reason)).ok();
        let language = language.map_err(|reason| fault(5, reason)).ok();
        let agent_code = agent_code.map_err(|reason| fault(6, reason)).ok();
        let supervisor = supervisor.map_err(|reason| fault(7, reason)).ok();
        let email = email.map_err(|reason| fault(8, reason)).ok();
        let previous = previous.map_err(|reason| fault(9, reason)).ok();
        let from = from.map_err(|reason| fault(10, reason)).ok();
        let leaves = leaves.map_err(|reason| fault(11, reason)).ok();
        let id = id.map_err(|reason| fault(12, reason)).ok();
        if self.faults.len() > before {
            return None;
        }
        Some(PersonRow {
            line,
            phones: phones?,
            name: name?,
            role: role?,
            network: network?,
            place: place?,
            language: language?,
            agent_code: agent_code?,
            supervisor: supervisor?,
            email: email?,
            previous: previous?,
            from: from?,
            leaves: leaves?,
            id: id?,
        })
    }

    /// The place of a cell; each name is looked for once.
    fn place(&mut self, typed: &str) -> Result<PlaceId, Reason> {
        if let Some(known) = self.places.get(typed) {
            return known.clone();
        }
        let found = self.find_place(typed);
        self.places.insert(typed.to_owned(), found.clone());
        found
    }

    fn find_place(&mut self, typed: &str) -> Result<PlaceId, Reason> {
        if typed.is_empty() {
            return Err(Reason::NoPlace);
        }
        let Some(root) = self.tree.root(self.today) else {
            return Err(Reason::NoPlacesYet);
        };
        if self.looked_near >= NEAR_NAMES_MAX {
            return Err(Reason::UnclearPlace(typed.to_owned()));
        }
        match find(self.tree, typed, root.id, self.today) {
            Found::One(place) if self.tree.life(place.id).to < self.today => Err(self.ended(place)),
            Found::One(place) => Ok(place.id),
            Found::Several(places) => {
                let places = places.iter().map(|place| self.told(place)).collect();
                Err(Reason::Namesakes { typed: typed.to_owned(), places })
            }
            Found::None(near) => {
                let near: Vec<String> = near.iter().map(|place| self.told(place)).collect();
                self.looked_near += 1;
                Err(Reason::UnknownPlace { typed: typed.to_owned(), near })
            }
        }
    }

    fn ended(&self, place: &crate::place::Place) -> Reason {
        let successors = self.tree.successors(place.id).into_iter().filter_map(|place| self.tree.get(place));
        let now = successors.map(|place| self.told(place)).collect();
        Reason::PlaceEnded { place: self.told(place), last: self.tree.life(place.id).to, now }
    }

    /// A place so that it is told from its namesakes: `ML030201 (Diou, Koutiala)`.
    fn told(&self, place: &crate::place::Place) -> String {
        let above = self.tree.parent(place.id, self.today).map(|above| format!(", {}", above.name)).unwrap_or_default();
        format!("{} ({}{above})", place.code, place.name)
    }
}

fn optional<T>(cell: &str, read: impl Fn(&str) -> Result<T, Reason>) -> Result<Option<T>, Reason> {
    if cell.is_empty() { Ok(None) } else { read(cell).map(Some) }
}

fn phone(text: &str, plan: &NumberingPlan) -> Result<Phone, Reason> {
    let parsed = Phone::parse(text, plan);
    parsed.ok_or_else(|| Reason::NoPhone(plan.calling_code.clone()))
}

/// Several numbers of one person stand with `/` between them.
fn phones(cell: &str, plan: &NumberingPlan) -> Result<Vec<Phone>, Reason> {
    let mut phones = Vec::new();
    for text in cell.split('/').map(str::trim) {
        let phone = phone(text, plan)?;
        if !phones.contains(&phone) {
            phones.push(phone);
        }
    }
    if phones.len() > PHONES_MAX { Err(Reason::TooManyPhones(PHONES_MAX)) } else { Ok(phones) }
}

fn name(cell: &str) -> Result<String, Reason> {
    match cell.chars().count() {
        1..=NAME_CHARS_MAX => Ok(cell.to_owned()),
        _ => Err(Reason::NameLength(NAME_CHARS_MAX)),
    }
}

fn known(word: &str, options: &[&str]) -> Result<String, Reason> {
    let near = options.iter().find(|option| strsim::damerau_levenshtein(option, word) <= 2);
    if options.contains(&word) {
        return Ok(word.to_owned());
    }
    let (typed, near) = (word.to_owned(), near.map(|near| (*near).to_owned()));
    Err(Reason::NotOneOf { typed, known: options.join(", "), near })
}

fn agent_code(cell: &str) -> Result<String, Reason> {
    let is_sound = cell.chars().count() <= AGENT_CODE_CHARS_MAX && cell.chars().all(|c| c.is_ascii_alphanumeric());
    if is_sound { Ok(cell.to_uppercase()) } else { Err(Reason::AgentCode(AGENT_CODE_CHARS_MAX)) }
}

fn email(cell: &str) -> Result<String, Reason> {
    if cell.contains('@') { Ok(cell.to_owned()) } else { Err(Reason::NoAt) }
}

/// `2026-11-23`, or `23/11/2026` as people write it.
fn day(cell: &str) -> Result<Date, Reason> {
    let wrong = || Reason::NoDay(cell.to_owned());
    if let Ok(day) = cell.parse() {
        return Ok(day);
    }
    let mut parts = cell.split('/').map(str::parse::<i16>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(day)), Some(Ok(month)), Some(Ok(year)), None) => {
            let small = |number: i16| i8::try_from(number).map_err(|_| wrong());
            Date::new(year, small(month)?, small(day)?).map_err(|_| wrong())
        }
        _ => Err(wrong()),
    }
}
