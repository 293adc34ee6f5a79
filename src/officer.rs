//! Which officers are written to about a place: those of the nearest area that has any, each phone once. Never words what
//! they are told, and sends nothing.

use std::collections::BTreeSet;

use crate::base::{Date, PlaceId};
use crate::flow::model::Pack;
use crate::place::Place;
use crate::store::officer::{Reachable, reachable};
use crate::store::{StoreError, Tx};

/// The officers of the first of these areas that has any who can be written to; a phone that several share rings once.
/// `role` narrows it to people of that role, whatever it may do.
///
/// # Errors
/// What the store says.
pub async fn nearest(
    tx: &mut Tx,
    pack: &Pack,
    areas: &[&Place],
    role: Option<&str>,
    today: Date,
) -> Result<Option<(PlaceId, Vec<Reachable>)>, StoreError> {
    let is_meant = |person: &Reachable| match role {
        Some(role) => person.role == role,
        None => pack.asks_figures(&person.role),
    };
    for area in areas {
        let mut officers = reachable(tx, area.id, today).await?;
        let mut phones = BTreeSet::new();
        officers.retain(|person| is_meant(person) && phones.insert(person.phone.clone()));
        if !officers.is_empty() {
            return Ok(Some((area.id, officers)));
        }
    }
    Ok(None)
}
