//! What a check or an alert can read beside the report's own values: `S_prev`, the value of S in its sender's report before this one,
//! and `recus_so_far`, what an indicator of the flow adds up to at the place this year.
//!
//! Names only: the values are looked up by whoever holds the reports.

use std::collections::BTreeMap;

use super::model::{Flow, IndicatorKind};
use super::values::Values;

/// Values by name. A name that is not there is not known.
pub type Beside = BTreeMap<String, i64>;

const PREVIOUS: &str = "_prev";
const SO_FAR: &str = "_so_far";

/// True for a name that is looked up in earlier reports.
pub fn is_beside(name: &str) -> bool {
    name.ends_with(PREVIOUS) || name.ends_with(SO_FAR)
}

/// Every such name that checks and alerts of `flow` may use.
pub fn names(flow: &Flow) -> Vec<String> {
    let is_summed = |kind: &IndicatorKind| matches!(kind, IndicatorKind::Sum { .. } | IndicatorKind::Count);
    let previous = flow.fields.iter().map(|field| format!("{}{PREVIOUS}", field.label));
    let summed = flow.indicators.iter().filter(|indicator| is_summed(&indicator.kind));
    previous.chain(summed.map(|indicator| format!("{}{SO_FAR}", indicator.id))).collect()
}

/// Those that its checks and alerts use.
fn read(flow: &Flow) -> impl Iterator<Item = &String> {
    let of_checks = flow.checks.iter().flat_map(|check| &check.beside);
    of_checks.chain(flow.alerts.iter().flat_map(|alert| &alert.beside))
}

/// True when a check or an alert of `flow` reads the report before this one.
pub fn reads_previous(flow: &Flow) -> bool {
    read(flow).any(|name| name.ends_with(PREVIOUS))
}

/// True when a check or an alert of `flow` reads what its indicators add up to.
pub fn reads_sums(flow: &Flow) -> bool {
    read(flow).any(|name| name.ends_with(SO_FAR))
}

/// The values of the report before, by their names here.
pub fn previous(values: &Values) -> Beside {
    let numbered = values.0.keys().filter_map(|label| Some((format!("{label}{PREVIOUS}"), values.number(label)?)));
    numbered.collect()
}

/// What every indicator of `flow` adds up to, by its name here: 0 where nothing was counted.
pub fn so_far(flow: &Flow, sums: &BTreeMap<String, i64>) -> Beside {
    let summed = |id: &String| sums.get(&format!("{}.{id}", flow.id)).copied().unwrap_or(0);
    flow.indicators.iter().map(|one| (format!("{}{SO_FAR}", one.id), summed(&one.id))).collect()
}
