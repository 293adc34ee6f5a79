//! `/people`: who reports in an area, phones masked.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given, listing, pages};
use crate::view::{self, Listing, PageOf, PeopleFilter, PersonItem};
use crate::web::personal::{self, How};
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PeopleParams {
    /// Code of the area; else yours.
    place: Option<String>,
    /// Only of this role, such as `relais`.
    role: Option<String>,
    /// Only who is `here`, `to_come` or `left` today.
    state: Option<String>,
    /// Only whose name holds this, whatever its accents and case.
    name: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Items of a page, 1 to 500; where none is given 50, and in a file all up to 10,000.
    limit: Option<i64>,
}

/// The people of an area, those registered last first. Where a `name` is looked for, a page may hold fewer than asked for and
/// still have a `next`.
#[utoipa::path(
    get, path = "/api/v1/people", params(PeopleParams), security(("token" = [])), tag = "people",
    responses((status = 200, body = PageOf<PersonItem>), (status = 403, body = crate::web::error::ErrorBody))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<PeopleParams>,
) -> Result<Json<PageOf<PersonItem>>, ApiError> {
    answer(&app, &visitor, &params, How::Listed).await.map(Json)
}

/// The same as a file.
#[utoipa::path(
    get, path = "/api/v1/people.csv", params(PeopleParams), security(("token" = [])), tag = "people",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<PeopleParams>,
) -> Result<Response, ApiError> {
    const HEAD: [&str; 13] = [
        "id",
        "name",
        "role",
        "network",
        "place",
        "place_name",
        "language",
        "agent_code",
        "phones",
        "supervisor",
        "state",
        "from",
        "to",
    ];
    let page = answer(&app, &visitor, &params, How::File).await?;
    let line = |item: PersonItem| {
        let (code, name) = item.place.map(|place| (place.code, place.name)).unwrap_or_default();
        vec![
            item.id,
            cell(item.name),
            item.role,
            item.network,
            code,
            name,
            cell(item.language),
            cell(item.agent_code),
            item.phones.join(" / "),
            cell(item.supervisor),
            item.state.to_owned(),
            item.from,
            cell(item.to),
        ]
    };
    Table { head: HEAD.map(str::to_owned).to_vec(), rows: page.items.into_iter().map(line).collect() }.response(
        format,
        "relais-people",
        page.next.as_deref(),
    )
}

async fn answer(
    app: &App,
    visitor: &Visitor,
    params: &PeopleParams,
    how: How<'_>,
) -> Result<PageOf<PersonItem>, ApiError> {
    let filter = PeopleFilter {
        place: given(&params.place),
        role: given(&params.role),
        state: given(&params.state),
        name: given(&params.name),
    };
    let page = |cursor: Option<String>, limit| async move {
        view::people(&app.programme, &visitor.access, filter, Listing { cursor: cursor.as_deref(), limit }).await
    };
    let page = pages::read(listing(&params.cursor, params.limit), how, page).await?;
    personal::shown(&app.programme, visitor, ("people", page.items.len()), how).await?;
    Ok(page)
}
