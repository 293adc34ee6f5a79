//! Targets beside figures: each place's own, never a sum made up from the places below.

use serde::Serialize;
use utoipa::ToSchema;

use super::question::Question;
use super::shown::PlaceShown;
use super::{Summary, ViewError};
use crate::programme::{InForce, Programme};
use crate::store::target::{self, Target};
use crate::store::{Senders, Tx};

/// What a place is to reach.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TargetItem {
    /// Whose.
    pub place: PlaceShown,
    /// Full name of the indicator.
    pub indicator: String,
    /// Name of the period.
    pub period: String,
    /// What is to be reached: a ratio in per cent, a mean in its own unit.
    pub value: f64,
}

/// The targets of a place and of the places right below it.
///
/// # Errors
/// What the store says.
pub async fn targets(programme: &Programme, question: &Question) -> Result<Vec<TargetItem>, ViewError> {
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    let found = of(&mut tx, question).await?;
    let item = |target: Target| {
        let place = PlaceShown::from(in_force.tree.get(target.place)?);
        Some(TargetItem { place, indicator: target.indicator, period: target.period, value: target.value })
    };
    Ok(found.into_iter().filter_map(item).collect())
}

async fn of(tx: &mut Tx, question: &Question) -> Result<Vec<Target>, ViewError> {
    let (place, period) = (question.place.id, question.period);
    let found = target::of_area(tx, place, period.last(), &period.name()).await?;
    let wanted = |target: &Target| {
        question.flow_id().is_none_or(|flow| target.indicator.split_once('.').is_some_and(|(own, _)| own == flow))
    };
    Ok(found.into_iter().filter(wanted).collect())
}

/// Puts targets beside the figures of a summary: the place's own beside the total, and each row's beside it where rows are
/// places. A target is of everybody, so none stands where one network or role is asked for.
pub(super) async fn add(
    tx: &mut Tx,
    in_force: &InForce,
    question: &Question,
    summary: &mut Summary,
) -> Result<(), ViewError> {
    if question.senders() != Senders::ALL {
        return Ok(());
    }
    for target in of(tx, question).await? {
        let Some(place) = in_force.tree.get(target.place) else { continue };
        if target.place == question.place.id {
            summary.target.insert(target.indicator, target.value);
            continue;
        }
        let is_of = |shown: &PlaceShown| shown.code == place.code;
        let row = summary.rows.iter_mut().find(|row| row.place.as_ref().is_some_and(is_of));
        if let Some(row) = row {
            row.target.insert(target.indicator, target.value);
        }
    }
    Ok(())
}
