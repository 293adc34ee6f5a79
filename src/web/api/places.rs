//! `/places`: the places of an area.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given, listing};
use crate::view::{self, PageOf, PlaceItem};
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceParams {
    /// Code of the area; else yours.
    place: Option<String>,
    /// Only of this level.
    level: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Items of a page, 1 to 2000; 1000 where none is given.
    limit: Option<i64>,
}

/// The places in an area, itself included, by code.
#[utoipa::path(
    get, path = "/api/v1/places", params(PlaceParams), security(("token" = [])), tag = "places",
    responses((status = 200, body = PageOf<PlaceItem>), (status = 403, body = crate::web::error::ErrorBody))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<PlaceParams>,
) -> Result<Json<PageOf<PlaceItem>>, ApiError> {
    answer(&app, &visitor, &params).map(Json)
}

/// The same as a file.
#[utoipa::path(
    get, path = "/api/v1/places.csv", params(PlaceParams), security(("token" = [])), tag = "places",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<PlaceParams>,
) -> Result<Response, ApiError> {
    let head = ["code", "name", "level", "parent", "population", "latitude", "longitude"].map(str::to_owned).to_vec();
    let page = answer(&app, &visitor, &params)?;
    let line = |item: PlaceItem| {
        let (population, north, east) = (cell(item.population), cell(item.latitude), cell(item.longitude));
        vec![item.code, item.name, item.level, cell(item.parent), population, north, east]
    };
    Table { head, rows: page.items.into_iter().map(line).collect() }.response(
        format,
        "relais-places",
        page.next.as_deref(),
    )
}

fn answer(app: &App, visitor: &Visitor, params: &PlaceParams) -> Result<PageOf<PlaceItem>, ApiError> {
    let stretch = listing(&params.cursor, params.limit);
    let (place, level) = (given(&params.place), given(&params.level));
    Ok(view::places(&app.programme, &visitor.access, place, level, stretch)?)
}
