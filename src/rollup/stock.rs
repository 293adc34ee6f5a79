//! Stocks: of the reports of one site in a day or month, the latest one's stand; sites add up.
//!
//! A site is who reports it: the person's key. Knows no store: the latest other report is handed in.

use std::collections::BTreeMap;

use super::counting::stocks;
use super::{CellChange, CellKey, CountingError, Counts, has_stocks};
use crate::base::{Calendar, Date, Period, PeriodKind, PlaceId, ReportId};
use crate::flow::model::Flow;
use crate::flow::text::TextBook;
use crate::report::Report;

/// What one report says of its site's stocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The report.
    pub report: ReportId,
    /// Its reference date: the latest stands, then the one filed last.
    pub date: Date,
    /// The place it is about.
    pub place: PlaceId,
    /// Its network.
    pub network: String,
    /// The role of its sender.
    pub role: String,
    /// Its stocks by full indicator name.
    pub stocks: Counts,
}

impl Standing {
    /// What this report says of its site's stocks; `None` where it does not count, declares nothing, or has none.
    ///
    /// # Errors
    /// A value of the flow cannot be computed.
    pub fn of(flow: &Flow, texts: &TextBook, report: &Report) -> Result<Option<Standing>, CountingError> {
        let counts = report.state.is_counted() && !report.zero && has_stocks(flow);
        let Some(place) = report.place.filter(|_| counts) else { return Ok(None) };
        let stocks = stocks(flow, texts, &report.values)?;
        let (network, role) = (report.network.clone(), report.role.clone());
        Ok(Some(Standing { report: report.id, date: report.date, place, network, role, stocks }))
    }

    fn rank(&self) -> (Date, ReportId) {
        (self.date, self.report)
    }

    /// The one that stands of two.
    pub fn later(one: Option<Standing>, other: Option<Standing>) -> Option<Standing> {
        [one, other].into_iter().flatten().max_by_key(Standing::rank)
    }

    /// What its stocks add to the cells of `period`.
    pub fn changes(&self, period: Period, sign: i64) -> impl Iterator<Item = CellChange> + '_ {
        let told = self.stocks.iter().filter(|(_, stock)| **stock != 0);
        told.map(move |(indicator, stock)| CellChange {
            key: CellKey {
                period: period.name(),
                place: self.place,
                indicator: indicator.clone(),
                network: self.network.clone(),
                role: self.role.clone(),
            },
            by: sign * stock,
        })
    }
}

/// The periods whose cells hold stocks told about these days, each once.
pub fn stock_periods(calendar: &Calendar, days: impl IntoIterator<Item = Date>) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for day in days {
        for period in [PeriodKind::Day, PeriodKind::Month].map(|kind| calendar.period(kind, day)) {
            if !periods.contains(&period) {
                periods.push(period);
            }
        }
    }
    periods
}

/// Stocks of many reports, counted from nothing: the latest of each site, flow and period.
#[derive(Default)]
pub struct StockBook(BTreeMap<(String, String, String), (Period, Standing)>);

impl StockBook {
    /// Notes what a report of `reporter` says.
    pub fn note(&mut self, reporter: &str, flow: &str, standing: &Standing, calendar: &Calendar) {
        for period in stock_periods(calendar, [standing.date]) {
            let key = (reporter.to_owned(), flow.to_owned(), period.name());
            let known = self.0.get(&key).map(|(_, known)| known.rank());
            if known.is_none_or(|known| known < standing.rank()) {
                self.0.insert(key, (period, standing.clone()));
            }
        }
    }

    /// What all of them add to the cells.
    pub fn changes(&self) -> impl Iterator<Item = CellChange> + '_ {
        self.0.values().flat_map(|(period, standing)| standing.changes(*period, 1))
    }
}
