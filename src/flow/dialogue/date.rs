//! The day a report is about (design, "Periods"): the typed one; else today; but while the previous period's late
//! window is open and this person still owes that period, its last day.

use super::scene::{Scene, Wait};
use crate::base::period::shift;
use crate::base::{Date, Period, PersonId};
use crate::flow::model::Flow;

use jiff::ToSpan;

/// The reference date when none was typed.
pub(super) fn chosen(scene: &Scene<'_>, flow: &Flow, person: PersonId) -> Result<Date, Wait> {
    match previous_open(scene, flow) {
        Some(previous) if scene.owes(person, &flow.id, previous)? => Ok(previous.last()),
        _ => Ok(scene.turn.today),
    }
}

/// The period of `flow` a declared zero is for: the one [`chosen`] gives, when it is still owed.
pub(super) fn owed(scene: &Scene<'_>, flow: &Flow, person: PersonId) -> Result<Option<Period>, Wait> {
    let Some(cadence) = flow.cadence else { return Ok(None) };
    let date = chosen(scene, flow, person)?;
    let period = scene.turn.pack.calendar.period(cadence, date);
    Ok(scene.owes(person, &flow.id, period)?.then_some(period))
}

/// The period before the present one, while its late window is open.
pub(super) fn previous_open(scene: &Scene<'_>, flow: &Flow) -> Option<Period> {
    let pack = scene.turn.pack;
    let cadence = flow.cadence?;
    let previous = pack.calendar.previous(pack.calendar.period(cadence, scene.turn.today));
    let late_until = shift(previous.last(), pack.deadline(cadence).late_days.days());
    (scene.turn.today <= late_until).then_some(previous)
}
