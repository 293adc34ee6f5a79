//! `/approvals`: what waits for an officer, or did.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given, listing, pages};
use crate::view::{self, ApprovalItem, Listing, PageOf};
use crate::web::personal::{self, How};
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ApprovalParams {
    /// Code of the area; else yours.
    place: Option<String>,
    /// `waiting` (the default), `agreed`, `refused` or `withdrawn`.
    state: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Items of a page, 1 to 500; where none is given 50, and in a file all up to 10,000.
    limit: Option<i64>,
}

/// What waits for an officer of your area, newest first.
#[utoipa::path(
    get, path = "/api/v1/approvals", params(ApprovalParams), security(("token" = [])), tag = "approvals",
    responses((status = 200, body = PageOf<ApprovalItem>), (status = 403, body = crate::web::error::ErrorBody))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<ApprovalParams>,
) -> Result<Json<PageOf<ApprovalItem>>, ApiError> {
    answer(&app, &visitor, &params, How::Listed).await.map(Json)
}

/// The same as a file; values as JSON in one cell.
#[utoipa::path(
    get, path = "/api/v1/approvals.csv", params(ApprovalParams), security(("token" = [])), tag = "approvals",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<ApprovalParams>,
) -> Result<Response, ApiError> {
    const HEAD: [&str; 13] = [
        "number",
        "area",
        "kind",
        "flow",
        "place",
        "name",
        "receipt",
        "date",
        "values",
        "proposed",
        "state",
        "opened_at",
        "settled_at",
    ];
    let page = answer(&app, &visitor, &params, How::File).await?;
    let json = |value: Option<String>| value.unwrap_or_default();
    let line = |item: ApprovalItem| {
        let (code, name) = item.place.map(|place| (place.code, place.name)).unwrap_or_default();
        vec![
            item.number.to_string(),
            item.area.map(|area| area.code).unwrap_or_default(),
            item.kind.to_owned(),
            cell(item.flow),
            code,
            name,
            cell(item.receipt),
            cell(item.date),
            json(item.values.and_then(|values| serde_json::to_string(&values).ok())),
            json(item.proposed.and_then(|proposed| serde_json::to_string(&proposed).ok())),
            item.state.to_owned(),
            item.opened_at,
            cell(item.settled_at),
        ]
    };
    Table { head: HEAD.map(str::to_owned).to_vec(), rows: page.items.into_iter().map(line).collect() }.response(
        format,
        "relais-approvals",
        page.next.as_deref(),
    )
}

async fn answer(
    app: &App,
    visitor: &Visitor,
    params: &ApprovalParams,
    how: How<'_>,
) -> Result<PageOf<ApprovalItem>, ApiError> {
    let asked = (given(&params.place), given(&params.state));
    let page = |cursor: Option<String>, limit| async move {
        view::approvals(&app.programme, &visitor.access, asked, Listing { cursor: cursor.as_deref(), limit }).await
    };
    let page = pages::read(listing(&params.cursor, params.limit), how, page).await?;
    personal::shown(&app.programme, visitor, ("approvals", page.items.len()), how).await?;
    Ok(page)
}
