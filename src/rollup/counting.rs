//! From values to counts, by the indicators of a flow.

use std::collections::BTreeMap;

use crate::flow::model::{Flow, Indicator, IndicatorKind};
use crate::flow::rule;
use crate::flow::text::{Scope, TextBook, TextError};
use crate::flow::values::{Value, Values};

/// Counts of one report by full indicator name.
pub type Counts = BTreeMap<String, i64>;

/// An indicator could not be computed: excluded for packs that passed `relais check`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("indicator {flow}.{indicator} cannot be counted: {reason}")]
pub struct CountingError {
    /// Flow id.
    pub flow: String,
    /// Indicator id.
    pub indicator: String,
    /// Why.
    pub reason: TextError,
}

/// What a report with `values` adds to the totals, stocks apart. A declared zero has no values and adds nothing.
///
/// # Errors
/// [`CountingError`] when an expression of the flow does not give a whole number.
pub fn counts(flow: &Flow, texts: &TextBook, values: &Values) -> Result<Counts, CountingError> {
    counted(flow, texts, values, |kind| !is_stock(kind))
}

/// The stocks a report with `values` tells: of the reports of one site in a period, the latest one's stand.
///
/// # Errors
/// [`CountingError`] when an expression of the flow does not give a whole number.
pub fn stocks(flow: &Flow, texts: &TextBook, values: &Values) -> Result<Counts, CountingError> {
    counted(flow, texts, values, is_stock)
}

/// True when `flow` has stocks.
pub fn has_stocks(flow: &Flow) -> bool {
    flow.indicators.iter().any(|indicator| is_stock(&indicator.kind))
}

fn is_stock(kind: &IndicatorKind) -> bool {
    matches!(kind, IndicatorKind::Last { .. })
}

fn counted(
    flow: &Flow,
    texts: &TextBook,
    values: &Values,
    takes: impl Fn(&IndicatorKind) -> bool,
) -> Result<Counts, CountingError> {
    let mut counts = Counts::new();
    if values.is_empty() {
        return Ok(counts);
    }
    let scope = rule::scope(flow, values);
    for indicator in flow.indicators.iter().filter(|indicator| takes(&indicator.kind)) {
        let failed = |reason| CountingError { flow: flow.id.clone(), indicator: indicator.id.clone(), reason };
        let Some(count) = count(indicator, texts, values, &scope).map_err(failed)? else { continue };
        let name = format!("{}.{}", flow.id, indicator.id);
        for label in &indicator.by {
            if let Some(option) = values.get(label).map(option_code) {
                counts.insert(format!("{name}/{label}={option}"), count);
            }
        }
        counts.insert(name, count);
    }
    Ok(counts)
}

fn count(indicator: &Indicator, texts: &TextBook, values: &Values, scope: &Scope) -> Result<Option<i64>, TextError> {
    if let Some(when) = &indicator.when
        && !texts.holds(when, scope.clone())?
    {
        return Ok(None);
    }
    match &indicator.kind {
        IndicatorKind::Count => Ok(Some(1)),
        IndicatorKind::Sum { value, labels } | IndicatorKind::Last { value, labels } => {
            let complete = labels.iter().all(|label| values.get(label).is_some());
            if complete { texts.number(value, scope.clone()).map(Some) } else { Ok(None) }
        }
        IndicatorKind::Ratio { .. } | IndicatorKind::Mean { .. } | IndicatorKind::Alerts { .. } => Ok(None),
    }
}

fn option_code(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Word(word) => word.clone(),
    }
}
