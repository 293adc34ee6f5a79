//! `/completeness`: what was owed, received, on time, late, zero, not held and silent.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use super::summary::{COMPLETENESS_HEAD, completeness_cells};
use super::{Params, QuestionParams, language};
use crate::view::{self, By, CompletenessRow, CompletenessView, Question, RoleShown};
use crate::web::table::{Format, Table};
use crate::web::{ApiError, App, Visitor};

/// What stands in the column of roles where bodies owe: no id of a role.
const BODIES: &str = "(bodies)";

/// How complete the reports of a place are, by part, report type and role.
#[utoipa::path(
    get, path = "/api/v1/completeness", params(QuestionParams), security(("token" = [])), tag = "figures",
    responses((status = 200, body = CompletenessView), (status = 400, body = crate::web::error::ErrorBody))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<QuestionParams>,
) -> Result<Json<CompletenessView>, ApiError> {
    answer(&app, &visitor, &params).await.map(Json)
}

/// The same as a file.
#[utoipa::path(
    get, path = "/api/v1/completeness.csv", params(QuestionParams), security(("token" = [])), tag = "figures",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<QuestionParams>,
) -> Result<Response, ApiError> {
    let answer = answer(&app, &visitor, &params).await?;
    table(&answer).response(format, &format!("relais-completeness-{}-{}", answer.place.code, answer.period), None)
}

async fn answer(app: &App, visitor: &Visitor, params: &QuestionParams) -> Result<CompletenessView, ApiError> {
    let in_force = app.programme.in_force();
    let language = language(&in_force.pack, &params.lang)?;
    let question = Question::settle(&in_force, &visitor.access, app.programme.today(), params.ask())?;
    Ok(view::completeness(&app.programme, &question, language).await?)
}

fn table(answer: &CompletenessView) -> Table {
    let head = ["place", "name", "period", "network", "flow"].into_iter().chain(COMPLETENESS_HEAD).chain(["role"]);
    let total = CompletenessRow {
        place: Some(answer.place.clone()),
        flow: Some("total".to_owned()),
        counts: answer.total.clone(),
        ..CompletenessRow::default()
    };
    let bodies = answer.of_bodies().map(|counts| {
        let role = Some(RoleShown { id: BODIES.to_owned(), name: String::new() });
        CompletenessRow { role, counts: counts.clone(), ..CompletenessRow::default() }
    });
    let line = |row: &CompletenessRow| {
        let place = row.place.as_ref().unwrap_or(&answer.place);
        let period = row.period.as_ref().unwrap_or(&answer.period);
        let network = row.network.as_ref().map_or("", |network| network.id.as_str());
        let flow = row.flow.as_deref().unwrap_or_default();
        let role = row.role.as_ref().map_or("", |role| role.id.as_str());
        let cells = [&place.code, &place.name, period, network, flow].map(str::to_owned);
        cells.into_iter().chain(completeness_cells(&row.counts)).chain([role.to_owned()]).collect()
    };
    // Where rows are roles they stand there already.
    let roles = answer.roles.iter().filter(|_| answer.by != By::Role.word());
    let parts = answer.rows.iter().chain(&answer.flows).chain(roles).chain(&bodies);
    let rows = parts.chain([&total]).map(line).collect();
    Table { head: head.map(str::to_owned).collect(), rows }
}
