//! Reports that are already there: the body's meeting of that day, the one plan of a place and quarter, the same figures
//! again. Told back, never filed a second time unless the sender says it is another session.

use super::report::{SAME, reference_date};
use super::scene::{Scene, Wait, body_of};
use super::{Draft, Question, date, outcome};
use crate::base::{Date, PlaceId};
use crate::flow::model::Flow;
use crate::flow::rule;
use crate::flow::turn::{Effect, Need, Outcome, Reporter};
use crate::flow::values::Values;

/// A meeting or a report that is already there: told back. True when it is not filed now.
pub(super) fn known_already(scene: &mut Scene<'_>, flow: &Flow, who: &Reporter, draft: &Draft) -> Result<bool, Wait> {
    if has_met(scene, flow, who, draft)? || has_come(scene, flow, who, draft)? {
        if let Some(receipt) = draft.receipt {
            scene.effects.push(Effect::Abandon { receipt });
        }
        return Ok(true);
    }
    let Some((date, receipt)) = known(scene, flow, who, draft)? else { return Ok(false) };
    if scene.asked_now {
        outcome::one_at_a_time(scene, flow);
    } else {
        outcome::same_report(scene, flow, date, receipt);
        scene.ask(Some(draft.clone()), Question::Confirm { doubts: vec![SAME.to_owned()] });
    }
    scene.became(Outcome::Duplicate);
    Ok(true)
}

/// True, and said, when the body already met that day.
pub(super) fn has_met(scene: &mut Scene<'_>, flow: &Flow, who: &Reporter, draft: &Draft) -> Result<bool, Wait> {
    let date = reference_date(scene, draft);
    met_on(scene, flow, (who.place, &who.place_name), &draft.values, date)
}

/// True, and said, when the one report of this place and period has come.
pub(super) fn has_come(scene: &mut Scene<'_>, flow: &Flow, who: &Reporter, draft: &Draft) -> Result<bool, Wait> {
    let date = reference_date(scene, draft);
    came_for(scene, flow, (who.place, &who.place_name), date)
}

/// True, and said, when these values tell of a meeting and the body of this place already held one that day.
pub(super) fn met_on(
    scene: &mut Scene<'_>,
    flow: &Flow,
    (place, place_name): (PlaceId, &str),
    values: &Values,
    date: Date,
) -> Result<bool, Wait> {
    let body = body_of(flow, values).filter(|_| flow.by_body && rule::is_held(scene.turn.pack, values));
    let Some(body) = body else { return Ok(false) };
    let need = Need::Meeting { body: body.to_owned(), place, date };
    let Some(receipt) = scene.earlier(need)? else { return Ok(false) };
    outcome::meeting_known(scene, flow, place_name, body, date, receipt);
    Ok(true)
}

/// True, and said, when the one report of this place for the period of `date` has come.
pub(super) fn came_for(
    scene: &mut Scene<'_>,
    flow: &Flow,
    (place, place_name): (PlaceId, &str),
    date: Date,
) -> Result<bool, Wait> {
    let Some(cadence) = flow.cadence.filter(|_| flow.once) else { return Ok(false) };
    let period = scene.turn.pack.calendar.period(cadence, date);
    let Some(receipt) = scene.earlier(Need::Once { flow: flow.id.clone(), place, period })? else { return Ok(false) };
    outcome::has_come(scene, flow, place_name, date, receipt);
    Ok(true)
}

/// The same report for the same day, where its sender did not say yet that this is another one.
pub(super) fn known(
    scene: &Scene<'_>,
    flow: &Flow,
    who: &Reporter,
    draft: &Draft,
) -> Result<Option<(Date, i64)>, Wait> {
    if draft.agreed.contains(SAME) {
        return Ok(None);
    }
    same_report(scene, flow, who, draft, reference_date(scene, draft))
}

/// The same report for the same day, with its day and receipt. Without a typed date it may also be the period before,
/// which the first sending settled: the second would silently be counted for the period after it.
fn same_report(
    scene: &Scene<'_>,
    flow: &Flow,
    who: &Reporter,
    draft: &Draft,
    date: Date,
) -> Result<Option<(Date, i64)>, Wait> {
    let before = date::previous_open(scene, flow).map(|period| period.last()).filter(|_| draft.date.is_none());
    for day in std::iter::once(date).chain(before.filter(|before| *before != date)) {
        let (flow, digest) = (flow.id.clone(), draft.values.digest());
        if let Some(receipt) = scene.earlier(Need::SameReport { person: who.person, flow, date: day, digest })? {
            return Ok(Some((day, receipt)));
        }
    }
    Ok(None)
}
