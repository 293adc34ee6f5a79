//! Everything the quarterly report and the monthly bulletin say, read in one state of the store.
//!
//! No figure is made here: they are the summary's, the completeness', the bodies' and the alerts' own, so that what goes
//! to government says what every other face says.

use std::collections::BTreeSet;

use super::bodies::{self, BodiesView};
use super::history::Earlier;
use super::question::{By, Question};
use super::shown::PlaceShown;
use super::summary::{Reading, reported};
use super::{CompletenessView, Summary, ViewError};
use crate::base::{Date, Language, PlaceId};
use crate::programme::{InForce, Programme};
use crate::store;
use crate::store::alert::Tally;

/// A place in a period, for print.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// The current figures of the place and of the places right below it; beside them what was approved and differs.
    pub summary: Summary,
    /// How complete they are, by report type too.
    pub completeness: CompletenessView,
    /// Report types of which anything came in the period, a declared zero included.
    pub reported: BTreeSet<String>,
    /// The period before.
    pub before: Earlier,
    /// The same period a year before.
    pub year_before: Earlier,
    /// The bodies in the quarter the period lies in.
    pub bodies: BodiesView,
    /// The places that owe reports and sent none, each with the place right below the area that holds it.
    pub silent: Vec<(PlaceShown, PlaceShown)>,
    /// Alerts opened in the period.
    pub alerts: Tally,
    /// Reports about the period that an officer has not agreed to: not counted.
    pub awaiting_visa: i64,
    /// Late changes of reports about the period that wait for an officer: what was agreed counts.
    pub awaiting_change: i64,
    /// The day it was made.
    pub made_on: Date,
}

/// Answers `question`, which is split by place, for print.
///
/// # Errors
/// What the store says.
pub async fn report(programme: &Programme, question: &Question, language: Language) -> Result<ReportView, ViewError> {
    let question = &Question { by: By::Place, ..question.clone() };
    let in_force = programme.in_force();
    let (area, period) = (question.place.id, question.period);
    let mut tx = programme.store.reader().await?;
    let reading = Reading::of(&mut tx, &in_force, question, language).await?;
    let history = reading.before(&mut tx, &in_force, question).await?;
    let Reading { summary, sums, parts } = reading;
    let completeness = parts.view(&in_force, question, language);
    let waiting =
        store::approval::count_waiting(&mut tx, (area, question.today), (period.first(), period.last())).await?;
    Ok(ReportView {
        reported: reported(&in_force.pack, question, &completeness, &sums),
        summary,
        completeness,
        // The year before a year is the period before it.
        year_before: history.year_before.unwrap_or_else(|| history.earlier.clone()),
        before: history.earlier,
        bodies: bodies::read(&mut tx, programme, &in_force, question, language).await?,
        silent: silent(&in_force, question, &parts.silent),
        alerts: store::alert::tally(&mut tx, (area, period.last()), (period.first(), period.last())).await?,
        awaiting_visa: waiting.0,
        awaiting_change: waiting.1,
        made_on: question.today,
    })
}

/// Where each silent place lies, in the order of names.
fn silent(in_force: &InForce, question: &Question, silent: &[PlaceId]) -> Vec<(PlaceShown, PlaceShown)> {
    let tree = &in_force.tree;
    let told = |id: &PlaceId| {
        let way = tree.upwards(*id, question.period.last());
        let area = way.iter().position(|above| above.id == question.place.id)?;
        Some((PlaceShown::from(way[area.saturating_sub(1)]), PlaceShown::from(tree.get(*id)?)))
    };
    let mut silent: Vec<(PlaceShown, PlaceShown)> = silent.iter().filter_map(told).collect();
    silent.sort_by(|one, other| {
        let key = |(part, place): &(PlaceShown, PlaceShown)| {
            (part.name.clone(), part.code.clone(), place.name.clone(), place.code.clone())
        };
        key(one).cmp(&key(other))
    });
    silent
}
