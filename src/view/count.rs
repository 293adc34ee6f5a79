//! The count behind a completeness: groups of people, bodies and arrivals added up by part and by report type.
//!
//! Knows the pack and the tree, never the store: what was read is handed to it group by group.

use std::collections::BTreeSet;

use super::completeness::{Part, Parts};
use super::question::{By, Question};
use super::shown::PlacesReporting;
use crate::base::{Period, PlaceId};
use crate::flow::model::{Body, Flow, Pack};
use crate::place::Tree;
use crate::programme::InForce;
use crate::rollup::{Completeness, due_day, dues, owed};
use crate::store::person::Expected;
use crate::store::received::ReceivedCount;

/// What a flow is owed for.
struct Owing<'a> {
    flow: &'a Flow,
    dues: Vec<Period>,
}

/// The count while groups are added to it.
pub(super) struct Count<'a> {
    pack: &'a Pack,
    tree: &'a Tree,
    question: &'a Question,
    owing: Vec<Owing<'a>>,
    rows: Vec<Period>,
    level: String,
    expected: BTreeSet<PlaceId>,
    reporting: BTreeSet<PlaceId>,
    parts: Parts,
}

impl<'a> Count<'a> {
    /// Nothing counted yet.
    pub fn new(in_force: &'a InForce, question: &'a Question) -> Count<'a> {
        let pack = &in_force.pack;
        let dues = |flow: &'a std::sync::Arc<Flow>| {
            let dues = dues(flow, &pack.calendar, question.period, question.today);
            (!dues.is_empty()).then_some(Owing { flow, dues })
        };
        Count {
            pack,
            tree: &in_force.tree,
            question,
            owing: question.flows(pack).filter_map(dues).collect(),
            rows: question.cell_periods(pack),
            level: counted_level(pack, &question.place.level),
            expected: BTreeSet::new(),
            reporting: BTreeSet::new(),
            parts: Parts::default(),
        }
    }

    /// Names of every period that is owed by any flow.
    pub fn names(&self) -> Vec<String> {
        let names: BTreeSet<String> = self.owing.iter().flat_map(|owing| &owing.dues).map(Period::name).collect();
        names.into_iter().collect()
    }

    /// Adds what people who are alike owe.
    pub fn people(&mut self, people: &Expected) {
        let (below, counted) = self.standing(people.place);
        let mut owes = false;
        for index in 0..self.owing.len() {
            let (flow, dues) = (self.owing[index].flow, self.owing[index].dues.clone());
            // By period each due stands in its own row; otherwise they all stand in one.
            let groups: Vec<&[Period]> =
                if self.question.by == By::Period { dues.chunks(1).collect() } else { vec![&dues] };
            for group in groups {
                let expected = people.count * owed(flow, &people.role, people.active, group);
                owes |= expected > 0;
                let part = match self.question.by {
                    By::Period => group.first().and_then(|due| self.row_of(*due)),
                    By::Place => below.map(Part::Place),
                    By::Network => Some(Part::Network(people.network.clone())),
                };
                self.parts.add(flow, part, Completeness { expected, ..Completeness::default() });
            }
        }
        if owes {
            self.expected.extend(counted);
        }
    }

    /// Every place at a body's level owes that body's reports.
    pub fn bodies(&mut self) {
        for index in 0..self.owing.len() {
            let (flow, dues) = (self.owing[index].flow, self.owing[index].dues.clone());
            if !flow.by_body {
                continue;
            }
            for body in self.pack.bodies.iter().filter(|body| reports_to(body, flow)) {
                for place in self.places_at(&body.level) {
                    let (below, counted) = self.standing(place);
                    for due in &dues {
                        let part = match self.question.by {
                            By::Period => self.row_of(*due),
                            By::Place => below.map(Part::Place),
                            By::Network => None,
                        };
                        self.parts.add(flow, part, Completeness { expected: 1, ..Completeness::default() });
                    }
                    self.expected.extend(counted);
                }
            }
        }
    }

    /// Adds what came from anywhere in the area.
    pub fn arrivals(&mut self, arrivals: &ReceivedCount) {
        let Some((flow, due, complete)) = self.counted(arrivals) else { return };
        let part = match self.question.by {
            By::Period => self.row_of(due),
            By::Network if !flow.by_body => Some(Part::Network(arrivals.network.clone())),
            By::Network | By::Place => None,
        };
        self.parts.add(flow, part, complete);
    }

    /// Adds what came from one place below to its row: the total has it already.
    pub fn arrivals_below(&mut self, arrivals: &ReceivedCount) {
        if let Some((_, _, complete)) = self.counted(arrivals) {
            *self.parts.parts.entry(Part::Place(arrivals.place)).or_default() += complete;
        }
    }

    /// What no place below accounts for belongs to the place itself.
    pub fn settle_itself(&mut self) {
        let itself = Part::Place(self.question.place.id);
        let mut rest = self.parts.total();
        for (part, complete) in &self.parts.parts {
            if *part != itself {
                rest -= *complete;
            }
        }
        self.parts.parts.remove(&itself);
        if rest != Completeness::default() {
            self.parts.parts.insert(itself, rest);
        }
    }

    fn counted(&self, arrivals: &ReceivedCount) -> Option<(&'a Flow, Period, Completeness)> {
        let owing = self.owing.iter().find(|owing| owing.flow.id == arrivals.flow)?;
        let due = owing.dues.iter().copied().find(|due| due.name() == arrivals.period)?;
        let day = due_day(due, self.pack.deadline(due.kind()));
        let complete = Completeness::of_received(arrivals.count, arrivals.kind, arrivals.received_on, day);
        Some((owing.flow, due, complete))
    }

    /// Notes that something came about a place.
    pub fn reporting(&mut self, flow: &str, place: PlaceId) {
        if self.owing.iter().any(|owing| owing.flow.id == flow) {
            self.reporting.extend(self.standing(place).1);
        }
    }

    /// What was counted.
    pub fn finish(mut self) -> Parts {
        let reporting = self.reporting.intersection(&self.expected).count();
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.parts.places =
            PlacesReporting { level: self.level, expected: whole(self.expected.len()), reporting: whole(reporting) };
        self.parts
    }

    fn row_of(&self, due: Period) -> Option<Part> {
        self.rows.iter().find(|row| row.holds(due.anchor())).map(|row| Part::Period(row.name()))
    }

    /// Where a place stands: the place right below the area that holds it (or the area itself), and the place of the
    /// counted level that holds it.
    fn standing(&self, place: PlaceId) -> (Option<PlaceId>, Option<PlaceId>) {
        let way = self.tree.upwards(place, self.question.period.last());
        let area = way.iter().position(|above| above.id == self.question.place.id);
        let counted = way.iter().find(|above| above.level == self.level);
        (area.map(|at| way[at.saturating_sub(1)].id), counted.map(|above| above.id))
    }

    fn places_at(&self, level: &str) -> Vec<PlaceId> {
        let (area, day) = (self.question.place.id, self.question.period.last());
        let at_level = self.tree.all().filter(|place| place.level == level);
        at_level.filter(|place| self.tree.lies_in(place.id, area, day)).map(|place| place.id).collect()
    }
}

/// True where `body` is one of those that report by `flow`.
fn reports_to(body: &Body, flow: &Flow) -> bool {
    flow.level.as_ref().is_none_or(|level| *level == body.level)
}

/// The level whose places are counted as reporting: the one above the site, or within it the site.
fn counted_level(pack: &Pack, area_level: &str) -> String {
    let site = pack.levels.len().saturating_sub(1);
    let lowest = site.saturating_sub(1);
    let depth = pack.depth(area_level).unwrap_or(0);
    let counted = if depth < lowest { lowest } else { site };
    pack.levels.get(counted).map_or_else(String::new, |level| level.id.clone())
}
