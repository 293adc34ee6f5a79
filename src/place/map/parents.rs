//! Under what every place of a new map lies: as its file says, and on the days it is not there, in the lowest area that holds
//! all it became or came from.

use std::collections::HashMap;

use super::{MapPlan, onwards};
use crate::base::PlaceId;
use crate::place::file::LEVELS_MAX;
use crate::place::{ALWAYS, Parent, Span, Tree};

/// Every parent the plan names.
pub(super) fn of(plan: &MapPlan, tree: &Tree) -> Vec<Parent> {
    let eve = plan.from.yesterday().unwrap_or(plan.from);
    let by_code: HashMap<(String, String), PlaceId> =
        plan.begun.iter().chain(&plan.going_on).map(|mapped| (mapped.row.coded(), mapped.id)).collect();
    let above_now: HashMap<PlaceId, PlaceId> = plan
        .begun
        .iter()
        .chain(&plan.going_on)
        .filter_map(|mapped| Some((mapped.id, *by_code.get(&mapped.row.above()?)?)))
        .collect();
    let mut parents: Vec<Parent> = above_now
        .iter()
        .map(|(place, parent)| Parent { place: *place, parent: *parent, span: onwards(plan.from) })
        .collect();
    let now = |place: PlaceId| above_now.get(&place).copied();
    let before = |place: PlaceId| tree.parent(place, eve).map(|parent| parent.id);
    let (mut became, mut came_from): (HashMap<PlaceId, Vec<PlaceId>>, HashMap<PlaceId, Vec<PlaceId>>) =
        Default::default();
    for (old, new) in &plan.successors {
        became.entry(*old).or_default().push(*new);
        came_from.entry(*new).or_default().push(*old);
    }
    for place in &plan.ended {
        let parent = match became.get(place) {
            Some(successors) => around(successors, now),
            None => way(*place, before)
                .into_iter()
                .skip(1)
                .find(|above| above_now.contains_key(above) || is_top(plan, *above)),
        };
        parents.extend(parent.map(|parent| Parent { place: *place, parent, span: onwards(plan.from) }));
    }
    for mapped in &plan.begun {
        let is_old = |place: &PlaceId| tree.exists(*place, eve) && tree.get(*place).is_some();
        let parent = match came_from.get(&mapped.id) {
            Some(origins) => around(origins, before),
            None => way(mapped.id, now).into_iter().skip(1).find(is_old),
        };
        let span = Span { from: ALWAYS.from, to: eve };
        parents.extend(parent.map(|parent| Parent { place: mapped.id, parent, span }));
    }
    parents.sort_by_key(|parent| (parent.place, parent.span.from));
    parents
}

fn is_top(plan: &MapPlan, place: PlaceId) -> bool {
    plan.going_on.iter().any(|mapped| mapped.id == place && mapped.row.parent.is_none())
}

/// From a place itself up.
fn way(place: PlaceId, above: impl Fn(PlaceId) -> Option<PlaceId>) -> Vec<PlaceId> {
    let mut way = vec![place];
    while let Some(parent) = way.last().and_then(|last| above(*last)) {
        if way.len() > LEVELS_MAX {
            break;
        }
        way.push(parent);
    }
    way
}

/// The lowest place above all of these.
fn around(places: &[PlaceId], above: impl Fn(PlaceId) -> Option<PlaceId>) -> Option<PlaceId> {
    let mut ways = places.iter().map(|place| way(*place, &above).split_off(1));
    let first = ways.next()?;
    let others: Vec<Vec<PlaceId>> = ways.collect();
    first.into_iter().find(|place| others.iter().all(|way| way.contains(place)))
}
