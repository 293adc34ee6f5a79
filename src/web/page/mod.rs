//! The pages: a place with its figures, the sign-in form, a refusal in words. Rendered here, without scripts but the telephone's.

mod picker;
mod place;
mod sign_in;
mod style;
pub mod telephone;
mod words;

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::{ApiError, App, Visitor};
use crate::base::Language;
use crate::view::ViewError;
use words::{Words, words};

/// All pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(place::home))
        .route("/places/{code}", get(place::page))
        .route("/sign-in", get(sign_in::form).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/assets/{name}", get(style::serve))
}

/// What every page has around it.
struct Frame {
    words: &'static Words,
    /// Title of the tab.
    title: String,
    /// Address of the style sheet.
    style: String,
    /// True where data is made up.
    is_demo: bool,
    /// True where there is a telephone to type on.
    has_telephone: bool,
    /// The other languages, with the address of this page in each.
    languages: Vec<(&'static str, &'static str, String)>,
    /// True for someone who can sign out.
    can_leave: bool,
}

impl Frame {
    fn new(words: &'static Words, title: &str) -> Frame {
        Frame {
            words,
            title: format!("{title} · relais"),
            style: style::address(),
            is_demo: false,
            has_telephone: false,
            languages: Vec::new(),
            can_leave: false,
        }
    }
}

/// A page that cannot be shown, said in words.
#[derive(Template)]
#[template(path = "refused.html")]
struct Refused {
    frame: Frame,
    reason: String,
}

/// A refusal or failure as a page; someone without a token is sent to the form.
struct PageError {
    language: Language,
    error: ApiError,
    /// The visitor's own area, where the place asked for lies outside of it.
    area: Option<String>,
}

impl PageError {
    fn new(language: Language, error: ApiError) -> PageError {
        PageError { language, error, area: None }
    }

    fn from_view(language: Language, error: ViewError) -> PageError {
        let area = if let ViewError::NotYours { area } = &error { Some(area.clone()) } else { None };
        PageError { language, error: error.into(), area }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        self.error.log();
        let words = words(self.language);
        let status = self.error.status();
        if status == StatusCode::UNAUTHORIZED {
            return Redirect::to(&format!("/sign-in?lang={}", words.lang)).into_response();
        }
        let body = self.error.body();
        let reason = match (body.error, body.field) {
            ("not_yours", _) => format!("{} {}", words.not_yours, self.area.unwrap_or_default()),
            ("unknown_place" | "not_found", _) => words.no_place.to_owned(),
            ("unknown_network" | "unknown_flow", _) => words.no_choice.to_owned(),
            ("unknown_period" | "future_period", _) => words.no_period.to_owned(),
            _ if status.is_server_error() => words.failed.to_owned(),
            _ => words.not_understood.to_owned(),
        };
        let frame = Frame::new(words, words.refused);
        (status, render(&Refused { frame, reason })).into_response()
    }
}

/// An address no page has.
pub(super) fn not_found(request: &Request) -> Response {
    let language =
        Query::<LanguageParam>::try_from_uri(request.uri()).map_or(Language::FRENCH, |query| query.0.language());
    let error = ApiError::not_found("path", "");
    PageError::new(language, error).into_response()
}

#[derive(Debug, Default, Deserialize)]
struct LanguageParam {
    lang: Option<String>,
}

impl LanguageParam {
    fn language(&self) -> Language {
        self.lang.as_deref().and_then(|code| code.parse().ok()).unwrap_or(Language::FRENCH)
    }
}

/// A visitor of a page: like [`Visitor`], but without a token they are led to the form.
struct PageVisitor(Visitor);

impl FromRequestParts<App> for PageVisitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<PageVisitor, PageError> {
        let language =
            Query::<LanguageParam>::try_from_uri(&parts.uri).map_or(Language::FRENCH, |query| query.0.language());
        let visitor = Visitor::from_request_parts(parts, app).await;
        visitor.map(PageVisitor).map_err(|error| PageError::new(language, error))
    }
}

/// A page as HTML that nobody keeps: figures change, and phones are shared.
fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => ApiError::internal(format!("a page could not be rendered: {error}")).into_response(),
    }
}
