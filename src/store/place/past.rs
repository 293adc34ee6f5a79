//! What is kept of places beside the tree: codes, days, former names, successors, maps.

use sqlx::FromRow;

use crate::base::PlaceId;
use crate::place::{Former, MapInForce, Past, Span};
use crate::store::sealed::Origin;
use crate::store::{StoreError, Tx};

#[derive(FromRow)]
struct LifeRow {
    place_id: i64,
    from_day: String,
    to_day: String,
}

#[derive(FromRow)]
struct FormerRow {
    place_id: i64,
    to_day: String,
    name: String,
    population: Option<i64>,
}

#[derive(FromRow)]
struct SuccessorRow {
    place_id: i64,
    successor_id: i64,
    from_day: String,
}

#[derive(FromRow)]
struct MapRow {
    from_day: String,
    vintage: String,
}

pub(super) async fn read(tx: &mut Tx) -> Result<Past, StoreError> {
    let codes = super::codes(tx).await?;
    let mut past = Past {
        codes: codes.into_iter().map(|((vintage, code), place)| (vintage, code, place)).collect(),
        ..Past::default()
    };
    for row in tx.all::<LifeRow>(sqlx::query("SELECT place_id, from_day, to_day FROM place_life")).await? {
        let id = row.place_id.to_string();
        let origin = Origin::new("place_life", &id);
        let span = Span { from: origin.parse("from_day", &row.from_day)?, to: origin.parse("to_day", &row.to_day)? };
        past.lives.insert(PlaceId(row.place_id), span);
    }
    let former = sqlx::query("SELECT place_id, to_day, name, population FROM place_before ORDER BY place_id, to_day");
    for row in tx.all::<FormerRow>(former).await? {
        let id = row.place_id.to_string();
        let to = Origin::new("place_before", &id).parse("to_day", &row.to_day)?;
        past.former.push(Former { place: PlaceId(row.place_id), to, name: row.name, population: row.population });
    }
    let successors = sqlx::query(
        "SELECT place_id, successor_id, from_day FROM place_successor ORDER BY place_id, from_day, successor_id",
    );
    for row in tx.all::<SuccessorRow>(successors).await? {
        let id = row.place_id.to_string();
        let from = Origin::new("place_successor", &id).parse("from_day", &row.from_day)?;
        past.successors.push((PlaceId(row.place_id), PlaceId(row.successor_id), from));
    }
    let maps = sqlx::query("SELECT from_day, vintage FROM place_map ORDER BY from_day");
    for row in tx.all::<MapRow>(maps).await? {
        let from = Origin::new("place_map", &row.vintage).parse("from_day", &row.from_day)?;
        past.maps.push(MapInForce { from, vintage: row.vintage });
    }
    Ok(past)
}
