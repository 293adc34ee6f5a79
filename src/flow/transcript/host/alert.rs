//! Alerts of a transcript: numbered with what waits for an officer, in the one area that every officer shares.

use super::{Host, Person};
use crate::base::{Instant, PlaceId};
use crate::flow::dialogue::alert::{Telling, standing, tell_officer};
use crate::flow::turn::{Effect, Facts, FilingState, KnownAlert, Raised};

/// An alert, open or not.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    number: i64,
    flow: String,
    raised: Raised,
    place: PlaceId,
    opened: Instant,
    /// The phone it was acknowledged from, and when.
    seen: Option<(String, Instant)>,
    /// Ranks of the reports behind it.
    reports: Vec<usize>,
}

impl Host<'_> {
    /// What follows from an effect for alerts: raised, merged, withdrawn, acknowledged.
    pub(super) fn after_alerts(&mut self, phone: &str, effect: &Effect) {
        let rank = |report: &str| report.parse::<usize>().ok();
        match effect {
            Effect::File(filing) if matches!(filing.state, FilingState::Counted | FilingState::AwaitingVisa) => {
                let filed = |report: &super::Filed| report.phone == phone && report.filing.receipt == filing.receipt;
                if let Some(report) = self.reports.iter().rposition(filed) {
                    self.settle_alerts(report, &filing.alerts);
                }
            }
            Effect::Correct { report, alerts, .. } => {
                if let Some(report) = rank(report) {
                    self.settle_alerts(report, alerts);
                }
            }
            Effect::Cancel { .. } | Effect::Settle { .. } => self.withdraw_alerts(),
            Effect::Acknowledge { alert } => {
                let now = self.now;
                if let Some(alert) = self.alerts.iter_mut().find(|known| known.number.to_string() == *alert) {
                    alert.seen.get_or_insert((phone.to_owned(), now));
                }
            }
            _ => {}
        }
    }

    fn settle_alerts(&mut self, report: usize, raised: &[Raised]) {
        let Some(place) = self.reports.get(report).and_then(|report| report.filing.place) else { return };
        self.withdraw_alerts();
        let flow = self.reports[report].filing.flow.clone();
        for one in raised {
            let number = self.next_number();
            match self.same(&flow, place, &one.alert, &one.key, self.now.plus_ms(-one.merge_within_ms)) {
                Some(same) if self.alerts[same].reports.contains(&report) => {}
                Some(same) => self.alerts[same].reports.push(report),
                None => {
                    let (flow, raised, opened) = (flow.clone(), one.clone(), self.now);
                    let alert = Opened { number, flow, raised, place, opened, seen: None, reports: vec![report] };
                    self.tell_alert(&alert, report);
                    self.alerts.push(alert);
                }
            }
        }
    }

    /// Reports that are gone, or hold something else by now, stand behind no alert.
    fn withdraw_alerts(&mut self) {
        for alert in &mut self.alerts {
            let stands = |report: &usize| {
                let Some(known) = self.reports.get(*report).filter(|known| known.stands()) else { return false };
                let Some(flow) = self.pack.flow(&known.filing.flow) else { return false };
                let key = (alert.raised.alert.clone(), alert.raised.key.clone());
                standing(self.pack, flow, &known.filing.values).contains(&key)
            };
            alert.reports.retain(stands);
        }
    }

    fn tell_alert(&mut self, alert: &Opened, report: usize) {
        let (place, date) = (self.place_name(alert.place), self.reports[report].filing.date);
        let told = |person: &Person| match &alert.raised.role {
            Some(role) => person.reporter.role == *role,
            None => self.is_officer(person),
        };
        let mut begun = Vec::new();
        for officer in self.people.iter().filter(|person| told(person)) {
            if self.phones.get(&officer.phone).is_some_and(|phone| phone.stopped) {
                continue;
            }
            let facts = Facts::default();
            let turn = self.words(&officer.phone, officer.language, &facts);
            let content = alert.raised.content.get(&turn.language).map_or("", String::as_str);
            let (number, area, place, opened) = (alert.number, "", place.as_str(), alert.opened);
            let telling = Telling { number, area, place, date, content, opened };
            begun.extend(tell_officer(&turn, &telling, false).map(|text| (officer.phone.clone(), text)));
        }
        self.begun.extend(begun);
    }

    fn same(&self, flow: &str, place: PlaceId, alert: &str, key: &str, since: Instant) -> Option<usize> {
        self.alerts.iter().position(|known| {
            let same = known.flow == flow && known.raised.alert == alert && known.raised.key == key;
            let merges = known.opened > since && !known.reports.is_empty();
            same && known.place == place && merges
        })
    }

    pub(super) fn same_alert(
        &self,
        flow: &str,
        place: PlaceId,
        (alert, key): (&str, &str),
        since: Instant,
    ) -> Option<i64> {
        self.same(flow, place, alert, key, since).map(|rank| self.alerts[rank].number)
    }

    /// Those with this number; without one, those that are open.
    pub(super) fn known_alerts(&self, phone: &str, number: Option<i64>) -> Vec<KnownAlert> {
        let here = |person: &&Person| person.phone == phone;
        let officer = self.people.iter().filter(here).find(|person| self.is_officer(person));
        let area_name = officer.map_or_else(String::new, |person| person.reporter.place_name.clone());
        let known = self.alerts.iter().map(|alert| KnownAlert {
            id: alert.number.to_string(),
            number: alert.number,
            area_name: area_name.clone(),
            flow: alert.flow.clone(),
            place_name: self.place_name(alert.place),
            opened: alert.opened,
            seen: alert.seen.as_ref().map(|(by, at)| (by == phone, *at)),
            withdrawn: alert.reports.is_empty(),
        });
        known.filter(|alert| number.map_or_else(|| alert.is_open(), |number| alert.number == number)).collect()
    }
}
