//! The API under `/api/v1`: one file for each resource, JSON and, where rows come out, CSV and XLSX beside it.
//!
//! Handlers extract, ask the view and render. What can be asked is told at `/api/v1/openapi.json`.

mod alerts;
mod approvals;
mod bodies;
mod closings;
mod completeness;
mod describe;
mod dhis2;
mod indicators;
mod matrix;
mod messages;
mod pages;
mod people;
mod places;
mod reports;
mod summary;
mod targets;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::routing::get;
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoParams, Modify, OpenApi};

use self::describe::{Names, Spreadsheets};
use super::error::ErrorBody;
use super::routes::{Opens, Route};
use super::{ApiError, App};
use crate::base::Language;
use crate::flow::model::Pack;
use crate::view::{Ask, Listing};

/// All resources.
pub static ROUTES: &[Route<App>] = &[
    Route::read("/api/v1/openapi.json", Opens::Anyone, || get(openapi)),
    Route::read("/api/v1/summary", Opens::Known, || get(summary::json)),
    Route::read("/api/v1/summary.csv", Opens::Known, || get(summary::csv)),
    Route::read("/api/v1/summary.xlsx", Opens::Known, || get(summary::csv)),
    Route::read("/api/v1/completeness", Opens::Known, || get(completeness::json)),
    Route::read("/api/v1/completeness.csv", Opens::Known, || get(completeness::csv)),
    Route::read("/api/v1/completeness.xlsx", Opens::Known, || get(completeness::csv)),
    Route::read("/api/v1/matrix", Opens::Known, || get(matrix::json)),
    Route::read("/api/v1/matrix.csv", Opens::Known, || get(matrix::csv)),
    Route::read("/api/v1/matrix.xlsx", Opens::Known, || get(matrix::csv)),
    Route::read("/api/v1/indicators", Opens::Known, || get(indicators::json)),
    Route::read("/api/v1/indicators.csv", Opens::Known, || get(indicators::csv)),
    Route::read("/api/v1/indicators.xlsx", Opens::Known, || get(indicators::csv)),
    Route::read("/api/v1/messages", Opens::Known, || get(messages::json)),
    Route::read("/api/v1/messages.csv", Opens::Known, || get(messages::csv)),
    Route::read("/api/v1/messages.xlsx", Opens::Known, || get(messages::csv)),
    Route::read("/api/v1/reports", Opens::Known, || get(reports::json)),
    Route::read("/api/v1/reports.csv", Opens::Known, || get(reports::csv)),
    Route::read("/api/v1/reports.xlsx", Opens::Known, || get(reports::csv)),
    Route::read("/api/v1/reports/{id}", Opens::Known, || get(reports::one)),
    Route::read("/api/v1/alerts", Opens::Known, || get(alerts::json)),
    Route::read("/api/v1/alerts.csv", Opens::Known, || get(alerts::csv)),
    Route::read("/api/v1/alerts.xlsx", Opens::Known, || get(alerts::csv)),
    Route::read("/api/v1/approvals", Opens::Officers, || get(approvals::json)),
    Route::read("/api/v1/approvals.csv", Opens::Officers, || get(approvals::csv)),
    Route::read("/api/v1/approvals.xlsx", Opens::Officers, || get(approvals::csv)),
    Route::read("/api/v1/people", Opens::Officers, || get(people::json)),
    Route::read("/api/v1/people.csv", Opens::Officers, || get(people::csv)),
    Route::read("/api/v1/people.xlsx", Opens::Officers, || get(people::csv)),
    Route::read("/api/v1/closings", Opens::Known, || get(closings::json)),
    Route::read("/api/v1/closings.csv", Opens::Known, || get(closings::csv)),
    Route::read("/api/v1/closings.xlsx", Opens::Known, || get(closings::csv)),
    Route::read("/api/v1/bodies", Opens::Known, || get(bodies::json)),
    Route::read("/api/v1/bodies.csv", Opens::Known, || get(bodies::csv)),
    Route::read("/api/v1/bodies.xlsx", Opens::Known, || get(bodies::csv)),
    Route::read("/api/v1/places", Opens::Known, || get(places::json)),
    Route::read("/api/v1/dhis2/dataValueSets", Opens::Known, || get(dhis2::json)),
    Route::read("/api/v1/targets", Opens::Known, || get(targets::json)),
    Route::read("/api/v1/targets.csv", Opens::Known, || get(targets::csv)),
    Route::read("/api/v1/targets.xlsx", Opens::Known, || get(targets::csv)),
    Route::read("/api/v1/places.csv", Opens::Known, || get(places::csv)),
    Route::read("/api/v1/places.xlsx", Opens::Known, || get(places::csv)),
];

/// A query string as `T`: an unknown parameter or a value of the wrong type is told, never passed over.
pub(super) struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Params<T>, ApiError> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Params(params)),
            Err(rejection) => Err(ApiError::bad("bad_query", None, rejection.body_text())),
        }
    }
}

/// What a summary or completeness is asked of.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct QuestionParams {
    /// Code of a place; else your whole area.
    pub place: Option<String>,
    /// `2026-11-23`, `2026-W47`, `2026-11`, `2026-Q4` or `2026`; else the current quarter.
    pub period: Option<String>,
    /// A report type such as `dep`; else all.
    pub flow: Option<String>,
    /// `place` (the default), `period`, `network` or `role`.
    pub by: Option<String>,
    /// A network such as `civil_society`: only what its people reported and owe; else all. A body's reports are owed by
    /// the network the pack says it belongs to, or by none.
    pub network: Option<String>,
    /// A role such as `asc`: only what people in it reported and owe; else all. What bodies owe is of no role, and their
    /// figures stand under the role of who sent them.
    pub role: Option<String>,
    /// Language of the names: `fr` (the default) or another one of the pack.
    pub lang: Option<String>,
}

impl QuestionParams {
    /// As the view takes it.
    pub fn ask(&self) -> Ask<'_> {
        Ask {
            place: given(&self.place),
            period: given(&self.period),
            flow: given(&self.flow),
            by: given(&self.by),
            network: given(&self.network),
            role: given(&self.role),
        }
    }
}

/// A parameter that was left empty, as forms do, was not given.
pub(super) fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.is_empty())
}

/// The language asked for, if the pack has it; without one, the pack's first.
pub(super) fn language(pack: &Pack, asked: &Option<String>) -> Result<Language, ApiError> {
    let Some(asked) = given(asked) else { return Ok(pack.first_language()) };
    let known = asked.parse().ok().filter(|language| pack.languages.contains(language));
    known.ok_or_else(|| {
        let all = pack.languages.iter().map(Language::code).collect::<Vec<_>>().join(", ");
        ApiError::bad("unknown_language", Some("lang"), format!("The languages here are {all}"))
    })
}

fn listing<'a>(cursor: &'a Option<String>, limit: Option<i64>) -> Listing<'a> {
    Listing { cursor: given(cursor), limit }
}

/// The description of the API.
#[derive(OpenApi)]
#[openapi(
    info(title = "relais", description = "Field reports by SMS and USSD: figures, reports and messages of an area."),
    paths(
        summary::json,
        summary::csv,
        completeness::json,
        completeness::csv,
        matrix::json,
        matrix::csv,
        indicators::json,
        indicators::csv,
        messages::json,
        messages::csv,
        reports::json,
        reports::csv,
        reports::one,
        alerts::json,
        alerts::csv,
        approvals::json,
        approvals::csv,
        people::json,
        people::csv,
        closings::json,
        closings::csv,
        bodies::json,
        bodies::csv,
        places::json,
        places::csv,
        dhis2::json,
        targets::json,
        targets::csv,
    ),
    components(schemas(ErrorBody)),
    modifiers(&Bearer, &Spreadsheets, &Names)
)]
struct Description;

/// Every resource takes a Bearer token.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        description.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

/// The addresses that openapi.json describes.
pub fn described() -> Vec<String> {
    Description::openapi().paths.paths.into_keys().collect()
}

async fn openapi() -> impl IntoResponse {
    Json(Description::openapi())
}
