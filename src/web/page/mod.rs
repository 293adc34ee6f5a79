//! The pages: a place with its figures, the sign-in form, a refusal in words. Rendered here, without scripts but the telephone's.

mod approvals;
mod around;
mod asked;
mod bodies;
mod closing;
mod matrix;
mod people;
mod picker;
mod place;
pub mod public;
pub mod report;
mod reports;
mod sample;
mod senders;
mod sign_in;
mod style;
pub mod telephone;
mod values;
mod words;

use askama::Template;
use axum::extract::{FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::routes::{Opens, Route};
use super::{ApiError, App, Visitor, form};
use crate::base::{Language, PersonId};
use crate::flow::model::Pack;
use crate::store::session::Holder;
use crate::view::ViewError;
use words::{Words, words};

/// All pages.
pub static ROUTES: &[Route<App>] = &[
    Route::read("/", Opens::Known, || get(place::home)),
    Route::read("/places/{code}", Opens::Known, || get(place::page)),
    Route::read("/places/{code}/completeness", Opens::Known, || get(matrix::page)),
    Route::read("/places/{code}/reports", Opens::Officers, || get(reports::list)),
    Route::read("/places/{code}/sample", Opens::Officers, || get(sample::page)),
    Route::read("/places/{code}/sample.csv", Opens::Officers, || get(sample::file)),
    Route::read("/places/{code}/sample.xlsx", Opens::Officers, || get(sample::file)),
    Route::read("/reports/{id}", Opens::Officers, || get(reports::one)),
    Route::form("/places/{code}/closing", Opens::Known, || get(closing::page).post(closing::decide)),
    Route::read("/places/{code}/bodies", Opens::Known, || get(bodies::page)),
    Route::read("/places/{code}/report", Opens::Known, || get(report::quarterly)),
    Route::read("/places/{code}/bulletin", Opens::Known, || get(report::monthly)),
    Route::read("/approvals", Opens::Officers, || get(approvals::list)),
    Route::post("/approvals/{id}", Opens::Officers, || post(approvals::decide)),
    Route::read("/people", Opens::Officers, || get(people::list)),
    Route::form("/people/new", Opens::Officers, || get(people::new).post(people::add)),
    Route::large("/people/import", Opens::Officers, || get(people::file).post(people::upload)),
    Route::post("/people/import/confirm", Opens::Officers, || post(people::confirm)),
    Route::form("/people/codes", Opens::Officers, || get(people::codes).post(people::make)),
    Route::post("/people/codes/end", Opens::Officers, || post(people::end)),
    Route::form("/people/{id}", Opens::Officers, || get(people::show).post(people::change)),
    Route::post("/people/{id}/stand", Opens::Officers, || post(people::stand)),
    Route::post("/people/{id}/leave", Opens::Officers, || post(people::leave)),
    Route::post("/people/{id}/return", Opens::Officers, || post(people::come_back)),
    Route::post("/people/{id}/phones", Opens::Officers, || post(people::add_phone)),
    Route::post("/people/{id}/phones/remove", Opens::Officers, || post(people::remove_phone)),
    Route::form("/sign-in", Opens::Anyone, || get(sign_in::form).post(sign_in::ask)),
    Route::form("/sign-in/code", Opens::Anyone, || get(sign_in::code).post(sign_in::enter)),
    Route::post("/sign-in/token", Opens::Anyone, || post(sign_in::enter_by_token)),
    Route::read("/account", Opens::Known, || get(sign_in::own)),
    Route::post("/sign-out", Opens::Anyone, || post(sign_in::leave)),
    Route::post("/sign-out/everywhere", Opens::Known, || post(sign_in::leave_everywhere)),
    Route::read("/assets/{name}", Opens::Anyone, || get(style::serve)),
];

/// What every page has around it.
struct Frame {
    /// Address that the name of the product leads to.
    home: String,
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
    /// The token of the form that signs out, for someone who is signed in.
    leave: Option<String>,
    /// True for someone who may decide what waits.
    decides: bool,
    /// True for someone who could sign in and need not.
    can_enter: bool,
}

impl Frame {
    fn new(words: &'static Words, title: &str) -> Frame {
        Frame {
            home: format!("/?lang={}", words.lang),
            words,
            title: format!("{title} · relais"),
            style: style::address(),
            is_demo: false,
            has_telephone: false,
            languages: Vec::new(),
            leave: None,
            decides: false,
            can_enter: false,
        }
    }

    /// The frame of a page for a visitor.
    fn of(app: &App, visitor: &PageVisitor, words: &'static Words, title: &str) -> Frame {
        let is_signed_in = visitor.account.holder.is_some();
        Frame {
            is_demo: app.is_demo(),
            has_telephone: app.has_telephone,
            decides: visitor.account.access.may_write,
            leave: is_signed_in.then(|| visitor.form.clone()),
            can_enter: !is_signed_in,
            ..Frame::new(words, title)
        }
    }

    /// The same with the ways to this page in the other languages of the pack.
    fn spoken(self, pack: &Pack, language: Language, address: impl Fn(Language) -> String) -> Frame {
        let others = pack.languages.iter().filter(|other| **other != language);
        let way = |other: &Language| {
            let words = words(*other);
            (words.lang, words.language_name, address(*other))
        };
        Frame { languages: others.map(way).collect(), ..self }
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
pub(in crate::web) struct PageError {
    language: Language,
    error: ApiError,
    /// What is said in place of the words for the error.
    said: Option<String>,
}

impl PageError {
    pub(super) fn new(language: Language, error: ApiError) -> PageError {
        PageError { language, error, said: None }
    }

    fn from_view(language: Language, error: ViewError) -> PageError {
        let said = match &error {
            ViewError::NotYours { area } => Some(format!("{} {area}", words(language).not_yours)),
            _ => None,
        };
        PageError { language, error: error.into(), said }
    }

    /// The same, saying this.
    fn saying(self, said: String) -> PageError {
        PageError { said: Some(said), ..self }
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
            _ if self.said.is_some() => self.said.unwrap_or_default(),
            ("too_large", _) => words.too_large.to_owned(),
            ("too_fast", _) => format!("{} {}", words.too_fast, self.error.wait_s().unwrap_or(1)),
            ("not_allowed", _) => words.not_allowed.to_owned(),
            ("foreign_form", _) => words.foreign_form.to_owned(),
            // A report or person; any other address is taken for that of a place.
            ("not_found", Some("id")) => words.nothing_here.to_owned(),
            ("unknown_place" | "not_found", _) => words.no_place.to_owned(),
            ("unknown_network" | "unknown_role" | "unknown_flow", _) => words.no_choice.to_owned(),
            ("unknown_period" | "future_period", _) => words.no_period.to_owned(),
            ("quarter_wanted", _) => words.quarter_wanted.to_owned(),
            ("month_wanted", _) => words.month_wanted.to_owned(),
            _ if status.is_server_error() => words.failed.to_owned(),
            _ => words.not_understood.to_owned(),
        };
        let frame = Frame::new(words, words.refused);
        let word = super::error::Refused(body.error);
        let mut response = (status, render(&Refused { frame, reason })).into_response();
        response.extensions_mut().insert(word);
        if let Some(wait_s) = self.error.wait_s() {
            response.headers_mut().insert(header::RETRY_AFTER, wait_s.into());
        }
        response
    }
}

/// An address no page has.
pub(super) fn not_found(request: &Request) -> Response {
    PageError::new(language_of(request.uri()), ApiError::not_found("path", "")).into_response()
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

/// The language an address asks for; French without one.
pub(super) fn language_of(uri: &Uri) -> Language {
    Query::<LanguageParam>::try_from_uri(uri).map_or(Language::FRENCH, |query| query.0.language())
}

/// A visitor of a page: someone who is known, with the token of the forms they are shown.
pub(super) struct PageVisitor {
    /// Who.
    pub account: Visitor,
    /// The token of their forms.
    pub form: String,
}

impl PageVisitor {
    /// The person who may decide; a token and a demonstration's visitor are nobody who could answer for it.
    fn officer(&self) -> Option<PersonId> {
        match self.account.holder {
            Some(Holder::Person(person)) if self.account.access.may_write => Some(person),
            _ => None,
        }
    }
}

impl FromRequestParts<App> for PageVisitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<PageVisitor, PageError> {
        let account = Visitor::from_request_parts(parts, app).await;
        let account = account.map_err(|error| PageError::new(language_of(&parts.uri), error))?;
        Ok(PageVisitor { account, form: form::token(app, &parts.headers) })
    }
}

/// A page as HTML that nobody keeps: figures change, and phones are shared.
fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => ApiError::internal(format!("a page could not be rendered: {error}")).into_response(),
    }
}
