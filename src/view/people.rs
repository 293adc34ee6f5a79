//! The people of an area: a list with masked phones, and one person with all that is kept of them.
//!
//! Names are sealed, so a text of a name is looked for by opening them, some at a time: a page then may hold fewer people
//! than it could, and still have a next one.

use serde::Serialize;
use utoipa::ToSchema;

use super::limits::PEOPLE_LOOKED_AT_MAX;
use super::listing::{Listing, one_of, stretch};
use super::question::{may_see, place_in_area, shortened};
use super::shown::PlaceShown;
use super::{PageOf, ViewError};
use crate::base::text::fold;
use crate::base::{PersonId, Phone};
use crate::person::stand::Stand;
use crate::person::{Access, Person, Presence};
use crate::place::ALWAYS;
use crate::programme::{InForce, Programme};
use crate::store::{self, person::Filter};

/// People read at once where names are looked through.
const NAMES_AT_ONCE: i64 = 1_000;

/// Somebody of the register, as lists show them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonItem {
    /// Their id.
    pub id: String,
    /// Their name; none for who sees figures only.
    pub name: Option<String>,
    /// Role id.
    pub role: String,
    /// Network id.
    pub network: String,
    /// Where they report from; for an officer, their area.
    pub place: Option<PlaceShown>,
    /// Language, where chosen.
    pub language: Option<String>,
    /// Code typed in front of a report on a shared phone.
    pub agent_code: Option<String>,
    /// Their phones, the middle of each hidden.
    pub phones: Vec<String>,
    /// The phone of their supervisor, its middle hidden.
    pub supervisor: Option<String>,
    /// `here`, `to_come` or `left`.
    pub state: &'static str,
    /// First day.
    pub from: String,
    /// Last day, where there is one.
    pub to: Option<String>,
}

/// Which people.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeopleFilter<'a> {
    /// Code of the area; else the visitor's.
    pub place: Option<&'a str>,
    /// Role id.
    pub role: Option<&'a str>,
    /// `here`, `to_come` or `left`.
    pub state: Option<&'a str>,
    /// A part of the name.
    pub name: Option<&'a str>,
}

/// Somebody with all that is kept of them: only for who may write or sees people in their area.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// Who.
    pub person: Person,
    /// Where they stood and will stand.
    pub stands: Vec<Stand>,
    /// Their phones.
    pub phones: Vec<PhoneView>,
}

/// A phone of somebody.
#[derive(Clone, Debug)]
pub struct PhoneView {
    /// The number.
    pub phone: Phone,
    /// True where its owner wants no messages that we begin.
    pub is_stopped: bool,
    /// The names of others on it; `None` for one outside of what the visitor may see.
    pub others: Vec<Option<String>>,
}

/// The people of an area, those registered last first.
///
/// # Errors
/// A filter or cursor that means nothing, a place outside the area, or what the store says.
pub async fn people(
    programme: &Programme,
    access: &Access,
    filter: PeopleFilter<'_>,
    listing: Listing<'_>,
) -> Result<PageOf<PersonItem>, ViewError> {
    let (in_force, today) = (programme.in_force(), programme.today());
    let area = match filter.place {
        None => access.area,
        code => Some(place_in_area(&in_force.tree, access, today, code)?.id),
    };
    if let Some(role) = filter.role.filter(|role| in_force.pack.role(role).is_none()) {
        let allowed = "a role of the pack, such as relais or asc";
        return Err(ViewError::UnknownValue { field: "role", value: shortened(role), allowed });
    }
    let presence = filter.state.map(|word| one_of("state", word, Presence::from_word, "here, to_come, left"));
    let (role, presence) = (filter.role, presence.transpose()?);
    let wanted = Filter { area, day: today, role, presence };
    // Whoever sees no names does not find people by them either.
    let name = filter.name.filter(|_| access.sees_people).map(fold).filter(|name| !name.trim().is_empty());
    let (mut before, limit): (Option<PersonId>, i64) = stretch(listing)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut tx = programme.store.reader().await?;
    let batch = if name.is_some() { NAMES_AT_ONCE } else { limit + 1 };
    let (mut items, mut looked_at) = (Vec::new(), 0);
    loop {
        let rows = store::person::page(&mut tx, &wanted, before, batch).await?;
        let is_last = rows.len() < usize::try_from(batch).unwrap_or(usize::MAX);
        for person in rows {
            if items.len() == most || looked_at == PEOPLE_LOOKED_AT_MAX {
                return Ok(PageOf { items, next: before.map(|id| id.to_string()) });
            }
            (before, looked_at) = (Some(person.id), looked_at + 1);
            if name.as_ref().is_none_or(|name| fold(&person.name).contains(name.trim())) {
                items.push(item(&in_force, access, person, programme));
            }
        }
        if is_last {
            return Ok(PageOf { items, next: None });
        }
    }
}

fn item(in_force: &InForce, access: &Access, person: Person, programme: &Programme) -> PersonItem {
    let seen = access.sees_people;
    let mut phones: Vec<String> = person.phones.iter().map(Phone::masked).collect();
    phones.retain(|_| seen);
    PersonItem {
        id: person.id.to_string(),
        state: person.presence(programme.today()).word(),
        place: in_force.tree.get(person.place).map(PlaceShown::from),
        language: person.language.map(|language| language.to_string()),
        phones,
        supervisor: person.supervisor.as_ref().map(Phone::masked).filter(|_| seen),
        from: person.active_from.to_string(),
        to: (person.active_to < ALWAYS.to).then(|| person.active_to.to_string()),
        agent_code: person.agent_code.filter(|_| seen),
        name: Some(person.name).filter(|_| seen),
        role: person.role,
        network: person.network,
    }
}

/// One person. For a face that asks first whether the visitor sees people.
///
/// # Errors
/// [`ViewError::NotFound`], [`ViewError::NotYours`], or what the store says.
pub async fn person(programme: &Programme, access: &Access, id: PersonId) -> Result<PersonView, ViewError> {
    let (in_force, today) = (programme.in_force(), programme.today());
    let mut tx = programme.store.reader().await?;
    let person = store::person::by_id(&mut tx, id).await?.ok_or(ViewError::NotFound("person"))?;
    may_see(&in_force.tree, access, person.place, today)?;
    let stands = store::person::stands(&mut tx, id).await?;
    let mut phones = Vec::new();
    for phone in &person.phones {
        let state = store::phone::load(&mut tx, phone).await?;
        let others = state.people.iter().filter(|other| other.id != id);
        let name = |place, name: &String| access.covers(&in_force.tree, place, today).then(|| name.clone());
        let others = others.map(|other| name(other.place, &other.name)).collect();
        phones.push(PhoneView { phone: phone.clone(), is_stopped: state.stopped.is_some(), others });
    }
    Ok(PersonView { person, stands, phones })
}
