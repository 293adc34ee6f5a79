//! `/bodies`: which bodies met in a quarter, which said why they did not, and which said nothing.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given, language};
use crate::view::{self, Ask, BodiesView, BodyItem, FigureShown, Question};
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

/// What bodies are asked of.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct BodiesParams {
    /// Code of a place; else your whole area.
    place: Option<String>,
    /// A quarter such as `2026-Q4`; else the current one.
    period: Option<String>,
    /// Language of the names: `fr` (the default) or another one of the pack.
    lang: Option<String>,
}

/// The bodies of a place and of every place in it, in one quarter and the three before it: held, not held with the
/// reason, or silent; `nothing_owed` before its report type began.
#[utoipa::path(
    get, path = "/api/v1/bodies", params(BodiesParams), security(("token" = [])), tag = "figures",
    responses((status = 200, body = BodiesView), (status = 400, body = crate::web::error::ErrorBody))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<BodiesParams>,
) -> Result<Json<BodiesView>, ApiError> {
    answer(&app, &visitor, &params).await.map(Json)
}

/// The same as a file: a line for each body at each place.
#[utoipa::path(
    get, path = "/api/v1/bodies.csv", params(BodiesParams), security(("token" = [])), tag = "figures",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<BodiesParams>,
) -> Result<Response, ApiError> {
    let answer = answer(&app, &visitor, &params).await?;
    table(&answer).response(format, &format!("relais-bodies-{}-{}", answer.place.code, answer.period), None)
}

async fn answer(app: &App, visitor: &Visitor, params: &BodiesParams) -> Result<BodiesView, ApiError> {
    let in_force = app.programme.in_force();
    let language = language(&in_force.pack, &params.lang)?;
    let ask = Ask { place: given(&params.place), period: given(&params.period), ..Ask::default() };
    let question = Question::settle(&in_force, &visitor.access, app.programme.today(), ask)?;
    Ok(view::bodies(&app.programme, &question, language).await?)
}

fn table(answer: &BodiesView) -> Table {
    let mut head = ["place", "name", "level", "body", "period", "state", "reason", "reason_name", "dates"]
        .map(str::to_owned)
        .to_vec();
    head.extend(answer.indicators.iter().map(|indicator| indicator.id.clone()));
    head.extend(answer.periods.iter().map(|period| format!("state {period}")));
    let line = |item: &BodyItem| {
        let figure = |id: &String| item.values.get(id).and_then(FigureShown::number);
        let mut cells = vec![
            item.place.code.clone(),
            item.place.name.clone(),
            item.place.level.clone(),
            item.body.clone(),
            item.period.clone(),
            item.state.to_owned(),
            cell(item.reason.as_ref().map(|reason| reason.code.clone())),
            cell(item.reason.as_ref().map(|reason| reason.name.clone())),
            item.dates.join(" "),
        ];
        cells.extend(answer.indicators.iter().map(|indicator| cell(figure(&indicator.id))));
        cells.extend(item.quarters.iter().map(|quarter| quarter.state.to_owned()));
        cells
    };
    Table { head, rows: answer.items.iter().map(line).collect() }
}
