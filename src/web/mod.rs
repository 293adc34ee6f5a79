//! The faces over HTTP: pages and API.
//!
//! A handler takes what was asked, asks the view, renders; nothing is decided here but who the visitor is and what a
//! refusal looks like. Webhooks are merged into [`router`] beside these, with limits of their own.

pub mod api;
mod asset;
mod chart;
mod error;
mod form;
mod guard;
pub mod limits;
mod listener;
mod pace;
pub mod page;
mod personal;
pub mod provider_double;
pub mod routes;
mod table;
mod upload;
pub mod webhook;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

pub use error::ApiError;
pub use guard::Visitor;
pub use listener::{Bounded, Peer};
pub use pace::Paces;

use crate::programme::Programme;

/// What every handler works with.
#[derive(Clone)]
pub struct App {
    /// The programme.
    pub programme: Arc<Programme>,
    /// What opens to someone who says nothing of who they are.
    pub sign_in: SignIn,
    /// True where a telephone is served beside: pages then lead to it.
    pub has_telephone: bool,
    /// Id of the channel that sends codes to sign in by; `None` where none can send.
    pub codes_by: Option<String>,
    /// True where visitors reach us by HTTPS: cookies then never travel otherwise.
    pub is_https: bool,
    /// True where the public face is shown.
    pub is_public: bool,
    /// Proxies of ours, which are believed when they name who asks.
    pub proxies: Arc<[IpAddr]>,
    /// How fast one may ask.
    pub paces: Arc<Paces>,
}

/// What opens to someone who says nothing of who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// Made-up data: they look at the whole country, and may sign in as an officer.
    Demo,
    /// Nothing: officers sign in, programs bring a token.
    Required,
}

impl App {
    /// Pages and API of a programme that sends no codes, is reached by plain HTTP, and shows nothing to the public.
    pub fn new(programme: Arc<Programme>, sign_in: SignIn) -> App {
        App {
            programme,
            sign_in,
            has_telephone: false,
            codes_by: None,
            is_https: false,
            is_public: false,
            proxies: Arc::new([]),
            paces: Arc::default(),
        }
    }

    /// True where every figure is made up.
    pub fn is_demo(&self) -> bool {
        self.sign_in == SignIn::Demo
    }
}

/// Pages and API, ready to serve.
pub fn router(app: App) -> Router {
    let known = routes::router(&[api::ROUTES, page::ROUTES, page::public::ROUTES]);
    let admitted = known.route_layer(from_fn_with_state(app.clone(), guard::admit)).fallback(not_found);
    let paced = admitted.layer(from_fn_with_state(app.clone(), guard::pace_address));
    dressed(paced, Outside::Nothing, app.is_https).with_state(app)
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
fn dressed<S: Clone + Send + Sync + 'static>(faces: Router<S>, outside: Outside, is_https: bool) -> Router<S> {
    let limited = faces
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits::ANSWER_TIMEOUT))
        .layer(CompressionLayer::new());
    secured(limited, outside, is_https).layer(CatchPanicLayer::custom(panicked))
}

/// Headers of every answer: no frames, nothing told to other sites.
fn secured<S: Clone + Send + Sync + 'static>(router: Router<S>, outside: Outside, is_https: bool) -> Router<S> {
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
    let router = headers.into_iter().fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    });
    if !is_https {
        return router;
    }
    let age = HeaderValue::from_str(&format!("max-age={}", limits::HSTS_AGE_S));
    let age = age.unwrap_or(HeaderValue::from_static("max-age=0"));
    router.layer(SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, age))
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
