//! The one place that calls out: a provider's request over HTTP, with limits on time and size.

use crate::channel::{BODY_BYTES_MAX, Fault, HttpRequest, HttpResponse, SendError};

use super::limits;

/// The client every channel sends with. Redirects are not followed: a provider that moves says so, it does not lead.
///
/// # Errors
/// When the TLS configuration of the machine cannot be used.
pub fn client() -> Result<reqwest::Client, reqwest::Error> {
    // Set once per process; a second time it is there already.
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(limits::CONNECT_TIMEOUT)
        .timeout(limits::SEND_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("relais/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Makes the request and reads the answer, at most [`BODY_BYTES_MAX`] of it.
///
/// # Errors
/// A fault of the provider when there was no whole answer.
pub(super) async fn exchange(client: &reqwest::Client, request: &HttpRequest) -> Result<HttpResponse, SendError> {
    let method = reqwest::Method::from_bytes(request.method.as_bytes()).unwrap_or(reqwest::Method::POST);
    let mut building = client.request(method, &request.url);
    for (name, value) in &request.headers {
        building = building.header(name, value);
    }
    if !request.body.is_empty() {
        building = building.body(request.body.clone());
    }
    let mut response = building.send().await.map_err(no_answer)?;
    let status = response.status().as_u16();
    let retry_after_s = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(no_answer)? {
        let room = BODY_BYTES_MAX - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == BODY_BYTES_MAX {
            break;
        }
    }
    Ok(HttpResponse { status, retry_after_s, body: String::from_utf8_lossy(&body).into_owned() })
}

/// The address may hold a phone or a key, so it stays out of the reason.
fn no_answer(error: reqwest::Error) -> SendError {
    let reason = if error.is_timeout() {
        "the provider did not answer in time"
    } else if error.is_connect() {
        "the provider could not be reached"
    } else if error.is_builder() {
        "the address to send to is not one"
    } else {
        "the provider broke off"
    };
    SendError { fault: Fault::Provider, reason: reason.into(), retry_after_s: None }
}
