//! `/reports` and `/reports/{id}`: what was reported, with every revision.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given, listing, pages};
use crate::view::{self, Listing, PageOf, ReportFilter, ReportItem};
use crate::web::personal::{self, How};
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportParams {
    /// Only about this place and the places in it.
    place: Option<String>,
    /// Only with a reference date in this period.
    period: Option<String>,
    /// Only of this report type.
    flow: Option<String>,
    /// Only in this state: `counted draft incomplete held awaiting_visa refused cancelled`.
    state: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Items of a page, 1 to 500; where none is given 50, and in a file all up to 10,000.
    limit: Option<i64>,
}

/// Reports of your area, newest first.
#[utoipa::path(
    get, path = "/api/v1/reports", params(ReportParams), security(("token" = [])), tag = "reports",
    responses((status = 200, body = PageOf<ReportItem>), (status = 400, body = crate::web::error::ErrorBody))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<ReportParams>,
) -> Result<Json<PageOf<ReportItem>>, ApiError> {
    answer(&app, &visitor, &params, How::Listed).await.map(Json)
}

/// One report.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}", params(("id" = String, Path)), security(("token" = [])), tag = "reports",
    responses((status = 200, body = ReportItem), (status = 404, body = crate::web::error::ErrorBody))
)]
pub(super) async fn one(
    visitor: Visitor,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ReportItem>, ApiError> {
    let report = view::report(&app.programme, &visitor.access, &id).await?;
    personal::shown(&app.programme, &visitor, ("reports", 1), How::One(&report.id)).await?;
    Ok(Json(report))
}

/// The same as a file; values as JSON in one cell.
#[utoipa::path(
    get, path = "/api/v1/reports.csv", params(ReportParams), security(("token" = [])), tag = "reports",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<ReportParams>,
) -> Result<Response, ApiError> {
    const HEAD: [&str; 12] =
        ["id", "receipt", "flow", "place", "name", "date", "due", "state", "zero", "revision", "values", "text"];
    let page = answer(&app, &visitor, &params, How::File).await?;
    let line = |item: ReportItem| {
        let (code, name) = item.place.map(|place| (place.code, place.name)).unwrap_or_default();
        vec![
            item.id,
            item.receipt.to_string(),
            item.flow,
            code,
            name,
            item.date,
            cell(item.periods.get("due")),
            item.state.to_owned(),
            u8::from(item.zero).to_string(),
            item.revision.to_string(),
            serde_json::to_string(&item.values).unwrap_or_default(),
            cell(item.text),
        ]
    };
    Table { head: HEAD.map(str::to_owned).to_vec(), rows: page.items.into_iter().map(line).collect() }.response(
        format,
        "relais-reports",
        page.next.as_deref(),
    )
}

async fn answer(
    app: &App,
    visitor: &Visitor,
    params: &ReportParams,
    how: How<'_>,
) -> Result<PageOf<ReportItem>, ApiError> {
    let filter = ReportFilter {
        place: given(&params.place),
        period: given(&params.period),
        flow: given(&params.flow),
        state: given(&params.state),
    };
    let page = |cursor: Option<String>, limit| async move {
        view::reports(&app.programme, &visitor.access, filter, Listing { cursor: cursor.as_deref(), limit }).await
    };
    let page = pages::read(listing(&params.cursor, params.limit), how, page).await?;
    personal::shown(&app.programme, visitor, ("reports", page.items.len()), how).await?;
    Ok(page)
}
