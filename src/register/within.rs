//! What an officer may change of the register, applied to forms and to files alike. The rule itself is [`Access::limit`].

use std::collections::HashSet;

use crate::base::{Date, PersonId, Phone};
use crate::person::fault::{Fault, Reason};
use crate::person::file::PersonRow;
use crate::person::plan::Change;
use crate::person::stand::{Stand, Standing};
use crate::person::{Access, Limit, Person};
use crate::programme::InForce;
use crate::store::audit::Actor;
use crate::store::{self, StoreError, Tx};

/// Who changes the register on a page.
#[derive(Clone, Copy, Debug)]
pub struct Officer<'a> {
    /// To the audit log.
    pub actor: Actor,
    /// What they may do.
    pub access: &'a Access,
}

impl Officer<'_> {
    /// True where they are this person.
    pub(super) fn is(&self, id: PersonId) -> bool {
        self.actor == Actor::Person(id)
    }

    /// The name of their area.
    pub fn area(&self, in_force: &InForce, today: Date) -> String {
        let tree = &in_force.tree;
        let area = self.access.area.map_or_else(|| tree.root(today), |area| tree.get(area));
        area.map_or_else(String::new, |area| area.name.clone())
    }

    /// Why they may not change this person, who stands and will stand so.
    pub fn limit(&self, in_force: &InForce, person: &Person, stands: &[Stand], today: Date) -> Option<Limit> {
        let now = self.access.limit(&in_force.pack, &in_force.tree, &person.standing(), today);
        // Whoever changes the phones of who will be an officer tomorrow would be that officer then.
        let to_come = || {
            let mut roles = stands.iter().filter(|stand| stand.span.to >= today).map(|stand| &stand.standing.role);
            roles.any(|role| !self.access.may_give(&in_force.pack, role)).then_some(Limit::Role)
        };
        now.or_else(to_come)
    }

    /// The faults of letting somebody stand so.
    pub(super) fn standing_faults(
        &self,
        in_force: &InForce,
        standing: &Standing,
        (line, today): (usize, Date),
    ) -> Option<Fault> {
        let limit = self.access.limit(&in_force.pack, &in_force.tree, standing, today)?;
        Some(match limit {
            Limit::Role => Fault { line, column: "role", reason: Reason::RoleNotYours },
            Limit::Own => Fault { line, column: "", reason: Reason::Own },
            Limit::Area | Limit::Reading => {
                Fault { line, column: "place", reason: Reason::NotYours(self.area(in_force, today)) }
            }
        })
    }

    /// The fault of changing from `from` on where somebody stood: it would rewrite what is not for this officer.
    pub(super) fn rewriting_fault(
        &self,
        in_force: &InForce,
        stands: &[Stand],
        (line, from, today): (usize, Date, Date),
    ) -> Option<Fault> {
        let mut overwritten = stands.iter().filter(|stand| stand.span.to >= from);
        let fault = overwritten.find_map(|stand| self.standing_faults(in_force, &stand.standing, (line, today)))?;
        Some(Fault { column: "from", ..fault })
    }
}

/// Every row of a file that is not for this officer.
pub(super) fn rows(
    in_force: &InForce,
    officer: &Officer<'_>,
    today: Date,
    rows: &[PersonRow],
    known: &[Person],
) -> Result<(), Vec<Fault>> {
    let is_foreign = |person: &&Person| officer.limit(in_force, person, &[], today).is_some() && !officer.is(person.id);
    let foreign: Vec<&Person> = known.iter().filter(is_foreign).collect();
    let ids: HashSet<PersonId> = foreign.iter().map(|person| person.id).collect();
    let phones: HashSet<&Phone> = foreign.iter().flat_map(|person| &person.phones).collect();
    let mut faults = Vec::new();
    for row in rows {
        let line = row.line;
        let standing = Standing { role: row.role.clone(), network: row.network.clone(), place: row.place };
        faults.extend(officer.standing_faults(in_force, &standing, (line, today)));
        if row.phones.iter().chain(&row.previous).any(|phone| phones.contains(phone)) {
            faults.push(Fault { line, column: "phone", reason: Reason::PhoneNotYours });
        }
        if row.id.is_some_and(|id| ids.contains(&id)) {
            faults.push(Fault { line, column: "id", reason: Reason::NotYours(officer.area(in_force, today)) });
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Every change of a file that would rewrite what is not for this officer.
pub(super) async fn changes(
    tx: &mut Tx,
    in_force: &InForce,
    officer: &Officer<'_>,
    today: Date,
    changes: &[Change],
) -> Result<Result<(), Vec<Fault>>, StoreError> {
    let mut faults = Vec::new();
    for change in changes {
        let (id, line) = (change.person.id, change.line);
        let from = change.stands.as_ref().map(|(_, from)| *from).into_iter().chain(change.leaves).min();
        if officer.is(id) && from.is_some() {
            faults.push(Fault::row(line, Reason::Own));
            continue;
        }
        let stands = store::person::stands(tx, id).await?;
        if officer.limit(in_force, &change.person, &stands, today).is_some() {
            faults.push(Fault { line, column: "role", reason: Reason::RoleNotYours });
        }
        faults.extend(from.and_then(|from| officer.rewriting_fault(in_force, &stands, (line, from, today))));
    }
    Ok(if faults.is_empty() { Ok(()) } else { Err(faults) })
}
