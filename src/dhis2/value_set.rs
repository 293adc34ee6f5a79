//! The figures of a period as DHIS2 takes them, and what has no place there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{Period, PeriodKind, PlaceId};
use crate::flow::model::{Dhis2, Flow, IndicatorKind, Pack};
use crate::programme::{InForce, Programme};
use crate::rollup::Counts;
use crate::store::{self, Senders};
use crate::view::{self, Question, ViewError};

/// What marks a value as ours, so that a value of another source is known.
pub const COMMENT: &str = "relais";
/// Codes are what both sides agree on.
const SCHEME: &str = "CODE";

/// Which figures are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Figures {
    /// Approved ones where a place has them, current ones of all others: what was told to others stays as it was told.
    #[default]
    ClosedElseCurrent,
    /// Approved ones only: a place whose period is open gives none.
    Closed,
    /// As they stand now.
    Current,
}

impl Figures {
    /// The words this is asked by: `closed` or `current`; nothing for both.
    ///
    /// # Errors
    /// Any other word.
    pub fn asked(word: Option<&str>) -> Result<Figures, ViewError> {
        match word {
            None => Ok(Figures::ClosedElseCurrent),
            Some("closed") => Ok(Figures::Closed),
            Some("current") => Ok(Figures::Current),
            Some(other) => Err(ViewError::UnknownValue {
                field: "figures",
                value: other.chars().take(50).collect(),
                allowed: "closed, current",
            }),
        }
    }
}

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
    /// Which figures these are: `current`, `closed` (as they were approved), or `mixed`: closed but of the places in `open`.
    pub figures: &'static str,
    /// Codes of the organisation units that have figures, and not all months of the period approved.
    pub open: Vec<String>,
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
pub async fn value_set(
    programme: &Programme,
    question: &Question,
    level: Option<&str>,
    wanted: Figures,
) -> Result<ValueSet, ViewError> {
    let in_force = programme.in_force();
    let pack = &in_force.pack;
    let map = pack.dhis2.as_ref().ok_or(ViewError::NotFound("mapping: the pack has no dhis2.toml"))?;
    let level = level.unwrap_or(&map.level);
    if pack.depth(level).is_none() {
        let value = level.chars().take(50).collect();
        return Err(ViewError::UnknownValue { field: "level", value, allowed: "the levels of the pack" });
    }
    let period = dhis2_period(question.period)?;
    let (sums, is_closed) = sums(programme, &in_force, question, (map, level), wanted).await?;
    let mut data_values = Vec::new();
    let unit = |code: &String| map.org_units.get(code).unwrap_or(code).clone();
    let open = sums.keys().filter(|place| !is_closed.contains(*place));
    let open: Vec<String> = open.filter_map(|place| in_force.tree.get(*place)).map(|place| unit(&place.code)).collect();
    let has_closed = sums.keys().any(|place| is_closed.contains(place));
    let figures = match (wanted, has_closed, open.is_empty()) {
        (Figures::Current, _, _) => "current",
        (Figures::Closed, _, _) | (Figures::ClosedElseCurrent, true, true) => "closed",
        (Figures::ClosedElseCurrent, true, false) => "mixed",
        (Figures::ClosedElseCurrent, false, _) => "current",
    };
    for (id, counts) in sums {
        let Some(place) = in_force.tree.get(id) else { continue };
        if wanted == Figures::Closed && !is_closed.contains(&id) {
            continue;
        }
        for value in &map.values {
            // Cells are kept of what was counted: where a report came, what has none was reported as zero.
            let flow = value.indicator.split_once('.').and_then(|(flow, _)| pack.flow(flow));
            // What became of alerts says nothing of reports; where it is what is sent, it says that there was one.
            let is_of_reports = flow.is_some_and(|flow| flow.is_of_reports(&value.indicator));
            let is_told =
                |flow: &Flow, known: &str| if is_of_reports { flow.is_of_reports(known) } else { flow.is_own(known) };
            let came = flow.is_some_and(|flow| counts.keys().any(|known| is_told(flow, known)));
            let Some(count) = counts.get(&value.indicator).copied().or(came.then_some(0)) else { continue };
            data_values.push(DataValue {
                data_element: value.data_element.clone(),
                period: period.clone(),
                org_unit: unit(&place.code),
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
        figures,
        open,
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

/// The mapped sums of each place of the level that anything was reported about, and which places have their period approved:
/// of these they are what was approved, unless the current ones are wanted.
async fn sums(
    programme: &Programme,
    in_force: &InForce,
    question: &Question,
    (map, level): (&Dhis2, &str),
    wanted: Figures,
) -> Result<(BTreeMap<PlaceId, Counts>, BTreeSet<PlaceId>), ViewError> {
    let day = question.period.last();
    let months: Vec<String> = question.cell_periods(&in_force.pack).iter().map(Period::name).collect();
    let indicators: Vec<String> = map.values.iter().map(|value| value.indicator.clone()).collect();
    let mut found: BTreeMap<PlaceId, Counts> = BTreeMap::new();
    if indicators.is_empty() {
        // An empty list would ask for every indicator there is.
        return Ok((found, BTreeSet::new()));
    }
    let area = question.place.id;
    let scope =
        store::cell::Scope { area, day, periods: &months, flow: None, senders: Senders::ALL, indicators: &indicators };
    let mut tx = programme.store.reader().await?;
    for (place, by_period) in store::cell::sums_by_place(&mut tx, &scope).await? {
        let way = in_force.tree.upwards(place, day);
        // What is about a place above this level belongs to none of its places.
        let Some(at_level) = way.iter().find(|above| above.level == level) else { continue };
        for (indicator, count) in by_period.into_values().flatten() {
            *found.entry(at_level.id).or_default().entry(indicator).or_default() += count;
        }
    }
    let closed = view::closed_by_place(&mut tx, in_force, question, level).await?;
    let is_closed = closed.keys().copied().collect();
    for (place, mut closed) in closed.into_iter().filter(|_| wanted != Figures::Current) {
        closed.counts.retain(|indicator, _| indicators.contains(indicator));
        match closed.counts.is_empty() {
            true => drop(found.remove(&place)),
            false => drop(found.insert(place, closed.counts)),
        }
    }
    Ok((found, is_closed))
}

fn unmapped(pack: &Pack, map: &Dhis2) -> Vec<Unmapped> {
    let mut unmapped = Vec::new();
    for flow in &pack.flows {
        for indicator in &flow.indicators {
            let name = format!("{}.{}", flow.id, indicator.id);
            let reason = match &indicator.kind {
                IndicatorKind::Ratio { .. } => "a ratio: DHIS2 computes its own",
                IndicatorKind::Mean { .. } => "a mean: DHIS2 computes its own",
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
