//! Made-up reports with all that filing them moves, written many at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::alerts::Raising;
use super::sms::{messages, typed};
use crate::base::Calendar;
use crate::flow::model::Flow;
use crate::report::{ReceivedKind, Report};
use crate::rollup::{CellChange, CellKey, Counted, Counts, alert_changes, changes, gather};
use crate::store::received::Received;
use crate::store::{self, Store, StoreError};

/// Reports ready to be written.
#[derive(Default)]
pub struct Made {
    reports: Vec<Report>,
    raised: Raising,
    /// Key and text of each report's message.
    texts: Vec<(String, String)>,
    cells: BTreeMap<CellKey, i64>,
    received: Receptions,
}

/// What was received, by flow, period and reporter.
type Receptions = BTreeMap<(String, String, String), Received>;

impl Made {
    /// Adds a report, what it counts, and what it raised.
    pub fn add(&mut self, flow: &Flow, report: Report, counted: &Counts, raised: Raising, calendar: &Calendar) {
        let of_report = Counted::of(&report, counted).filter(|_| !raised.repeats());
        gather(&mut self.cells, changes(None, of_report, calendar));
        for alert in &raised.opened {
            gather(&mut self.cells, alert_changes(flow, None, Some(&alert.standing()), calendar));
        }
        self.raised.opened.extend(raised.opened);
        self.raised.behind.extend(raised.behind);
        note(&mut self.received, flow, &report);
        self.texts.push((format!("demo:{}", report.message), typed(flow, &report.values)));
        self.reports.push(report);
    }

    /// Writes everything, in one transaction.
    ///
    /// # Errors
    /// What the store says.
    pub async fn write(self, store: &Store) -> Result<(), StoreError> {
        let cells: Vec<CellChange> = self.cells.into_iter().map(|(key, by)| CellChange { key, by }).collect();
        let received: Vec<Received> = self.received.into_values().collect();
        let mut tx = store.begin().await?;
        // Many rows on a slow disk: nobody waits for an answer.
        tx.take_time().await?;
        store::bulk::messages(&mut tx, &messages(&self.reports, &self.texts)).await?;
        store::bulk::reports(&mut tx, &self.reports).await?;
        store::alert::open(&mut tx, &self.raised.opened).await?;
        store::alert::stand_behind(&mut tx, &self.raised.behind).await?;
        store::bulk::counted(&mut tx, &cells, &received).await?;
        tx.commit().await
    }
}

/// The earliest day and the best kind stand.
fn note(received: &mut Receptions, flow: &Flow, report: &Report) {
    let (Some(reporter), Some(place)) = (&report.reporter, report.place) else { return };
    let kind = ReceivedKind::of(flow, report.zero, &report.values);
    match received.entry((flow.id.clone(), report.period.clone(), reporter.clone())) {
        Entry::Occupied(mut known) => {
            let known = known.get_mut();
            known.kind = known.kind.min(kind);
            known.received_on = known.received_on.min(report.received_on);
        }
        Entry::Vacant(place_for) => {
            place_for.insert(Received {
                flow: flow.id.clone(),
                period: report.period.clone(),
                reporter: reporter.clone(),
                place,
                network: report.network.clone(),
                role: report.role.clone(),
                kind,
                received_on: report.received_on,
            });
        }
    }
}
