//! Visits to pages and API in process: a request in, status, headers and body out.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use relais::base::TokenId;
use relais::base::sealing::sha256_hex;
use relais::store::token::{self, Token};
use relais::web::{self, App, SignIn};
use tower::ServiceExt;

use super::rig::Rig;

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Pages and API over a rig, where everybody is an officer of the country.
pub fn demo(rig: &Rig) -> Router {
    web::router(App { programme: rig.programme.clone(), sign_in: SignIn::Demo, has_telephone: false })
}

/// Pages and API over a rig, by token.
pub fn by_token(rig: &Rig) -> Router {
    web::router(App {
        programme: rig.programme.clone(),
        sign_in: SignIn::Token { secure_cookie: true },
        has_telephone: false,
    })
}

/// Sends a request.
pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.expect("a router answers");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
    Answer { status: parts.status, headers: parts.headers, bytes }
}

/// Asks for a path, as nobody.
pub async fn get(router: &Router, path: &str) -> Answer {
    send(router, Request::get(path).body(Body::empty()).expect("a request")).await
}

/// Asks for a path with a token.
pub async fn get_as(router: &Router, token: &str, path: &str) -> Answer {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    send(router, request.body(Body::empty()).expect("a request")).await
}

/// Makes `secret` a token of `scope` for the place with this code.
pub async fn make_token(rig: &Rig, secret: &str, scope: &str, place: Option<&str>) -> TokenId {
    let id = TokenId::new(&rig.programme.environment);
    let place = place.map(|code| rig.place(code));
    let created = rig.programme.environment.now();
    let made = Token { id, name: secret.into(), scope: scope.into(), place, created, used: None };
    let mut tx = rig.programme.store.begin().await.expect("begins");
    token::insert(&mut tx, &made, &sha256_hex(secret.as_bytes())).await.expect("inserts");
    tx.commit().await.expect("commits");
    id
}
