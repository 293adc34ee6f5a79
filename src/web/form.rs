//! Cookies and forms: what a browser holds for us, and the proof that a form it sends was one of ours.
//!
//! Every form carries a token made from a secret in the browser's own cookie: another site can make a browser send a form,
//! but it can neither read that cookie nor guess its digest.

use axum::extract::{FromRequest, Request};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

use super::page::PageError;
use super::{ApiError, App};
use crate::account;
use crate::base::Language;
use crate::base::sealing::sha256_hex;

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The secret of a session.
    Session,
    /// The secret behind the forms of a browser that is not signed in.
    Form,
    /// The secret of a code that was asked for.
    Code,
}

impl Cookie {
    /// Its name. Over HTTPS the browser itself sees to it that no other host and no plain page can set it.
    fn name(self, is_https: bool) -> &'static str {
        match (self, is_https) {
            (Cookie::Session, true) => "__Host-relais_session",
            (Cookie::Session, false) => "relais_session",
            (Cookie::Form, true) => "__Host-relais_form",
            (Cookie::Form, false) => "relais_form",
            (Cookie::Code, true) => "__Host-relais_code",
            (Cookie::Code, false) => "relais_code",
        }
    }

    /// What the browser sent of it; two of one name are none, for one was put there by somebody else.
    pub fn of<'h>(self, app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
        let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|all| all.split(';'));
        let mut named = all
            .filter_map(|cookie| cookie.trim().split_once('='))
            .filter(|(name, _)| *name == self.name(app.is_https))
            .map(|(_, value)| value);
        named.next().filter(|value| !value.is_empty() && named.next().is_none())
    }

    /// Has the browser keep `value` for `age_s` seconds; 0 takes it back. No script and no other site can use it.
    pub fn set(self, app: &App, response: &mut Response, value: &str, age_s: i64) {
        let secure = if app.is_https { "; Secure" } else { "" };
        let name = self.name(app.is_https);
        let cookie = format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}");
        // Our secrets hold only letters that a header takes.
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
}

/// The token of this browser's forms; empty where it has no secret of ours, and then no form of its is taken.
pub fn token(app: &App, headers: &HeaderMap) -> String {
    let secret = Cookie::Session.of(app, headers).or_else(|| Cookie::Form.of(app, headers));
    secret.map_or_else(String::new, token_of)
}

fn token_of(secret: &str) -> String {
    sha256_hex(format!("relais form 1\n{secret}").as_bytes())
}

/// The token of this browser's forms, with the secret it is to keep where it has none yet.
pub fn token_or_new(app: &App, headers: &HeaderMap) -> (String, Option<String>) {
    match token(app, headers) {
        known if !known.is_empty() => (known, None),
        _ => {
            let secret = account::secret(&app.programme.environment);
            (token_of(&secret), Some(secret))
        }
    }
}

/// What a form sends: its token among the rest.
pub(super) trait Sent: DeserializeOwned {
    /// The token, as sent.
    fn proof(&self) -> &str;
    /// The language of the page it was on, as sent.
    fn spoken(&self) -> &str;
    /// The same as one we speak; French where it is none.
    fn language(&self) -> Language {
        self.spoken().parse().unwrap_or(Language::FRENCH)
    }
}

/// A form that is one of ours, from the browser that it was shown to. Handlers take forms in no other way.
pub(super) struct Checked<T>(pub T);

impl<T: Sent> FromRequest<App> for Checked<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Checked<T>, PageError> {
        let expected = token(app, request.headers());
        let form = axum::Form::<T>::from_request(request, app).await;
        let axum::Form(sent) =
            form.map_err(|error| PageError::new(Language::FRENCH, ApiError::bad("bad_form", None, error.body_text())))?;
        let is_ours = !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(sent.proof().as_bytes()));
        if is_ours { Ok(Checked(sent)) } else { Err(PageError::new(sent.language(), ApiError::foreign_form())) }
    }
}
