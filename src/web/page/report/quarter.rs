//! The quarterly report to government: completeness first, then figures, places, committees, money, stocks and alerts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::bodies::{Lead, leads};
use super::super::place::figures::{CompleteShown, complete_shown, spaced};
use super::Composer;
use super::sheet::Sheet;
use crate::flow::model::{FieldKind, Flow, IndicatorKind, Named};
use crate::rollup::Figure;
use crate::view::{BodyCounts, CompletenessRow, CompletenessShown, FigureShown, IndicatorShown, SummaryRow};
use crate::web::limits::COLUMNS_MAX;

/// Everything the report says below its head.
pub(super) struct Quarterly {
    pub complete: CompleteShown,
    pub complete_moved: Vec<String>,
    pub reporting: String,
    pub flows: Sheet,
    pub silent: Vec<(String, Vec<String>)>,
    pub silent_count: String,
    pub compared: Vec<String>,
    /// True where the year before has anything to compare with.
    pub has_year: bool,
    pub figures: Vec<Group>,
    pub targets: String,
    pub places: Sheet,
    pub leads: Vec<Lead>,
    pub bodies: Sheet,
    pub funds: Vec<Sheet>,
    pub stocks: Vec<Sheet>,
    pub alerts: Vec<(&'static str, String)>,
    pub method: Vec<String>,
}

/// Headline figures of one report type.
pub(super) struct Group {
    pub title: String,
    /// Empty where nothing came of it.
    pub rows: Vec<FigureRow>,
}

/// One headline figure.
pub(super) struct FigureRow {
    pub name: String,
    pub value: String,
    pub made_of: String,
    /// The approved figure, where it differs.
    pub closed: String,
    pub before: String,
    pub year_before: String,
    pub target: String,
}

impl Composer<'_> {
    pub(super) fn quarterly(&self) -> Quarterly {
        let view = self.view;
        let moved = [(&view.before, self.own.on_before), (&view.year_before, self.own.on_year_before)];
        let told = moved.iter().map(|(earlier, against)| (self.complete_moved(earlier), against));
        let told = told.filter(|(moved, _)| !moved.is_empty()).map(|(moved, against)| format!("{moved} {against}"));
        Quarterly {
            complete: complete_shown(&view.summary.completeness, self.words, self.language),
            complete_moved: told.collect(),
            reporting: self.reporting(),
            flows: self.flows(),
            silent: self.silent(),
            silent_count: self.silent_count(),
            compared: self.compared(),
            has_year: !view.year_before.is_silent(),
            figures: self.figures(),
            targets: self.targets(),
            places: self.places(),
            leads: leads(self.in_force, &view.bodies, self.language),
            bodies: self.bodies(),
            funds: self.funds(),
            stocks: self.stocks(),
            alerts: self.alerts(),
            method: self.method(),
        }
    }

    /// What changes are measured against.
    fn compared(&self) -> Vec<String> {
        let year = &self.view.year_before;
        let text = if year.is_silent() { self.own.no_year } else { self.own.year };
        let year = text.replace("{p}", &self.words.period_name(year.period));
        vec![self.teller().compared(&self.view.before), year]
    }

    fn flows(&self) -> Sheet {
        let w = self.words;
        let heads = [w.flow, w.completeness, w.expected, w.received, w.on_time, w.late, w.zero, w.not_held, w.silent];
        let counts = |counts: &CompletenessShown| {
            let numbers = [counts.expected, counts.received, counts.on_time, counts.late, counts.zero, counts.not_held];
            let numbers = numbers.into_iter().chain([counts.silent]).map(spaced);
            std::iter::once(self.percent(counts.percent)).chain(numbers).collect::<Vec<_>>()
        };
        let row = |row: &CompletenessRow| {
            let flow = self.in_force.pack.flow(row.flow.as_deref()?)?;
            Some((flow.title.get(self.language).to_owned(), counts(&row.counts)))
        };
        Sheet {
            columns: heads.map(str::to_owned).to_vec(),
            rows: self.view.completeness.flows.iter().filter_map(row).collect(),
            total: Some((w.total.to_owned(), counts(&self.view.summary.completeness))),
            ..Sheet::default()
        }
    }

    fn figures(&self) -> Vec<Group> {
        let group = |flow: &Arc<Flow>| Group {
            title: flow.title.get(self.language).to_owned(),
            rows: self.headlines().filter(|own| own.flow == flow.id).filter_map(|own| self.figure_row(own)).collect(),
        };
        self.question.flows(&self.in_force.pack).map(group).collect()
    }

    fn figure_row(&self, indicator: &IndicatorShown) -> Option<FigureRow> {
        let figure = self.view.summary.total.get(&indicator.id)?;
        let target = self.view.summary.target.get(&indicator.id);
        Some(FigureRow {
            name: indicator.name.clone(),
            value: self.cell(Some(figure)),
            made_of: self.teller().made_of(figure),
            closed: self.closed(&indicator.id),
            before: self.moved(&self.view.before, &indicator.id),
            year_before: self.moved(&self.view.year_before, &indicator.id),
            target: target.map_or_else(String::new, |target| {
                let word = if indicator.is_reached(figure, *target) { self.own.reached } else { self.own.not_reached };
                format!("{} ({word})", self.teller().target(indicator, figure, *target))
            }),
        })
    }

    /// How many of the place's own targets are reached, and of those of the places below.
    fn targets(&self) -> String {
        let summary = &self.view.summary;
        let indicator = |id: &str| summary.indicators.iter().find(|own| own.id == id);
        let count = |targets: &BTreeMap<String, f64>, values: &BTreeMap<String, FigureShown>| {
            let is_reached = |(id, target): &(&String, &f64)| {
                let known = indicator(id).zip(values.get(*id));
                known.is_some_and(|(indicator, figure)| indicator.is_reached(figure, **target))
            };
            (targets.iter().filter(is_reached).count(), targets.len())
        };
        let own = count(&summary.target, &summary.total);
        let below = summary.rows.iter().map(|row| count(&row.target, &row.values));
        let below = below.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let told = |text: &str, (reached, all): (usize, usize)| {
            (all > 0).then(|| text.replace("{n}", &reached.to_string()).replace("{t}", &all.to_string()))
        };
        let told: Vec<String> =
            [told(self.own.targets, own), told(self.own.targets_below, below)].into_iter().flatten().collect();
        if told.is_empty() { self.own.no_targets.to_owned() } else { told.join(" ") }
    }

    fn places(&self) -> Sheet {
        let (w, summary) = (self.words, &self.view.summary);
        let shown: Vec<&IndicatorShown> = self.headlines().take(COLUMNS_MAX).collect();
        let heads = [w.place, w.completeness, w.on_time, w.silent].map(str::to_owned);
        let cells = |counts: &CompletenessShown, values: &BTreeMap<_, FigureShown>| {
            let complete = [self.percent(counts.percent), self.percent(counts.on_time_percent), spaced(counts.silent)];
            let figures = shown.iter().map(|indicator| self.cell(values.get(&indicator.id)));
            complete.into_iter().chain(figures).collect::<Vec<_>>()
        };
        let row = |row: &SummaryRow| {
            let place = row.place.as_ref()?;
            let name = if row.itself { w.itself.to_owned() } else { place.name.clone() };
            Some((name, cells(&row.completeness, &row.values)))
        };
        Sheet {
            title: String::new(),
            columns: heads.into_iter().chain(shown.iter().map(|indicator| indicator.name.clone())).collect(),
            rows: summary.rows.iter().filter_map(row).collect(),
            total: Some((w.total.to_owned(), cells(&summary.completeness, &summary.total))),
        }
    }

    fn bodies(&self) -> Sheet {
        let bodies = &self.view.bodies;
        let shown: Vec<&IndicatorShown> = bodies.indicators.iter().filter(|own| own.kind != "count").collect();
        let row = |body: &BodyCounts| {
            let cells = shown.iter().map(|indicator| self.cell(body.values.get(&indicator.id)));
            (body.name.clone(), cells.collect())
        };
        let names = shown.iter().map(|indicator| indicator.name.clone());
        Sheet {
            columns: std::iter::once(self.own.body.to_owned()).chain(names).collect(),
            rows: bodies.bodies.iter().filter(|body| body.now().held > 0).map(row).collect(),
            ..Sheet::default()
        }
    }

    /// What needs a visa to be counted, by what it is counted by: announced, received and spent by source.
    fn funds(&self) -> Vec<Sheet> {
        let flows = self.in_force.pack.flows.iter().filter(|flow| flow.visa);
        flows.filter_map(|flow| self.by_option(flow)).collect()
    }

    fn by_option(&self, flow: &Flow) -> Option<Sheet> {
        let label = flow.indicators.iter().find_map(|indicator| indicator.by.first())?;
        let field = flow.field(label)?;
        let FieldKind::Choice { options } = &field.kind else { return None };
        let split: Vec<_> = flow.indicators.iter().filter(|indicator| indicator.by.contains(label)).collect();
        let total = &self.view.summary.total;
        let figure = |id: String| self.cell(total.get(&id));
        let row = |option: &Named| {
            let cells = split.iter().map(|own| figure(format!("{}.{}/{label}={}", flow.id, own.id, option.id)));
            (option.name.get(self.language).to_owned(), cells.collect())
        };
        let names = split.iter().map(|own| own.name.get(self.language).to_owned());
        let came = self.view.reported.contains(&flow.id);
        let whole = || split.iter().map(|own| figure(format!("{}.{}", flow.id, own.id))).collect();
        Some(Sheet {
            title: flow.title.get(self.language).to_owned(),
            columns: std::iter::once(capital(field.name.get(self.language))).chain(names).collect(),
            rows: options.iter().map(row).collect(),
            // Silent is not none.
            total: came.then(|| (self.words.total.to_owned(), whole())),
        })
    }

    /// Report types that tell a stock: where anything of it was told.
    fn stocks(&self) -> Vec<Sheet> {
        let has_stock = |flow: &Flow| flow.indicators.iter().any(|own| matches!(own.kind, IndicatorKind::Last { .. }));
        let flows = self.in_force.pack.flows.iter().filter(|flow| has_stock(flow));
        flows.map(|flow| self.stock(flow)).collect()
    }

    fn stock(&self, flow: &Flow) -> Sheet {
        let (w, summary) = (self.words, &self.view.summary);
        let shown: Vec<&IndicatorShown> =
            summary.indicators.iter().filter(|own| own.flow == flow.id && own.headline).collect();
        let cells = |values: &BTreeMap<String, FigureShown>| {
            shown.iter().map(|indicator| self.cell(values.get(&indicator.id))).collect::<Vec<_>>()
        };
        let is_told = |row: &&SummaryRow| {
            shown.iter().any(|own| row.values.get(&own.id).is_some_and(|figure| !figure.is_nothing()))
        };
        let row = |row: &SummaryRow| {
            let place = row.place.as_ref()?;
            Some((if row.itself { w.itself.to_owned() } else { place.name.clone() }, cells(&row.values)))
        };
        let came = self.view.reported.contains(&flow.id);
        Sheet {
            title: flow.title.get(self.language).to_owned(),
            columns: std::iter::once(w.place.to_owned()).chain(shown.iter().map(|own| own.name.clone())).collect(),
            rows: summary.rows.iter().filter(is_told).filter_map(row).collect(),
            // Silent is not none.
            total: came.then(|| (w.total.to_owned(), cells(&summary.total))),
        }
    }

    pub(super) fn alerts(&self) -> Vec<(&'static str, String)> {
        let tally = self.view.alerts;
        let [opened, answered, withdrawn, open, hours] = self.own.alerts;
        let waited = match tally.acknowledged {
            0 => "-".to_owned(),
            answered => {
                let mean = Figure::Mean { numerator: tally.waited_hours, denominator: answered };
                format!("{}\u{a0}h", self.teller().figure(&mean.into()))
            }
        };
        vec![
            (opened, spaced(tally.opened)),
            (answered, spaced(tally.acknowledged)),
            (withdrawn, spaced(tally.withdrawn)),
            (open, spaced(tally.opened - tally.acknowledged - tally.withdrawn)),
            (hours, waited),
        ]
    }

    fn method(&self) -> Vec<String> {
        let waiting = self.own.waiting.replace("{n}", &spaced(self.view.awaiting_visa));
        let waiting = waiting.replace("{m}", &spaced(self.view.awaiting_change));
        let mut method: Vec<String> = self.own.method.iter().map(|&told| told.to_owned()).collect();
        method.insert(2, waiting);
        method
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
