//! Bringing in a new administrative map beside the old, in one transaction: all of it, with what follows for the people
//! of places that end, or nothing.

use std::collections::HashMap;

use crate::base::table::{Table, TableError};
use crate::base::{Date, PlaceId};
use crate::place::Tree;
use crate::place::file::RowFault;
use crate::place::map::{self, MapFault, MapFile, MapPlan, NewMap};
use crate::programme::Programme;
use crate::store::audit::{self, Action, Actor, Entry};
use crate::store::{self, StoreError, Tx};

/// A map may begin so many days from now at most: further on it is a slip of the year.
pub const DAYS_AHEAD_MAX: i64 = 400;

/// What the import of a map did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapImported {
    /// Places that are new.
    pub begun: usize,
    /// Places that go on.
    pub going_on: usize,
    /// Places that end on the day before.
    pub ended: usize,
    /// People who were moved with their place, which is one other place now.
    pub moved: usize,
    /// Places whose people somebody has to move, or look at.
    pub left: Vec<PlaceLeft>,
    /// Reports about the map's first day or later that were counted by the map before: they stay where they are.
    pub reported_since: i64,
}

/// A place that ended, or gave a part away, and people who stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceLeft {
    /// Code and name.
    pub place: String,
    /// True where it is no more.
    pub has_ended: bool,
    /// How many people stand there from the map's first day on.
    pub people: usize,
    /// Codes and names of what it became, or gave a part to.
    pub successors: Vec<String>,
}

/// Why a map was not brought in. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// One of the files is no table.
    #[error("{1}")]
    Table(MapFile, TableError),
    /// Every faulty row of both files.
    #[error("{} faulty rows", .0.len())]
    Rows(Vec<MapFault>),
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The two files as they are on disk, and the map's first day.
#[derive(Clone, Copy, Debug)]
pub struct MapFiles<'a> {
    /// The places, CSV or XLSX.
    pub places: &'a [u8],
    /// The successors, CSV or XLSX.
    pub successors: &'a [u8],
    /// The first day the map is in force.
    pub from: Date,
}

/// Brings a map in; with `is_dry_run` only says what it would do, faults included.
///
/// # Errors
/// [`MapError`].
pub async fn import_map(
    programme: &Programme,
    files: MapFiles<'_>,
    actor: Actor,
    is_dry_run: bool,
) -> Result<MapImported, MapError> {
    let table = |file, bytes| Table::read(bytes).map_err(|error| MapError::Table(file, error));
    let (places, successors) = (table(MapFile::Places, files.places)?, table(MapFile::Successors, files.successors)?);
    let (in_force, today, now) = (programme.in_force(), programme.today(), programme.environment.now());
    let levels: Vec<&str> = in_force.pack.levels.iter().map(|level| level.id.as_str()).collect();
    let mut tx = if is_dry_run { programme.store.reader().await? } else { programme.store.begin().await? };
    // Not the tree in force: another server may have brought a map in a moment ago.
    let tree = store::place::load(&mut tx, &in_force.pack.place_vintage).await?;
    let new = NewMap { places: &places, successors: &successors, from: files.from };
    let reports = store::report::days_since(&mut tx, files.from).await?;
    let day = day_fault(files.from, today, reports.first);
    let plan = match (map::plan(new, &levels, &tree), day) {
        (Ok(plan), None) => plan,
        (planned, day) => {
            let rows = planned.err().unwrap_or_default();
            return Err(MapError::Rows(day.into_iter().chain(rows).collect()));
        }
    };
    let mut imported = MapImported {
        begun: plan.begun.len(),
        going_on: plan.going_on.len(),
        ended: plan.ended.len(),
        moved: 0,
        left: left(&mut tx, &plan, &tree).await?,
        reported_since: reports.since,
    };
    if is_dry_run {
        for place in plan.moves().keys() {
            imported.moved += store::person::standing_at(&mut tx, *place, plan.from).await?.len();
        }
        return Ok(imported);
    }
    imported.moved = store::place::redraw(&mut tx, &plan, now, today).await?.moved;
    let detail = format!(
        "map of {} from {}: {} places begin, {} go on, {} end, {} people moved",
        plan.vintage, plan.from, imported.begun, imported.going_on, imported.ended, imported.moved
    );
    audit::append(&mut tx, &Entry { at: now, actor, action: Action::Import, subject: "places", detail: &detail })
        .await?;
    tx.commit().await?;
    if let Err(error) = programme.refresh_places().await {
        tracing::warn!(%error, "the map is in, and will be seen with the next look");
    }
    Ok(imported)
}

/// What is wrong with the first day of a map, by the day it is and the day of the first report.
fn day_fault(from: Date, today: Date, first_report: Option<Date>) -> Option<MapFault> {
    let furthest = today.checked_add(jiff::Span::new().days(DAYS_AHEAD_MAX)).unwrap_or(today);
    let reason = match first_report {
        _ if from > furthest => format!("{from} is more than {DAYS_AHEAD_MAX} days ahead"),
        Some(first) if from <= first => {
            format!(
                "{from} is not after the first report, which is of {first}: nothing would be left to the map before"
            )
        }
        _ => return None,
    };
    Some(MapFault { file: MapFile::Places, fault: RowFault::row(0, reason) })
}

/// The places whose people are not moved by the map itself, by code.
async fn left(tx: &mut Tx, plan: &MapPlan, tree: &Tree) -> Result<Vec<PlaceLeft>, StoreError> {
    let moves = plan.moves();
    let begun: HashMap<PlaceId, String> = plan
        .begun
        .iter()
        .map(|mapped| (mapped.id, format!("{}:{} ({})", mapped.row.vintage, mapped.row.code, mapped.row.name)))
        .collect();
    let known = |place: PlaceId| tree.get(place).map(|place| format!("{} ({})", place.code, place.name));
    let told = |place: PlaceId| begun.get(&place).cloned().or_else(|| known(place)).unwrap_or_default();
    let mut from: Vec<PlaceId> = plan.ended.clone();
    from.extend(plan.successors.iter().map(|(place, _)| *place));
    from.sort();
    from.dedup();
    let mut left = Vec::new();
    for place in from.into_iter().filter(|place| !moves.contains_key(place)) {
        let people = store::person::standing_at(tx, place, plan.from).await?.len();
        if people > 0 {
            let successors = plan.successors.iter().filter(|(old, _)| *old == place).map(|(_, new)| told(*new));
            let has_ended = plan.ended.contains(&place);
            left.push(PlaceLeft { place: told(place), has_ended, people, successors: successors.collect() });
        }
    }
    left.sort_by(|one, other| one.place.cmp(&other.place));
    Ok(left)
}
