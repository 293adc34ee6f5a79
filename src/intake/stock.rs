//! Stocks move with the report that stands last for its site: a correction, a later or a cancelled report may change which.

use super::IntakeError;
use super::event::Batch;
use crate::report::Report;
use crate::rollup::{Standing, gather, has_stocks, stock_periods};
use crate::store;

impl Batch<'_> {
    /// Moves the stock cells from one state of a report to the next.
    pub(super) async fn move_stocks(
        &mut self,
        before: Option<&Report>,
        after: Option<&Report>,
    ) -> Result<(), IntakeError> {
        let Some(report) = after.or(before) else { return Ok(()) };
        let edition = self.programme.edition(&mut self.tx, &report.flow_hash).await?;
        let Some(reporter) = report.reporter.clone().filter(|_| has_stocks(&edition.flow)) else { return Ok(()) };
        self.pending.flush(&mut self.tx).await?;
        let calendar = self.in_force.pack.calendar;
        for period in stock_periods(&calendar, [before, after].into_iter().flatten().map(|report| report.date)) {
            let days = (period.first(), period.last());
            let other = store::report::last_between(&mut self.tx, &reporter, &report.flow, days, report.id).await?;
            let other = self.standing(other.as_ref()).await?;
            for (state, sign) in [(before, -1), (after, 1)] {
                let own = self.standing(state.filter(|report| period.holds(report.date))).await?;
                let Some(standing) = Standing::later(other.clone(), own) else { continue };
                gather(&mut self.cells, standing.changes(period, sign));
            }
        }
        Ok(())
    }

    /// What a report that counts says of its site's stocks.
    async fn standing(&mut self, report: Option<&Report>) -> Result<Option<Standing>, IntakeError> {
        let Some(report) = report else { return Ok(None) };
        let edition = self.programme.edition(&mut self.tx, &report.flow_hash).await?;
        Ok(Standing::of(&edition.flow, &edition.texts, report)?)
    }
}
