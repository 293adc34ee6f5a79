//! The small values answers are made of, as the API, the page and the files show them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::ViewError;
use super::question::flow_called;
use crate::base::Language;
use crate::flow::model::{FieldKind, Flow, Indicator, IndicatorKind, Pack};
use crate::place::Place;
use crate::rollup::{Completeness, Counts, Figure, figures};

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlaceShown {
    /// Its code in the vintage that is shown.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Level id.
    pub level: String,
}

impl From<&Place> for PlaceShown {
    fn from(place: &Place) -> PlaceShown {
        PlaceShown { code: place.code.clone(), name: place.name.clone(), level: place.level.clone() }
    }
}

/// A network.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NetworkShown {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RoleShown {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Something counted.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct IndicatorShown {
    /// Full name: `dep.depistes`, or with an option `sen.personnes/K=1`.
    pub id: String,
    /// Report type.
    pub flow: String,
    /// What people read.
    pub name: String,
    /// `sum`, `count`, `last`, `ratio`, `mean` or `alerts`.
    pub kind: &'static str,
    /// Shown first.
    pub headline: bool,
    /// A target is reached at it or below.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fewer_is_better: bool,
    /// DHIS2 data element code, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_element: Option<String>,
}

impl IndicatorShown {
    /// True where a figure of it is at its target or on the right side; an empty ratio or mean reaches nothing.
    pub fn is_reached(&self, figure: &FigureShown, target: f64) -> bool {
        figure.number().is_some_and(|number| if self.fewer_is_better { number <= target } else { number >= target })
    }
}

/// A figure: a whole number, or a ratio or mean with what it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum FigureShown {
    /// A sum, a count or a stock.
    Whole(i64),
    /// A part of a whole.
    Ratio {
        /// What is counted.
        numerator: i64,
        /// What it is counted against.
        denominator: i64,
        /// To one decimal; none where the denominator is empty.
        percent: Option<f64>,
    },
    /// So much for each.
    Mean {
        /// What is shared out.
        numerator: i64,
        /// Among how many.
        denominator: i64,
        /// To one decimal; none where the denominator is empty.
        mean: Option<f64>,
    },
}

impl FigureShown {
    /// True for what silence would leave as well: a sum of 0, a ratio of nothing, a mean of nobody.
    pub fn is_nothing(&self) -> bool {
        match self {
            FigureShown::Whole(whole) => *whole == 0,
            FigureShown::Ratio { numerator, .. } => *numerator == 0,
            FigureShown::Mean { denominator, .. } => *denominator == 0,
        }
    }

    /// The number to order, class and chart by: a sum, a percentage or a mean; none for an empty denominator.
    pub fn number(&self) -> Option<f64> {
        match self {
            FigureShown::Whole(whole) => Some(*whole as f64),
            FigureShown::Ratio { percent, .. } => *percent,
            FigureShown::Mean { mean, .. } => *mean,
        }
    }
}

impl From<Figure> for FigureShown {
    fn from(figure: Figure) -> FigureShown {
        match figure {
            Figure::Whole(whole) => FigureShown::Whole(whole),
            Figure::Ratio { numerator, denominator } => {
                FigureShown::Ratio { numerator, denominator, percent: percent(numerator, denominator) }
            }
            Figure::Mean { numerator, denominator } => {
                FigureShown::Mean { numerator, denominator, mean: figure.mean().map(to_tenth) }
            }
        }
    }
}

/// Part of whole in per cent to one decimal; none where the whole is empty.
pub(super) fn percent(part: i64, whole: i64) -> Option<f64> {
    Figure::Ratio { numerator: part, denominator: whole }.percent().map(to_tenth)
}

fn to_tenth(exact: f64) -> f64 {
    (exact * 10.0).round() / 10.0
}

/// How complete an answer is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct CompletenessShown {
    /// Reports owed.
    pub expected: i64,
    /// Reports received: on time and late, zeros and meetings not held among them.
    pub received: i64,
    /// Received by the day they were due.
    pub on_time: i64,
    /// Received after it.
    pub late: i64,
    /// Declared zeros, among the received.
    pub zero: i64,
    /// Meetings not held, with the reason, among the received.
    pub not_held: i64,
    /// Owed, and nothing came.
    pub silent: i64,
    /// Received over expected, to one decimal.
    pub percent: Option<f64>,
    /// On time over expected, to one decimal.
    pub on_time_percent: Option<f64>,
}

impl From<Completeness> for CompletenessShown {
    fn from(complete: Completeness) -> CompletenessShown {
        CompletenessShown {
            expected: complete.expected,
            received: complete.received,
            on_time: complete.on_time,
            late: complete.late(),
            zero: complete.zero,
            not_held: complete.not_held,
            silent: complete.silent(),
            percent: percent(complete.received, complete.expected),
            on_time_percent: percent(complete.on_time, complete.expected),
        }
    }
}

/// The percentage in whole numbers, from the counts themselves: rounding what was rounded to a decimal would make 70 of 70.51.
pub(super) fn whole_percent(part: i64, whole: i64) -> Option<i64> {
    let exact = Figure::Ratio { numerator: part, denominator: whole }.percent()?;
    // A percentage of counts is far below 2^52.
    Some(exact.round() as i64)
}

/// How many of the places of one level have reported anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlacesReporting {
    /// Level id.
    pub level: String,
    /// Places that owe a report.
    pub expected: i64,
    /// Of those, places from which at least one came.
    pub reporting: i64,
}

/// Everything counted, of one report type or of all.
///
/// # Errors
/// [`ViewError::UnknownFlow`].
pub fn indicators(pack: &Pack, flow: Option<&str>, language: Language) -> Result<Vec<IndicatorShown>, ViewError> {
    let wanted = flow.map(|word| flow_called(pack, word)).transpose()?;
    let flows = pack.flows.iter().filter(|flow| wanted.as_ref().is_none_or(|wanted| wanted.id == flow.id));
    Ok(flows.flat_map(|flow| flow_indicators(flow, language)).collect())
}

/// The indicators of `flow`, each followed by its options where it is counted by some.
pub fn flow_indicators(flow: &Flow, language: Language) -> Vec<IndicatorShown> {
    flow.indicators.iter().flat_map(|indicator| with_options(flow, indicator, language)).collect()
}

fn with_options(flow: &Flow, indicator: &Indicator, language: Language) -> Vec<IndicatorShown> {
    let name = indicator.name.get(language);
    let whole = IndicatorShown {
        id: format!("{}.{}", flow.id, indicator.id),
        flow: flow.id.clone(),
        name: name.to_owned(),
        kind: kind_word(&indicator.kind),
        headline: indicator.headline,
        fewer_is_better: indicator.fewer_is_better,
        data_element: indicator.data_element.clone(),
    };
    let mut shown = vec![whole.clone()];
    for label in &indicator.by {
        let Some(field) = flow.field(label) else { continue };
        let FieldKind::Choice { options } = &field.kind else { continue };
        for option in options {
            shown.push(IndicatorShown {
                id: format!("{}/{label}={}", whole.id, option.id),
                name: format!("{name}, {}: {}", field.name.get(language), option.name.get(language)),
                headline: false,
                data_element: None,
                ..whole.clone()
            });
        }
    }
    shown
}

fn kind_word(kind: &IndicatorKind) -> &'static str {
    match kind {
        IndicatorKind::Sum { .. } => "sum",
        IndicatorKind::Count => "count",
        IndicatorKind::Last { .. } => "last",
        IndicatorKind::Ratio { .. } => "ratio",
        IndicatorKind::Mean { .. } => "mean",
        IndicatorKind::Alerts { .. } => "alerts",
    }
}

/// Every figure of `flow` by full indicator name, options among them.
pub(super) fn flow_figures(
    pack: &Pack,
    flow: &Flow,
    sums: &Counts,
    population: Option<i64>,
) -> BTreeMap<String, FigureShown> {
    let mut shown: BTreeMap<String, FigureShown> = figures(pack, flow, sums, population)
        .into_iter()
        .map(|(id, figure)| (format!("{}.{id}", flow.id), FigureShown::from(figure)))
        .collect();
    for indicator in flow.indicators.iter().filter(|indicator| !indicator.by.is_empty()) {
        for option in with_options(flow, indicator, Language::FRENCH).into_iter().skip(1) {
            let sum = sums.get(&option.id).copied().unwrap_or(0);
            shown.insert(option.id, FigureShown::Whole(sum));
        }
    }
    shown
}
