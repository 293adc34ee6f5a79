//! Registered people and their phones.

mod count;
mod stand;

pub use count::{Expected, expected};
pub(super) use stand::first;
pub use stand::{apply_due, leave, relocate, stand_from, standing_at, stands};

use sqlx::FromRow;

use super::limits::PAGE_ROWS_MAX;
use super::phone::ensure;
use super::rows::Rows;
use super::sealed::{Origin, Seal};
use super::tx::Query;
use super::{StoreError, Tx};
use crate::base::{Date, PersonId, Phone, PlaceId};
use crate::person::{Person, Presence};

pub(super) const PERSON_ROWS: Rows = Rows {
    head: "INSERT INTO person (id, name_sealed, role, network, place_id, language, agent_code, supervisor_index, \
           email_sealed, active_from, active_to)",
    columns: 11,
    tail: "",
};

pub(super) fn bind(query: Query, person: &Person, seal: &Seal) -> Query {
    query
        .bind(person.id.to_string())
        .bind(seal.text(&person.name))
        .bind(person.role.clone())
        .bind(person.network.clone())
        .bind(person.place.0)
        .bind(person.language.map(|language| language.to_string()))
        .bind(person.agent_code.clone())
        .bind(person.supervisor.as_ref().map(|phone| seal.index(phone)))
        .bind(person.email.as_ref().map(|email| seal.text(email)))
        .bind(person.active_from.to_string())
        .bind(person.active_to.to_string())
}

/// Registers a person with their phones.
pub async fn insert(tx: &mut Tx, person: &Person) -> Result<(), StoreError> {
    let seal = tx.seal();
    PERSON_ROWS.write(tx, std::slice::from_ref(person), |query, person| bind(query, person, &seal)).await?;
    first(tx, std::slice::from_ref(person)).await?;
    link(tx, person).await
}

/// Writes anew who a known person is: name, language, agent code, supervisor, e-mail and phones; those no longer theirs are
/// unlinked. Where they stand is not touched: that has its days, see [`stand_from`] and [`leave`].
pub async fn update(tx: &mut Tx, person: &Person) -> Result<(), StoreError> {
    let seal = tx.seal();
    let query = sqlx::query(
        "UPDATE person SET name_sealed = $2, language = $3, agent_code = $4, supervisor_index = $5, email_sealed = $6 \
         WHERE id = $1",
    );
    let query = query
        .bind(person.id.to_string())
        .bind(seal.text(&person.name))
        .bind(person.language.map(|language| language.to_string()))
        .bind(person.agent_code.clone())
        .bind(person.supervisor.as_ref().map(|phone| seal.index(phone)))
        .bind(person.email.as_ref().map(|email| seal.text(email)));
    tx.execute_one("person", query).await?;
    tx.execute(sqlx::query("DELETE FROM person_phone WHERE person_id = $1").bind(person.id.to_string())).await?;
    link(tx, person).await
}

async fn link(tx: &mut Tx, person: &Person) -> Result<(), StoreError> {
    for phone in &person.phones {
        let index = ensure(tx, phone).await?;
        let query = sqlx::query(
            "INSERT INTO person_phone (phone_index, person_id) VALUES ($1, $2) \
             ON CONFLICT (phone_index, person_id) DO NOTHING",
        );
        tx.execute(query.bind(index).bind(person.id.to_string())).await?;
    }
    if let Some(supervisor) = &person.supervisor {
        // Known as a phone, so that the number can be read back and written to.
        ensure(tx, supervisor).await?;
    }
    Ok(())
}

#[derive(FromRow)]
struct PersonRow {
    id: String,
    name_sealed: String,
    role: String,
    network: String,
    place_id: i64,
    language: Option<String>,
    agent_code: Option<String>,
    email_sealed: Option<String>,
    active_from: String,
    active_to: String,
    supervisor_sealed: Option<String>,
    phone_sealed: Option<String>,
}

/// `SELECT` of the people whose ids a query gives, one row for each phone, in the order of ids.
macro_rules! select {
    ($ids:literal) => {
        concat!(
            "SELECT p.id, p.name_sealed, p.role, p.network, p.place_id, p.language, p.agent_code, p.email_sealed, ",
            "p.active_from, p.active_to, s.number_sealed AS supervisor_sealed, h.number_sealed AS phone_sealed ",
            "FROM person p LEFT JOIN phone s ON s.phone_index = p.supervisor_index ",
            "LEFT JOIN person_phone l ON l.person_id = p.id LEFT JOIN phone h ON h.phone_index = l.phone_index ",
            "WHERE p.id IN (",
            $ids,
            ") ORDER BY p.id, l.phone_index"
        )
    };
}

/// One person.
pub async fn by_id(tx: &mut Tx, id: PersonId) -> Result<Option<Person>, StoreError> {
    const SQL: &str = select!("$1");
    Ok(people(tx, sqlx::query(SQL).bind(id.to_string())).await?.pop())
}

/// The people who use a phone.
pub async fn on_phone(tx: &mut Tx, phone: &Phone) -> Result<Vec<Person>, StoreError> {
    const SQL: &str = select!("SELECT k.person_id FROM person_phone k WHERE k.phone_index IN ($1, $2)");
    let [before, index] = tx.seal().indexes(phone);
    people(tx, sqlx::query(SQL).bind(before).bind(index)).await
}

/// People of an area on a day (of every place when `area` is `None`), in the order of ids, after `after`. At most
/// `limit`.
pub async fn list(
    tx: &mut Tx,
    area: Option<PlaceId>,
    day: Date,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Person>, StoreError> {
    const SQL: &str = select!(
        "SELECT o.id FROM person o WHERE ($1 IS NULL OR o.id > $1) AND ($2 IS NULL OR EXISTS (SELECT 1 \
         FROM place_within w WHERE w.area_id = $2 AND w.place_id = o.place_id AND w.from_day <= $3 \
         AND w.to_day >= $3)) ORDER BY o.id LIMIT $4"
    );
    let query = sqlx::query(SQL).bind(after.map(|id| id.to_string())).bind(area.map(|area| area.0));
    people(tx, query.bind(day.to_string()).bind(limit.clamp(1, PAGE_ROWS_MAX))).await
}

/// Which people, how they stand on a day.
#[derive(Clone, Debug)]
pub struct Filter<'a> {
    /// Of places in this area; `None` for all.
    pub area: Option<PlaceId>,
    /// The day.
    pub day: Date,
    /// Of this role.
    pub role: Option<&'a str>,
    /// Here, to come, or gone.
    pub presence: Option<Presence>,
}

/// The people of a filter, those registered last first, from just before `before` on. At most `limit`.
pub async fn page(
    tx: &mut Tx,
    filter: &Filter<'_>,
    before: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Person>, StoreError> {
    const SQL: &str = select!(
        "SELECT o.id FROM person o WHERE ($1 IS NULL OR o.id < $1) AND ($2 IS NULL OR EXISTS (SELECT 1 \
         FROM place_within w WHERE w.area_id = $2 AND w.place_id = o.place_id AND w.from_day <= $3 \
         AND w.to_day >= $3)) AND ($4 IS NULL OR o.role = $4) AND ($5 IS NULL \
         OR ($5 = 'here' AND o.active_from <= $3 AND o.active_to >= $3) OR ($5 = 'to_come' AND o.active_from > $3) \
         OR ($5 = 'left' AND o.active_to < $3)) ORDER BY o.id DESC LIMIT $6"
    );
    let query = sqlx::query(SQL).bind(before.map(|id| id.to_string())).bind(filter.area.map(|area| area.0));
    let query = query.bind(filter.day.to_string()).bind(filter.role.map(str::to_owned));
    let query = query.bind(filter.presence.map(Presence::word)).bind(limit.clamp(1, PAGE_ROWS_MAX));
    let mut found = people(tx, query).await?;
    found.reverse();
    Ok(found)
}

async fn people(tx: &mut Tx, query: Query) -> Result<Vec<Person>, StoreError> {
    let seal = tx.seal();
    let mut people: Vec<Person> = Vec::new();
    for row in tx.all::<PersonRow>(query).await? {
        let origin = Origin::new("person", &row.id);
        let id = origin.parse("id", &row.id)?;
        if people.last().is_none_or(|person| person.id != id) {
            people.push(row.person(id, &seal)?);
        }
        if let (Some(person), Some(sealed)) = (people.last_mut(), &row.phone_sealed) {
            person.phones.push(origin.phone("phone", &seal, sealed)?);
        }
    }
    Ok(people)
}

impl PersonRow {
    fn person(&self, id: PersonId, seal: &Seal) -> Result<Person, StoreError> {
        let origin = Origin::new("person", &self.id);
        let supervisor = self.supervisor_sealed.as_deref();
        Ok(Person {
            id,
            name: origin.text("name_sealed", seal, &self.name_sealed)?,
            role: self.role.clone(),
            network: self.network.clone(),
            place: PlaceId(self.place_id),
            language: origin.parse_optional("language", &self.language)?,
            agent_code: self.agent_code.clone(),
            supervisor: supervisor.map(|sealed| origin.phone("supervisor", seal, sealed)).transpose()?,
            email: origin.text_optional("email_sealed", seal, &self.email_sealed)?,
            active_from: origin.parse("active_from", &self.active_from)?,
            active_to: origin.parse("active_to", &self.active_to)?,
            phones: Vec::new(),
        })
    }
}
