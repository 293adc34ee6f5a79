//! The alerts that made-up reports raise, by the rules of their flows, and what officers made of them: most are acknowledged
//! within a day or two, some late, and the newest are open.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::chance::Chance;
use super::people::DemoPerson;
use crate::alert::area_of;
use crate::base::{AlertId, Environment, Instant, PersonId, PlaceId};
use crate::flow::beside::Beside;
use crate::flow::dialogue::alert::raised;
use crate::flow::model::Flow;
use crate::flow::turn::{Facts, Raised, Turn};
use crate::programme::InForce;
use crate::report::Report;
use crate::store::alert::{Alert, Behind};

/// Not the seed of the reports: their figures stay as they are.
const SEED: u64 = 2027;
const MINUTE_MS: i64 = 60_000;
/// Of a hundred alerts, those acknowledged in the ordinary time.
const USUALLY_SEEN: u64 = 92;

/// The alerts so far.
pub struct Alarms {
    in_force: Arc<InForce>,
    environment: Environment,
    chance: Chance,
    /// Nothing has happened after it.
    until: Instant,
    /// The officer of each area.
    officers: BTreeMap<PlaceId, PersonId>,
    /// The last number of each area.
    numbers: BTreeMap<PlaceId, i64>,
    /// The latest of each: place, flow, alert and key.
    latest: HashMap<(PlaceId, String, String, String), (Instant, AlertId)>,
}

/// What a report raised.
#[derive(Default)]
pub struct Raising {
    /// New alerts.
    pub opened: Vec<Alert>,
    /// The report behind these and behind known ones.
    pub behind: Vec<Behind>,
}

impl Raising {
    /// True for a report that was merged and adds nothing to the totals.
    pub fn repeats(&self) -> bool {
        self.behind.iter().any(|behind| behind.repeats)
    }
}

impl Alarms {
    /// None yet, among these people.
    pub fn new(in_force: Arc<InForce>, environment: Environment, people: &[DemoPerson]) -> Alarms {
        let officers = people.iter().map(|demo| &demo.person).filter(|person| person.role == "officier");
        Alarms {
            in_force,
            until: environment.now(),
            environment,
            chance: Chance::new(SEED),
            officers: officers.map(|officer| (officer.place, officer.id)).collect(),
            numbers: BTreeMap::new(),
            latest: HashMap::new(),
        }
    }

    /// The last number of each area that has any.
    pub fn numbers(&self) -> &BTreeMap<PlaceId, i64> {
        &self.numbers
    }

    /// What `report` raises.
    pub fn raise(&mut self, flow: &Flow, report: &Report) -> Raising {
        let mut raising = Raising::default();
        if flow.alerts.is_empty() {
            return raising;
        }
        let (in_force, facts) = (Arc::clone(&self.in_force), Facts::default());
        let Some(place) = report.place.and_then(|place| in_force.tree.get(place)) else { return raising };
        let pack = &in_force.pack;
        let turn = Turn::to_word(pack, pack.first_language(), (report.created, report.received_on), &facts);
        let about = (report.receipt, place.sms_name.as_str(), report.date);
        for one in raised(&turn, flow, (&report.values, &Beside::new()), about) {
            let sameness = (place.id, flow.id.clone(), one.alert.clone(), one.key.clone());
            let known =
                self.latest.get(&sameness).filter(|(opened, _)| opened.0 > report.created.0 - one.merge_within_ms);
            let (alert, repeats) = match known {
                Some((_, known)) => (*known, one.counts_once),
                None => {
                    let alert = self.opened(report, place.id, one);
                    self.latest.insert(sameness, (alert.opened, alert.id));
                    raising.opened.push(alert.clone());
                    (alert.id, false)
                }
            };
            raising.behind.push(Behind { alert, report: report.id, repeats });
        }
        raising
    }

    fn opened(&mut self, report: &Report, place: PlaceId, raised: Raised) -> Alert {
        let area = area_of(&self.in_force, place, &raised.level, report.received_on);
        let number = self.numbers.entry(area).or_insert(0);
        *number += 1;
        let number = *number;
        let opened = report.created;
        let acknowledge_by = opened.plus_ms(raised.acknowledge_within_ms);
        let hours = if self.chance.happens(USUALLY_SEEN) { (1, 47) } else { (50, 200) };
        let minutes = 60 * self.chance.between(hours.0, hours.1) + self.chance.between(0, 59);
        let officer = self.officers.get(&area).copied();
        let seen = officer.map(|_| opened.plus_ms(minutes * MINUTE_MS)).filter(|at| *at <= self.until);
        let in_time = seen.is_some_and(|at| at <= acknowledge_by) || acknowledge_by > self.until;
        Alert {
            id: AlertId::new(&self.environment),
            area,
            number,
            flow: report.flow.clone(),
            flow_hash: report.flow_hash.clone(),
            network: report.network.clone(),
            sender_role: report.role.clone(),
            kind: raised.alert,
            key: raised.key,
            place,
            date: report.date,
            role: raised.role,
            channel: "demo".to_owned(),
            content: raised.content,
            opened,
            opened_on: report.received_on,
            acknowledge_by,
            told: Some(area),
            acknowledged_by: officer.filter(|_| seen.is_some()),
            acknowledged: seen,
            escalated: (!in_time).then_some(acknowledge_by),
            withdrawn: None,
            report: Some(report.id),
            merged: 0,
        }
    }
}
