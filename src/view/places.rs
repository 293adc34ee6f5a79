//! The places of an area as a list: code, name, level, parent, population. Reads the tree only.

use serde::Serialize;
use utoipa::ToSchema;

use super::limits::{PLACE_ROWS_DEFAULT, PLACE_ROWS_MAX};
use super::listing::Listing;
use super::question::{place_in_area, shortened};
use super::{PageOf, ViewError};
use crate::person::Access;
use crate::place::Place;
use crate::programme::Programme;

/// A place as listed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlaceItem {
    /// Its code in the vintage that is shown.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its name as SMS write it.
    pub sms_name: String,
    /// Level id.
    pub level: String,
    /// Code of the place above it today.
    pub parent: Option<String>,
    /// People living there, where known.
    pub population: Option<i64>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
}

/// The places there are today in `code` or the visitor's area, itself included, by code.
///
/// # Errors
/// An unknown level or cursor, a place outside the area.
pub fn places(
    programme: &Programme,
    access: &Access,
    code: Option<&str>,
    level: Option<&str>,
    listing: Listing<'_>,
) -> Result<PageOf<PlaceItem>, ViewError> {
    let in_force = programme.in_force();
    let (tree, today) = (&in_force.tree, programme.today());
    if let Some(level) = level.filter(|level| in_force.pack.depth(level).is_none()) {
        let allowed = "a level of the pack: country, region, cercle, commune, site";
        return Err(ViewError::UnknownValue { field: "level", value: shortened(level), allowed });
    }
    let limit = listing.limit.unwrap_or(PLACE_ROWS_DEFAULT);
    let limit = usize::try_from(limit)
        .ok()
        .filter(|limit| (1..=PLACE_ROWS_MAX).contains(limit))
        .ok_or_else(|| ViewError::UnknownValue { field: "limit", value: limit.to_string(), allowed: "1 to 2000" })?;
    if let Some(cursor) = listing.cursor.filter(|cursor| tree.by_code(cursor).is_none()) {
        let allowed = "the `next` of the page before, unchanged";
        return Err(ViewError::UnknownValue { field: "cursor", value: shortened(cursor), allowed });
    }
    let area = place_in_area(tree, access, today, code)?;
    let mut found: Vec<&Place> = tree
        .all()
        .filter(|place| level.is_none_or(|level| place.level == level))
        .filter(|place| listing.cursor.is_none_or(|cursor| place.code.as_str() > cursor))
        .filter(|place| tree.exists(place.id, today) && tree.lies_in(place.id, area.id, today))
        .collect();
    found.sort_by(|one, other| one.code.cmp(&other.code));
    let more = found.len() > limit;
    found.truncate(limit);
    let next = if more { found.last().map(|last| last.code.clone()) } else { None };
    let item = |place: &Place| PlaceItem {
        code: place.code.clone(),
        name: place.name.clone(),
        sms_name: place.sms_name.clone(),
        level: place.level.clone(),
        parent: tree.parent(place.id, today).map(|parent| parent.code.clone()),
        population: place.population,
        latitude: place.point.map(|(latitude, _)| latitude),
        longitude: place.point.map(|(_, longitude)| longitude),
    };
    Ok(PageOf { items: found.into_iter().map(item).collect(), next })
}
