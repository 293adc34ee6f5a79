//! `/dhis2/dataValueSets`: figures as DHIS2 takes them.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given};
use crate::dhis2::{Figures, ValueSet, value_set};
use crate::view::{Ask, Question};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Dhis2Params {
    /// Code of a place; else your whole area.
    place: Option<String>,
    /// A month, a quarter or a year; else the current quarter.
    period: Option<String>,
    /// Level of the places whose values are given; else the mapping's.
    level: Option<String>,
    /// `closed`: only of places that approved the whole period, as they did; `current`: as they stand now. Without it closed
    /// ones where there are any, else current ones. `figures` of the answer says which they are, `open` whose are not closed.
    figures: Option<String>,
}

/// The mapped figures of a period, for each place of a level, and what has no mapping.
#[utoipa::path(
    get, path = "/api/v1/dhis2/dataValueSets", params(Dhis2Params), security(("token" = [])), tag = "figures",
    responses((status = 200, body = ValueSet))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<Dhis2Params>,
) -> Result<Json<ValueSet>, ApiError> {
    let ask = Ask { place: given(&params.place), period: given(&params.period), ..Ask::default() };
    let question = Question::settle(&app.programme.in_force(), &visitor.access, app.programme.today(), ask)?;
    let figures = Figures::asked(given(&params.figures))?;
    Ok(Json(value_set(&app.programme, &question, given(&params.level), figures).await?))
}
