//! What is known of places beside the tree: codes of every vintage, the days they were there, what they were called before,
//! and what became of them.
//!
//! Never guesses: all of it comes from the files of new maps.

use std::collections::{HashMap, HashSet};

use crate::base::{Date, PlaceId};
use crate::place::{ALWAYS, Span};

/// What a place was, up to a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// Which.
    pub place: PlaceId,
    /// The last day.
    pub to: Date,
    /// What it was called.
    pub name: String,
    /// How many people lived there, where known.
    pub population: Option<i64>,
}

/// A map that came after the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapInForce {
    /// Its first day.
    pub from: Date,
    /// The vintage of its new codes.
    pub vintage: String,
}

/// All of it, as the store has it.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// Vintage, code, place.
    pub codes: Vec<(String, String, PlaceId)>,
    /// The days of places that were not always there.
    pub lives: HashMap<PlaceId, Span>,
    /// What places were, in the order of days.
    pub former: Vec<Former>,
    /// A place that ended or gave a part away, where that went, and from which day.
    pub successors: Vec<(PlaceId, PlaceId, Date)>,
    /// The maps after the first, in the order of their days.
    pub maps: Vec<MapInForce>,
}

/// The same, to be asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    by_code: HashMap<(String, String), PlaceId>,
    /// By `VINTAGE:CODE` in capitals, as people type it; by the code alone where one place alone bears it.
    typed: HashMap<String, Option<PlaceId>>,
    codes: HashMap<PlaceId, Vec<(String, String)>>,
    vintages: HashSet<String>,
    lives: HashMap<PlaceId, Span>,
    former: HashMap<PlaceId, Vec<Former>>,
    successors: HashMap<PlaceId, Vec<(PlaceId, Date)>>,
    maps: Vec<MapInForce>,
}

impl From<Past> for Known {
    fn from(past: Past) -> Known {
        let mut known = Known { lives: past.lives, maps: past.maps, ..Known::default() };
        for (vintage, code, place) in past.codes {
            known.typed.insert(format!("{vintage}:{code}").to_uppercase(), Some(place));
            let alone = known.typed.entry(code.to_uppercase()).or_insert(Some(place));
            *alone = alone.filter(|first| *first == place);
            known.codes.entry(place).or_default().push((vintage.clone(), code.clone()));
            known.vintages.insert(vintage.clone());
            known.by_code.insert((vintage, code), place);
        }
        for codes in known.codes.values_mut() {
            // The latest vintage first.
            codes.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        }
        for former in past.former {
            known.former.entry(former.place).or_default().push(former);
        }
        for (place, successor, from) in past.successors {
            known.successors.entry(place).or_default().push((successor, from));
        }
        known
    }
}

impl Known {
    pub fn coded(&self, vintage: &str, code: &str) -> Option<PlaceId> {
        self.by_code.get(&(vintage.to_owned(), code.to_owned())).copied()
    }

    pub fn has_vintage(&self, vintage: &str) -> bool {
        self.vintages.contains(vintage)
    }

    pub fn typed(&self, typed: &str) -> Option<PlaceId> {
        self.typed.get(&typed.to_uppercase()).copied().flatten()
    }

    pub fn codes(&self, place: PlaceId) -> &[(String, String)] {
        self.codes.get(&place).map_or(&[], Vec::as_slice)
    }

    pub fn life(&self, place: PlaceId) -> Span {
        self.lives.get(&place).copied().unwrap_or(ALWAYS)
    }

    /// What it was on `day`, where that differs from today.
    pub fn former(&self, place: PlaceId, day: Date) -> Option<&Former> {
        self.former.get(&place)?.iter().find(|former| day <= former.to)
    }

    pub fn former_names(&self, place: PlaceId) -> impl Iterator<Item = &str> {
        self.former.get(&place).into_iter().flatten().map(|former| former.name.as_str())
    }

    /// What it became where it ended; else whatever it gave a part to.
    pub fn successors(&self, place: PlaceId) -> Vec<PlaceId> {
        let last = self.life(place).to;
        let all = self.successors.get(&place).into_iter().flatten();
        all.filter(|(_, from)| last == ALWAYS.to || *from > last).map(|(successor, _)| *successor).collect()
    }

    pub fn maps(&self) -> &[MapInForce] {
        &self.maps
    }
}
