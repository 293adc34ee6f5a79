//! The figures of a place in a period: a row for each part, their total, and how complete they are.
//!
//! A day and a month are cells of their own; a week sums days, a quarter and a year sum months. A higher place sums the
//! places below it, by the parents in force on the period's last day. A stock is not summed over months: the last month
//! with figures of its flow stands.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::completeness::{self, Part};
use super::question::{By, Question};
use super::shown::{
    CompletenessShown, FigureShown, IndicatorShown, NetworkShown, PlaceShown, PlacesReporting, flow_figures,
    flow_indicators,
};
use super::{CompletenessView, ViewError};
use crate::base::{Language, Period, PeriodKind, PlaceId};
use crate::flow::model::{Flow, IndicatorKind, Pack};
use crate::programme::{InForce, Programme};
use crate::rollup::Counts;
use crate::store::{Tx, cell};

/// The answer to a summary question.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Summary {
    /// The place and all places in it.
    pub place: PlaceShown,
    /// Name of the period.
    pub period: String,
    /// First day of the period.
    pub first_day: String,
    /// Last day of the period.
    pub last_day: String,
    /// What rows stand for: `place`, `period` or `network`.
    pub by: &'static str,
    /// What is counted, in the order of the report types.
    pub indicators: Vec<IndicatorShown>,
    /// One row for each part.
    pub rows: Vec<SummaryRow>,
    /// Everything together, by indicator id.
    pub total: BTreeMap<String, FigureShown>,
    /// How complete it is.
    pub completeness: CompletenessShown,
    /// How many places have reported anything.
    pub places: PlacesReporting,
}

/// One part of a summary: exactly one of `place`, `period` and `network` is given.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct SummaryRow {
    /// The place, where rows stand for places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceShown>,
    /// True for what is about the place itself rather than a place below it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub itself: bool,
    /// The period's name, where rows stand for periods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The network, where rows stand for networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkShown>,
    /// Figures by indicator id.
    pub values: BTreeMap<String, FigureShown>,
    /// How complete they are.
    pub completeness: CompletenessShown,
}

/// Answers `question` in one state of the store.
///
/// # Errors
/// What the store says.
pub async fn summary(
    programme: &Programme,
    question: &Question,
    language: Language,
) -> Result<(Summary, CompletenessView), ViewError> {
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    let sums = Sums::read(&mut tx, &in_force.pack, question).await?;
    let parts = completeness::read(&mut tx, &in_force, question).await?;
    let complete = parts.view(&in_force, question, language);
    Ok((assemble(&in_force, question, &sums, &parts, language), complete))
}

/// Summed counts: all together, and by part.
struct Sums {
    total: Counts,
    parts: BTreeMap<Part, Counts>,
}

impl Sums {
    async fn read(tx: &mut Tx, pack: &Pack, question: &Question) -> Result<Sums, ViewError> {
        let wanted = question.cell_periods(pack);
        let names: Vec<String> = wanted.iter().map(Period::name).collect();
        let (area, day) = (question.place.id, question.period.last());
        let scope = cell::Scope { area, day, periods: &names, flow: question.flow_id() };
        let by_period = cell::sums_by_period(tx, &scope).await?;
        let mut sums = Sums { total: Counts::new(), parts: split(tx, &scope, question.by, &by_period).await? };
        by_period.values().for_each(|counts| add(&mut sums.total, counts, 1));
        for flow in question.flows(pack).filter(|flow| has_stock(flow)) {
            let Some(last) = last_month_with(flow, &wanted, &by_period) else { continue };
            stand(flow, &mut sums.total, by_period.get(&last));
            if question.by == By::Period {
                continue;
            }
            let (only, counts) = ([last.clone()], BTreeMap::from([(last.clone(), by_period[&last].clone())]));
            let of_last = split(tx, &cell::Scope { periods: &only, ..scope }, question.by, &counts).await?;
            for (part, counts) in &mut sums.parts {
                stand(flow, counts, of_last.get(part));
            }
        }
        Ok(sums)
    }
}

/// The sums of each part. What no place below accounts for was reported about the place itself.
async fn split(
    tx: &mut Tx,
    scope: &cell::Scope<'_>,
    by: By,
    by_period: &BTreeMap<String, Counts>,
) -> Result<BTreeMap<Part, Counts>, ViewError> {
    match by {
        By::Period => Ok(parted(by_period.clone(), Part::Period)),
        By::Network => Ok(parted(cell::sums_by_network(tx, scope).await?, Part::Network)),
        By::Place => {
            let mut parts = parted(cell::sums_by_child(tx, scope).await?, Part::Place);
            let mut itself = Counts::new();
            by_period.values().for_each(|counts| add(&mut itself, counts, 1));
            parts.values().for_each(|counts| add(&mut itself, counts, -1));
            itself.retain(|_, count| *count != 0);
            if !itself.is_empty() {
                parts.insert(Part::Place(scope.area), itself);
            }
            Ok(parts)
        }
    }
}

/// The last month in which `flow` has figures; none where the cells are days.
fn last_month_with(flow: &Flow, wanted: &[Period], by_period: &BTreeMap<String, Counts>) -> Option<String> {
    let has_figures = |name: &String| by_period.get(name).is_some_and(|counts| counts.keys().any(|id| is_of(flow, id)));
    let months = wanted.iter().rev().filter(|period| period.kind() == PeriodKind::Month);
    months.map(Period::name).find(has_figures)
}

fn parted<K>(sums: BTreeMap<K, Counts>, part: impl Fn(K) -> Part) -> BTreeMap<Part, Counts> {
    sums.into_iter().map(|(key, counts)| (part(key), counts)).collect()
}

fn add(total: &mut Counts, counts: &Counts, sign: i64) {
    for (indicator, count) in counts {
        *total.entry(indicator.clone()).or_default() += sign * count;
    }
}

fn has_stock(flow: &Flow) -> bool {
    flow.indicators.iter().any(|indicator| matches!(indicator.kind, IndicatorKind::Last { .. }))
}

fn is_of(flow: &Flow, indicator: &str) -> bool {
    indicator.strip_prefix(flow.id.as_str()).is_some_and(|rest| rest.starts_with('.'))
}

/// Replaces the stocks of `flow` in `counts` by those of the last month.
fn stand(flow: &Flow, counts: &mut Counts, last: Option<&Counts>) {
    for indicator in flow.indicators.iter().filter(|indicator| matches!(indicator.kind, IndicatorKind::Last { .. })) {
        let name = format!("{}.{}", flow.id, indicator.id);
        let is_it = |known: &str| {
            known.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        counts.retain(|known, _| !is_it(known));
        let last = last.into_iter().flatten().filter(|(known, _)| is_it(known));
        counts.extend(last.map(|(known, count)| (known.clone(), *count)));
    }
}

fn assemble(
    in_force: &InForce,
    question: &Question,
    sums: &Sums,
    complete: &completeness::Parts,
    language: Language,
) -> Summary {
    let pack = &in_force.pack;
    let values = |counts: Option<&Counts>, population: Option<i64>| {
        let nothing = Counts::new();
        let counts = counts.unwrap_or(&nothing);
        question.flows(pack).flat_map(|flow| flow_figures(pack, flow, counts, population)).collect::<BTreeMap<_, _>>()
    };
    let rows = parts(in_force, question, sums, complete)
        .into_iter()
        .map(|part| {
            let population = match &part {
                Part::Place(id) if *id == question.place.id => None,
                Part::Place(id) => in_force.tree.get(*id).and_then(|place| place.population),
                Part::Period(_) | Part::Network(_) => question.place.population,
            };
            SummaryRow {
                values: values(sums.parts.get(&part), population),
                completeness: complete.of(&part).into(),
                ..head(in_force, question.place.id, &part, language)
            }
        })
        .collect();
    Summary {
        place: PlaceShown::from(&question.place),
        period: question.period.name(),
        first_day: question.period.first().to_string(),
        last_day: question.period.last().to_string(),
        by: question.by.word(),
        indicators: question.flows(pack).flat_map(|flow| flow_indicators(flow, language)).collect(),
        rows,
        total: values(Some(&sums.total), question.place.population),
        completeness: complete.total().into(),
        places: complete.places().clone(),
    }
}

/// The parts that get a row, in the order they are read.
fn parts(in_force: &InForce, question: &Question, sums: &Sums, complete: &completeness::Parts) -> Vec<Part> {
    let pack = &in_force.pack;
    match question.by {
        By::Period => question.cell_periods(pack).iter().map(|period| Part::Period(period.name())).collect(),
        By::Network => pack.networks.iter().map(|network| Part::Network(network.id.clone())).collect(),
        By::Place => {
            let itself = Part::Place(question.place.id);
            let has_own = sums.parts.contains_key(&itself) || complete.of(&itself) != Default::default();
            let below = in_force.tree.children(question.place.id, question.period.last());
            let below = below.into_iter().map(|place| Part::Place(place.id));
            below.chain(has_own.then_some(itself)).collect()
        }
    }
}

/// What a part is called.
pub(super) fn head(in_force: &InForce, area: PlaceId, part: &Part, language: Language) -> SummaryRow {
    let mut row = SummaryRow::default();
    match part {
        Part::Place(id) => {
            row.place = in_force.tree.get(*id).map(PlaceShown::from);
            row.itself = *id == area;
        }
        Part::Period(name) => row.period = Some(name.clone()),
        Part::Network(id) => {
            let known = in_force.pack.networks.iter().find(|network| network.id == *id);
            let name = known.map_or(id.as_str(), |network| network.name.get(language)).to_owned();
            row.network = Some(NetworkShown { id: id.clone(), name });
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::model::{Indicator, Wording};
    use std::sync::Arc;

    fn stock() -> Arc<Flow> {
        let files = crate::pack_embedded::mali();
        let pack = Pack::load(&files).expect("the embedded pack is sound");
        let dep = pack.flow("dep").expect("dep is in the pack");
        let indicator = Indicator {
            id: "stock".into(),
            name: Wording::default(),
            kind: IndicatorKind::Last { value: "S".into(), labels: vec!["S".into()] },
            by: vec![],
            when: None,
            data_element: None,
            headline: false,
        };
        let source = crate::flow::source::load_flow(&pack, &dep.source).expect("its own text");
        let mut flow = Arc::try_unwrap(source.flow).expect("held once");
        flow.indicators.push(indicator);
        Arc::new(flow)
    }

    #[test]
    fn a_stock_is_the_last_months_and_never_a_sum() {
        let flow = stock();
        let mut total = Counts::from([("dep.stock".into(), 900), ("dep.mam".into(), 12), ("dep.stockage".into(), 1)]);
        let last = Counts::from([("dep.stock".into(), 300), ("dep.mam".into(), 5)]);
        stand(&flow, &mut total, Some(&last));
        let shown: Vec<(&str, i64)> = total.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(shown, [("dep.mam", 12), ("dep.stock", 300), ("dep.stockage", 1)]);
        stand(&flow, &mut total, None);
        assert_eq!(total.get("dep.stock"), None, "no stock was told in the last month");
    }

    #[test]
    fn an_indicator_belongs_to_the_flow_it_begins_with() {
        let flow = stock();
        for (name, expected) in [("dep.mam", true), ("dep.mam/K=1", true), ("depot.mam", false), ("sen.mam", false)] {
            assert_eq!(is_of(&flow, name), expected, "{name}");
        }
    }
}
