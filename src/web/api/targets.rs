//! `/targets`: what a place and the places right below it are to reach.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use super::{Params, QuestionParams};
use crate::view::{self, PageOf, Question, TargetItem};
use crate::web::table::{Format, Table};
use crate::web::{ApiError, App, Visitor};

/// Targets of a place and of the places right below it, in one period. They are imported; none is a sum.
#[utoipa::path(
    get, path = "/api/v1/targets", params(QuestionParams), security(("token" = [])), tag = "figures",
    responses((status = 200, body = PageOf<TargetItem>))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<QuestionParams>,
) -> Result<Json<PageOf<TargetItem>>, ApiError> {
    Ok(Json(PageOf { items: answer(&app, &visitor, &params).await?, next: None }))
}

/// The same as a file.
#[utoipa::path(
    get, path = "/api/v1/targets.csv", params(QuestionParams), security(("token" = [])), tag = "figures",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<QuestionParams>,
) -> Result<Response, ApiError> {
    let head = ["place", "name", "indicator", "period", "value"].map(str::to_owned).to_vec();
    let line =
        |item: TargetItem| vec![item.place.code, item.place.name, item.indicator, item.period, item.value.to_string()];
    let rows = answer(&app, &visitor, &params).await?.into_iter().map(line).collect();
    Table { head, rows }.response(format, "relais-targets", None)
}

async fn answer(app: &App, visitor: &Visitor, params: &QuestionParams) -> Result<Vec<TargetItem>, ApiError> {
    let in_force = app.programme.in_force();
    let question = Question::settle(&in_force, &visitor.access, app.programme.today(), params.ask())?;
    Ok(view::targets(&app.programme, &question).await?)
}
