//! Approved counts of each place of a level: what is given to other systems.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ViewError;
use super::super::question::Question;
use super::months;
use crate::base::{Period, PlaceId};
use crate::closing::{approves, closed_by};
use crate::programme::InForce;
use crate::rollup::Counts;
use crate::store::closing::Level;
use crate::store::{self, Tx};

/// A place whose every month of the period was approved.
#[derive(Clone, Debug, Default)]
pub struct ClosedPlace {
    /// Its approved counts.
    pub counts: Counts,
}

/// The approved counts of each place of `level` in the question's area that has all months of the period approved.
///
/// # Errors
/// What the store says.
pub async fn closed_by_place(
    tx: &mut Tx,
    in_force: &InForce,
    question: &Question,
    level: &str,
) -> Result<BTreeMap<PlaceId, ClosedPlace>, ViewError> {
    let (pack, tree, day) = (&in_force.pack, &in_force.tree, question.period.last());
    let months = months(pack, question);
    // A commune's figures are parts of what its cercle approved.
    let is_parts = !approves(pack, level);
    let closing_level = match pack.depth(level) {
        Some(depth) if is_parts => depth.checked_sub(1).and_then(|above| pack.levels.get(above)),
        Some(depth) => pack.levels.get(depth),
        None => None,
    };
    let closing_level = closing_level.filter(|above| approves(pack, &above.id)).map(|above| above.id.as_str());
    let Some(closing_level) = closing_level.filter(|_| !months.is_empty()) else { return Ok(BTreeMap::new()) };
    let names: Vec<String> = months.iter().map(Period::name).collect();
    let standing = store::closing::at_level(tx, closing_level, &names).await?;
    if standing.is_empty() {
        return Ok(BTreeMap::new());
    }
    let standing: BTreeSet<(PlaceId, String)> =
        standing.into_iter().map(|closing| (closing.place, closing.period)).collect();
    let is_closed = |place: PlaceId, month: &Period| {
        closed_by(pack, tree, place, month.last()).is_some_and(|by| standing.contains(&(by, month.name())))
    };
    let area = question.place.id;
    let places = tree.all().filter(|place| place.level == level && tree.lies_in(place.id, area, day));
    let closed = places.filter(|place| months.iter().all(|month| is_closed(place.id, month)));
    let mut found: BTreeMap<PlaceId, ClosedPlace> = closed.map(|place| (place.id, ClosedPlace::default())).collect();
    let scope = Level { area, day, level: closing_level, is_parts, months: &names };
    for (place, by_period) in store::closing::sums_at_level(tx, &scope).await? {
        let Some(known) = found.get_mut(&place) else { continue };
        for (indicator, count) in by_period.into_values().flatten() {
            *known.counts.entry(indicator).or_default() += count;
        }
    }
    Ok(found)
}
