//! The faces over HTTP: pages and API.
//!
//! A handler takes what was asked, asks the view, renders; nothing is decided here but who the visitor is and what a
//! refusal looks like. Webhooks are merged into [`router`] beside these, with limits of their own.

pub mod api;
mod asset;
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
    /// True where a telephone is served beside: pages then lead to it.
    pub has_telephone: bool,
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
    let faces = api::routes().merge(page::routes()).fallback(not_found);
    dressed(faces, Outside::Nothing).with_state(app)
}

/// What a page may do besides being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outside {
    /// No scripts at all, nothing told to other sites.
    Nothing,
    /// The script that is served with it, which may call where it came from.
    OwnScript,
}

/// Limits and headers of every answer.
fn dressed<S: Clone + Send + Sync + 'static>(faces: Router<S>, outside: Outside) -> Router<S> {
    let limited = faces
        .layer(RequestBodyLimitLayer::new(limits::BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits::ANSWER_TIMEOUT))
        .layer(CompressionLayer::new());
    secured(limited, outside).layer(CatchPanicLayer::custom(panicked))
}

/// Headers of every answer: no frames, nothing told to other sites.
fn secured<S: Clone + Send + Sync + 'static>(router: Router<S>, outside: Outside) -> Router<S> {
    const STILL: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'";
    const OWN_SCRIPT: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
         img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let (policy, referrer) = match outside {
        Outside::Nothing => (STILL, "no-referrer"),
        // With "no-referrer" a browser sends `Origin: null` with its own forms: they could not be told from others'.
        Outside::OwnScript => (OWN_SCRIPT, "same-origin"),
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, referrer),
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
