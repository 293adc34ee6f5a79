//! Visits to pages and API in process: a request in, status, headers and body out.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use relais::base::sealing::sha256_hex;
use relais::base::{Instant, Phone, TokenId};
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
    web::router(App { codes_by: Some("at".to_owned()), ..App::new(rig.programme.clone(), SignIn::Demo) })
}

/// Pages and API over a rig, by token or code.
pub fn by_token(rig: &Rig) -> Router {
    web::router(App {
        codes_by: Some("at".to_owned()),
        is_https: true,
        ..App::new(rig.programme.clone(), SignIn::Required)
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

/// A browser as far as these tests need one: it keeps cookies, and knows the token of the form it was last shown.
#[derive(Default)]
pub struct Surfer {
    /// Cookies by name.
    pub cookies: std::collections::BTreeMap<String, String>,
    /// The token of the form on the page shown last.
    pub form: String,
    /// Where it calls from; in process where there is none.
    pub address: Option<std::net::SocketAddr>,
}

impl Surfer {
    /// Opens a page.
    pub async fn open(&mut self, router: &Router, path: &str) -> Answer {
        self.ask(router, Request::get(path), String::new()).await
    }

    /// Sends a form with the token of the page shown last.
    pub async fn post(&mut self, router: &Router, path: &str, fields: &str) -> Answer {
        let body = format!("form={}&{fields}", self.form);
        self.ask(router, Request::post(path), body).await
    }

    /// Sends a file as a browser does, with the token of the page shown last.
    pub async fn post_file(&mut self, router: &Router, path: &str, file: &[u8]) -> Answer {
        let field = |name: &str, rest: &str| {
            format!("--form-of-ours\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n\r\n")
        };
        let mut body = format!("{}{}\r\n", field("form", ""), self.form).into_bytes();
        body.extend(field("file", "; filename=\"a.csv\"\r\nContent-Type: text/csv").into_bytes());
        body.extend(file);
        body.extend(b"\r\n--form-of-ours--\r\n");
        let kind = "multipart/form-data; boundary=form-of-ours";
        self.asked(router, Request::post(path).header(header::CONTENT_TYPE, kind), body).await
    }

    async fn ask(&mut self, router: &Router, request: axum::http::request::Builder, body: String) -> Answer {
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.asked(router, request, body.into_bytes()).await
    }

    async fn asked(&mut self, router: &Router, request: axum::http::request::Builder, body: Vec<u8>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request.header(header::COOKIE, cookies.join("; ")).body(Body::from(body)).expect("a request");
        if let Some(address) = self.address {
            request.extensions_mut().insert(axum::extract::ConnectInfo(web::Peer(address)));
        }
        let answer = send(router, request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text = answer.text();
        if let Some(token) = text.split("name=\"form\" value=\"").nth(1).and_then(|rest| rest.split('"').next()) {
            token.clone_into(&mut self.form);
        }
        answer
    }

    /// Asks for a code for this number, and stands before the form for it.
    pub async fn ask_code(&mut self, router: &Router, number: &str) -> Answer {
        self.open(router, "/sign-in").await;
        let asked = self.post(router, "/sign-in", &format!("number={}", number.replace('+', "%2B"))).await;
        if asked.status.as_u16() == 303 {
            self.open(router, "/sign-in/code").await;
        }
        asked
    }

    /// Signs in with the code read from the phone's own thread.
    pub async fn sign_in(&mut self, router: &Router, rig: &Rig, phone: &Phone) {
        // Ids are made from the time: the code asked for now is the last on the phone.
        rig.clock.advance_ms(1);
        let asked = self.ask_code(router, phone.e164()).await;
        assert_eq!(asked.status, 303, "{}", asked.text());
        let code = last_code(rig, phone).await.expect("a code came");
        let entered = self.post(router, "/sign-in/code", &format!("code={code}")).await;
        assert_eq!(entered.status, 303, "{}", entered.text());
    }
}

/// The six digits of the last SMS on this phone, where it is one with a code.
pub async fn last_code(rig: &Rig, phone: &Phone) -> Option<String> {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let lines = relais::store::thread::of_phone(&mut tx, phone, Instant(0), 50).await.expect("a thread");
    let text = lines.into_iter().rev().find(|line| line.ours.is_some())?.text;
    text.split(|letter: char| !letter.is_ascii_digit()).find(|word| word.len() == 6).map(str::to_owned)
}

/// Makes `secret` a token of `scope` for the place with this code.
pub async fn make_token(rig: &Rig, secret: &str, scope: &str, place: Option<&str>) -> TokenId {
    let id = TokenId::new(&rig.programme.environment);
    let place = place.map(|code| rig.place(code));
    let created = rig.programme.environment.now();
    let made = Token { id, name: secret.into(), scope: scope.into(), place, created, used: None, expires: None };
    let mut tx = rig.programme.store.begin().await.expect("begins");
    token::insert(&mut tx, &made, &sha256_hex(secret.as_bytes())).await.expect("inserts");
    tx.commit().await.expect("commits");
    id
}
