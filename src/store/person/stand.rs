//! The dated rows of where people stand.

use std::collections::{BTreeSet, HashMap};

use sqlx::FromRow;

use super::count::move_counts;
use crate::base::{Date, PersonId, PlaceId};
use crate::person::Person;
use crate::person::stand::{self, Stand, Standing};
use crate::place::Span;
use crate::store::rows::Rows;
use crate::store::sealed::Origin;
use crate::store::tx::Query;
use crate::store::{StoreError, Tx};

const STAND_ROWS: Rows = Rows {
    head: "INSERT INTO person_stand (person_id, from_day, to_day, role, network, place_id)",
    columns: 6,
    tail: "",
};

fn bind(query: Query, (id, stand): &(PersonId, Stand)) -> Query {
    query
        .bind(id.to_string())
        .bind(stand.span.from.to_string())
        .bind(stand.span.to.to_string())
        .bind(stand.standing.role.clone())
        .bind(stand.standing.network.clone())
        .bind(stand.standing.place.0)
}

/// The first stand of people who are new.
pub(in crate::store) async fn first(tx: &mut Tx, people: &[Person]) -> Result<(), StoreError> {
    let stand = |person: &Person| {
        let span = Span { from: person.active_from, to: person.active_to };
        (person.id, Stand { standing: person.standing(), span })
    };
    let stands: Vec<(PersonId, Stand)> = people.iter().map(stand).collect();
    STAND_ROWS.write(tx, &stands, bind).await?;
    let came: Vec<Stand> = stands.into_iter().map(|(_, stand)| stand).collect();
    move_counts(tx, &[], &came).await
}

#[derive(FromRow)]
struct StandRow {
    from_day: String,
    to_day: String,
    role: String,
    network: String,
    place_id: i64,
}

/// Where a person stood and will stand, in order.
pub async fn stands(tx: &mut Tx, id: PersonId) -> Result<Vec<Stand>, StoreError> {
    let query = sqlx::query(
        "SELECT from_day, to_day, role, network, place_id FROM person_stand WHERE person_id = $1 ORDER BY from_day",
    );
    let rows: Vec<StandRow> = tx.all(query.bind(id.to_string())).await?;
    let id = id.to_string();
    let origin = Origin::new("person_stand", &id);
    let stand = |row: StandRow| {
        let span = Span { from: origin.parse("from_day", &row.from_day)?, to: origin.parse("to_day", &row.to_day)? };
        Ok(Stand { standing: Standing { role: row.role, network: row.network, place: PlaceId(row.place_id) }, span })
    };
    rows.into_iter().map(stand).collect()
}

/// Changes where a person stands from a day on; what lay before stays. `today` tells which stand is in force.
pub async fn stand_from(
    tx: &mut Tx,
    id: PersonId,
    standing: Standing,
    from: Date,
    today: Date,
) -> Result<(), StoreError> {
    let before = stands(tx, id).await?;
    keep(tx, id, &before, stand::from_day(&before, standing, from), today).await
}

/// A person leaves: nothing is expected of them, and they cannot report, after `last`. False for one who had not begun
/// by then, who is left as they are.
pub async fn leave(tx: &mut Tx, id: PersonId, last: Date, today: Date) -> Result<bool, StoreError> {
    let before = stands(tx, id).await?;
    let stands = stand::until(&before, last);
    if stands.is_empty() {
        return Ok(false);
    }
    keep(tx, id, &before, stands, today).await?;
    Ok(true)
}

async fn keep(tx: &mut Tx, id: PersonId, before: &[Stand], stands: Vec<Stand>, today: Date) -> Result<(), StoreError> {
    move_counts(tx, before, &stands).await?;
    tx.execute(sqlx::query("DELETE FROM person_stand WHERE person_id = $1").bind(id.to_string())).await?;
    let rows: Vec<(PersonId, Stand)> = stands.into_iter().map(|stand| (id, stand)).collect();
    STAND_ROWS.write(tx, &rows, bind).await?;
    put_in_force(tx, id, today).await
}

/// Moves everybody who stands, on `from` or later, in a place that became another, by `moves`; how many people.
pub async fn relocate(
    tx: &mut Tx,
    moves: &HashMap<PlaceId, PlaceId>,
    from: Date,
    today: Date,
) -> Result<usize, StoreError> {
    let mut moved: BTreeSet<PersonId> = BTreeSet::new();
    for place in moves.keys() {
        moved.extend(standing_at(tx, *place, from).await?);
    }
    for id in &moved {
        let before = stands(tx, *id).await?;
        keep(tx, *id, &before, stand::moved(&before, moves, from), today).await?;
    }
    Ok(moved.len())
}

/// Who stands at a place on a day or later.
pub async fn standing_at(tx: &mut Tx, place: PlaceId, from: Date) -> Result<Vec<PersonId>, StoreError> {
    let query = sqlx::query(
        "SELECT DISTINCT person_id AS id FROM person_stand WHERE place_id = $1 AND to_day >= $2 ORDER BY person_id",
    );
    let rows: Vec<DueRow> = tx.all(query.bind(place.0).bind(from.to_string())).await?;
    rows.iter().map(|row| Origin::new("person_stand", &row.id).parse("id", &row.id)).collect()
}

#[derive(FromRow)]
struct DueRow {
    id: String,
}

/// Puts in force what was to change by `today`; how many people. Whoever does it again finds nothing left.
pub async fn apply_due(tx: &mut Tx, today: Date) -> Result<usize, StoreError> {
    let query = sqlx::query(
        "SELECT p.id FROM person p JOIN person_stand s ON s.person_id = p.id WHERE s.from_day <= $1 AND s.to_day >= $1 \
         AND (s.role <> p.role OR s.network <> p.network OR s.place_id <> p.place_id OR p.active_from > $1 \
         OR p.active_to < $1) ORDER BY p.id",
    );
    let due: Vec<DueRow> = tx.all(query.bind(today.to_string())).await?;
    for row in &due {
        let id = Origin::new("person", &row.id).parse("id", &row.id)?;
        put_in_force(tx, id, today).await?;
    }
    Ok(due.len())
}

/// Writes the stand in force into the person's own row, which intake reads.
async fn put_in_force(tx: &mut Tx, id: PersonId, today: Date) -> Result<(), StoreError> {
    let stands = stands(tx, id).await?;
    let Some((standing, span)) = stand::in_force(&stands, today) else { return Ok(()) };
    let query = sqlx::query(
        "UPDATE person SET role = $2, network = $3, place_id = $4, active_from = $5, active_to = $6 WHERE id = $1",
    );
    let query = query.bind(id.to_string()).bind(standing.role.clone()).bind(standing.network.clone());
    let query = query.bind(standing.place.0).bind(span.from.to_string()).bind(span.to.to_string());
    tx.execute_one("person", query).await
}
