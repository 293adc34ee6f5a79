//! The addresses providers call: `/in/{channel}/{key}/{hook}`. Bytes in, the provider's answer out; no logic.
//!
//! A wrong key is 404, as if nothing were there. A body over the limit is cut, kept and answered: a 4xx would lose it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http_body_util::BodyExt;
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

use crate::channel::{BODY_BYTES_MAX, Hook, Request};
use crate::config::Connected;
use crate::intake::{CallError, Intake};
use crate::web::limits::{CALL_BODY_TIMEOUT, CALL_BYTES_READ_MAX};
use crate::web::pace::{self, Paces};
use crate::web::routes::{self, Opens, Route};

/// Headers kept of a call: providers send a dozen.
const HEADERS_MAX: usize = 64;

/// What the webhooks need.
#[derive(Clone)]
pub struct Webhooks {
    /// The way in.
    pub intake: Arc<Intake>,
    /// Who may call.
    pub channels: Arc<Vec<Connected>>,
    /// The pace of those who call with a wrong key.
    pub paces: Arc<Paces>,
    /// Proxies of ours.
    pub proxies: Arc<[IpAddr]>,
}

/// The webhook addresses.
pub fn router(webhooks: Webhooks) -> Router {
    routes::router(&[ROUTES]).with_state(webhooks)
}

/// The addresses providers call.
pub static ROUTES: &[Route<Webhooks>] =
    &[Route::large("/in/{channel}/{key}/{hook}", Opens::Providers, || any(receive))];

async fn receive(
    State(webhooks): State<Webhooks>,
    path: Result<Path<(String, String, String)>, PathRejection>,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    extensions: Extensions,
    body: Body,
) -> Response {
    let known = path.ok().and_then(|Path((channel, key, hook))| known(&webhooks.channels, &channel, &key, &hook));
    let Some((connected, hook)) = known else {
        return guessed(&webhooks, &extensions, &headers);
    };
    if method != Method::GET && method != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, POST")]).into_response();
    }
    let body = match tokio::time::timeout(CALL_BODY_TIMEOUT, first_bytes(body)).await {
        Ok(Some(body)) => body,
        // The provider broke off or went silent: there is no whole call to keep, and it calls again.
        Ok(None) => return StatusCode::BAD_REQUEST.into_response(),
        Err(_elapsed) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let request =
        Request { method: method.to_string(), query: query.unwrap_or_default(), headers: kept(&headers), body };
    match webhooks.intake.call(connected, hook, request).await {
        Ok(answer) => answered(answer),
        Err(CallError::NotAuthentic) => {
            tracing::warn!(channel = %connected.config.id, "a call with the right key was not signed by the provider");
            StatusCode::FORBIDDEN.into_response()
        }
        Err(error @ CallError::Nowhere(_)) => {
            tracing::error!(channel = %connected.config.id, %error, "a call was not taken");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "30")]).into_response()
        }
    }
}

/// A wrong key is as if nothing were there; whoever goes on guessing is told to wait.
fn guessed(webhooks: &Webhooks, extensions: &Extensions, headers: &HeaderMap) -> Response {
    let address = pace::address(extensions, headers, &webhooks.proxies);
    match address.map_or(Ok(()), |address| webhooks.paces.wrong_key.take(address)) {
        Ok(()) => StatusCode::NOT_FOUND.into_response(),
        Err(wait_s) => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, wait_s)]).into_response(),
    }
}

/// The channel, when the key is its own; compared in constant time, so that it cannot be guessed letter by letter.
fn known<'a>(channels: &'a [Connected], channel: &str, key: &str, hook: &str) -> Option<(&'a Connected, Hook)> {
    let connected = channels.iter().find(|connected| connected.config.id == channel)?;
    let right = connected.config.key.expose_secret().as_bytes().ct_eq(key.as_bytes());
    bool::from(right).then_some(connected).zip(Hook::from_word(hook))
}

/// At most one byte more than a provider may read, so that an oversized body is known as one. `None` when it broke off.
/// What follows is read and forgotten: a caller still writing would find the connection broken before it reads our answer.
async fn first_bytes(mut body: Body) -> Option<Vec<u8>> {
    let (mut bytes, mut read) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.ok()?.into_data() {
            let room = BODY_BYTES_MAX + 1 - bytes.len();
            bytes.extend_from_slice(&data[..data.len().min(room)]);
            read += data.len();
            if read > CALL_BYTES_READ_MAX {
                break;
            }
        }
    }
    Some(bytes)
}

fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().take(HEADERS_MAX).map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn answered(answer: crate::channel::Response) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    match HeaderValue::from_str(&answer.content_type) {
        Ok(kind) if !kind.is_empty() => drop(response.headers_mut().insert(header::CONTENT_TYPE, kind)),
        _ => drop(response.headers_mut().remove(header::CONTENT_TYPE)),
    }
    for (name, value) in answer.headers {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}
