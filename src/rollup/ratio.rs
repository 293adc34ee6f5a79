//! From summed counts to the figures people read: sums as they are, ratios with their numerator and denominator.

use std::collections::BTreeMap;

use crate::flow::model::{Denominator, Flow, IndicatorKind, Pack};

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// A sum or a count.
    Whole(i64),
    /// A part of a whole. An empty denominator gives no percentage: shown as `-`.
    Ratio {
        /// What is counted.
        numerator: i64,
        /// What it is counted against.
        denominator: i64,
    },
    /// So much for each. An empty denominator gives no mean: shown as `-`.
    Mean {
        /// What is shared out.
        numerator: i64,
        /// Among how many.
        denominator: i64,
    },
}

impl Figure {
    /// The percentage of a ratio, unrounded.
    pub fn percent(&self) -> Option<f64> {
        match self {
            Figure::Ratio { numerator, denominator } if *denominator > 0 => {
                Some(*numerator as f64 * 100.0 / *denominator as f64)
            }
            _ => None,
        }
    }

    /// The mean, unrounded.
    pub fn mean(&self) -> Option<f64> {
        match self {
            Figure::Mean { numerator, denominator } if *denominator > 0 => {
                Some(*numerator as f64 / *denominator as f64)
            }
            _ => None,
        }
    }

    /// The number to compare and to chart by: a sum, a percentage or a mean.
    pub fn number(&self) -> Option<f64> {
        match self {
            Figure::Whole(whole) => Some(*whole as f64),
            Figure::Ratio { .. } => self.percent(),
            Figure::Mean { .. } => self.mean(),
        }
    }
}

/// Every figure of `flow`, in the file's order, from summed counts and the population of the area.
pub fn figures(
    pack: &Pack,
    flow: &Flow,
    sums: &BTreeMap<String, i64>,
    population: Option<i64>,
) -> Vec<(String, Figure)> {
    let sum = |id: &String| sums.get(&format!("{}.{id}", flow.id)).copied().unwrap_or(0);
    let figure = |kind: &IndicatorKind, id: &String| match kind {
        IndicatorKind::Ratio { numerator, denominator } => Figure::Ratio {
            numerator: numerator.iter().map(sum).sum(),
            denominator: match denominator {
                Denominator::Indicators(ids) => ids.iter().map(sum).sum(),
                Denominator::Population(share) => share_of(pack, share, population),
            },
        },
        IndicatorKind::Mean { numerator, denominator } => {
            Figure::Mean { numerator: numerator.iter().map(sum).sum(), denominator: denominator.iter().map(sum).sum() }
        }
        _ => Figure::Whole(sum(id)),
    };
    flow.indicators.iter().map(|indicator| (indicator.id.clone(), figure(&indicator.kind, &indicator.id))).collect()
}

fn share_of(pack: &Pack, id: &str, population: Option<i64>) -> i64 {
    let share = pack.populations.iter().find(|share| share.id == id).map_or(0.0, |share| share.share);
    // A population is far below 2^53, so the product is exact to the person.
    (population.unwrap_or(0) as f64 * share).round() as i64
}
