//! The tree of places in memory: a few thousand rows, read whole and replaced whole.

use std::collections::HashMap;

use super::past::{Known, MapInForce, Past};
use crate::base::{Date, PlaceId};

/// A place or site.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Our own id.
    pub id: PlaceId,
    /// Level id: `country`, `region`, `cercle`, `commune`, `site`.
    pub level: String,
    /// Its name as written.
    pub name: String,
    /// Its name in GSM-7.
    pub sms_name: String,
    /// People living there, where known.
    pub population: Option<i64>,
    /// Degrees north and east of a point in it, where known.
    pub point: Option<(f64, f64)>,
    /// Its code in the vintage that is shown, such as `ML0305`; of another vintage, `2023:ML0305`.
    pub code: String,
}

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// A span without known ends.
pub const ALWAYS: Span = Span { from: Date::constant(1, 1, 1), to: Date::constant(9999, 12, 31) };

impl Span {
    /// True when `day` is in it.
    pub fn holds(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// The days both spans have, if any.
    pub fn shared(&self, other: &Span) -> Option<Span> {
        let shared = Span { from: self.from.max(other.from), to: self.to.min(other.to) };
        (shared.from <= shared.to).then_some(shared)
    }
}

/// A place's parent during a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The place.
    pub place: PlaceId,
    /// The place above it.
    pub parent: PlaceId,
    /// When.
    pub span: Span,
}

/// All places.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    places: HashMap<PlaceId, Place>,
    parents: HashMap<PlaceId, Vec<(PlaceId, Span)>>,
    children: HashMap<PlaceId, Vec<(PlaceId, Span)>>,
    codes: HashMap<String, PlaceId>,
    known: Known,
}

impl Tree {
    /// A tree of `places` under `parents`.
    pub fn new(places: Vec<Place>, parents: &[Parent]) -> Tree {
        let mut tree = Tree::default();
        for place in places {
            tree.codes.insert(place.code.clone(), place.id);
            tree.places.insert(place.id, place);
        }
        for &Parent { place, parent, span } in parents {
            tree.parents.entry(place).or_default().push((parent, span));
            tree.children.entry(parent).or_default().push((place, span));
        }
        let name = |id: &PlaceId| tree.places.get(id).map(|place| crate::base::text::fold(&place.name));
        for children in tree.children.values_mut() {
            children.sort_by_cached_key(|(child, _)| name(child));
        }
        tree
    }

    /// The same tree, knowing also what came before it. A place without a code in the vintage that is shown bears its latest
    /// one, with the vintage before it.
    pub fn remembering(mut self, past: Past) -> Tree {
        self.known = Known::from(past);
        for place in self.places.values_mut().filter(|place| place.code.is_empty()) {
            let latest = self.known.codes(place.id).first();
            place.code =
                latest.map_or_else(|| format!("#{}", place.id.0), |(vintage, code)| format!("{vintage}:{code}"));
        }
        self.codes = self.places.values().map(|place| (place.code.clone(), place.id)).collect();
        self
    }

    /// The place with this id.
    pub fn get(&self, id: PlaceId) -> Option<&Place> {
        self.places.get(&id)
    }

    /// The place with this code: in the vintage that is shown, else as `2017:ML0305`, else of any vintage where that is the
    /// code of one place alone.
    pub fn by_code(&self, code: &str) -> Option<&Place> {
        let id = self.codes.get(code).copied().or_else(|| self.known.typed(code));
        id.and_then(|id| self.places.get(&id))
    }

    /// The place with this code of this vintage.
    pub fn coded(&self, vintage: &str, code: &str) -> Option<PlaceId> {
        self.known.coded(vintage, code)
    }

    /// True when any place bears a code of this vintage.
    pub fn has_vintage(&self, vintage: &str) -> bool {
        self.known.has_vintage(vintage)
    }

    /// Every vintage and code of a place, the latest vintage first.
    pub fn codes(&self, id: PlaceId) -> &[(String, String)] {
        self.known.codes(id)
    }

    /// The days a place is there.
    pub fn life(&self, id: PlaceId) -> Span {
        self.known.life(id)
    }

    /// True when a place is there on `day`.
    pub fn exists(&self, id: PlaceId, day: Date) -> bool {
        self.known.life(id).holds(day)
    }

    /// What became of a place that ended, or gave a part away.
    pub fn successors(&self, id: PlaceId) -> Vec<PlaceId> {
        self.known.successors(id)
    }

    /// The place itself, or what all of it became where it is no more on `day`; itself again where that is several.
    pub fn present(&self, id: PlaceId, day: Date) -> PlaceId {
        let mut id = id;
        // As many maps as there were, at most: no file can name a circle.
        for _ in self.known.maps() {
            match self.known.successors(id).as_slice() {
                [successor] if self.known.life(id).to < day => id = *successor,
                _ => break,
            }
        }
        id
    }

    /// How many people live in a place on `day`, where known.
    pub fn population(&self, id: PlaceId, day: Date) -> Option<i64> {
        let former = self.known.former(id, day);
        former.map_or_else(|| self.get(id).and_then(|place| place.population), |former| former.population)
    }

    /// A place with as many people as lived there on `day`.
    pub fn on(&self, place: &Place, day: Date) -> Place {
        Place { population: self.population(place.id, day), ..place.clone() }
    }

    /// What a place was called before.
    pub fn former_names(&self, id: PlaceId) -> impl Iterator<Item = &str> {
        self.known.former_names(id)
    }

    /// The maps after the first, in the order of their days.
    pub fn maps(&self) -> &[MapInForce] {
        self.known.maps()
    }

    /// Every place, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Place> {
        self.places.values()
    }

    /// True when there are no places yet.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The place without a parent on `day`: the country.
    pub fn root(&self, day: Date) -> Option<&Place> {
        let mut tops = self.places.values().filter(|place| self.parent(place.id, day).is_none());
        tops.next().map(|first| tops.fold(first, |top, other| if other.id < top.id { other } else { top }))
    }

    /// The place above `id` on `day`.
    pub fn parent(&self, id: PlaceId, day: Date) -> Option<&Place> {
        let parents = self.parents.get(&id)?;
        parents.iter().find(|(_, span)| span.holds(day)).and_then(|(parent, _)| self.places.get(parent))
    }

    /// From `id` itself up to the country, on `day`.
    pub fn upwards(&self, id: PlaceId, day: Date) -> Vec<&Place> {
        let mut way: Vec<&Place> = self.places.get(&id).into_iter().collect();
        // Levels are few; the bound keeps a file that names a circle from going round for ever.
        while let Some(parent) = way.last().and_then(|place| self.parent(place.id, day)) {
            if way.len() >= super::file::LEVELS_MAX || way.iter().any(|known| known.id == parent.id) {
                break;
            }
            way.push(parent);
        }
        way
    }

    /// The places right below `id` that are there on `day`, by name.
    pub fn children(&self, id: PlaceId, day: Date) -> Vec<&Place> {
        self.below(id, day).filter(|place| self.exists(place.id, day)).collect()
    }

    /// The places right below `id` that are no more on `day`, or not yet: what is counted about them belongs to it.
    pub fn remains(&self, id: PlaceId, day: Date) -> Vec<&Place> {
        self.below(id, day).filter(|place| !self.exists(place.id, day)).collect()
    }

    fn below(&self, id: PlaceId, day: Date) -> impl Iterator<Item = &Place> {
        let children = self.children.get(&id).into_iter().flatten();
        children.filter(move |(_, span)| span.holds(day)).filter_map(|(child, _)| self.places.get(child))
    }

    /// True when `place` is `area` or lies in it on `day`.
    pub fn lies_in(&self, place: PlaceId, area: PlaceId, day: Date) -> bool {
        self.upwards(place, day).iter().any(|above| above.id == area)
    }

    /// Every (area, place, days) such that the place lies in the area, itself included: what views join. In order; days that
    /// follow each other are one span, whatever way up they come by.
    pub fn closure(&self) -> Vec<(PlaceId, PlaceId, Span)> {
        let mut rows: Vec<(PlaceId, PlaceId, Span)> = Vec::new();
        for &place in self.places.keys() {
            let mut open = vec![(place, ALWAYS, 0)];
            while let Some((area, span, depth)) = open.pop() {
                rows.push((area, place, span));
                if depth >= super::file::LEVELS_MAX {
                    continue;
                }
                for (parent, parent_span) in self.parents.get(&area).into_iter().flatten() {
                    if let Some(shared) = span.shared(parent_span) {
                        open.push((*parent, shared, depth + 1));
                    }
                }
            }
        }
        rows.sort_by_key(|(area, place, span)| (*area, *place, span.from));
        rows.dedup_by(|next, last| {
            let follows = (next.0, next.1) == (last.0, last.1) && last.2.to.tomorrow().ok() == Some(next.2.from);
            if follows {
                last.2.to = next.2.to;
            }
            follows
        });
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn place(id: i64, level: &str, name: &str) -> Place {
        let code = format!("C{id}");
        let (level, name) = (level.to_owned(), name.to_owned());
        Place { id: PlaceId(id), level, sms_name: name.clone(), name, population: None, point: None, code }
    }

    /// A commune that moved from one cercle to another on 1 July 2026.
    fn moved() -> Tree {
        let places = vec![
            place(1, "country", "Mali"),
            place(2, "cercle", "Bla"),
            place(3, "cercle", "Koutiala"),
            place(4, "commune", "Niantaga"),
        ];
        let parent = |place, parent, span| Parent { place: PlaceId(place), parent: PlaceId(parent), span };
        let before = Span { from: ALWAYS.from, to: date(2026, 6, 30) };
        let after = Span { from: date(2026, 7, 1), to: ALWAYS.to };
        Tree::new(places, &[parent(2, 1, ALWAYS), parent(3, 1, ALWAYS), parent(4, 2, before), parent(4, 3, after)])
    }

    #[test]
    fn parents_are_those_of_the_day() {
        let tree = moved();
        let above = |day| tree.upwards(PlaceId(4), day).iter().map(|place| place.name.clone()).collect::<Vec<_>>();
        assert_eq!(above(date(2026, 6, 30)), ["Niantaga", "Bla", "Mali"]);
        assert_eq!(above(date(2026, 7, 1)), ["Niantaga", "Koutiala", "Mali"]);
        assert!(!tree.lies_in(PlaceId(4), PlaceId(2), date(2026, 7, 1)));
        assert_eq!(tree.children(PlaceId(3), date(2026, 6, 1)).len(), 0);
        assert_eq!(tree.root(date(2026, 6, 1)).map(|place| place.id), Some(PlaceId(1)));
    }

    #[test]
    fn the_closure_holds_each_way_up_with_its_days() {
        let closure = moved().closure();
        let of = |area: i64| {
            closure
                .iter()
                .filter(|row| row.0 == PlaceId(area) && row.1 == PlaceId(4))
                .map(|row| row.2)
                .collect::<Vec<_>>()
        };
        assert_eq!(of(4), [ALWAYS]);
        assert_eq!(of(2), [Span { from: ALWAYS.from, to: date(2026, 6, 30) }]);
        assert_eq!(of(1), [ALWAYS], "the country holds it before and after");
    }

    #[test]
    fn a_circle_ends() {
        let places = vec![place(1, "commune", "A"), place(2, "commune", "B")];
        let around = [(1, 2), (2, 1)].map(|(place, parent)| Parent {
            place: PlaceId(place),
            parent: PlaceId(parent),
            span: ALWAYS,
        });
        let tree = Tree::new(places, &around);
        assert_eq!(tree.upwards(PlaceId(1), date(2026, 1, 1)).len(), 2);
        assert!(tree.closure().len() < 100);
    }
}
