//! Places: taken from a checked file, read back as a tree.
//!
//! A code never stands without its vintage, and the same code of another vintage is another place until a file says
//! otherwise ([`also_coded`]). After every change the areas a place lies in are computed anew.

mod map;
mod past;
mod spans;

pub use map::{Redrawn, redraw};

use std::collections::{BTreeSet, HashMap};

use sqlx::FromRow;

use super::area;
use super::rows::Rows;
use super::sealed::{Origin, printable};
use super::tx::Query;
use super::{StoreError, Tx};
use crate::base::PlaceId;
use crate::place::file::PlaceRow;
use crate::place::{Parent, Place, Span, Tree};

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Places that are new.
    pub added: usize,
    /// Places that were known.
    pub updated: usize,
}

/// Takes rows that were checked as a file: a code of a vintage already known is updated, any other gets the next
/// number. The parents named hold during `span`; what was known outside it stays.
pub async fn import(tx: &mut Tx, rows: &[PlaceRow], span: Span) -> Result<Imported, StoreError> {
    let mut ids = codes(tx).await?;
    let mut next = ids.values().map(|id| id.0).max().unwrap_or(0);
    let mut imported = Imported::default();
    let mut new = BTreeSet::new();
    let (mut places, mut new_codes) = (Vec::new(), Vec::new());
    for row in rows {
        let key = (row.vintage.clone(), row.code.clone());
        let id = match ids.get(&key) {
            Some(id) => {
                imported.updated += 1;
                *id
            }
            None => {
                imported.added += 1;
                next += 1;
                new_codes.push((row, PlaceId(next)));
                new.insert(PlaceId(next));
                ids.insert(key, PlaceId(next));
                PlaceId(next)
            }
        };
        places.push((row, id));
    }
    PLACE_ROWS.write(tx, &places, |query, (row, id)| bind(query, row, *id)).await?;
    let bind_code = |query: Query, (row, id): &(&PlaceRow, PlaceId)| {
        query.bind(row.vintage.as_str()).bind(row.code.as_str()).bind(id.0)
    };
    CODE_ROWS.write(tx, &new_codes, bind_code).await?;
    let named = places.iter().filter_map(|(row, id)| {
        let parent = ids.get(&row.above()?)?;
        Some(Parent { place: *id, parent: *parent, span })
    });
    let named: Vec<Parent> = named.collect();
    write_parents(tx, &named).await?;
    compute_areas(tx, &new).await?;
    Ok(imported)
}

const PLACE_ROWS: Rows = Rows {
    head: "INSERT INTO place (id, level, name, sms_name, population, latitude, longitude)",
    columns: 7,
    tail: "ON CONFLICT (id) DO UPDATE SET level = excluded.level, name = excluded.name, sms_name = excluded.sms_name, \
           population = excluded.population, latitude = excluded.latitude, longitude = excluded.longitude",
};

const CODE_ROWS: Rows = Rows { head: "INSERT INTO place_code (vintage, code, place_id)", columns: 3, tail: "" };

fn bind(query: Query, row: &PlaceRow, id: PlaceId) -> Query {
    query
        .bind(id.0)
        .bind(row.level.clone())
        .bind(printable(&row.name))
        .bind(printable(&row.sms_name))
        .bind(row.population)
        .bind(row.point.map(|(latitude, _)| latitude))
        .bind(row.point.map(|(_, longitude)| longitude))
}

/// Says that a place also bears this code of another vintage (a file of successors says so; names never do).
pub async fn also_coded(tx: &mut Tx, vintage: &str, code: &str, place: PlaceId) -> Result<(), StoreError> {
    let query = sqlx::query("INSERT INTO place_code (vintage, code, place_id) VALUES ($1, $2, $3)");
    tx.execute_one("place_code", query.bind(vintage).bind(code).bind(place.0)).await
}

#[derive(FromRow)]
struct CodeRow {
    vintage: String,
    code: String,
    place_id: i64,
}

/// Every code of every vintage.
pub async fn codes(tx: &mut Tx) -> Result<HashMap<(String, String), PlaceId>, StoreError> {
    let rows: Vec<CodeRow> = tx.all(sqlx::query("SELECT vintage, code, place_id FROM place_code")).await?;
    Ok(rows.into_iter().map(|row| ((row.vintage, row.code), PlaceId(row.place_id))).collect())
}

async fn write_parents(tx: &mut Tx, named: &[Parent]) -> Result<(), StoreError> {
    let known = parents(tx).await?;
    let mut by_place: HashMap<PlaceId, Vec<Parent>> = HashMap::new();
    for parent in known {
        by_place.entry(parent.place).or_default().push(parent);
    }
    let mut touched: BTreeSet<PlaceId> = BTreeSet::new();
    for &parent in named {
        let before = by_place.remove(&parent.place).unwrap_or_default();
        let after = spans::with(&before, parent);
        if before != after {
            touched.insert(parent.place);
        }
        by_place.insert(parent.place, after);
    }
    let mut changed = Vec::new();
    for place in touched {
        tx.execute(sqlx::query("DELETE FROM place_parent WHERE place_id = $1").bind(place.0)).await?;
        changed.extend(by_place.remove(&place).unwrap_or_default());
    }
    const PARENT_ROWS: Rows =
        Rows { head: "INSERT INTO place_parent (place_id, parent_id, from_day, to_day)", columns: 4, tail: "" };
    let bind = |query: Query, parent: &Parent| {
        let query = query.bind(parent.place.0).bind(parent.parent.0);
        query.bind(parent.span.from.to_string()).bind(parent.span.to.to_string())
    };
    PARENT_ROWS.write(tx, &changed, bind).await?;
    Ok(())
}

/// Computes the areas every place lies in, with their days.
async fn compute_areas(tx: &mut Tx, new: &BTreeSet<PlaceId>) -> Result<(), StoreError> {
    let closure = closure(tx).await?;
    tx.execute(sqlx::query("DELETE FROM place_within")).await?;
    const AREA_ROWS: Rows =
        Rows { head: "INSERT INTO place_within (area_id, place_id, from_day, to_day)", columns: 4, tail: "" };
    let bind = |query: Query, (area, place, span): &(PlaceId, PlaceId, Span)| {
        query.bind(area.0).bind(place.0).bind(span.from.to_string()).bind(span.to.to_string())
    };
    AREA_ROWS.write(tx, &closure, bind).await?;
    area::compute(tx, &closure, new).await
}

/// Every (area, place, days) such that the place lies in the area, in order.
pub(super) async fn closure(tx: &mut Tx) -> Result<Vec<(PlaceId, PlaceId, Span)>, StoreError> {
    let parents = parents(tx).await?;
    let places = places(tx, "").await?;
    Ok(Tree::new(places, &parents).closure())
}

/// Every place with its dated parents and its past, under the codes of `vintage`. A place without a code in it bears its
/// latest one, with the vintage before it.
pub async fn load(tx: &mut Tx, vintage: &str) -> Result<Tree, StoreError> {
    let places = places(tx, vintage).await?;
    let parents = parents(tx).await?;
    let past = past::read(tx).await?;
    Ok(Tree::new(places, &parents).remembering(past))
}

/// How many maps came after the first.
pub async fn maps(tx: &mut Tx) -> Result<usize, StoreError> {
    let (maps,): (i64,) = tx.one(sqlx::query("SELECT COUNT(*) AS maps FROM place_map")).await?;
    Ok(usize::try_from(maps).unwrap_or(0))
}

#[derive(FromRow)]
struct PlaceTableRow {
    id: i64,
    level: String,
    name: String,
    sms_name: String,
    population: Option<i64>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    code: Option<String>,
}

async fn places(tx: &mut Tx, vintage: &str) -> Result<Vec<Place>, StoreError> {
    let query = sqlx::query(
        "SELECT p.id, p.level, p.name, p.sms_name, p.population, p.latitude, p.longitude, MIN(c.code) AS code \
         FROM place p LEFT JOIN place_code c ON c.place_id = p.id AND c.vintage = $1 \
         GROUP BY p.id, p.level, p.name, p.sms_name, p.population, p.latitude, p.longitude ORDER BY p.id",
    );
    let rows: Vec<PlaceTableRow> = tx.all(query.bind(vintage)).await?;
    let place = |row: PlaceTableRow| Place {
        id: PlaceId(row.id),
        level: row.level,
        name: row.name,
        sms_name: row.sms_name,
        population: row.population,
        point: row.latitude.zip(row.longitude),
        code: row.code.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(place).collect())
}

#[derive(FromRow)]
struct ParentRow {
    place_id: i64,
    parent_id: i64,
    from_day: String,
    to_day: String,
}

async fn parents(tx: &mut Tx) -> Result<Vec<Parent>, StoreError> {
    let query =
        sqlx::query("SELECT place_id, parent_id, from_day, to_day FROM place_parent ORDER BY place_id, from_day");
    let rows: Vec<ParentRow> = tx.all(query).await?;
    let parent = |row: ParentRow| {
        let id = row.place_id.to_string();
        let origin = Origin::new("place_parent", &id);
        let from = origin.parse("from_day", &row.from_day)?;
        let to = origin.parse("to_day", &row.to_day)?;
        Ok(Parent { place: PlaceId(row.place_id), parent: PlaceId(row.parent_id), span: Span { from, to } })
    };
    rows.into_iter().map(parent).collect()
}
