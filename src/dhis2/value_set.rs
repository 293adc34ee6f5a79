//! The figures of a period as DHIS2 takes them, and what has no place there.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{Period, PeriodKind, PlaceId};
use crate::flow::model::{Dhis2, IndicatorKind, Pack};
use crate::programme::{InForce, Programme};
use crate::store;
use crate::view::{Question, ViewError};

/// What marks a value as ours, so that a value of another source is known.
pub const COMMENT: &str = "relais";
/// Codes are what both sides agree on.
const SCHEME: &str = "CODE";

/// The figures of one period.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValueSet {
    /// Code of the data set.
    pub data_set: String,
    /// How data elements are named.
    pub data_element_id_scheme: &'static str,
    /// How organisation units are named.
    pub org_unit_id_scheme: &'static str,
    /// How option combinations are named.
    pub category_option_combo_id_scheme: &'static str,
    /// The values.
    pub data_values: Vec<DataValue>,
    /// What is counted here and goes nowhere.
    pub unmapped: Vec<Unmapped>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataValue {
    /// Code of the data element.
    pub data_element: String,
    /// The period as DHIS2 writes it: `202611`, `2026Q4`, `2026`.
    pub period: String,
    /// Code of the organisation unit.
    pub org_unit: String,
    /// Code of the category option combination.
    pub category_option_combo: String,
    /// Code of the attribute option combination.
    pub attribute_option_combo: String,
    /// The value.
    pub value: String,
    /// Marks it as ours.
    pub comment: &'static str,
}

/// Something counted that has no data element.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Unmapped {
    /// Full name of the indicator.
    pub indicator: String,
    /// Why.
    pub reason: &'static str,
}

/// The figures of the question's place and period, for each place of `level` (else the level of the mapping).
///
/// # Errors
/// A pack without a mapping, a level or a period that DHIS2 does not take; what the store says.
pub async fn value_set(programme: &Programme, question: &Question, level: Option<&str>) -> Result<ValueSet, ViewError> {
    let in_force = programme.in_force();
    let pack = &in_force.pack;
    let map = pack.dhis2.as_ref().ok_or(ViewError::NotFound("mapping: the pack has no dhis2.toml"))?;
    let level = level.unwrap_or(&map.level);
    if pack.depth(level).is_none() {
        let value = level.chars().take(50).collect();
        return Err(ViewError::UnknownValue { field: "level", value, allowed: "the levels of the pack" });
    }
    let period = dhis2_period(question.period)?;
    let sums = sums(programme, &in_force, question, (map, level)).await?;
    let mut data_values = Vec::new();
    for (place, counts) in sums {
        let Some(place) = in_force.tree.get(place) else { continue };
        for value in &map.values {
            // Cells are kept of what was counted: where a report came, what has none was reported as zero.
            let flow = |name: &str| name.split_once('.').map_or(String::new(), |(flow, _)| flow.to_owned());
            let came = counts.keys().any(|known| flow(known) == flow(&value.indicator));
            let Some(count) = counts.get(&value.indicator).copied().or(came.then_some(0)) else { continue };
            data_values.push(DataValue {
                data_element: value.data_element.clone(),
                period: period.clone(),
                org_unit: map.org_units.get(&place.code).unwrap_or(&place.code).clone(),
                category_option_combo: value.category_option_combo.clone(),
                attribute_option_combo: map.attribute_option_combo.clone(),
                value: count.to_string(),
                comment: COMMENT,
            });
        }
    }
    Ok(ValueSet {
        data_set: map.data_set.clone(),
        data_element_id_scheme: SCHEME,
        org_unit_id_scheme: SCHEME,
        category_option_combo_id_scheme: SCHEME,
        data_values,
        unmapped: unmapped(pack, map),
    })
}

/// A period as DHIS2 writes it. Its weeks begin on other days than ours, so none is sent.
fn dhis2_period(period: Period) -> Result<String, ViewError> {
    match period.kind() {
        PeriodKind::Month => Ok(period.first().strftime("%Y%m").to_string()),
        PeriodKind::Quarter => Ok(format!("{}Q{}", period.year(), period.number())),
        PeriodKind::Year => Ok(period.year().to_string()),
        PeriodKind::Day | PeriodKind::Week => Err(ViewError::UnknownValue {
            field: "period",
            value: period.name(),
            allowed: "a month, a quarter or a year",
        }),
    }
}

/// The mapped sums of each place of the level that anything was reported about.
async fn sums(
    programme: &Programme,
    in_force: &InForce,
    question: &Question,
    (map, level): (&Dhis2, &str),
) -> Result<BTreeMap<PlaceId, BTreeMap<String, i64>>, ViewError> {
    let day = question.period.last();
    let months: Vec<String> = question.cell_periods(&in_force.pack).iter().map(Period::name).collect();
    let indicators: Vec<String> = map.values.iter().map(|value| value.indicator.clone()).collect();
    let mut found: BTreeMap<PlaceId, BTreeMap<String, i64>> = BTreeMap::new();
    if indicators.is_empty() {
        // An empty list would ask for every indicator there is.
        return Ok(found);
    }
    let area = question.place.id;
    let scope = store::cell::Scope { area, day, periods: &months, flow: None, network: None, indicators: &indicators };
    let mut tx = programme.store.reader().await?;
    for (place, by_period) in store::cell::sums_by_place(&mut tx, &scope).await? {
        let way = in_force.tree.upwards(place, day);
        // What is about a place above this level belongs to none of its places.
        let Some(at_level) = way.iter().find(|above| above.level == level) else { continue };
        for (indicator, count) in by_period.into_values().flatten() {
            *found.entry(at_level.id).or_default().entry(indicator).or_default() += count;
        }
    }
    Ok(found)
}

fn unmapped(pack: &Pack, map: &Dhis2) -> Vec<Unmapped> {
    let mut unmapped = Vec::new();
    for flow in &pack.flows {
        for indicator in &flow.indicators {
            let name = format!("{}.{}", flow.id, indicator.id);
            let reason = match &indicator.kind {
                IndicatorKind::Ratio { .. } => "a ratio: DHIS2 computes its own",
                IndicatorKind::Last { .. } => "a stock does not add up over months",
                _ => "no data element",
            };
            if !map.values.iter().any(|value| value.indicator == name) {
                unmapped.push(Unmapped { indicator: name, reason });
            }
        }
    }
    unmapped
}
