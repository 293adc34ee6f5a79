//! One month before it is approved: how complete it is, what still waits, and who below has not approved it.

use super::super::completeness::{self, Part};
use super::super::question::{By, Question};
use super::super::shown::{CompletenessShown, PlaceShown};
use super::super::sums::Sums;
use super::super::{PlacesReporting, ViewError};
use crate::base::{Date, Period, PlaceId};
use crate::closing::{Situation, approves};
use crate::place::Place;
use crate::programme::{InForce, Programme};
use crate::rollup::dues;
use crate::store::closing::{ClosedPart, Closing, Waiting};
use crate::store::{self, Tx};

/// A month of a place, as an officer looks at it before approving.
#[derive(Clone, Debug)]
pub struct MonthReview {
    /// How it stands.
    pub situation: Situation,
    /// How complete it is now.
    pub completeness: CompletenessShown,
    /// How many places reported.
    pub places: PlacesReporting,
    /// The places that sent nothing.
    pub silent: Vec<PlaceShown>,
    /// The places right below that have not approved it.
    pub missing: Vec<PlaceShown>,
    /// What still waits.
    pub waiting: Waiting,
}

/// Looks at a month of a place.
///
/// # Errors
/// What the store says.
pub async fn month_review(programme: &Programme, place: &Place, month: Period) -> Result<MonthReview, ViewError> {
    let (in_force, today) = (programme.in_force(), programme.today());
    let mut tx = programme.store.reader().await?;
    let question = question(place, month, today);
    let parts = completeness::read(&mut tx, &in_force, &question).await?;
    let situation = judged(&mut tx, &in_force, &question, &parts).await?;
    let shown = |ids: &[PlaceId]| {
        let mut places: Vec<PlaceShown> =
            ids.iter().filter_map(|id| in_force.tree.get(*id)).map(PlaceShown::from).collect();
        places.sort_by(|one, other| one.name.cmp(&other.name));
        places
    };
    let (silent, missing) = (shown(&parts.silent), shown(&situation.missing));
    let waiting = store::closing::waiting(&mut tx, place.id, month.first(), month.last()).await?;
    let (completeness, places) = (parts.total().into(), parts.places().clone());
    Ok(MonthReview { situation, completeness, places, silent, missing, waiting })
}

/// How a month of a place stands, in the caller's own transaction.
///
/// # Errors
/// What the store says.
pub async fn situation(
    tx: &mut Tx,
    in_force: &InForce,
    place: &Place,
    month: Period,
    today: Date,
) -> Result<Situation, ViewError> {
    let question = question(place, month, today);
    let parts = completeness::read(tx, in_force, &question).await?;
    judged(tx, in_force, &question, &parts).await
}

/// How complete each part of a place is, by report type: of the parts that did not approve the month themselves, whose
/// completeness stands with their approval.
///
/// # Errors
/// What the store says.
pub async fn open_parts(
    tx: &mut Tx,
    in_force: &InForce,
    place: &Place,
    month: Period,
    today: Date,
) -> Result<Vec<ClosedPart>, ViewError> {
    let whole = question(place, month, today);
    let standing = standing(tx, &whole).await?;
    let mut open = Vec::new();
    for flow in &in_force.pack.flows {
        if dues(flow, &in_force.pack.calendar, month, today).is_empty() {
            continue;
        }
        let question = Question { flow: Some(std::sync::Arc::clone(flow)), ..whole.clone() };
        for (part, counts) in completeness::read(tx, in_force, &question).await?.parts {
            let Part::Place(id) = part else { continue };
            // The place's own approval is the one being made.
            if id == place.id || !standing.iter().any(|closing| closing.place == id) {
                open.push(ClosedPart { place: id, flow: flow.id.clone(), counts });
            }
        }
    }
    Ok(open)
}

fn question(place: &Place, period: Period, today: Date) -> Question {
    Question { place: place.clone(), period, flow: None, network: None, role: None, by: By::Place, today }
}

async fn standing(tx: &mut Tx, question: &Question) -> Result<Vec<Closing>, ViewError> {
    let (place, day) = (question.place.id, question.period.last());
    let mut around = store::closing::around(tx, place, day, &[question.period.name()]).await?;
    around.retain(Closing::stands);
    Ok(around)
}

async fn judged(
    tx: &mut Tx,
    in_force: &InForce,
    question: &Question,
    parts: &completeness::Parts,
) -> Result<Situation, ViewError> {
    let (place, day) = (question.place.id, question.period.last());
    let standing = standing(tx, question).await?;
    let stands = |place: PlaceId| standing.iter().any(|closing| closing.place == place);
    let below = in_force.tree.children(place, day).into_iter().map(|below| (below.id, &below.level));
    let open = below.filter(|(id, level)| approves(&in_force.pack, level) && !stands(*id));
    let mut missing: Vec<PlaceId> = open.map(|(id, _)| id).collect();
    let owes = |id: &PlaceId| parts.of(&Part::Place(*id)).expected > 0;
    if !missing.iter().all(owes) {
        // What nobody owed yet, or owed by the quarter, has figures all the same: none are closed over its head.
        let figures = Sums::read(tx, &in_force.pack, question, &[]).await?.parts;
        let has_any = |id: &PlaceId| figures.get(&Part::Place(*id)).is_some_and(|counts| !counts.is_empty());
        missing.retain(|id| owes(id) || has_any(id));
    }
    Ok(Situation {
        place,
        month: question.period,
        today: question.today,
        is_approved: stands(place),
        is_approved_above: in_force.tree.parent(place, day).is_some_and(|above| stands(above.id)),
        missing,
    })
}
