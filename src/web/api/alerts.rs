//! `/alerts`: what officers were told of at once, and whether one has answered.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given, language, listing, pages};
use crate::view::{self, AlertItem, Listing, PageOf};
use crate::web::personal::How;
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertParams {
    /// Code of a place: alerts about it and all places in it.
    place: Option<String>,
    /// `open`, `acknowledged` or `withdrawn`.
    state: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Items of a page, 1 to 500; where none is given 50, and in a file all up to 10,000.
    limit: Option<i64>,
    /// Language of the texts: `fr` (the default of the pack), `en`.
    lang: Option<String>,
}

/// Alerts of your area, newest first.
#[utoipa::path(
    get, path = "/api/v1/alerts", params(AlertParams), security(("token" = [])), tag = "alerts",
    responses((status = 200, body = PageOf<AlertItem>), (status = 403, body = crate::web::error::ErrorBody))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<AlertParams>,
) -> Result<Json<PageOf<AlertItem>>, ApiError> {
    answer(&app, &visitor, &params, How::Listed).await.map(Json)
}

/// The same as a file.
#[utoipa::path(
    get, path = "/api/v1/alerts.csv", params(AlertParams), security(("token" = [])), tag = "alerts",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<AlertParams>,
) -> Result<Response, ApiError> {
    const HEAD: [&str; 16] = [
        "number",
        "area",
        "place",
        "name",
        "flow",
        "alert",
        "date",
        "text",
        "report",
        "merged",
        "state",
        "opened_at",
        "acknowledged_at",
        "acknowledged_by",
        "escalated_at",
        "withdrawn_at",
    ];
    let page = answer(&app, &visitor, &params, How::File).await?;
    let line = |item: AlertItem| {
        let (code, name) = item.place.map(|place| (place.code, place.name)).unwrap_or_default();
        let officer = item
            .acknowledged_by
            .map(|officer| format!("{} {}", officer.role, officer.place.map(|place| place.code).unwrap_or_default()));
        vec![
            item.number.to_string(),
            item.area.map(|area| area.code).unwrap_or_default(),
            code,
            name,
            item.flow,
            item.alert,
            item.date,
            item.text,
            cell(item.report),
            item.merged.to_string(),
            item.state.to_owned(),
            item.opened_at,
            cell(item.acknowledged_at),
            cell(officer),
            cell(item.escalated_at),
            cell(item.withdrawn_at),
        ]
    };
    Table { head: HEAD.map(str::to_owned).to_vec(), rows: page.items.into_iter().map(line).collect() }.response(
        format,
        "relais-alerts",
        page.next.as_deref(),
    )
}

async fn answer(
    app: &App,
    visitor: &Visitor,
    params: &AlertParams,
    how: How<'_>,
) -> Result<PageOf<AlertItem>, ApiError> {
    let language = language(&app.programme.in_force().pack, &params.lang)?;
    let asked = (given(&params.place), given(&params.state));
    let page = |cursor: Option<String>, limit| async move {
        view::alerts(&app.programme, &visitor.access, asked, language, Listing { cursor: cursor.as_deref(), limit })
            .await
    };
    Ok(pages::read(listing(&params.cursor, params.limit), how, page).await?)
}
