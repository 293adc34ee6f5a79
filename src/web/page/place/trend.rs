//! Twelve months of each headline figure and of completeness: a bar for each month, and the same numbers as a table.
//!
//! A month of which nothing came has no bar; a month that is not over has an outline only; zero is a line at the foot.

use super::Composer;
use crate::base::Period;
use crate::view::TrendMonth;
use crate::web::chart::top_of;

/// All charts with their table.
pub(super) struct Trend {
    /// `décembre 2025 - novembre 2026`.
    pub span: String,
    pub charts: Vec<Chart>,
    /// A row for each month, as many cells as charts.
    pub rows: Vec<(String, Vec<String>)>,
    /// First letters of the months.
    pub initials: String,
}

/// One chart.
pub(super) struct Chart {
    pub name: String,
    /// The last month and its figure.
    pub latest: String,
    /// What the upper line stands for.
    pub top: String,
    /// The chart in a sentence, for those who do not see it.
    pub label: String,
    /// Bars of months before the period shown.
    pub before: String,
    /// Bars of its months.
    pub shown: String,
    /// The bar of a month under way.
    pub under_way: String,
    /// Feet of months at zero.
    pub zeros: String,
}

/// One month of one chart.
struct Point<'a> {
    month: &'a TrendMonth,
    /// The number and how it is written; none where nothing came.
    value: Option<(f64, String)>,
}

/// Geometry of a chart, in units: the template draws the two lines at [`TOP`] and [`FOOT`].
const STEP: usize = 20;
const BAR_INSET: usize = 3;
const BAR_WIDTH: usize = 14;
const TOP: f64 = 18.0;
const FOOT: f64 = 74.0;

impl Composer<'_> {
    pub(super) fn trend(&self) -> Trend {
        let months = &self.view.history.trend;
        let percent = |month: &TrendMonth| month.completeness.percent.map(|part| (part, self.percent(part)));
        let completeness: Vec<Point<'_>> = months.iter().map(|month| Point { month, value: percent(month) }).collect();
        let mut all = vec![(self.words.completeness.to_owned(), Some(100.0), completeness)];
        for indicator in &self.view.summary.indicators {
            let value = |month: &TrendMonth| {
                let figure = month.values.get(&indicator.id)?;
                figure.number().map(|number| (number, self.figure(figure)))
            };
            let points = months.iter().map(|month| Point { month, value: value(month) }).collect();
            all.push((indicator.name.clone(), None, points));
        }
        let row = |(at, month): (usize, &TrendMonth)| {
            let cell = |points: &[Point<'_>]| {
                points[at].value.as_ref().map_or_else(|| "-".to_owned(), |value| value.1.clone())
            };
            let under_way = if month.is_under_way { format!(" ({})", self.words.under_way) } else { String::new() };
            let name = format!("{}{under_way}", self.words.period_name(month.month));
            (name, all.iter().map(|(_, _, points)| cell(points)).collect())
        };
        let name =
            |month: Option<&TrendMonth>| month.map_or_else(String::new, |month| self.words.period_name(month.month));
        let initial = |month: &TrendMonth| self.own.initials[month_index(month.month)];
        Trend {
            span: format!("{} – {}", name(months.first()), name(months.last())),
            rows: months.iter().enumerate().map(row).collect(),
            initials: months.iter().map(initial).collect(),
            charts: all.iter().map(|(name, top, points)| self.chart(name, *top, points)).collect(),
        }
    }

    fn chart(&self, name: &str, top: Option<f64>, points: &[Point<'_>]) -> Chart {
        let numbers = points.iter().filter_map(|point| point.value.as_ref().map(|value| value.0));
        let top = top.unwrap_or_else(|| top_of(numbers.fold(0.0, f64::max)));
        let is_ratio = points.iter().any(|point| point.value.as_ref().is_some_and(|value| value.1.ends_with('%')));
        let written = if top.fract() == 0.0 { super::figures::spaced(top as i64) } else { format!("{top}") };
        let written = if self.words.lang == "fr" { written.replace('.', ",") } else { written };
        let mut chart = Chart {
            name: name.to_owned(),
            latest: self.latest(points),
            top: format!("{written}{}", if is_ratio { "%" } else { "" }),
            label: self.label(name, points),
            before: String::new(),
            shown: String::new(),
            under_way: String::new(),
            zeros: String::new(),
        };
        let (first, last) = (self.question.period.first(), self.question.period.last());
        for (at, point) in points.iter().enumerate() {
            let Some((number, _)) = &point.value else { continue };
            let x = at * STEP + BAR_INSET;
            let height = ((FOOT - TOP) * number / top).clamp(0.0, FOOT - TOP);
            let month = point.month.month;
            let bars = match () {
                () if *number == 0.0 => &mut chart.zeros,
                () if point.month.is_under_way => &mut chart.under_way,
                () if month.first() <= last && month.last() >= first => &mut chart.shown,
                () => &mut chart.before,
            };
            // The least that is not zero is still seen.
            let height = if *number == 0.0 { 1.0 } else { height.max(1.5) };
            bars.push_str(&format!("M{x} {FOOT}v-{height:.1}h{BAR_WIDTH}v{height:.1}z"));
        }
        chart
    }

    fn latest(&self, points: &[Point<'_>]) -> String {
        let Some(last) = points.last() else { return String::new() };
        let month = self.own.short_months[month_index(last.month.month)];
        format!("{month} {}", last.value.as_ref().map_or("-", |value| value.1.as_str()))
    }

    /// Name, first, last, lowest and highest.
    fn label(&self, name: &str, points: &[Point<'_>]) -> String {
        let colon = if self.words.lang == "fr" { " : " } else { ": " };
        let said = |what: &str, point: Option<&Point<'_>>| {
            let Some(point) = point else { return String::new() };
            let value = point.value.as_ref().map_or(self.own.nothing, |value| value.1.as_str());
            let under_way =
                if point.month.is_under_way { format!(" ({})", self.words.under_way) } else { String::new() };
            format!(". {what}{colon}{} {value}{under_way}", self.words.period_name(point.month.month))
        };
        let known = || points.iter().filter_map(|point| point.value.as_ref().map(|value| (value.0, point)));
        let lowest = known().min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, point)| point);
        let highest = known().max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, point)| point);
        let own = self.own;
        let parts = [
            said(own.first, points.first()),
            said(own.last, points.last()),
            said(own.lowest, lowest),
            said(own.highest, highest),
        ];
        format!("{name}{}", parts.concat())
    }
}

fn month_index(month: Period) -> usize {
    usize::try_from(month.number() - 1).unwrap_or(0).min(11)
}
