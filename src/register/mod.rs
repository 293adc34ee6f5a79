//! People who come, change and leave: from files, all of a file or nothing; one by one by the forms of an officer; by JOIN codes.
//!
//! The same for the command line and for a page. Never guesses: what is not clear is a fault of its row or field. Whoever is
//! no command line changes only what [`crate::person::Access::limit`] leaves them, and every change is in the audit log.

mod change;
mod codes;
mod sent;
mod within;

pub use change::{Cells, Change, Refused, add, change};
pub use codes::{CodeAsked, DAYS_MAX as CODE_DAYS_MAX, codes, end_code, make_code, new_code};
pub use sent::{FILE_BYTES_MAX, Sent, confirm, keep};
pub use within::Officer;

mod map;

pub use map::{DAYS_AHEAD_MAX, MapError, MapFiles, MapImported, PlaceLeft, import_map};

use crate::base::table::{Table, TableError};
use crate::base::{PersonId, Phone};
use crate::person::fault::Fault;
use crate::person::plan::{self, Plan};
use crate::person::{Person, file};
use crate::place::Tree;
use crate::programme::Programme;
use crate::store::audit::{self, Action, Actor, Entry};
use crate::store::{self, StoreError, Tx};

/// People read at once.
const PAGE_ROWS: i64 = 1_000;

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// People who are new.
    pub added: usize,
    /// People who changed.
    pub changed: usize,
    /// People of the file who are as they were.
    pub unchanged: usize,
    /// Lines that give a known person another name: is it still the same person?
    pub renamed: Vec<usize>,
    /// True when the file was read as Latin-1.
    pub is_latin: bool,
}

/// Why a file was not brought in. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Every faulty row.
    #[error("{} faulty cells or rows", .0.len())]
    Rows(Vec<Fault>),
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Brings people in from a CSV or XLSX file; with `is_dry_run` only says what it would do, faults included.
///
/// # Errors
/// [`ImportError`].
pub async fn import_people(
    programme: &Programme,
    bytes: &[u8],
    actor: Actor,
    is_dry_run: bool,
) -> Result<Imported, ImportError> {
    import(programme, bytes, (actor, None), is_dry_run).await
}

/// Does the same for an officer: rows about places, roles and people that are not for them are faults as well.
///
/// # Errors
/// [`ImportError`].
pub async fn import_people_within(
    programme: &Programme,
    bytes: &[u8],
    officer: &Officer<'_>,
    is_dry_run: bool,
) -> Result<Imported, ImportError> {
    import(programme, bytes, (officer.actor, Some(officer)), is_dry_run).await
}

async fn import(
    programme: &Programme,
    bytes: &[u8],
    (actor, officer): (Actor, Option<&Officer<'_>>),
    is_dry_run: bool,
) -> Result<Imported, ImportError> {
    let table = Table::read(bytes)?;
    let (in_force, today) = (programme.in_force(), programme.today());
    let rows = file::read(&table, &in_force.pack, &in_force.tree, today).map_err(ImportError::Rows)?;
    let mut tx = if is_dry_run { programme.store.reader().await? } else { programme.store.begin().await? };
    if !is_dry_run {
        alone(&mut tx).await?;
    }
    let known = everybody(programme, &mut tx).await?;
    if let Some(officer) = officer {
        within::rows(&in_force, officer, today, &rows, &known).map_err(ImportError::Rows)?;
    }
    let plan = plan::plan(rows, &known, &programme.environment, today).map_err(ImportError::Rows)?;
    if let Some(officer) = officer {
        within::changes(&mut tx, &in_force, officer, today, &plan.changed).await?.map_err(ImportError::Rows)?;
    }
    let imported = Imported {
        added: plan.new.len(),
        changed: plan.changed.len(),
        unchanged: plan.unchanged,
        renamed: plan.renamed.clone(),
        is_latin: table.is_latin,
    };
    if is_dry_run {
        return Ok(imported);
    }
    write(programme, &mut tx, plan).await?;
    let detail = format!("people: {} new, {} changed", imported.added, imported.changed);
    note(programme, &mut tx, (actor, Action::Import), "people", &detail).await?;
    tx.commit().await?;
    Ok(imported)
}

/// Waits until nobody else changes the register: what was looked at then still holds when it is written.
async fn alone(tx: &mut Tx) -> Result<(), StoreError> {
    tx.hold(&["register".to_owned()].into()).await
}

async fn note(
    programme: &Programme,
    tx: &mut Tx,
    (actor, action): (Actor, Action),
    subject: &str,
    detail: &str,
) -> Result<(), StoreError> {
    audit::append(tx, &Entry { at: programme.environment.now(), actor, action, subject, detail }).await
}

async fn everybody(programme: &Programme, tx: &mut Tx) -> Result<Vec<Person>, StoreError> {
    let mut known: Vec<Person> = Vec::new();
    loop {
        let last: Option<PersonId> = known.last().map(|person| person.id);
        let page = store::person::list(tx, None, programme.today(), last, PAGE_ROWS).await?;
        if page.is_empty() {
            return Ok(known);
        }
        known.extend(page);
    }
}

async fn write(programme: &Programme, tx: &mut Tx, plan: Plan) -> Result<(), StoreError> {
    let today = programme.today();
    store::bulk::people(tx, &plan.new).await?;
    for change in plan.changed {
        let id = change.person.id;
        if change.is_rewritten {
            store::person::update(tx, &change.person).await?;
        }
        if let Some((standing, from)) = change.stands {
            store::person::stand_from(tx, id, standing, from, today).await?;
        }
        if let Some(last) = change.leaves {
            store::person::leave(tx, id, last, today).await?;
        }
    }
    Ok(())
}

/// The people as rows of the file that [`import_people`] reads, header first. Phones are masked unless `with_phones`; either way
/// the audit log notes who took them out.
///
/// # Errors
/// What the store says.
pub async fn export_people(
    programme: &Programme,
    actor: Actor,
    with_phones: bool,
) -> Result<Vec<[String; 10]>, StoreError> {
    let tree = &programme.in_force().tree;
    let mut tx = programme.store.begin().await?;
    let mut rows = vec![header()];
    for person in everybody(programme, &mut tx).await? {
        let place = tree.get(person.place).map(|place| place.code.clone()).unwrap_or_default();
        rows.push(exported(person, place, with_phones));
    }
    note_export(programme, &mut tx, actor, (rows.len() - 1, "people"), with_phones).await?;
    tx.commit().await?;
    Ok(rows)
}

/// The people whose place has ended, or will on a day that is known, as [`export_people`] gives everybody: with the codes it
/// became in the column `place`, for one of them to be left there, and the first day of those in a further column `from`.
///
/// # Errors
/// What the store says.
pub async fn export_people_to_move(
    programme: &Programme,
    actor: Actor,
    with_phones: bool,
) -> Result<Vec<[String; 11]>, StoreError> {
    let tree = &programme.in_force().tree;
    let mut tx = programme.store.begin().await?;
    let beside = |row: [String; 10], from: String| {
        let mut cells = row.into_iter().chain([from]);
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    };
    let mut rows = vec![beside(header(), "from".to_owned())];
    for person in everybody(programme, &mut tx).await? {
        if let Some((places, from)) = choice(&mut tx, tree, &person).await? {
            rows.push(beside(exported(person, places, with_phones), from));
        }
    }
    note_export(programme, &mut tx, actor, (rows.len() - 1, "people whose place ended"), with_phones).await?;
    tx.commit().await?;
    Ok(rows)
}

fn header() -> [String; 10] {
    let header = [&["id"], &file::COLUMNS[..9]].concat();
    std::array::from_fn(|at| header[at].to_owned())
}

fn exported(person: Person, place: String, with_phones: bool) -> [String; 10] {
    let shown = |phone: &Phone| if with_phones { phone.e164().to_owned() } else { phone.masked() };
    let phones: Vec<String> = person.phones.iter().map(shown).collect();
    [
        person.id.to_string(),
        // Several with their signs would be a sum to a spreadsheet.
        if phones.len() == 1 { phones.concat() } else { phones.join(" / ").replace('+', "") },
        person.name,
        person.role,
        person.network,
        place,
        person.language.map(|language| language.to_string()).unwrap_or_default(),
        person.agent_code.unwrap_or_default(),
        person.supervisor.as_ref().map(shown).unwrap_or_default(),
        person.email.unwrap_or_default(),
    ]
}

async fn note_export(
    programme: &Programme,
    tx: &mut Tx,
    actor: Actor,
    (count, whom): (usize, &str),
    with_phones: bool,
) -> Result<(), StoreError> {
    let detail = format!("{count} {whom}, phones {}", if with_phones { "in full" } else { "masked" });
    note(programme, tx, (actor, Action::Export), "people", &detail).await
}

/// For somebody who still stands, for good, where no place is any more: the codes of what it became, and from which day.
async fn choice(tx: &mut Tx, tree: &Tree, person: &Person) -> Result<Option<(String, String)>, StoreError> {
    let stands = store::person::stands(tx, person.id).await?;
    let Some(last) = stands.last() else { return Ok(None) };
    let end = tree.life(last.standing.place).to;
    if last.span.to <= end {
        return Ok(None);
    }
    let successors = tree.successors(last.standing.place).into_iter().filter_map(|place| tree.get(place));
    let codes: Vec<&str> = successors.map(|place| place.code.as_str()).collect();
    let from = end.tomorrow().map(|day| day.max(last.span.from).to_string()).unwrap_or_default();
    Ok(Some((codes.join(" / "), from)))
}
