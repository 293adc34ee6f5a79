//! `/indicators`: what is counted.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given, language};
use crate::view::{self, IndicatorShown, PageOf};
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct IndicatorParams {
    /// A report type such as `dep`; else all.
    flow: Option<String>,
    /// Language of the names.
    lang: Option<String>,
}

/// Everything counted, in the order of the report types.
#[utoipa::path(
    get, path = "/api/v1/indicators", params(IndicatorParams), security(("token" = [])), tag = "figures",
    responses((status = 200, body = PageOf<IndicatorShown>))
)]
pub(super) async fn json(
    _: Visitor,
    State(app): State<App>,
    Params(params): Params<IndicatorParams>,
) -> Result<Json<PageOf<IndicatorShown>>, ApiError> {
    answer(&app, &params).map(Json)
}

/// The same as a file.
#[utoipa::path(
    get, path = "/api/v1/indicators.csv", params(IndicatorParams), security(("token" = [])), tag = "figures",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    _: Visitor,
    State(app): State<App>,
    Params(params): Params<IndicatorParams>,
) -> Result<Response, ApiError> {
    let head = ["id", "flow", "name", "kind", "data_element"].map(str::to_owned).to_vec();
    let line =
        |shown: IndicatorShown| vec![shown.id, shown.flow, shown.name, shown.kind.to_owned(), cell(shown.data_element)];
    Table { head, rows: answer(&app, &params)?.items.into_iter().map(line).collect() }.response(
        format,
        "relais-indicators",
        None,
    )
}

fn answer(app: &App, params: &IndicatorParams) -> Result<PageOf<IndicatorShown>, ApiError> {
    let in_force = app.programme.in_force();
    let language = language(&in_force.pack, &params.lang)?;
    let items = view::indicators(&in_force.pack, given(&params.flow), language)?;
    Ok(PageOf { items, next: None })
}
