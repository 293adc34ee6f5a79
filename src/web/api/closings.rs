//! `/closings`: which months were approved, by whom and when.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given};
use crate::view::{self, Ask, ClosingItem, PageOf, Question};
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ClosingParams {
    /// Code of a place; else your whole area.
    place: Option<String>,
    /// A month, a quarter or a year; else the current quarter.
    period: Option<String>,
}

/// The months of a place and of the places right below it that approve their own: open or approved, by whom and when.
#[utoipa::path(
    get, path = "/api/v1/closings", params(ClosingParams), security(("token" = [])), tag = "figures",
    responses((status = 200, body = PageOf<ClosingItem>))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<ClosingParams>,
) -> Result<Json<PageOf<ClosingItem>>, ApiError> {
    Ok(Json(PageOf { items: answer(&app, &visitor, &params).await?, next: None }))
}

/// The same as a file: of each month the approval of the highest level.
#[utoipa::path(
    get, path = "/api/v1/closings.csv", params(ClosingParams), security(("token" = [])), tag = "figures",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<ClosingParams>,
) -> Result<Response, ApiError> {
    const HEAD: [&str; 9] =
        ["place", "name", "month", "state", "level", "approved_at", "role", "officer_place", "reopened"];
    let line = |item: ClosingItem| {
        let last = item.approvals.last();
        let officer = last.and_then(|last| last.by.as_ref());
        let place = officer.and_then(|officer| officer.place.as_ref());
        vec![
            item.place.code,
            item.place.name,
            item.month,
            item.state.to_owned(),
            cell(item.level),
            cell(last.map(|last| last.at.clone())),
            cell(officer.map(|officer| officer.role.clone())),
            cell(place.map(|place| place.code.clone())),
            item.reopened.len().to_string(),
        ]
    };
    let rows = answer(&app, &visitor, &params).await?.into_iter().map(line).collect();
    Table { head: HEAD.map(str::to_owned).to_vec(), rows }.response(format, "relais-closings", None)
}

async fn answer(app: &App, visitor: &Visitor, params: &ClosingParams) -> Result<Vec<ClosingItem>, ApiError> {
    let ask = Ask { place: given(&params.place), period: given(&params.period), ..Ask::default() };
    let question = Question::settle(&app.programme.in_force(), &visitor.access, app.programme.today(), ask)?;
    Ok(view::closings(&app.programme, &visitor.access, &question).await?)
}
