//! The count behind a completeness: groups of people, bodies and arrivals added up by part and by report type.
//!
//! Knows the pack and the tree, never the store: what was read is handed to it group by group.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::completeness::{Part, Parts};
use super::question::{By, Question};
use super::shown::PlacesReporting;
use crate::base::{Date, Period, PlaceId};
use crate::flow::model::{Body, Flow, Pack};
use crate::place::Tree;
use crate::programme::InForce;
use crate::rollup::{Completeness, due_day, dues, owed};
use crate::store::Senders;
use crate::store::person::Expected;
use crate::store::received::{DuePeriod, ReceivedCount};

/// What a flow is owed for.
struct Owing<'a> {
    flow: &'a Flow,
    dues: Arc<[Period]>,
    by_name: HashMap<String, Period>,
}

/// The count while groups are added to it.
pub(super) struct Count<'a> {
    pack: &'a Pack,
    tree: &'a Tree,
    question: &'a Question,
    owing: Vec<Owing<'a>>,
    rows: Vec<Period>,
    level: String,
    /// Where places stand, each looked up once.
    standings: HashMap<PlaceId, (Option<PlaceId>, Option<PlaceId>)>,
    expected: BTreeSet<PlaceId>,
    reporting: BTreeSet<PlaceId>,
    pub(super) parts: Parts,
}

impl<'a> Count<'a> {
    /// Nothing counted yet.
    pub fn new(in_force: &'a InForce, question: &'a Question) -> Count<'a> {
        let pack = &in_force.pack;
        let dues = |flow: &'a std::sync::Arc<Flow>| {
            let dues = dues(flow, &pack.calendar, question.period, question.today);
            let by_name = dues.iter().map(|due| (due.name(), *due)).collect();
            (!dues.is_empty()).then(|| Owing { flow, dues: dues.into(), by_name })
        };
        Count {
            pack,
            tree: &in_force.tree,
            question,
            owing: question.flows(pack).filter_map(dues).collect(),
            rows: question.cell_periods(pack),
            level: counted_level(pack, &question.place.level),
            standings: HashMap::new(),
            expected: BTreeSet::new(),
            reporting: BTreeSet::new(),
            parts: Parts::default(),
        }
    }

    /// Every period that is owed by any flow, each once.
    pub fn due_periods(&self) -> Vec<DuePeriod> {
        due_periods(self.pack, self.owing.iter().flat_map(|owing| owing.dues.iter()), self.question.today)
    }

    /// The bodies whose network decides where their reports stand: those of the network asked for, or where networks
    /// are split, all that belong to one.
    pub fn bodies_apart(&self) -> Vec<&'a Body> {
        let is_split = self.question.network.is_some() || self.question.by == By::Network;
        let is_apart = |body: &&Body| is_split && body.network.is_some() && self.question.asks_for(body);
        self.pack.bodies.iter().filter(is_apart).collect()
    }

    /// Adds what people who are alike owe.
    pub fn people(&mut self, people: &Expected) {
        if !self.question.senders().include(&people.network, &people.role) {
            return;
        }
        let (below, counted) = self.standing(people.place);
        let mut owes = 0;
        for index in 0..self.owing.len() {
            let (flow, dues) = (self.owing[index].flow, Arc::clone(&self.owing[index].dues));
            // By period each due stands in its own row; otherwise they all stand in one.
            let at_once = if self.question.by == By::Period { 1 } else { dues.len() };
            for group in dues.chunks(at_once) {
                let expected = people.count * owed(flow, &people.role, people.active, group);
                owes += expected;
                let part = match self.question.by {
                    By::Period => group.first().and_then(|due| self.row_of(*due)),
                    By::Place => below.map(Part::Place),
                    By::Network => Some(Part::Network(people.network.clone())),
                    // Roles are counted beside, whatever rows stand for.
                    By::Role => None,
                };
                self.parts.add(flow, part, Completeness { expected, ..Completeness::default() });
            }
        }
        if owes > 0 {
            self.expected.extend(counted);
            self.parts.add_to_role(&people.role, Completeness { expected: owes, ..Completeness::default() });
        }
    }

    /// Every place at a body's level, for each period that it saw the end of, owes that body's reports. Those that are not
    /// asked for are left out.
    pub fn bodies(&mut self) {
        for index in 0..self.owing.len() {
            let (flow, dues) = (self.owing[index].flow, Arc::clone(&self.owing[index].dues));
            if !flow.by_body {
                continue;
            }
            let owes = |body: &&Body| reports_to(body, flow) && self.question.asks_for(body);
            for body in self.pack.bodies.iter().filter(owes) {
                for due in dues.iter() {
                    for place in places_at(self.tree, &body.level, self.question, due.last()) {
                        let (below, counted) = self.standing(place);
                        let part = match self.question.by {
                            By::Period => self.row_of(*due),
                            By::Place => below.map(Part::Place),
                            By::Network => body.network.clone().map(Part::Network),
                            By::Role => None,
                        };
                        let expected = Completeness { expected: 1, ..Completeness::default() };
                        self.parts.add(flow, part, expected);
                        self.parts.add_to_bodies(expected);
                        self.expected.extend(counted);
                    }
                }
            }
        }
    }

    /// Adds what came from one place below, from the area itself or, where rows are not places, from anywhere in it.
    /// `body` is given for what came from one of [`Count::bodies_apart`].
    pub fn arrivals(&mut self, arrivals: ReceivedCount, body: Option<&Body>) {
        let Some((flow, due)) = self.due(&arrivals) else { return };
        // Whose they are says nothing of the body they report for.
        let is_of_all = self.question.senders() == Senders::ALL;
        if body.is_none() && flow.by_body && !is_of_all {
            return;
        }
        let complete = Completeness::of_received(arrivals.count, arrivals.on_time, arrivals.kind);
        let part = match (self.question.by, body) {
            (By::Period, _) => self.row_of(due),
            (By::Place, _) => Some(Part::Place(arrivals.place)),
            (By::Network, Some(body)) => body.network.clone().map(Part::Network),
            (By::Network, None) => (!flow.by_body).then(|| Part::Network(arrivals.network.clone())),
            (By::Role, _) => None,
        };
        match part {
            // The total has it already.
            Some(part) if body.is_some() && is_of_all => *self.parts.parts.entry(part).or_default() += complete,
            part => {
                self.parts.add(flow, part, complete);
                match flow.by_body {
                    true => self.parts.add_to_bodies(complete),
                    false => self.parts.add_to_role(&arrivals.role, complete),
                }
                self.parts.arrivals.push(arrivals);
            }
        }
    }

    fn due(&self, arrivals: &ReceivedCount) -> Option<(&'a Flow, Period)> {
        let owing = self.owing.iter().find(|owing| owing.flow.id == arrivals.flow)?;
        owing.by_name.get(&arrivals.period).map(|due| (owing.flow, *due))
    }

    /// The report types a place is reporting by; of one of [`Count::bodies_apart`] where `of_body`.
    pub fn flows_of(&self, of_body: bool) -> Vec<&'a str> {
        let is_of_all = self.question.senders() == Senders::ALL;
        let counts = |owing: &&Owing<'a>| of_body || !owing.flow.by_body || is_of_all;
        self.owing.iter().filter(counts).map(|owing| owing.flow.id.as_str()).collect()
    }

    /// Notes that something came about a place.
    pub fn reporting(&mut self, place: PlaceId) {
        let counted = self.standing(place).1;
        self.reporting.extend(counted);
    }

    /// What was counted.
    pub fn finish(mut self) -> Parts {
        let itself = Part::Place(self.question.place.id);
        if self.parts.of(&itself) == Completeness::default() {
            self.parts.parts.remove(&itself);
        }
        let reporting = self.reporting.intersection(&self.expected).count();
        self.parts.silent = self.expected.difference(&self.reporting).copied().collect();
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
    fn standing(&mut self, place: PlaceId) -> (Option<PlaceId>, Option<PlaceId>) {
        if let Some(known) = self.standings.get(&place) {
            return *known;
        }
        let way = self.tree.upwards(place, self.question.period.last());
        let area = way.iter().position(|above| above.id == self.question.place.id);
        let counted = way.iter().find(|above| above.level == self.level);
        let standing = (area.map(|at| way[at.saturating_sub(1)].id), counted.map(|above| above.id));
        self.standings.insert(place, standing);
        standing
    }
}

/// The places of a level in the area asked about, as it is on the period's last day, that are there on `day`.
pub(super) fn places_at(tree: &Tree, level: &str, question: &Question, day: Date) -> Vec<PlaceId> {
    let (area, last) = (question.place.id, question.period.last());
    let at_level = tree.all().filter(|place| place.level == level && tree.exists(place.id, day));
    at_level.filter(|place| tree.lies_in(place.id, area, last)).map(|place| place.id).collect()
}

/// The periods as the store takes them, each once: with the day they are due and the last day that is looked at.
pub(super) fn due_periods<'a>(pack: &Pack, dues: impl Iterator<Item = &'a Period>, until: Date) -> Vec<DuePeriod> {
    let due = |due: &Period| (due.name(), due_day(*due, pack.deadline(due.kind())));
    let dues: BTreeMap<String, Date> = dues.map(due).collect();
    dues.into_iter().map(|(name, due)| DuePeriod { name, due, until }).collect()
}

/// True where `body` is one of those that report by `flow`.
pub(super) fn reports_to(body: &Body, flow: &Flow) -> bool {
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
