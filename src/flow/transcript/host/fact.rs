//! What a turn asks for, answered from what was filed so far.

use std::collections::BTreeMap;

use super::{Filed, Host};
use crate::base::{Date, Period, PersonId, PlaceId, gsm7};
use crate::flow::beside::{self, Beside};
use crate::flow::limits::OWN_REPORTS_MAX;
use crate::flow::model::IndicatorKind;
use crate::flow::rule;
use crate::flow::turn::{Fact, Filing, FilingState, Need, OwnReport};

impl Host<'_> {
    pub(super) fn fact(&self, phone: &str, need: &Need) -> Fact {
        match need {
            Need::Owes { person, flow, period } => Fact::Owes(self.owes(*person, flow, *period)),
            Need::SameReport { person, flow, date, digest } => self.earlier(phone, |filing| {
                let same = filing.person == Some(*person) && filing.flow == *flow && filing.date == *date;
                same && !filing.zero && filing.values.digest() == *digest
            }),
            Need::Meeting { body, place, date } => self.earlier(phone, |filing| {
                let same = filing.body.as_ref() == Some(body) && filing.place == Some(*place) && filing.date == *date;
                same && rule::is_held(self.pack, &filing.values)
            }),
            Need::Once { flow, place, period } => self.earlier(phone, |filing| {
                filing.flow == *flow && filing.place == Some(*place) && period.holds(filing.date) && !filing.zero
            }),
            Need::Previous { person, flow, before } => Fact::Beside(self.previous(*person, flow, *before)),
            Need::SoFar { flow, place, year } => Fact::Beside(self.so_far(flow, *place, *year)),
            Need::Receipt(receipt) => Fact::Reports(self.own(phone, *receipt)),
            Need::Own(person) => Fact::Reports(self.last_of(*person)),
            Need::Join { code } => Fact::Join(self.join_site(phone, code)),
            Need::Approval(number) => Fact::Approvals(self.approval(phone, *number)),
            Need::OpenApprovals => Fact::Approvals(self.open_approvals(phone)),
            Need::SameAlert { flow, alert, place, key, since } => {
                Fact::SameAlert(self.same_alert(flow, *place, (alert, key), *since))
            }
            Need::Alert(number) => Fact::Alerts(self.known_alerts(phone, Some(*number))),
            Need::OpenAlerts => Fact::Alerts(self.known_alerts(phone, None)),
        }
    }

    /// Expected of this person since the day they were declared, and not received.
    fn owes(&self, person: PersonId, flow: &str, period: Period) -> bool {
        let (Some(who), Some(flow)) =
            (self.people.iter().find(|known| known.reporter.person == person), self.pack.flow(flow))
        else {
            return false;
        };
        let received = |report: &&Filed| {
            let filing = &report.filing;
            let theirs =
                if flow.by_body { filing.place == Some(who.reporter.place) } else { filing.person == Some(person) };
            report.counts() && filing.flow == flow.id && theirs && period.holds(filing.date)
        };
        let expected = flow.cadence == Some(period.kind()) && flow.open_to(&who.reporter.role);
        expected && period.last() >= who.since && !self.reports.iter().any(|report| received(&report))
    }

    fn earlier(&self, phone: &str, same: impl Fn(&Filing) -> bool) -> Fact {
        let found = self.reports.iter().rev().find(|report| report.stands() && same(&report.filing));
        Fact::Earlier(found.map(|report| if report.phone == phone { report.filing.receipt } else { 0 }))
    }

    fn previous(&self, person: PersonId, flow: &str, before: Date) -> Beside {
        let theirs = |report: &&Filed| {
            let filing = &report.filing;
            report.counts() && filing.person == Some(person) && filing.flow == flow && filing.date < before
        };
        let last = self.reports.iter().filter(theirs).max_by_key(|report| report.filing.date);
        last.map(|report| beside::previous(&report.filing.values)).unwrap_or_default()
    }

    fn so_far(&self, flow: &str, place: PlaceId, year: Period) -> Beside {
        let Some(flow) = self.pack.flow(flow) else { return Beside::new() };
        let counted = |report: &&Filed| {
            let filing = &report.filing;
            report.counts() && filing.flow == flow.id && filing.place == Some(place) && year.holds(filing.date)
        };
        let mut sums = BTreeMap::new();
        for report in self.reports.iter().filter(counted) {
            let scope = rule::scope(flow, &report.filing.values);
            for indicator in &flow.indicators {
                let holds = |when: &String| self.pack.texts.holds(when, scope.clone()).unwrap_or(false);
                let IndicatorKind::Sum { value, .. } = &indicator.kind else { continue };
                if indicator.when.as_ref().is_none_or(holds) {
                    let added = self.pack.texts.number(value, scope.clone()).unwrap_or(0);
                    *sums.entry(format!("{}.{}", flow.id, indicator.id)).or_default() += added;
                }
            }
        }
        beside::so_far(flow, &sums)
    }

    fn own(&self, phone: &str, receipt: i64) -> Vec<OwnReport> {
        let theirs = |person: Option<PersonId>| {
            self.people.iter().any(|known| known.phone == phone && Some(known.reporter.person) == person)
        };
        let known = |report: &Filed| {
            report.filing.receipt == receipt && (report.phone == phone || theirs(report.filing.person))
        };
        let found = self.reports.iter().enumerate().filter(|(_, report)| report.was_sent() && known(report));
        found.map(|(rank, report)| self.own_report(rank, report)).collect()
    }

    fn last_of(&self, person: PersonId) -> Vec<OwnReport> {
        let theirs = |report: &Filed| report.was_sent() && report.filing.person == Some(person);
        let found = self.reports.iter().enumerate().rev().filter(|(_, report)| theirs(report));
        found.take(OWN_REPORTS_MAX).map(|(rank, report)| self.own_report(rank, report)).collect()
    }

    pub(super) fn own_report(&self, rank: usize, report: &Filed) -> OwnReport {
        let filing = &report.filing;
        let place = filing.place.unwrap_or(PlaceId(-1));
        let proposed = self.proposed(rank);
        OwnReport {
            report: rank.to_string(),
            receipt: filing.receipt,
            flow: filing.flow.clone(),
            person: filing.person,
            place,
            place_name: self.place_name(place),
            date: proposed.map_or(filing.date, |(_, date)| date),
            received_on: report.received_on,
            values: proposed.map_or_else(|| filing.values.clone(), |(values, _)| values.clone()),
            revision: report.revision,
            cancelled: report.cancelled,
            zero: filing.zero,
            awaits_visa: filing.state == FilingState::AwaitingVisa,
            proposed: proposed.is_some(),
        }
    }

    pub(super) fn place_name(&self, place: PlaceId) -> String {
        let name = usize::try_from(place.0).ok().and_then(|place| self.places.get(place));
        gsm7::plain(name.map_or("", String::as_str))
    }
}
