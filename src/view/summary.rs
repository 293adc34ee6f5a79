//! The figures of a place in a period: a row for each part, their total, and how complete they are.
//!
//! What is summed is `sums`' matter, what is owed `completeness`'; here both get their names and their order.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::closing::{self, Closed};
use super::completeness::{self, Part, in_roles_order};
use super::history::{self, Earlier, History, Known};
use super::median::{MedianShown, medians};
use super::question::{By, Question};
use super::shown::{
    CompletenessShown, FigureShown, IndicatorShown, NetworkShown, PlaceShown, PlacesReporting, RoleShown, flow_figures,
    flow_indicators,
};
use super::sums::{Sums, headline_parts, tells};
use super::{ClosedShown, CompletenessView, ViewError, target};
use crate::base::{Language, PlaceId};
use crate::flow::model::{Flow, Pack};
use crate::programme::{InForce, Programme};
use crate::rollup::Counts;
use crate::store::Tx;

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
    /// What rows stand for: `place`, `period`, `network` or `role`.
    pub by: &'static str,
    /// What is counted, in the order of the report types.
    pub indicators: Vec<IndicatorShown>,
    /// One row for each part.
    pub rows: Vec<SummaryRow>,
    /// Everything together, by indicator id.
    pub total: BTreeMap<String, FigureShown>,
    /// What the place is to reach, by indicator id, where there is a target.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub target: BTreeMap<String, f64>,
    /// How complete it is.
    pub completeness: CompletenessShown,
    /// What was approved, where every month of the period was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<ClosedShown>,
    /// How many places have reported anything.
    pub places: PlacesReporting,
    /// The middle of the places below, by indicator id and for `completeness` and `on_time`, where rows stand for places.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub median: BTreeMap<String, MedianShown>,
    /// The period before, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<EarlierShown>,
    /// The same period a year before, where it was asked for and is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_year: Option<EarlierShown>,
}

/// A period to compare with: headline figures, of report types of which anything came.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EarlierShown {
    /// Name of the period.
    pub period: String,
    /// How many of its first days are counted, while the period asked about is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// Figures by indicator id; nothing came where there is none.
    pub values: BTreeMap<String, FigureShown>,
    /// How complete it was.
    pub completeness: CompletenessShown,
}

impl From<Earlier> for EarlierShown {
    fn from(earlier: Earlier) -> EarlierShown {
        EarlierShown {
            period: earlier.period.name(),
            days: earlier.days,
            values: earlier.values,
            completeness: earlier.completeness,
        }
    }
}

/// One part of a summary: exactly one of `place`, `period`, `network` and `role` is given.
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
    /// The role, where rows stand for roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleShown>,
    /// Figures by indicator id.
    pub values: BTreeMap<String, FigureShown>,
    /// What is to be reached, by indicator id, where rows stand for places and there is a target.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub target: BTreeMap<String, f64>,
    /// Approved figures that differ from the current ones, by indicator id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub closed: BTreeMap<String, FigureShown>,
    /// How complete they are.
    pub completeness: CompletenessShown,
}

impl SummaryRow {
    /// A figure of a row; none where nothing came from there, for silence is not zero. What nobody owes is not silent
    /// where anything of the same report type was counted.
    pub fn figure(&self, id: &str) -> Option<&FigureShown> {
        let is_silent = || {
            let flow = id.split_once('.').map_or(id, |(flow, _)| flow);
            let is_of_flow = |name: &str| name.strip_prefix(flow).is_some_and(|rest| rest.starts_with('.'));
            let mut own = self.values.iter().filter(|(name, _)| is_of_flow(name));
            self.completeness.received == 0 && own.all(|(_, figure)| figure.is_nothing())
        };
        self.values.get(id).filter(|figure| !(figure.is_nothing() && is_silent()))
    }
}

/// A summary with what it was read from.
pub(super) struct Reading {
    pub summary: Summary,
    pub sums: Sums,
    pub parts: completeness::Parts,
}

impl Reading {
    /// Reads every figure of `question` in the state of the store that `tx` sees.
    pub async fn of(
        tx: &mut Tx,
        in_force: &InForce,
        question: &Question,
        language: Language,
    ) -> Result<Reading, ViewError> {
        let sums = Sums::read(tx, &in_force.pack, question, &[]).await?;
        let parts = completeness::read(tx, in_force, question).await?;
        let closed = closing::read(tx, in_force, question, &[]).await?;
        let mut summary = assemble(in_force, question, (&sums, closed.as_ref()), &parts, language);
        target::add(tx, in_force, question, &mut summary).await?;
        Ok(Reading { summary, sums, parts })
    }

    /// The period before and the same one a year before, with their headline figures.
    pub async fn before(&self, tx: &mut Tx, in_force: &InForce, question: &Question) -> Result<History, ViewError> {
        let indicators = headline_parts(&in_force.pack, question, None);
        let known = Known { indicators: &indicators, sums: &self.sums, parts: &self.parts };
        history::before(tx, in_force, question, known, Vec::new()).await
    }
}

/// Answers `question` in one state of the store.
///
/// # Errors
/// What the store says.
pub async fn summary(programme: &Programme, question: &Question, language: Language) -> Result<Summary, ViewError> {
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    Ok(Reading::of(&mut tx, &in_force, question, language).await?.summary)
}

/// The same with the period before and the same one a year before.
///
/// # Errors
/// What the store says.
pub async fn compared_summary(
    programme: &Programme,
    question: &Question,
    language: Language,
) -> Result<Summary, ViewError> {
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    let reading = Reading::of(&mut tx, &in_force, question, language).await?;
    let history = reading.before(&mut tx, &in_force, question).await?;
    let mut summary = reading.summary;
    summary.previous = Some(history.earlier.into());
    summary.last_year = history.year_before.map(EarlierShown::from);
    Ok(summary)
}

/// A place as its page shows it: headline figures only, with what went before.
#[derive(Clone, Debug)]
pub struct PlaceView {
    /// The headline figures of the place and of the places below it, and those of the indicator asked for beside them.
    pub summary: Summary,
    /// Every indicator there is to ask for.
    pub indicators: Vec<IndicatorShown>,
    /// How complete they are, by report type too.
    pub completeness: CompletenessView,
    /// Report types of which anything came in the period, a declared zero included.
    pub reported: BTreeSet<String>,
    /// The period before, and the months up to now.
    pub history: History,
}

/// Answers `question` with its headline figures, the period before and twelve months, in one state of the store; `beside`
/// is an indicator whose figures are wanted too.
///
/// # Errors
/// What the store says.
pub async fn place(
    programme: &Programme,
    question: &Question,
    language: Language,
    beside: Option<&str>,
) -> Result<PlaceView, ViewError> {
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    let needed = headline_parts(&in_force.pack, question, beside);
    let sums = Sums::read(&mut tx, &in_force.pack, question, &needed).await?;
    let parts = completeness::read(&mut tx, &in_force, question).await?;
    let history =
        history::read(&mut tx, &in_force, question, Known { indicators: &needed, sums: &sums, parts: &parts }).await?;
    let closed = closing::read(&mut tx, &in_force, question, &needed).await?;
    let mut summary = assemble(&in_force, question, (&sums, closed.as_ref()), &parts, language);
    target::add(&mut tx, &in_force, question, &mut summary).await?;
    // Only what headline figures are made of was read: every other figure would be wrong, so none is kept.
    let indicators = summary.indicators.clone();
    let is_shown = |indicator: &&IndicatorShown| indicator.headline || beside == Some(indicator.id.as_str());
    let shown: BTreeSet<String> = indicators.iter().filter(is_shown).map(|indicator| indicator.id.clone()).collect();
    summary.indicators.retain(|indicator| indicator.headline);
    summary.total.retain(|id, _| shown.contains(id));
    summary.rows.iter_mut().for_each(|row| row.values.retain(|id, _| shown.contains(id)));
    summary.median.retain(|id, _| shown.contains(id) || !id.contains('.'));
    summary.rows.iter_mut().for_each(|row| row.closed.retain(|id, _| shown.contains(id)));
    if let Some(closed) = &mut summary.closed {
        closed.values.retain(|id, _| shown.contains(id));
    }
    let completeness = parts.view(&in_force, question, language);
    let reported = reported(&in_force.pack, question, &completeness, &sums);
    Ok(PlaceView { summary, indicators, completeness, reported, history })
}

/// Report types of which anything came in the period, a declared zero included.
pub(super) fn reported(
    pack: &Pack,
    question: &Question,
    completeness: &CompletenessView,
    sums: &Sums,
) -> BTreeSet<String> {
    let came = |flow: &Flow| {
        completeness.flows.iter().any(|row| row.flow.as_deref() == Some(flow.id.as_str()) && row.counts.received > 0)
    };
    let has_cells = |flow: &Flow| sums.total.iter().any(|(id, count)| *count != 0 && tells(flow, id));
    let flows = question.flows(pack).filter(|flow| came(flow) || has_cells(flow));
    flows.map(|flow| flow.id.clone()).collect()
}

pub(super) fn assemble(
    in_force: &InForce,
    question: &Question,
    (sums, closed): (&Sums, Option<&Closed>),
    complete: &completeness::Parts,
    language: Language,
) -> Summary {
    let (pack, day) = (&in_force.pack, question.period.last());
    let population = question.place.population;
    let values = |counts: Option<&Counts>, population: Option<i64>| {
        let nothing = Counts::new();
        let counts = counts.unwrap_or(&nothing);
        question.flows(pack).flat_map(|flow| flow_figures(pack, flow, counts, population)).collect::<BTreeMap<_, _>>()
    };
    let rows = parts(in_force, question, (sums, closed), complete)
        .into_iter()
        .map(|part| {
            let population = match &part {
                Part::Place(id) if *id == question.place.id => None,
                Part::Place(id) => in_force.tree.population(*id, day),
                Part::Period(_) | Part::Network(_) | Part::Role(_) => population,
            };
            let values = values(sums.parts.get(&part), population);
            let differing = closed.map(|closed| closed.differing_part(pack, question, &part, (&values, population)));
            SummaryRow {
                values,
                closed: differing.unwrap_or_default(),
                completeness: complete.of(&part).into(),
                ..head(in_force, question.place.id, &part, language)
            }
        })
        .collect::<Vec<_>>();
    let indicators: Vec<IndicatorShown> =
        question.flows(pack).flat_map(|flow| flow_indicators(flow, language)).collect();
    let total = values(Some(&sums.total), population);
    Summary {
        closed: closed.map(|closed| closed.shown(pack, question, &total, complete.total())),
        median: medians(&rows, indicators.iter().map(|indicator| indicator.id.as_str())),
        previous: None,
        last_year: None,
        place: PlaceShown::from(&question.place),
        period: question.period.name(),
        first_day: question.period.first().to_string(),
        last_day: question.period.last().to_string(),
        by: question.by.word(),
        indicators,
        rows,
        total,
        target: BTreeMap::new(),
        completeness: complete.total().into(),
        places: complete.places().clone(),
    }
}

/// The parts that get a row, in the order they are read.
fn parts(
    in_force: &InForce,
    question: &Question,
    (sums, closed): (&Sums, Option<&Closed>),
    complete: &completeness::Parts,
) -> Vec<Part> {
    let pack = &in_force.pack;
    match question.by {
        By::Period => question.cell_periods(pack).iter().map(|period| Part::Period(period.name())).collect(),
        By::Network => pack.networks.iter().map(|network| Part::Network(network.id.clone())).collect(),
        By::Role => {
            let counted = sums.parts.iter().chain(closed.into_iter().flat_map(|closed| &closed.sums.parts));
            let counted = counted.filter(|(_, counts)| !counts.is_empty()).filter_map(|(part, _)| part.role());
            let told: BTreeSet<&String> = counted.chain(complete.roles()).collect();
            in_roles_order(pack, told.into_iter()).into_iter().map(|id| Part::Role(id.clone())).collect()
        }
        By::Place => {
            let itself = Part::Place(question.place.id);
            let had_own = closed.is_some_and(|closed| closed.sums.parts.contains_key(&itself));
            let has_own = had_own || sums.parts.contains_key(&itself) || complete.of(&itself) != Default::default();
            let (tree, day) = (&in_force.tree, question.period.last());
            let below = tree.children(question.place.id, day).into_iter().map(|place| Part::Place(place.id));
            // A place that is no more, or not yet, has a row where anything is told of it: the rows make up the total.
            let remains = tree.remains(question.place.id, day).into_iter().map(|place| Part::Place(place.id));
            let is_told = |part: &Part| {
                let was_told = closed.is_some_and(|closed| closed.sums.parts.contains_key(part));
                was_told || sums.parts.contains_key(part) || complete.of(part) != Default::default()
            };
            below.chain(remains.filter(is_told)).chain(has_own.then_some(itself)).collect()
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
        Part::Role(id) => {
            let name =
                in_force.pack.role(id).map_or_else(|| format!("({id})"), |role| role.name.get(language).to_owned());
            row.role = Some(RoleShown { id: id.clone(), name });
        }
    }
    row
}
