//! What pages about a place have in common: how their address is read, and the way back up to it.

use std::sync::Arc;

use axum::extract::Query;
use axum::http::Uri;
use serde::de::DeserializeOwned;

use super::PageError;
use crate::base::{Date, Language, PlaceId};
use crate::flow::model::{Flow, Pack};
use crate::person::Access;
use crate::place::Tree;
use crate::web::ApiError;

/// A query string as `T`: an unknown parameter is told, never passed over.
pub(super) fn params<T: DeserializeOwned>(uri: &Uri) -> Result<T, PageError> {
    match Query::try_from_uri(uri) {
        Ok(Query(params)) => Ok(params),
        Err(rejection) => {
            Err(PageError::new(super::language_of(uri), ApiError::bad("bad_query", None, rejection.body_text())))
        }
    }
}

/// A parameter that was left empty, as forms do, was not given.
pub(super) fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.is_empty())
}

/// The language asked for, if the pack has it; else French.
pub(super) fn language(pack: &Pack, asked: &Option<String>) -> Language {
    let asked = asked.as_deref().and_then(|code| code.parse().ok());
    asked.filter(|known| pack.languages.contains(known)).unwrap_or(Language::FRENCH)
}

/// Report types to choose of: id, name, and which is chosen.
pub(super) fn flow_options<'f>(
    flows: impl Iterator<Item = &'f Arc<Flow>>,
    language: Language,
    chosen: Option<&str>,
) -> Vec<(String, String, bool)> {
    let option = |flow: &Arc<Flow>| {
        let title = format!("{} · {}", flow.keyword, flow.title.get(language));
        (flow.id.clone(), title, chosen == Some(flow.id.as_str()))
    };
    flows.map(option).collect()
}

/// From the top of what a visitor may see down to a place, that place included: name and code of each.
pub(super) fn way(tree: &Tree, access: &Access, place: PlaceId, day: Date, today: Date) -> Vec<(String, String)> {
    let mut way = tree.upwards(place, day);
    way.retain(|above| above.id == place || access.covers(tree, above.id, today));
    way.reverse();
    way.into_iter().map(|place| (place.name.clone(), place.code.clone())).collect()
}
