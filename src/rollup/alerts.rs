//! Alerts as counts: how many were opened on a day, how many still are, and how long officers took.
//!
//! An alert counts on the day it was opened, for the place, network and role of the report that opened it. Never knows how
//! it came about: that is decided by the dialogue.

use super::{CellChange, Counted, Counts, changes};
use crate::base::{Calendar, Date, Instant, PlaceId};
use crate::flow::model::{AlertCount, Flow, IndicatorKind};

const HOUR_MS: i64 = 3_600_000;

/// An alert that was not withdrawn, as far as it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertStanding {
    /// Its id within the flow.
    pub kind: String,
    /// The place it is about.
    pub place: PlaceId,
    /// Network of the report that opened it.
    pub network: String,
    /// Role of its sender.
    pub role: String,
    /// When it was opened.
    pub opened: Instant,
    /// That day, where the programme worked then.
    pub opened_on: Date,
    /// Until when somebody has to acknowledge it.
    pub acknowledge_by: Instant,
    /// When somebody did.
    pub acknowledged: Option<Instant>,
}

/// How the cells move when an alert of `flow` goes from `before` to `after`; `None` is one that does not count.
pub fn alert_changes(
    flow: &Flow,
    before: Option<&AlertStanding>,
    after: Option<&AlertStanding>,
    calendar: &Calendar,
) -> Vec<CellChange> {
    let counts = |standing: Option<&AlertStanding>| standing.map(|standing| standing.counts(flow)).unwrap_or_default();
    let (was, is) = (counts(before), counts(after));
    changes(before.map(|standing| standing.counted(&was)), after.map(|standing| standing.counted(&is)), calendar)
}

impl AlertStanding {
    /// What it adds to the indicators of its flow; a count of 0 is left out.
    fn counts(&self, flow: &Flow) -> Counts {
        let mut counts = Counts::new();
        for indicator in &flow.indicators {
            let IndicatorKind::Alerts { alert, count } = &indicator.kind else { continue };
            if alert.as_ref().is_none_or(|alert| *alert == self.kind) {
                counts.insert(format!("{}.{}", flow.id, indicator.id), self.count(*count));
            }
        }
        counts.retain(|_, count| *count != 0);
        counts
    }

    /// The same on the day it was opened.
    fn counted<'a>(&'a self, counts: &'a Counts) -> Counted<'a> {
        Counted { counts, place: self.place, network: &self.network, role: &self.role, date: self.opened_on }
    }

    fn count(&self, count: AlertCount) -> i64 {
        match (count, self.acknowledged) {
            (AlertCount::Opened, _) => 1,
            (AlertCount::Open, seen) => i64::from(seen.is_none()),
            (AlertCount::Acknowledged, seen) => i64::from(seen.is_some()),
            (AlertCount::InTime, seen) => i64::from(seen.is_some_and(|at| at <= self.acknowledge_by)),
            (AlertCount::Hours, seen) => seen.map_or(0, |at| (at.0 - self.opened.0 + HOUR_MS / 2) / HOUR_MS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::model::Pack;
    use crate::flow::source::load_flow;

    fn standing(kind: &str, seen_after_minutes: Option<i64>) -> AlertStanding {
        let after = |minutes: i64| Instant(1_000 + minutes * 60_000);
        AlertStanding {
            kind: kind.into(),
            place: PlaceId(7),
            network: "government".into(),
            role: "relais".into(),
            opened: after(0),
            opened_on: Date::constant(1970, 1, 1),
            acknowledge_by: after(48 * 60),
            acknowledged: seen_after_minutes.map(after),
        }
    }

    #[test]
    fn an_alert_counts_as_it_stands() {
        let pack = Pack::load(&crate::pack_embedded::mali()).expect("the embedded pack is sound");
        let ale = pack.flow("ale").expect("in the pack");
        let more = |id: &str, count: &str| {
            let name = "name = { fr = \"x\", en = \"x\" }";
            format!("\n[[indicator]]\nid = \"{id}\"\n{name}\nkind = \"alerts\"\ncount = \"{count}\"\n")
        };
        let source = format!(
            "{}{}{}alert = \"signalee\"\n",
            ale.source,
            more("a_temps", "in_time"),
            more("signalees", "opened")
        );
        let flow = load_flow(&pack, &source).expect("sound").flow;
        for (label, kind, seen, expected) in [
            ("nobody answered yet", "signalee", None, &[("ouvertes", 1), ("signalees", 1)][..]),
            ("at once", "signalee", Some(0), &[("a_temps", 1), ("signalees", 1), ("vues", 1)]),
            (
                "after half an hour",
                "signalee",
                Some(30),
                &[("a_temps", 1), ("attente", 1), ("signalees", 1), ("vues", 1)],
            ),
            (
                "at the last minute",
                "signalee",
                Some(48 * 60),
                &[("a_temps", 1), ("attente", 48), ("signalees", 1), ("vues", 1)],
            ),
            ("too late", "signalee", Some(48 * 60 + 1), &[("attente", 48), ("signalees", 1), ("vues", 1)]),
            ("another alert of the flow", "rupture", None, &[("ouvertes", 1)]),
        ] {
            let counts = standing(kind, seen).counts(&flow);
            let told: Vec<(&str, i64)> =
                counts.iter().map(|(id, count)| (id.trim_start_matches("ale."), *count)).collect();
            assert_eq!(told, expected, "{label}");
        }
        let dep = pack.flow("dep").expect("in the pack");
        assert_eq!(standing("signalee", None).counts(dep), Counts::new(), "a flow that counts no alerts");
    }
}
