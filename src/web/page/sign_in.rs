//! The sign-in form: a token in, a cookie out. Until people have accounts of their own.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::words::words;
use super::{Frame, LanguageParam, PageError, render};
use crate::base::Language;
use crate::web::limits::COOKIE_AGE_S;
use crate::web::{App, COOKIE_NAME, SignIn, guard};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    is_unknown: bool,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Entered {
    token: String,
    #[serde(default)]
    lang: String,
}

/// The form.
pub(super) async fn form(Query(asked): Query<LanguageParam>) -> Response {
    page(asked.language(), false)
}

/// Takes a token and keeps it in a cookie no script and no other site can use.
pub(super) async fn enter(State(app): State<App>, Form(entered): Form<Entered>) -> Response {
    let language = entered.lang.parse().unwrap_or(Language::FRENCH);
    let token = entered.token.trim();
    match guard::visitor(&app.programme, token).await {
        Ok(Some(_)) => with_cookie(&app, token, COOKIE_AGE_S, &format!("/?lang={language}")),
        Ok(None) => (StatusCode::UNAUTHORIZED, page(language, true)).into_response(),
        Err(error) => PageError::new(language, error).into_response(),
    }
}

/// Takes the cookie back.
pub(super) async fn leave(State(app): State<App>) -> Response {
    with_cookie(&app, "", 0, "/sign-in")
}

fn page(language: Language, is_unknown: bool) -> Response {
    let words = words(language);
    render(&SignInPage { frame: Frame::new(words, words.sign_in), is_unknown })
}

fn with_cookie(app: &App, token: &str, age_s: u32, to: &str) -> Response {
    let secure = if matches!(app.sign_in, SignIn::Token { secure_cookie: true }) { "; Secure" } else { "" };
    let cookie = format!("{COOKIE_NAME}={token}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}");
    let mut response = Redirect::to(to).into_response();
    // A known token holds only letters that a header takes; anything else was refused before.
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
