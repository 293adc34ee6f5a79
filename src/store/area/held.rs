//! Sums of areas, counts of single places, and which places reported, as they were last read, kept in memory: what did not
//! move since is not read again.
//!
//! Each has a generation in each period, which grows with everything that moves; a question reads the generations in its
//! own state of the database, so what it is given is what it would have read. Never kept by a transaction that writes.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::base::{Date, PlaceId};
use crate::store::limits::{HELD_AREAS, HELD_BYTES_MAX, HELD_PLACES_BYTES_MAX, HELD_QUESTIONS};

/// Which sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::store) enum Kind {
    Counts,
    Receptions,
}

/// Where sums stand: those of an area, or the counts of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Of {
    Area,
    Place,
}

pub(super) type Key = (Of, i64, String, Kind);

/// The sums of one area in one period, in the order of their items.
#[derive(Debug)]
pub(in crate::store) struct Held {
    generation: i64,
    items: Box<[(Arc<str>, usize)]>,
    rows: Box<[Row]>,
}

/// One sum.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::store) struct Row {
    pub network: Arc<str>,
    pub role: Arc<str>,
    /// The day of a reception; `None` for a count.
    pub received_on: Option<Date>,
    pub value: i64,
}

impl Held {
    /// Every item with its rows.
    pub fn items(&self) -> impl Iterator<Item = (&Arc<str>, &[Row])> {
        let ends = self.items.iter().skip(1).map(|(_, first)| *first).chain([self.rows.len()]);
        self.items.iter().zip(ends).map(|((name, first), end)| (name, &self.rows[*first..end]))
    }

    fn bytes(&self) -> usize {
        size_of::<Held>() + self.items.len() * size_of::<(Arc<str>, usize)>() + self.rows.len() * size_of::<Row>()
    }
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<Held>> for ByBytes {
    fn weight(&self, key: &Key, held: &Arc<Held>) -> u64 {
        (held.bytes() + size_of::<Key>() + key.2.len()) as u64
    }
}

/// The state of an area ([`super::state`]), and the places that reported in it.
type HeldPlaces = (String, Arc<BTreeSet<PlaceId>>);

impl Weighter<String, HeldPlaces> for ByBytes {
    fn weight(&self, asked: &String, (state, places): &HeldPlaces) -> u64 {
        // Nodes of a set are half empty at worst.
        (asked.len() + state.len() + size_of::<HeldPlaces>() + places.len() * 2 * size_of::<PlaceId>()) as u64
    }
}

/// What is kept, of one database. It holds at most [`HELD_BYTES_MAX`] and [`HELD_PLACES_BYTES_MAX`]; what was not asked for
/// longest goes first.
pub(in crate::store) struct HeldSums {
    cache: Cache<Key, Arc<Held>, ByBytes>,
    places: Cache<String, HeldPlaces, ByBytes>,
    /// Names of items, networks and roles, each once.
    names: Mutex<HashSet<Arc<str>>>,
}

impl HeldSums {
    /// Nothing yet.
    pub fn new() -> HeldSums {
        HeldSums {
            cache: Cache::with_weighter(HELD_AREAS, HELD_BYTES_MAX, ByBytes),
            places: Cache::with_weighter(HELD_QUESTIONS, HELD_PLACES_BYTES_MAX, ByBytes),
            names: Mutex::default(),
        }
    }

    /// The places that answer a question, where the area is still in this state.
    pub(in crate::store) fn places(&self, asked: &str, state: &str) -> Option<Arc<BTreeSet<PlaceId>>> {
        self.places.get(asked).filter(|(known, _)| known == state).map(|(_, places)| places)
    }

    /// Holds places.
    pub(in crate::store) fn insert_places(&self, asked: String, state: String, places: Arc<BTreeSet<PlaceId>>) {
        self.places.insert(asked, (state, places));
    }

    /// The sums of this key, where they are still of this generation.
    pub(super) fn get(&self, key: &Key, generation: i64) -> Option<Arc<Held>> {
        self.cache.get(key).filter(|held| held.generation == generation)
    }

    /// Holds sums.
    pub(super) fn insert(&self, key: Key, sums: Arc<Held>) {
        self.cache.insert(key, sums);
    }

    /// Sums as they are read: a line for each, of item, network, role, day and sum. `None` for what is none.
    pub(super) fn of(&self, generation: i64, text: &str) -> Option<Held> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let mut name = |text: &str| match names.get(text) {
            Some(known) => Arc::clone(known),
            None => {
                let new: Arc<str> = text.into();
                names.insert(Arc::clone(&new));
                new
            }
        };
        let mut lines: Vec<&str> = text.lines().collect();
        // Item, network, role and day are the beginning of each line.
        lines.sort_unstable();
        let (mut items, mut rows) = (Vec::<(Arc<str>, usize)>::new(), Vec::with_capacity(lines.len()));
        for line in lines {
            let mut columns = line.split('\t');
            let (item, network, role) = (columns.next()?, columns.next()?, columns.next()?);
            let (day, value) = (columns.next()?, columns.next()?.parse().ok()?);
            let received_on = if day.is_empty() { None } else { Some(day.parse().ok()?) };
            if items.last().is_none_or(|(last, _)| **last != *item) {
                items.push((name(item), rows.len()));
            }
            rows.push(Row { network: name(network), role: name(role), received_on, value });
        }
        Some(Held { generation, items: items.into(), rows: rows.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_held_by_item_in_any_order_they_are_read() {
        let sums = HeldSums::new();
        let text = "dep.sam\tcps\tasc\t\t-2\ndep.mam\tfelascom\tasc\t\t5\ndep.mam\tcps\tasc\t\t4";
        let held = sums.of(7, text).expect("reads");
        let shown: Vec<(&str, Vec<(&str, i64)>)> = held
            .items()
            .map(|(item, rows)| (item.as_ref(), rows.iter().map(|row| (row.network.as_ref(), row.value)).collect()))
            .collect();
        assert_eq!(shown, [("dep.mam", vec![("cps", 4), ("felascom", 5)]), ("dep.sam", vec![("cps", -2)])]);
        assert_eq!(held.generation, 7);
        assert!(sums.of(1, "").expect("nothing is something").items().next().is_none());
        for broken in ["dep.mam", "dep.mam\tcps\tasc\t\tmany", "dep/report/\tcps\tasc\tyesterday\t1"] {
            assert!(sums.of(1, broken).is_none(), "{broken}");
        }
    }
}
