//! What a refusal looks like over HTTP: a status and `{error, field?, help}`.
//!
//! Made once, logged once, and nothing internal in it: what failed inside is in the log only.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::PeriodKind;
use crate::store::StoreError;
use crate::view::ViewError;

/// A refusal or a failure.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: ErrorBody,
    /// What happened inside: for the log alone.
    cause: Option<Box<str>>,
    /// Seconds after which to come back.
    wait_s: Option<u32>,
}

/// The word of a refusal, beside an answer that tells it in any form: for the guard, who notes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused(pub &'static str);

/// What is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// A word to act on, such as `unknown_period`.
    pub error: &'static str,
    /// The parameter it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// What is wrong and how to mend it.
    pub help: String,
}

impl ApiError {
    fn new(status: StatusCode, error: &'static str, field: Option<&'static str>, help: impl Into<String>) -> ApiError {
        ApiError { status, body: ErrorBody { error, field, help: help.into() }, cause: None, wait_s: None }
    }

    /// 400: a parameter that means nothing.
    pub fn bad(error: &'static str, field: Option<&'static str>, help: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, error, field, help)
    }

    /// 401: no token, or one that is not known.
    pub fn unauthorised(help: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::UNAUTHORIZED, "unauthorised", None, help)
    }

    /// 403: known, and not for them.
    pub fn not_allowed() -> ApiError {
        ApiError::new(StatusCode::FORBIDDEN, "not_allowed", None, "This is not open to your role or token")
    }

    /// 403: a form that was not shown to this browser by us, or long ago.
    pub fn foreign_form() -> ApiError {
        let help = "The form was not one of ours, or the page was open too long: open it again";
        ApiError::new(StatusCode::FORBIDDEN, "foreign_form", None, help)
    }

    /// 413: more than this address takes.
    pub fn too_large() -> ApiError {
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", None, "This is larger than what is taken here")
    }

    /// 429: too fast; with the seconds to wait.
    pub fn too_fast(wait_s: u32) -> ApiError {
        let help = format!("Too many requests: come back in {wait_s} s");
        ApiError { wait_s: Some(wait_s), ..ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_fast", None, help) }
    }

    /// 404.
    pub fn not_found(field: &'static str, help: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, "not_found", Some(field), help)
    }

    /// 500, with the cause in the log alone.
    pub fn internal(cause: impl Into<String>) -> ApiError {
        let help = "Something failed on our side. Try again; if it goes on, tell whoever runs this server.";
        ApiError {
            cause: Some(cause.into().into()),
            ..ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", None, help)
        }
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Seconds after which to come back, where it says so.
    pub fn wait_s(&self) -> Option<u32> {
        self.wait_s
    }

    /// What is told.
    pub fn body(&self) -> &ErrorBody {
        &self.body
    }

    /// Writes a failure to the log. A refusal is logged by the guard, who knows whom it met.
    pub fn log(&self) {
        if let Some(cause) = &self.cause {
            tracing::error!(status = self.status.as_u16(), error = self.body.error, %cause, "a request failed");
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> ApiError {
        let status =
            if error.is_unavailable() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
        ApiError { status, ..ApiError::internal(error.to_string()) }
    }
}

impl From<ViewError> for ApiError {
    fn from(error: ViewError) -> ApiError {
        let periods =
            "write a day, week, month, quarter or year that has begun: 2026-11-23 2026-W47 2026-11 2026-Q4 2026";
        match error {
            ViewError::Store(error) => error.into(),
            ViewError::Text(error) => ApiError::internal(error.to_string()),
            ViewError::NoPlaces => ApiError::internal("there are no places yet"),
            ViewError::NotYours { area } => {
                let help = format!("Your area is {area}: ask for a place in it");
                ApiError::new(StatusCode::FORBIDDEN, "not_yours", Some("place"), help)
            }
            ViewError::UnknownPlace { typed, .. } => ApiError::new(
                StatusCode::NOT_FOUND,
                "unknown_place",
                Some("place"),
                format!("No place has the code `{typed}`: /api/v1/places lists them"),
            ),
            ViewError::AmbiguousPlace { typed, places } => {
                let help = format!("`{typed}` is {}: give a code", places.join(", "));
                ApiError::bad("ambiguous_place", Some("place"), help)
            }
            ViewError::UnknownPeriod(name) => {
                ApiError::bad("unknown_period", Some("period"), format!("`{name}` is no period: {periods}"))
            }
            ViewError::FuturePeriod(name) => {
                ApiError::bad("future_period", Some("period"), format!("{name} has not begun: {periods}"))
            }
            ViewError::OtherPeriod { asked, wanted } => {
                let (kind, example) = match wanted {
                    PeriodKind::Month => ("month", "2026-11"),
                    PeriodKind::Quarter => ("quarter", "2026-Q4"),
                    other => (other.word(), "as openapi.json says"),
                };
                let error = if wanted == PeriodKind::Month { "month_wanted" } else { "quarter_wanted" };
                ApiError::bad(error, Some("period"), format!("`{asked}` is no {kind}: write one, {example}"))
            }
            ViewError::UnknownFlow(word) => {
                let help = format!("`{word}` is no report type: /api/v1/indicators names them");
                ApiError::bad("unknown_flow", Some("flow"), help)
            }
            ViewError::UnknownNetwork { typed, known } => {
                let help = format!("`{typed}` is no network: the networks here are {}", known.join(", "));
                ApiError::bad("unknown_network", Some("network"), help)
            }
            ViewError::UnknownRole { typed, known } => {
                let help = format!("`{typed}` is no role: the roles here are {}", known.join(", "));
                ApiError::bad("unknown_role", Some("role"), help)
            }
            ViewError::UnknownValue { field, value, allowed } => {
                ApiError::bad("unknown_value", Some(field), format!("`{value}` is not taken here: {allowed}"))
            }
            ViewError::NotFound(what) => ApiError::not_found("id", format!("There is no such {what}")),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let mut response = (self.status, Json(&self.body)).into_response();
        response.extensions_mut().insert(Refused(self.body.error));
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        if let Some(wait_s) = self.wait_s {
            response.headers_mut().insert(header::RETRY_AFTER, wait_s.into());
        }
        response
    }
}
