//! Reading what areas are made of: their sums and the counts of places apart, from memory where they did not move.
//!
//! Never what waits to be added to them: whoever sums reads that beside.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sqlx::FromRow;

use super::held::{Held, Key, Kind, Of};
use super::{areas_below, one_area};
use crate::base::sealing::sha256_hex;
use crate::base::{Date, PlaceId};
use crate::store::StoreError;
use crate::store::limits::PERIODS_PER_SUM;
use crate::store::rows::{KEYS_AT_ONCE, Rows, Wanted, filled_to};
use crate::store::tx::{Query, Tx};

/// What is asked about, on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Areas {
    /// An area.
    One,
    /// Those right below it.
    Below,
    /// The place that has its name, without those in it.
    Itself,
}

/// Sums of one period that are part of an area, or taken off it.
pub(in crate::store) struct Part {
    pub area: PlaceId,
    pub period: String,
    /// 1 or -1.
    pub sign: i64,
    pub sums: Arc<Held>,
}

/// The generations of sums or places (`g`) that areas are made of. CROSS JOIN keeps SQLite to this order.
macro_rules! generations {
    ($area:literal, $sign:literal, $from:expr, $id:literal, $group:literal) => {
        concat!(
            "SELECT ",
            $area,
            " AS area_id, ",
            $id,
            " AS id, CAST(",
            $sign,
            " AS BIGINT) AS sign, STRING_AGG(g.period || '\t' || CAST(g.generation AS TEXT), '\n') AS generations FROM ",
            $from,
            " AND g.period IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) GROUP BY ",
            $group
        )
    };
}

macro_rules! of_areas {
    ($areas:expr) => {
        generations!(
            "w.area_id",
            "1",
            concat!($areas, " CROSS JOIN area_generation g WHERE $2 <> '' AND g.area_id = w.area_id"),
            "w.area_id",
            "w.area_id"
        )
    };
}

macro_rules! of_places_apart {
    ($areas:expr) => {
        generations!(
            "w.area_id",
            "a.sign",
            concat!(
                $areas,
                " CROSS JOIN area_apart a CROSS JOIN place_generation g WHERE a.area_id = w.area_id ",
                "AND a.from_day <= $2 AND a.to_day >= $2 AND g.place_id = a.place_id"
            ),
            "a.place_id",
            "w.area_id, a.place_id, a.sign"
        )
    };
}

const AREA: &str = of_areas!(one_area!());
const AREAS_BELOW: &str = of_areas!(areas_below!());
const PLACES_OF_AREA: &str = of_places_apart!(one_area!());
const PLACES_OF_AREAS_BELOW: &str = of_places_apart!(areas_below!());
const PLACE_ITSELF: &str = generations!(
    "w.area_id",
    "1",
    "place_within w CROSS JOIN place_generation g WHERE w.area_id = $1 AND w.place_id = $1 AND w.from_day <= $2 \
     AND w.to_day >= $2 AND g.place_id = w.place_id",
    "w.place_id",
    "w.area_id, w.place_id"
);

/// The statement that reads what is wanted, which may stand there several times over.
macro_rules! read {
    ($rows:expr) => {
        Wanted {
            columns: ["period", "id"],
            select: concat!(
                "SELECT r.id, r.period, STRING_AGG(r.item || '\t' || r.network || '\t' || r.role || '\t' || r.received_on || '\t' || ",
                "CAST(r.value AS TEXT), '\n') AS sums FROM (",
                $rows,
                ") r GROUP BY r.id, r.period"
            ),
        }
    };
}

macro_rules! wanted {
    () => {
        " FROM (SELECT DISTINCT period, CAST(id AS BIGINT) AS id FROM wanted) w CROSS JOIN "
    };
}

const AREA_COUNTS: Wanted<2> = read!(concat!(
    "SELECT w.id, w.period, s.item, s.network, s.role, s.received_on, s.value",
    wanted!(),
    "area_sum s WHERE s.period = w.period AND s.area_id = w.id AND s.received_on = ''"
));
const AREA_RECEPTIONS: Wanted<2> = read!(concat!(
    "SELECT w.id, w.period, s.item, s.network, s.role, s.received_on, s.value",
    wanted!(),
    "area_sum s WHERE s.period = w.period AND s.area_id = w.id AND s.received_on > ''"
));
const PLACE_COUNTS: Wanted<2> = read!(concat!(
    "SELECT w.id, w.period, c.indicator AS item, c.network, c.role, '' AS received_on, c.value",
    wanted!(),
    "cell c WHERE c.period = w.period AND c.place_id = w.id"
));
const PLACE_RECEPTIONS: Wanted<2> = read!(concat!(
    "SELECT w.id, w.period, ",
    reception_sql!(),
    " AS item, v.network, v.role, v.received_on, COUNT(*) AS value",
    wanted!(),
    "received v WHERE v.period = w.period AND v.place_id = w.id ",
    "GROUP BY w.id, w.period, v.flow, v.kind, v.reporter, v.role, v.network, v.received_on"
));

#[derive(FromRow)]
struct GenerationRow {
    area_id: i64,
    id: i64,
    sign: i64,
    generations: String,
}

#[derive(FromRow)]
struct HeldRow {
    id: i64,
    period: String,
    sums: String,
}

/// What `areas` of `area` on `day` are made of in these periods, but for what still waits to be added to them.
pub(in crate::store) async fn read(
    tx: &mut Tx,
    (areas, area, day): (Areas, PlaceId, Date),
    periods: &BTreeSet<&str>,
    kind: Kind,
) -> Result<Vec<Part>, StoreError> {
    let sources = match areas {
        Areas::One => vec![(Of::Area, AREA), (Of::Place, PLACES_OF_AREA)],
        Areas::Below => vec![(Of::Area, AREAS_BELOW), (Of::Place, PLACES_OF_AREAS_BELOW)],
        Areas::Itself => vec![(Of::Place, PLACE_ITSELF)],
    };
    let mut parts = Vec::new();
    for (of, sql) in sources {
        let (mut known, mut missing) = (Vec::new(), Vec::new());
        for row in generations(tx, sql, (area, day), periods).await? {
            for line in row.generations.lines() {
                let (period, generation) = generation(line).ok_or_else(|| corrupt(line))?;
                let key = (of, row.id, period.to_owned(), kind);
                match tx.held().get(&key, generation) {
                    Some(sums) => known.push(Part { area: PlaceId(row.area_id), period: key.2, sign: row.sign, sums }),
                    None => missing.push((key, generation, (row.area_id, row.sign))),
                }
            }
        }
        parts.append(&mut known);
        for chunk in missing.chunks(KEYS_AT_ONCE) {
            let read = load(tx, chunk.iter().map(|(key, generation, _)| (key, *generation)).collect()).await?;
            for ((key, _, (area, sign)), sums) in chunk.iter().zip(read) {
                parts.push(Part { area: PlaceId(*area), period: key.2.clone(), sign: *sign, sums });
            }
        }
    }
    Ok(parts)
}

/// Reads what is not held, all of one table, and holds it.
async fn load(tx: &mut Tx, wanted: Vec<(&Key, i64)>) -> Result<Vec<Arc<Held>>, StoreError> {
    let statement = match wanted.first().map(|((of, .., kind), _)| (of, kind)) {
        Some((Of::Area, Kind::Counts)) => AREA_COUNTS,
        Some((Of::Area, Kind::Receptions)) => AREA_RECEPTIONS,
        Some((Of::Place, Kind::Counts)) => PLACE_COUNTS,
        Some((Of::Place, Kind::Receptions)) => PLACE_RECEPTIONS,
        None => return Ok(Vec::new()),
    };
    let keys: Vec<[String; 2]> =
        wanted.iter().map(|((_, id, period, _), _)| [period.clone(), id.to_string()]).collect();
    let rows: Vec<HeldRow> = tx.all(statement.query(tx.backend(), &keys)).await?;
    let rows: HashMap<(i64, &str), &str> =
        rows.iter().map(|row| ((row.id, row.period.as_str()), row.sums.as_str())).collect();
    let (held, keeps) = (tx.held(), tx.only_reads());
    let read = |(key, generation): (&Key, i64)| {
        // Nothing of this kind may stand there: that is held too.
        let text = rows.get(&(key.1, key.2.as_str())).copied().unwrap_or_default();
        let sums = Arc::new(held.of(generation, text).ok_or_else(|| corrupt(&key.2))?);
        if keeps {
            held.insert(key.clone(), Arc::clone(&sums));
        }
        Ok(sums)
    };
    wanted.into_iter().map(read).collect()
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt { table: "area_sum", column: "value", id: what.to_owned() }
}

fn generation(line: &str) -> Option<(&str, i64)> {
    let (period, generation) = line.split_once('\t')?;
    Some((period, generation.parse().ok()?))
}

async fn generations(
    tx: &mut Tx,
    sql: &'static str,
    (area, day): (PlaceId, Date),
    periods: &BTreeSet<&str>,
) -> Result<Vec<GenerationRow>, StoreError> {
    let periods: Vec<&str> = periods.iter().copied().collect();
    let mut generations = Vec::new();
    for chunk in periods.chunks(PERIODS_PER_SUM) {
        let query = sqlx::query(sql).bind(area.0).bind(day.to_string());
        let query = filled_to(PERIODS_PER_SUM, chunk).fold(query, |query, period| query.bind((*period).to_owned()));
        generations.extend(tx.all::<GenerationRow>(query).await?);
    }
    Ok(generations)
}

/// How an area stands in some periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Something waits to be added to it: it is not what it will be.
    Moving,
    /// Nothing was ever counted.
    Empty,
    /// As long as this is the same, nothing of it moved.
    Still(String),
}

/// How `area` on `day` stands in these periods.
pub async fn state(tx: &mut Tx, asked: (PlaceId, Date), periods: &BTreeSet<&str>) -> Result<State, StoreError> {
    let waiting = sqlx::query(
        "SELECT DISTINCT x.period FROM area_change x CROSS JOIN area_member m \
         WHERE m.area_id = $1 AND m.place_id = x.place_id",
    );
    let waiting: Vec<(String,)> = tx.all(waiting.bind(asked.0.0)).await?;
    if waiting.iter().any(|(period,)| periods.contains(period.as_str())) {
        return Ok(State::Moving);
    }
    let mut lines = Vec::new();
    for (of, sql) in [("area", AREA), ("place", PLACES_OF_AREA)] {
        for row in generations(tx, sql, asked, periods).await? {
            let (id, sign) = (row.id, row.sign);
            lines.extend(row.generations.lines().map(|line| format!("{of}\t{id}\t{sign}\t{line}\n")));
        }
    }
    lines.sort_unstable();
    Ok(if lines.is_empty() { State::Empty } else { State::Still(sha256_hex(lines.concat().as_bytes())) })
}

/// Counts and receptions of places in periods moved.
pub(in crate::store) async fn moved(
    tx: &mut Tx,
    moved: impl Iterator<Item = (String, PlaceId)>,
) -> Result<(), StoreError> {
    const GENERATION_ROWS: Rows = Rows {
        head: "INSERT INTO place_generation (period, place_id, generation)",
        columns: 3,
        tail: "ON CONFLICT (period, place_id) DO UPDATE SET generation = place_generation.generation + 1",
    };
    // In the order of keys, so that two transactions never wait in a circle.
    let moved: Vec<(String, PlaceId)> = moved.collect::<BTreeSet<_>>().into_iter().collect();
    let bind = |query: Query, (period, place): &(String, PlaceId)| query.bind(period.clone()).bind(place.0).bind(1_i64);
    GENERATION_ROWS.write(tx, &moved, bind).await?;
    Ok(())
}
