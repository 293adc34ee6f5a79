//! What a people file would do to the register: who is new, who changes, who leaves. Decides; writes nothing.
//!
//! The same phone and agent code is the same person. A number that now belongs to somebody else therefore needs `previous_phone`
//! with the one before, or their leaving first; a row that gives a known person another name is counted, to be looked at.

use std::collections::HashMap;

use super::Person;
use super::fault::{Fault, Reason};
use super::file::PersonRow;
use super::stand::Standing;
use crate::base::{Date, Environment, PersonId, Phone};
use crate::place::ALWAYS;

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// People nobody knew.
    pub new: Vec<Person>,
    /// People who change.
    pub changed: Vec<Change>,
    /// People of the file who are as they were.
    pub unchanged: usize,
    /// Lines whose row gives a known person another name.
    pub renamed: Vec<usize>,
}

/// What changes about a person.
#[derive(Clone, Debug)]
pub struct Change {
    /// Line of its row.
    pub line: usize,
    /// Who they are from now on.
    pub person: Person,
    /// True where that differs from what is known.
    pub is_rewritten: bool,
    /// Where they stand, and from which day.
    pub stands: Option<(Standing, Date)>,
    /// Their last day.
    pub leaves: Option<Date>,
}

/// Compares the rows with the people `known`.
///
/// # Errors
/// Every row that cannot be done.
pub fn plan(
    rows: Vec<PersonRow>,
    known: &[Person],
    environment: &Environment,
    today: Date,
) -> Result<Plan, Vec<Fault>> {
    let mut by_phone: HashMap<(&Phone, Option<&str>), &Person> = HashMap::new();
    for person in known {
        for phone in &person.phones {
            by_phone.insert((phone, person.agent_code.as_deref()), person);
        }
    }
    let by_id: HashMap<PersonId, &Person> = known.iter().map(|person| (person.id, person)).collect();
    let (mut plan, mut faults) = (Plan::default(), Vec::new());
    let mut taken: HashMap<PersonId, usize> = HashMap::new();
    for row in rows {
        let line = row.line;
        let code = row.agent_code.as_deref();
        let named = row.previous.iter().chain(&row.phones);
        let by_id = row.id.map(|id| by_id.get(&id).copied());
        if by_id == Some(None) {
            faults.push(Fault { line, column: "id", reason: Reason::NobodyHasIt });
            continue;
        }
        let found = by_id.flatten().into_iter().chain(named.filter_map(|phone| by_phone.get(&(phone, code)).copied()));
        let found: Vec<&Person> = found.collect();
        if let Some(previous) = &row.previous
            && !by_phone.contains_key(&(previous, code))
        {
            faults.push(Fault { line, column: "previous_phone", reason: Reason::NobodyKnown });
            continue;
        }
        match found.as_slice() {
            [] => plan.new.push(new_person(row, environment, today)),
            [person, others @ ..] => {
                if others.iter().any(|other| other.id != person.id) {
                    faults.push(Fault { line, column: "phone", reason: Reason::SeveralKnown });
                } else if let Some(first) = taken.insert(person.id, line) {
                    faults.push(Fault { line, column: "phone", reason: Reason::SamePerson(first) });
                } else {
                    change(&mut plan, person, row, today);
                }
            }
        }
    }
    if faults.is_empty() { Ok(plan) } else { Err(faults) }
}

/// The person a row makes whom nobody knew.
pub fn new_person(row: PersonRow, environment: &Environment, today: Date) -> Person {
    Person {
        id: PersonId::new(environment),
        name: row.name,
        role: row.role,
        network: row.network,
        place: row.place,
        language: row.language,
        agent_code: row.agent_code,
        supervisor: row.supervisor,
        email: row.email,
        active_from: row.from.unwrap_or(today),
        active_to: row.leaves.unwrap_or(ALWAYS.to),
        phones: row.phones,
    }
}

fn change(plan: &mut Plan, known: &Person, row: PersonRow, today: Date) {
    let line = row.line;
    if known.name != row.name {
        plan.renamed.push(line);
    }
    let mut phones = if row.id.is_some() { Vec::new() } else { known.phones.clone() };
    phones.retain(|phone| Some(phone) != row.previous.as_ref());
    let added: Vec<Phone> = row.phones.into_iter().filter(|phone| !phones.contains(phone)).collect();
    phones.extend(added);
    let person = Person {
        name: row.name,
        agent_code: row.agent_code,
        // Chosen by SMS, perhaps: an empty cell does not take it back.
        language: row.language.or(known.language),
        supervisor: row.supervisor,
        email: row.email,
        phones,
        ..known.clone()
    };
    let standing = Standing { role: row.role, network: row.network, place: row.place };
    let comes_back = known.active_to < today && row.leaves.is_none();
    let stands = standing != known.standing() || row.from.is_some() || comes_back;
    let stands = stands.then(|| (standing, row.from.unwrap_or(today)));
    let leaves = row.leaves.filter(|last| *last != known.active_to);
    let is_rewritten = person != *known;
    if is_rewritten || stands.is_some() || leaves.is_some() {
        plan.changed.push(Change { line, person, is_rewritten, stands, leaves });
    } else {
        plan.unchanged += 1;
    }
}
