//! The arrows from the old map to the new one: each checked against both, and which of them are one and the same place.

use std::collections::{HashMap, HashSet};

use super::successors::{Coded, SuccessorRow};
use super::{MapFault, MapFile, MapPlan, Mapped};
use crate::base::{Date, PlaceId};
use crate::place::file::{Lined, RowFault};
use crate::place::{Former, Place, Tree};

/// An arrow: an old place and the row of a new one.
struct Link {
    line: usize,
    old: PlaceId,
    /// Where its row stands among the rows.
    row: usize,
    continues: Option<bool>,
}

/// What became of the old places, and where the new ones come from.
pub(super) struct Links {
    /// For each row the old place that it still is.
    same: Vec<Option<PlaceId>>,
    /// Old place and row, where they are not the same.
    arrows: Vec<(PlaceId, usize)>,
    /// Old places that end.
    ended: Vec<PlaceId>,
}

/// Says of a code that is not known in the vintage it was given in, which vintage knows it.
pub(super) fn elsewhere(tree: &Tree, code: &str) -> Option<String> {
    let place = tree.by_code(&code.to_uppercase())?;
    let (vintage, code) = tree.codes(place.id).iter().find(|(_, own)| own.eq_ignore_ascii_case(code))?;
    Some(format!("{code} of vintage {vintage} is {}, a {}", place.name, place.level))
}

/// What is looked up while arrows are checked, and the faults found.
struct Checking<'a> {
    rows: &'a [Lined],
    by_code: HashMap<Coded, usize>,
    tree: &'a Tree,
    eve: Date,
    /// Old places that end without a successor, and rows that come from none.
    alone: (HashSet<PlaceId>, HashSet<usize>),
    faults: &'a mut Vec<MapFault>,
}

impl Checking<'_> {
    fn fault(&mut self, line: usize, column: &'static str, reason: String) {
        self.faults.push(MapFault { file: MapFile::Successors, fault: RowFault { line, column, reason } });
    }

    fn row_fault(&mut self, row: usize, reason: String) {
        let fault = RowFault::row(self.rows[row].0, reason);
        self.faults.push(MapFault { file: MapFile::Places, fault });
    }

    fn old_place(&mut self, line: usize, (vintage, code): &Coded) -> Option<PlaceId> {
        let Some(place) = self.tree.coded(vintage, code) else {
            let hint = elsewhere(self.tree, code).map_or_else(String::new, |told| format!("; {told}"));
            self.fault(line, "old_code", format!("{code} is no place of vintage {vintage}{hint}"));
            return None;
        };
        if !self.tree.exists(place, self.eve) {
            let reason = format!("{code} of vintage {vintage} is not on the map of {}", self.eve);
            self.fault(line, "old_code", reason);
            return None;
        }
        Some(place)
    }

    fn new_row(&mut self, line: usize, coded: &Coded) -> Option<usize> {
        let row = self.by_code.get(coded).copied();
        if row.is_none() {
            let (vintage, code) = coded;
            self.fault(line, "new_code", format!("{code} of vintage {vintage} is not in the file of places"));
        }
        row
    }

    fn link(&mut self, successor: &SuccessorRow) -> Option<Link> {
        let line = successor.line;
        let old = match &successor.old {
            None => None,
            Some(coded) => Some(self.old_place(line, coded)?),
        };
        let row = match &successor.new {
            None => None,
            Some(coded) => Some(self.new_row(line, coded)?),
        };
        let is_first = match (old, row) {
            (Some(old), Some(row)) => return Some(Link { line, old, row, continues: successor.continues }),
            (Some(old), None) => self.alone.0.insert(old),
            (None, Some(row)) => self.alone.1.insert(row),
            (None, None) => true,
        };
        if !is_first {
            self.fault(line, "", "the same is said twice".to_owned());
        }
        None
    }

    /// Rows whose code is known already are that place, without a row of their own.
    fn known_rows(&mut self, links: &mut Vec<Link>) {
        let mut said: HashSet<(PlaceId, usize)> = links.iter().map(|link| (link.old, link.row)).collect();
        for at in 0..self.rows.len() {
            let (line, row) = &self.rows[at];
            let Some(place) = self.tree.coded(&row.vintage, &row.code) else { continue };
            if !self.tree.exists(place, self.eve) {
                self.row_fault(
                    at,
                    format!("{} of vintage {} is not on the map of {}", row.code, row.vintage, self.eve),
                );
            } else if said.insert((place, at)) {
                links.push(Link { line: *line, old: place, row: at, continues: Some(true) });
            }
            for link in links.iter_mut().filter(|link| (link.old, link.row) == (place, at)) {
                link.continues = Some(true);
            }
        }
    }

    fn level_of(&self, place: PlaceId) -> &str {
        self.tree.get(place).map_or("", |place| place.level.as_str())
    }

    /// What contradicts itself among the arrows: said twice, of two levels, beside an end.
    fn contradictions(&mut self, links: &[Link]) {
        let mut seen = HashSet::new();
        for link in links {
            if !seen.insert((link.old, link.row)) {
                self.fault(link.line, "", "the same is said twice".to_owned());
            }
            let (old, new) = (self.level_of(link.old).to_owned(), self.rows[link.row].1.level.clone());
            if old != new {
                let reason = format!(
                    "a {old} does not become a {new}: let it end (without a new code) and the {new} begin (without an old one)"
                );
                self.fault(link.line, "new_code", reason);
            }
            if self.alone.0.contains(&link.old) {
                self.fault(link.line, "old_code", "another row says that it ends without a successor".to_owned());
            }
            if self.alone.1.contains(&link.row) {
                self.fault(link.line, "new_code", "another row says that it comes from none".to_owned());
            }
        }
    }

    /// Every old place has a row, and every new one.
    fn left_out(&mut self, links: &[Link]) {
        let mut old: HashSet<PlaceId> = links.iter().map(|link| link.old).collect();
        old.extend(&self.alone.0);
        let (tree, eve) = (self.tree, self.eve);
        let is_left_out = |place: &&Place| !old.contains(&place.id) && tree.exists(place.id, eve);
        let mut places: Vec<&Place> = tree.all().filter(is_left_out).collect();
        places.sort_by(|one, other| one.code.cmp(&other.code));
        for place in places {
            let (vintage, code) = tree.codes(place.id).first().cloned().unwrap_or_default();
            let reason = format!(
                "{code} of vintage {vintage} ({}, a {}) has no row: say which place follows it, or leave the new code empty where it ends",
                place.name, place.level
            );
            self.fault(0, "", reason);
        }
        let new: HashSet<usize> = links.iter().map(|link| link.row).chain(self.alone.1.iter().copied()).collect();
        for row in (0..self.rows.len()).filter(|row| !new.contains(row)) {
            let reason = "no row of the successors leads here: say what it comes from, or leave the old code empty where it comes from none";
            self.row_fault(row, reason.to_owned());
        }
    }

    /// For each row the old place it still is.
    fn same(&mut self, links: &[Link]) -> Vec<Option<PlaceId>> {
        let (mut of_old, mut of_row) = (HashMap::new(), HashMap::new());
        for link in links {
            *of_old.entry(link.old).or_insert(0) += 1;
            *of_row.entry(link.row).or_insert(0) += 1;
        }
        let is_alone = |link: &Link| of_old[&link.old] == 1 && of_row[&link.row] == 1;
        let (mut same, mut gone_on) = (vec![None; self.rows.len()], HashSet::new());
        for link in links.iter().filter(|link| link.continues.unwrap_or_else(|| is_alone(link))) {
            if same[link.row].is_some() || !gone_on.insert(link.old) {
                self.fault(
                    link.line,
                    "continues",
                    "a place goes on as one place only, and a place is one old place only".to_owned(),
                );
            }
            same[link.row] = Some(link.old);
        }
        same
    }
}

impl Links {
    /// Reads the arrows; what is wrong with them goes to `faults`.
    pub fn of(
        rows: &[Lined],
        successors: &[SuccessorRow],
        from: Date,
        tree: &Tree,
        faults: &mut Vec<MapFault>,
    ) -> Links {
        let by_code = rows.iter().enumerate().map(|(at, (_, row))| (row.coded(), at)).collect();
        let eve = from.yesterday().unwrap_or(from);
        let mut checking = Checking { rows, by_code, tree, eve, alone: Default::default(), faults };
        let mut links: Vec<Link> = successors.iter().filter_map(|row| checking.link(row)).collect();
        checking.known_rows(&mut links);
        checking.contradictions(&links);
        checking.left_out(&links);
        let same = checking.same(&links);
        let gone_on: HashSet<PlaceId> = same.iter().flatten().copied().collect();
        let arrows = links.iter().filter(|link| same[link.row] != Some(link.old)).map(|link| (link.old, link.row));
        let old = links.iter().map(|link| link.old).chain(checking.alone.0.iter().copied());
        let mut ended: Vec<PlaceId> = old.filter(|place| !gone_on.contains(place)).collect();
        ended.sort();
        ended.dedup();
        for place in ended.iter().filter(|place| tree.parent(**place, eve).is_none()) {
            let name = tree.get(*place).map_or("", |place| place.name.as_str());
            checking.fault(0, "", format!("{name} stands above all others and must go on"));
        }
        Links { arrows: arrows.collect(), same, ended }
    }

    /// What is to be done.
    pub fn plan(self, rows: Vec<Lined>, vintage: String, from: Date, tree: &Tree) -> MapPlan {
        let mut last = tree.all().map(|place| place.id.0).max().unwrap_or(0);
        let mut plan = MapPlan { vintage, from, ended: self.ended, ..MapPlan::default() };
        let mut ids = Vec::with_capacity(rows.len());
        let eve = from.yesterday().unwrap_or(from);
        for (same, (_, row)) in self.same.iter().zip(rows) {
            let has_new_code = tree.coded(&row.vintage, &row.code).is_none();
            let id = same.unwrap_or_else(|| {
                last += 1;
                PlaceId(last)
            });
            ids.push(id);
            plan.former.extend(tree.get(id).and_then(|known| former(known, &row.name, row.population, eve)));
            let kept = if same.is_some() { &mut plan.going_on } else { &mut plan.begun };
            kept.push(Mapped { id, row, has_new_code });
        }
        plan.successors = self.arrows.into_iter().map(|(old, row)| (old, ids[row])).collect();
        plan.parents = super::parents::of(&plan, tree);
        plan
    }
}

fn former(known: &Place, name: &str, population: Option<i64>, eve: Date) -> Option<Former> {
    let is_other = known.name != name || known.population != population;
    is_other.then(|| Former { place: known.id, to: eve, name: known.name.clone(), population: known.population })
}
