//! Whom an alert is told: the officers of its area, or of the next one up that has any; once more to those above, where
//! nobody acknowledged it in time. Puts messages out to be sent; sends nothing itself.

use crate::base::{Date, Environment, Instant, PlaceId};
use crate::flow::dialogue::alert::{Telling, tell_officer};
use crate::flow::turn::{Facts, Turn};
use crate::officer;
use crate::place::Place;
use crate::programme::InForce;
use crate::store::alert::Alert;
use crate::store::officer::Reachable;
use crate::store::outbox::NewOutbox;
use crate::store::{self, StoreError, Tx};

/// When and by what pack something is told.
#[derive(Clone, Copy)]
pub struct Moment<'m> {
    /// Randomness for ids.
    pub environment: &'m Environment,
    /// The pack and places in force.
    pub in_force: &'m InForce,
    /// The present instant.
    pub now: Instant,
    /// That day where the programme works.
    pub today: Date,
}

/// The area whose officers are told of what happens at a place: the nearest above it of that level; where the place itself
/// lies above it, the place.
pub fn area_of(in_force: &InForce, place: PlaceId, level: &str, today: Date) -> PlaceId {
    in_force.tree.upwards(place, today).iter().find(|above| above.level == level).map_or(place, |above| above.id)
}

/// Tells the officers of the alert's area, or of the next one up that has any. Gives the area told; `None` where nobody
/// registered at all: the alert stays open, and listed.
///
/// # Errors
/// What the store says.
pub async fn tell(tx: &mut Tx, moment: Moment<'_>, alert: &Alert) -> Result<Option<PlaceId>, StoreError> {
    let areas = moment.in_force.tree.upwards(alert.area, moment.today);
    tell_first(tx, moment, alert, &areas, false).await
}

/// Tells the officers of the next area above those told last.
///
/// # Errors
/// What the store says.
pub async fn escalate(tx: &mut Tx, moment: Moment<'_>, alert: &Alert) -> Result<Option<PlaceId>, StoreError> {
    let (below, skipped) = alert.told.map_or((alert.area, 0), |told| (told, 1));
    let areas = moment.in_force.tree.upwards(below, moment.today);
    tell_first(tx, moment, alert, areas.get(skipped..).unwrap_or_default(), true).await
}

/// Tells the officers of the first of these areas that has any.
async fn tell_first(
    tx: &mut Tx,
    moment: Moment<'_>,
    alert: &Alert,
    areas: &[&Place],
    escalated: bool,
) -> Result<Option<PlaceId>, StoreError> {
    let found = officer::nearest(tx, &moment.in_force.pack, areas, alert.role.as_deref(), moment.today).await?;
    if let Some((area, officers)) = found {
        for officer in &officers {
            send(tx, moment, alert, officer, escalated).await?;
        }
        store::alert::told(tx, alert.id, area).await?;
        return Ok(Some(area));
    }
    tracing::warn!(alert = %alert.id, flow = %alert.flow, escalated, "there is no officer to tell of an alert");
    Ok(None)
}

async fn send(
    tx: &mut Tx,
    moment: Moment<'_>,
    alert: &Alert,
    officer: &Reachable,
    escalated: bool,
) -> Result<(), StoreError> {
    let Moment { in_force, now, .. } = moment;
    let language = officer.language.unwrap_or_else(|| in_force.pack.first_language());
    let facts = Facts::default();
    let turn = Turn::to_word(&in_force.pack, language, (now, moment.today), &facts);
    let name = |place| in_force.tree.get(place).map_or("", |place| place.sms_name.as_str());
    let content = alert.content.get(&language).or_else(|| alert.content.values().next());
    let telling = Telling {
        number: alert.number,
        area: name(alert.area),
        place: name(alert.place),
        date: alert.date,
        content: content.map_or("", String::as_str),
        opened: alert.opened,
    };
    let Some(text) = tell_officer(&turn, &telling, escalated) else { return Ok(()) };
    // Afterwards it goes to others.
    let life_ms = alert.acknowledge_by.0 - alert.opened.0;
    let message = NewOutbox::begun(moment.environment, (&alert.channel, &officer.phone), &text, (now, life_ms));
    store::outbox::enqueue(tx, &message).await
}
