//! The faces over HTTP: pages and API.
//!
//! A handler takes what was asked, asks the view, renders; nothing is decided here but who the visitor is and what a
//! refusal looks like. Webhooks are merged into [`router`] beside these, with limits of their own.

pub mod api;
mod chart;
mod error;
mod guard;
pub mod limits;
pub mod page;
pub mod provider_double;
mod table;
pub mod webhook;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

pub use error::ApiError;
pub use guard::{COOKIE_NAME, Visitor};

use crate::programme::Programme;

/// What every handler works with.
#[derive(Clone)]
pub struct App {
    /// The programme.
    pub programme: Arc<Programme>,
    /// How a visitor says who they are.
    pub sign_in: SignIn,
}

/// How a visitor says who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// Not at all: made-up data, everybody is an officer of the country.
    Demo,
    /// By an API token; pages keep it in a cookie.
    Token {
        /// True where the server is reached by HTTPS: the cookie then never travels otherwise.
        secure_cookie: bool,
    },
}

/// Pages and API, ready to serve.
pub fn router(app: App) -> Router {
    let faces = api::routes()
        .merge(page::routes())
        .fallback(not_found)
        .layer(RequestBodyLimitLayer::new(limits::BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits::ANSWER_TIMEOUT))
        .layer(CompressionLayer::new());
    secured(faces).layer(CatchPanicLayer::custom(panicked)).with_state(app)
}

/// Headers of every answer: no scripts at all, no frames, nothing told to other sites.
fn secured(router: Router<App>) -> Router<App> {
    const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    headers.into_iter().fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    })
}

async fn not_found(request: Request) -> Response {
    if request.uri().path().starts_with("/api/") {
        return ApiError::not_found("path", "The list of what can be asked is at /api/v1/openapi.json").into_response();
    }
    page::not_found(&request)
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    ApiError::internal("a handler panicked").into_response()
}
