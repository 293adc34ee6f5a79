//! A new administrative map beside the old: which places go on, which end, which begin, and under what each of them lies.
//!
//! Decides; writes nothing. A place goes on only where the file of successors says so, never by an equal code or name. No place
//! is left without an area on any day: one that ended lies, from then on, in the lowest area that holds all its successors,
//! and one that is new lay, before, in the lowest that held all it came from. So whatever is reported about them, early, late
//! or by mistake, is part of every total above, and the country's figures are the same before and after.

mod links;
mod parents;
mod successors;

use std::collections::{HashMap, HashSet};

use super::file::{self, Lined, PlaceRow, RowFault};
use super::{Former, Parent, Span, Tree};
use crate::base::table::Table;
use crate::base::{Date, PlaceId};

pub use successors::COLUMNS as SUCCESSOR_COLUMNS;

/// Most faults that are listed of one import; further ones are counted.
pub const FAULTS_LISTED_MAX: usize = 1_000;

/// The file a fault stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MapFile {
    /// The places.
    Places,
    /// The successors.
    Successors,
}

/// A fault and its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapFault {
    /// Which file.
    pub file: MapFile,
    /// What.
    pub fault: RowFault,
}

/// The two files and the first day of the map.
#[derive(Clone, Copy, Debug)]
pub struct NewMap<'a> {
    /// The places.
    pub places: &'a Table,
    /// What became of those of the map before.
    pub successors: &'a Table,
    /// The first day the new map is in force.
    pub from: Date,
}

/// A place of the new map.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped {
    /// Our own id: a known one, or the next.
    pub id: PlaceId,
    /// Its row.
    pub row: PlaceRow,
    /// True where the store does not know its code yet.
    pub has_new_code: bool,
}

/// What a new map does.
#[derive(Clone, Debug, Default)]
pub struct MapPlan {
    /// Vintage of its new codes.
    pub vintage: String,
    /// Its first day.
    pub from: Date,
    /// Places that begin.
    pub begun: Vec<Mapped>,
    /// Places that go on, as they are called from now on.
    pub going_on: Vec<Mapped>,
    /// What those were called before that are called or counted otherwise now.
    pub former: Vec<Former>,
    /// Places that end on the day before.
    pub ended: Vec<PlaceId>,
    /// What became of places that ended, or gave a part away.
    pub successors: Vec<(PlaceId, PlaceId)>,
    /// Where everything lies from now on, and where what is new lay before.
    pub parents: Vec<Parent>,
}

impl MapPlan {
    /// The places that ended and are one other place now, with that.
    pub fn moves(&self) -> HashMap<PlaceId, PlaceId> {
        let mut successors: HashMap<PlaceId, Vec<PlaceId>> = HashMap::new();
        for (place, successor) in &self.successors {
            successors.entry(*place).or_default().push(*successor);
        }
        let ended: HashSet<PlaceId> = self.ended.iter().copied().collect();
        let only = |(place, all): (PlaceId, Vec<PlaceId>)| match all.as_slice() {
            [only] if ended.contains(&place) => Some((place, *only)),
            _ => None,
        };
        successors.into_iter().filter_map(only).collect()
    }
}

/// Reads both files and compares them with the places known so far. `levels` are those of the pack, from the country down.
///
/// # Errors
/// Every faulty row of both files.
pub fn plan(new: NewMap<'_>, levels: &[&str], tree: &Tree) -> Result<MapPlan, Vec<MapFault>> {
    let of = |file: MapFile| move |fault: RowFault| MapFault { file, fault };
    let (rows, faults) = file::rows(new.places, levels);
    let mut faults: Vec<MapFault> = faults.into_iter().map(of(MapFile::Places)).collect();
    faults.extend(file::tree_faults(&rows, levels).into_iter().map(|fault| hinted(fault, &rows, tree)));
    let (successors, own) = successors::read(new.successors);
    faults.extend(own.into_iter().map(of(MapFile::Successors)));
    let links = links::Links::of(&rows, &successors, new.from, tree, &mut faults);
    let vintage = vintage(&rows, new.from, levels, tree, &mut faults);
    if !faults.is_empty() {
        faults.sort_by_key(|fault| (fault.file, fault.fault.line));
        return Err(faults);
    }
    Ok(links.plan(rows, vintage, new.from, tree))
}

/// A parent that is not in the file, but is a code of another vintage, is told as such.
fn hinted(mut fault: RowFault, rows: &[Lined], tree: &Tree) -> MapFault {
    let at = rows.binary_search_by_key(&fault.line, |(line, _)| *line).ok();
    let row = at.map(|at| &rows[at].1);
    if let Some(parent) = row.filter(|_| fault.reason.ends_with("not in the file")).and_then(|row| row.parent.as_ref())
        && let Some(told) = links::elsewhere(tree, parent)
    {
        fault.reason = format!("{}; {told}: a parent of another vintage stands in parent_vintage too", fault.reason);
    }
    MapFault { file: MapFile::Places, fault }
}

/// The one vintage that is new, and that the country goes on and maps follow each other.
fn vintage(rows: &[Lined], from: Date, levels: &[&str], tree: &Tree, faults: &mut Vec<MapFault>) -> String {
    let mut fault = |file: MapFile, line: usize, reason: String| {
        faults.push(MapFault { file, fault: RowFault::row(line, reason) });
    };
    if let Some(last) = tree.maps().last().filter(|last| last.from >= from) {
        let reason =
            format!("the map of {} is in force from {}: a further one must begin later", last.vintage, last.from);
        fault(MapFile::Places, 0, reason);
    }
    let tops: Vec<usize> =
        rows.iter().filter(|(_, row)| levels.first() == Some(&row.level.as_str())).map(|top| top.0).collect();
    match tops.as_slice() {
        [] => fault(MapFile::Places, 0, format!("there is no {} above all others", levels.first().unwrap_or(&"place"))),
        [_] => {}
        [_, others @ ..] => {
            for line in others {
                fault(MapFile::Places, *line, "only one place stands above all others".to_owned());
            }
        }
    }
    let mut vintages: Vec<&str> = Vec::new();
    for (line, row) in rows.iter().filter(|(_, row)| tree.coded(&row.vintage, &row.code).is_none()) {
        if tree.has_vintage(&row.vintage) {
            let reason =
                format!("{} is no code of vintage {}, which is known: a new map brings its own", row.code, row.vintage);
            fault(MapFile::Places, *line, reason);
        } else if !vintages.contains(&row.vintage.as_str()) {
            if let [first] = vintages.as_slice() {
                let reason = format!("vintage {} beside {first}: new codes are of one vintage", row.vintage);
                fault(MapFile::Places, *line, reason);
            }
            vintages.push(&row.vintage);
        }
    }
    let latest = || rows.iter().map(|(_, row)| row.vintage.as_str()).max();
    vintages.first().copied().or_else(latest).unwrap_or_default().to_owned()
}

/// A span that begins on `from` and does not end.
fn onwards(from: Date) -> Span {
    Span { from, to: super::ALWAYS.to }
}

#[cfg(test)]
mod tests;
