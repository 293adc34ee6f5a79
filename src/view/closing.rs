//! Approved figures: beside the current ones where they differ, and by themselves for what gives closed figures.
//!
//! A month is closed for a place once the place approved it (for a commune: its cercle); a quarter and a year once all their
//! months are. A week and a day never are.

mod by_place;
mod item;
mod month;

pub use by_place::{ClosedPlace, closed_by_place};
pub use item::{ClosingItem, ReopenedShown, closings};
pub use month::{MonthReview, month_review, open_parts, situation};

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::completeness::Part;
use super::question::{By, Question};
use super::shown::{CompletenessShown, FigureShown, PlaceShown, flow_figures};
use super::sums::Sums;
use super::{OfficerShown, ViewError};
use crate::base::{Instant, Period, PeriodKind, PersonId, PlaceId};
use crate::closing::{closed_by, highest};
use crate::flow::model::Pack;
use crate::programme::{InForce, Programme};
use crate::rollup::{Completeness, Counts};
use crate::store::cell::ByPeriod;
use crate::store::closing::{Closing, Split, Wanted};
use crate::store::{self, Senders, Tx};

/// An approval of a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApprovedShown {
    /// The month.
    pub month: String,
    /// The place that approved it.
    pub place: PlaceShown,
    /// Who did, without their name.
    pub by: Option<OfficerShown>,
    /// When.
    pub at: String,
    /// When.
    #[serde(skip)]
    pub approved: Instant,
}

/// The approved figures of a place and period, as the answer to a question that has the current ones too.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClosedShown {
    /// The highest level that approved every month of the period.
    pub level: String,
    /// Every approval, oldest first.
    pub approvals: Vec<ApprovedShown>,
    /// Approved figures that differ from the current ones, by indicator id; all others are the same.
    pub values: BTreeMap<String, FigureShown>,
    /// How complete a month was when it was approved, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completeness: Option<CompletenessShown>,
}

/// The approved figures of a place and period, all of them.
#[derive(Clone, Debug)]
pub struct ClosedFigures {
    /// The highest level that approved every month of the period.
    pub level: String,
    /// Every approval, oldest first: the last one says since when, and by whom.
    pub approvals: Vec<ApprovedShown>,
    /// Approved figures by indicator id.
    pub values: BTreeMap<String, FigureShown>,
    /// How complete it was when it was approved; none for longer periods, which owe more than their months together.
    pub completeness: Option<CompletenessShown>,
}

/// The approved figures of a question's place and period; `None` where one of its months is open.
///
/// # Errors
/// What the store says.
pub async fn closing(programme: &Programme, question: &Question) -> Result<Option<ClosedFigures>, ViewError> {
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    let Some(closed) = read(&mut tx, &in_force, question, &[]).await? else { return Ok(None) };
    let values = figures(&in_force.pack, question, &closed.sums.total, question.place.population);
    let completeness = closed.completeness.map(CompletenessShown::from);
    Ok(Some(ClosedFigures { level: closed.level, approvals: closed.approvals, values, completeness }))
}

/// What was approved, as it was read.
pub(super) struct Closed {
    pub level: String,
    pub approvals: Vec<ApprovedShown>,
    pub sums: Sums,
    /// False where the copy was made before copies told roles, and roles are asked for.
    tells_roles: bool,
    pub completeness: Option<Completeness>,
}

impl Closed {
    /// Beside the current figures of the whole.
    pub fn shown(
        &self,
        pack: &Pack,
        question: &Question,
        current: &BTreeMap<String, FigureShown>,
        complete: Completeness,
    ) -> ClosedShown {
        let differs = |closed: &Completeness| *closed != complete;
        let closed = match self.has_figures(question) {
            true => figures(pack, question, &self.sums.total, question.place.population),
            false => BTreeMap::new(),
        };
        ClosedShown {
            level: self.level.clone(),
            approvals: self.approvals.clone(),
            values: differing(current, closed),
            completeness: self.completeness.filter(differs).map(CompletenessShown::from),
        }
    }

    /// False where one role is asked of a copy that tells none.
    fn has_figures(&self, question: &Question) -> bool {
        self.tells_roles || question.role.is_none()
    }

    /// What differs of one part.
    pub fn differing_part(
        &self,
        pack: &Pack,
        question: &Question,
        part: &Part,
        (current, population): (&BTreeMap<String, FigureShown>, Option<i64>),
    ) -> BTreeMap<String, FigureShown> {
        // Below a commune nothing is copied by itself, and by role nothing was before copies told roles.
        let is_told = match question.by {
            By::Place => !self.sums.parts.is_empty(),
            By::Role => self.tells_roles,
            By::Period | By::Network => true,
        };
        if !is_told || !self.has_figures(question) {
            return BTreeMap::new();
        }
        let nothing = Counts::new();
        let counts = self.sums.parts.get(part).unwrap_or(&nothing);
        differing(current, figures(pack, question, counts, population))
    }
}

/// Those of the approved figures that are not the current ones.
fn differing(
    current: &BTreeMap<String, FigureShown>,
    closed: BTreeMap<String, FigureShown>,
) -> BTreeMap<String, FigureShown> {
    let is_shown_alike = |one: &FigureShown, other: &FigureShown| match (one, other) {
        // A share that reads the same is the same to whoever reads it; what it is made of stands with its parts.
        (FigureShown::Ratio { percent: one, .. }, FigureShown::Ratio { percent: other, .. }) => one == other,
        (FigureShown::Mean { mean: one, .. }, FigureShown::Mean { mean: other, .. }) => one == other,
        (one, other) => one == other,
    };
    let differs = |id: &String, closed: &FigureShown| !current.get(id).is_some_and(|now| is_shown_alike(now, closed));
    closed.into_iter().filter(|(id, figure)| differs(id, figure)).collect()
}

fn figures(
    pack: &Pack,
    question: &Question,
    counts: &Counts,
    population: Option<i64>,
) -> BTreeMap<String, FigureShown> {
    question.flows(pack).flat_map(|flow| flow_figures(pack, flow, counts, population)).collect()
}

/// The months of a question that can be closed; none for a day or a week.
fn months(pack: &Pack, question: &Question) -> Vec<Period> {
    match question.period.kind() {
        PeriodKind::Day | PeriodKind::Week => Vec::new(),
        PeriodKind::Month | PeriodKind::Quarter | PeriodKind::Year => question.cell_periods(pack),
    }
}

/// Reads what was approved of these indicators, or of all where none is named. What was copied before copies told roles has
/// no figures of one role and no rows by role: none are better than wrong ones. That and by whom it was approved is told.
pub(super) async fn read(
    tx: &mut Tx,
    in_force: &InForce,
    question: &Question,
    indicators: &[String],
) -> Result<Option<Closed>, ViewError> {
    let (pack, place) = (&in_force.pack, question.place.id);
    let months = months(pack, question);
    if months.is_empty() || months.iter().any(|month| month.last() >= question.today) {
        return Ok(None);
    }
    let names: Vec<String> = months.iter().map(Period::name).collect();
    let mut around = store::closing::around(tx, place, question.period.last(), &names).await?;
    around.retain(Closing::stands);
    in_order(pack, &mut around);
    let Some(found) = standing(in_force, place, &months, &around) else { return Ok(None) };
    let ids: Vec<_> = found.iter().map(|closing| closing.id).collect();
    let is_own = found.iter().all(|closing| closing.place == place);
    let (flow, senders) = (question.flow_id(), question.senders());
    let asks_roles = senders.role.is_some() || question.by == By::Role;
    let tells_roles = !asks_roles || store::closing::know_roles(tx, &ids).await?;
    let part = if is_own { None } else { Some(place) };
    let wanted = Wanted { closings: &ids, part, flow, senders, indicators };
    let split = match question.by {
        By::Role if !tells_roles => Split::Whole,
        By::Place if is_own => Split::Place,
        By::Network => Split::Network,
        By::Role => Split::Role,
        By::Place | By::Period => Split::Whole,
    };
    let mut sums =
        Sums::of(pack, question, parted(place, question.by, store::closing::sums(tx, &wanted, split).await?));
    if question.by == By::Place && !is_own || !tells_roles {
        sums.parts.clear();
    }
    let completeness = match ids.as_slice() {
        // What a longer period owes is more than its months together; of one network or role it was not copied.
        [id] if senders == Senders::ALL => {
            let parts = store::closing::completeness(tx, *id, flow).await?;
            let mut total = Completeness::default();
            parts.into_iter().filter(|(at, _)| is_own || *at == place).for_each(|(_, counts)| total += counts);
            Some(total)
        }
        _ => None,
    };
    let level = level(in_force, &months, &around, &found);
    let on_the_way = |closing: &Closing| found.iter().any(|own| is_above(in_force, closing, own));
    let mut people = Officers::default();
    let mut approvals = Vec::new();
    for closing in around.iter().filter(|closing| on_the_way(closing)) {
        approvals.extend(approved(tx, in_force, &mut people, closing).await?);
    }
    Ok(Some(Closed { level, approvals, sums, tells_roles, completeness }))
}

/// Oldest first; of one moment the cercle before its region.
fn in_order(pack: &Pack, closings: &mut [Closing]) {
    closings.sort_by_key(|closing| (closing.at, std::cmp::Reverse(pack.depth(&closing.level)), closing.id));
}

/// The approval that closes each of the months for a place; none where one is open.
fn standing(in_force: &InForce, place: PlaceId, months: &[Period], around: &[Closing]) -> Option<Vec<Closing>> {
    let of_month = |month: &Period| {
        let by = closed_by(&in_force.pack, &in_force.tree, place, month.last())?;
        around.iter().find(|closing| closing.place == by && closing.period == month.name()).cloned()
    };
    months.iter().map(of_month).collect()
}

/// True for an approval of the same month by the same place or one above it.
fn is_above(in_force: &InForce, closing: &Closing, own: &Closing) -> bool {
    let month = in_force.pack.calendar.parse(&own.period);
    closing.period == own.period
        && month.is_some_and(|month| in_force.tree.lies_in(own.place, closing.place, month.last()))
}

/// The highest level that approved all of the months.
fn level(in_force: &InForce, months: &[Period], around: &[Closing], found: &[Closing]) -> String {
    let of_month = |own: &Closing| {
        let above = around.iter().filter(|closing| is_above(in_force, closing, own));
        highest(&in_force.pack, above.map(|closing| closing.level.as_str())).unwrap_or_default().to_owned()
    };
    debug_assert_eq!(months.len(), found.len());
    found.iter().map(of_month).max_by_key(|level| in_force.pack.depth(level)).unwrap_or_default()
}

fn parted(place: PlaceId, by: By, parts: BTreeMap<String, ByPeriod>) -> BTreeMap<Part, ByPeriod> {
    let mut parted: BTreeMap<Part, ByPeriod> = BTreeMap::new();
    for (name, by_period) in parts {
        match by {
            By::Network => {
                parted.insert(Part::Network(name), by_period);
            }
            By::Role => {
                parted.insert(Part::Role(name), by_period);
            }
            By::Place => {
                let part = name.parse().map_or(place, PlaceId);
                parted.insert(Part::Place(part), by_period);
            }
            By::Period => {
                let one = |(month, counts): (String, Counts)| {
                    (Part::Period(month.clone()), ByPeriod::from([(month, counts)]))
                };
                parted.extend(by_period.into_iter().map(one));
            }
        }
    }
    parted
}

/// Officers by their id, each looked up once.
#[derive(Default)]
pub(super) struct Officers(HashMap<PersonId, Option<OfficerShown>>);

impl Officers {
    async fn shown(
        &mut self,
        tx: &mut Tx,
        in_force: &InForce,
        id: PersonId,
    ) -> Result<Option<OfficerShown>, ViewError> {
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let person = store::person::by_id(tx, id).await?;
        let shown = person.map(|person| OfficerShown {
            place: in_force.tree.get(person.place).map(PlaceShown::from),
            role: person.role,
        });
        self.0.insert(id, shown.clone());
        Ok(shown)
    }
}

async fn approved(
    tx: &mut Tx,
    in_force: &InForce,
    people: &mut Officers,
    closing: &Closing,
) -> Result<Option<ApprovedShown>, ViewError> {
    let Some(place) = in_force.tree.get(closing.place) else { return Ok(None) };
    Ok(Some(ApprovedShown {
        month: closing.period.clone(),
        place: place.into(),
        by: people.shown(tx, in_force, closing.by).await?,
        at: closing.at.rfc3339(),
        approved: closing.at,
    }))
}
