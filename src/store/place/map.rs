//! A new administrative map, written beside the old: what was counted stays where it was counted.

use std::collections::BTreeSet;

use super::{CODE_ROWS, PLACE_ROWS, bind, compute_areas, write_parents};
use crate::base::{Date, Instant, PlaceId};
use crate::place::map::{MapPlan, Mapped};
use crate::place::{ALWAYS, Former};
use crate::store::rows::Rows;
use crate::store::tx::Query;
use crate::store::{StoreError, Tx, person};

/// What became of the people of places that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Redrawn {
    /// People who stand, from the map's first day on, in the one place theirs became.
    pub moved: usize,
}

/// Writes what a checked map does, in one transaction with everything that follows from it.
pub async fn redraw(tx: &mut Tx, plan: &MapPlan, now: Instant, today: Date) -> Result<Redrawn, StoreError> {
    let places: Vec<&Mapped> = plan.begun.iter().chain(&plan.going_on).collect();
    PLACE_ROWS.write(tx, &places, |query, mapped| bind(query, &mapped.row, mapped.id)).await?;
    let coded: Vec<&Mapped> = places.iter().copied().filter(|mapped| mapped.has_new_code).collect();
    let bind_code = |query: Query, mapped: &&Mapped| {
        query.bind(mapped.row.vintage.as_str()).bind(mapped.row.code.as_str()).bind(mapped.id.0)
    };
    CODE_ROWS.write(tx, &coded, bind_code).await?;
    note_past(tx, plan, now).await?;
    write_parents(tx, &plan.parents).await?;
    let new: BTreeSet<PlaceId> = plan.begun.iter().map(|mapped| mapped.id).collect();
    compute_areas(tx, &new).await?;
    Ok(Redrawn { moved: person::relocate(tx, &plan.moves(), plan.from, today).await? })
}

async fn note_past(tx: &mut Tx, plan: &MapPlan, now: Instant) -> Result<(), StoreError> {
    let map = sqlx::query("INSERT INTO place_map (from_day, vintage, imported_ms) VALUES ($1, $2, $3)");
    let map = map.bind(plan.from.to_string()).bind(plan.vintage.as_str()).bind(now.0);
    tx.execute_one("place_map", map).await?;
    const LIFE_ROWS: Rows = Rows {
        head: "INSERT INTO place_life (place_id, from_day, to_day)",
        columns: 3,
        tail: "ON CONFLICT (place_id) DO UPDATE SET to_day = excluded.to_day",
    };
    let eve = plan.from.yesterday().unwrap_or(plan.from);
    let begun = plan.begun.iter().map(|mapped| (mapped.id, plan.from, ALWAYS.to));
    let ended = plan.ended.iter().map(|place| (*place, ALWAYS.from, eve));
    let lives: Vec<(PlaceId, Date, Date)> = begun.chain(ended).collect();
    let bind_life = |query: Query, (place, from, to): &(PlaceId, Date, Date)| {
        query.bind(place.0).bind(from.to_string()).bind(to.to_string())
    };
    LIFE_ROWS.write(tx, &lives, bind_life).await?;
    const FORMER_ROWS: Rows =
        Rows { head: "INSERT INTO place_before (place_id, to_day, name, population)", columns: 4, tail: "" };
    let bind_former = |query: Query, former: &Former| {
        let query = query.bind(former.place.0).bind(former.to.to_string());
        query.bind(former.name.as_str()).bind(former.population)
    };
    FORMER_ROWS.write(tx, &plan.former, bind_former).await?;
    const SUCCESSOR_ROWS: Rows =
        Rows { head: "INSERT INTO place_successor (place_id, successor_id, from_day)", columns: 3, tail: "" };
    let bind_successor = |query: Query, (place, successor): &(PlaceId, PlaceId)| {
        query.bind(place.0).bind(successor.0).bind(plan.from.to_string())
    };
    SUCCESSOR_ROWS.write(tx, &plan.successors, bind_successor).await?;
    Ok(())
}
