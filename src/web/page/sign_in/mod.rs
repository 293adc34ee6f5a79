//! The way in and out: a number, then the code that came by SMS; or a token. And one's own page, to leave from.
//!
//! Nothing is decided here: who may come in, and how often one may try, is [`crate::account`]'s matter.

mod words;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use self::words::{SignInWords, sign_in_words};
use super::words::words;
use super::{Frame, LanguageParam, PageError, PageVisitor, render};
use crate::account::{self, AskError, Asked, CODE_LIFE_MS, Entered, SESSION_LIFE_MS};
use crate::base::Language;
use crate::person::Access;
use crate::web::form::{self, Checked, Cookie, Sent};
use crate::web::pace::{self, Pace};
use crate::web::{ApiError, App};

#[derive(Template)]
#[template(path = "sign_in/number.html")]
struct NumberPage {
    frame: Frame,
    own: &'static SignInWords,
    form: String,
    fault: &'static str,
    token_fault: &'static str,
    can_send: bool,
}

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct CodePage {
    frame: Frame,
    own: &'static SignInWords,
    form: String,
    fault: String,
    is_over: bool,
}

#[derive(Template)]
#[template(path = "sign_in/account.html")]
struct AccountPage {
    frame: Frame,
    own: &'static SignInWords,
    form: String,
    area: String,
    rights: &'static str,
    since: String,
    browsers: i64,
}

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    form: String,
    lang: String,
    number: String,
    code: String,
    token: String,
}

impl Sent for Typed {
    fn proof(&self) -> &str {
        &self.form
    }

    fn spoken(&self) -> &str {
        &self.lang
    }
}

/// What is wrong with what was sent, above the form it belongs to.
#[derive(Clone, Copy, Default)]
struct Fault {
    number: &'static str,
    token: &'static str,
}

/// The form for the number.
pub(super) async fn form(State(app): State<App>, headers: HeaderMap, Query(asked): Query<LanguageParam>) -> Response {
    number_page(&app, &headers, asked.language(), StatusCode::OK, Fault::default())
}

/// Asks for a code. The answer is the same whether the number is an officer's or not.
pub(super) async fn ask(
    State(app): State<App>,
    headers: HeaderMap,
    extensions: Extensions,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let language = typed.language();
    let own = sign_in_words(language);
    paced(&app, &extensions, &headers, &app.paces.asking, language)?;
    let Some(channel) = &app.codes_by else {
        let fault = Fault { number: own.no_channel, ..Fault::default() };
        return Ok(number_page(&app, &headers, language, StatusCode::SERVICE_UNAVAILABLE, fault));
    };
    let failed = |error: AskError| match error {
        AskError::Store(error) => PageError::new(language, error.into()),
        AskError::Text(error) => PageError::new(language, ApiError::internal(error.to_string())),
    };
    match account::ask(&app.programme, channel, &typed.number).await.map_err(failed)? {
        Asked::OnItsWay { secret } => {
            let mut response = Redirect::to(&format!("/sign-in/code?lang={language}")).into_response();
            Cookie::Code.set(&app, &mut response, &secret, CODE_LIFE_MS / 1_000);
            Ok(response)
        }
        Asked::NoNumber => {
            let fault = Fault { number: own.no_number, ..Fault::default() };
            Ok(number_page(&app, &headers, language, StatusCode::BAD_REQUEST, fault))
        }
        Asked::TooMany { wait_ms } => Err(PageError::new(language, too_fast(wait_ms))),
    }
}

/// The form for the code.
pub(super) async fn code(State(app): State<App>, headers: HeaderMap, Query(asked): Query<LanguageParam>) -> Response {
    let language = asked.language();
    if Cookie::Code.of(&app, &headers).is_none() {
        return Redirect::to(&format!("/sign-in?lang={language}")).into_response();
    }
    code_page(&app, &headers, language, String::new(), false)
}

/// Enters a code.
pub(super) async fn enter(
    State(app): State<App>,
    headers: HeaderMap,
    extensions: Extensions,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let language = typed.language();
    let own = sign_in_words(language);
    paced(&app, &extensions, &headers, &app.paces.trying, language)?;
    let secret = Cookie::Code.of(&app, &headers).unwrap_or_default();
    let entered = account::enter(&app.programme, secret, &typed.code).await;
    let refused = |fault: String, is_over: bool| {
        (StatusCode::UNAUTHORIZED, code_page(&app, &headers, language, fault, is_over)).into_response()
    };
    match entered.map_err(|error| PageError::new(language, error.into()))? {
        Entered::In { secret } => Ok(entered_with(&app, &secret, language)),
        Entered::Wrong { left: 0 } | Entered::Over => Ok(refused(own.over.to_owned(), true)),
        Entered::Wrong { left } => Ok(refused(format!("{} {left}", own.wrong), false)),
    }
}

/// Enters with a token: the session then is the token's, and ends with it.
pub(super) async fn enter_by_token(
    State(app): State<App>,
    headers: HeaderMap,
    extensions: Extensions,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let language = typed.language();
    paced(&app, &extensions, &headers, &app.paces.trying, language)?;
    let begun = account::enter_by_token(&app.programme, typed.token.trim()).await;
    match begun.map_err(|error| PageError::new(language, error.into()))? {
        Some(secret) => Ok(entered_with(&app, &secret, language)),
        None => {
            let fault = Fault { token: sign_in_words(language).token_unknown, ..Fault::default() };
            Ok(number_page(&app, &headers, language, StatusCode::UNAUTHORIZED, fault))
        }
    }
}

/// One's own page: what one may see, since when, and the ways out.
pub(super) async fn own(
    visitor: PageVisitor,
    State(app): State<App>,
    Query(asked): Query<LanguageParam>,
) -> Result<Response, PageError> {
    let language = asked.language();
    let (words, own) = (words(language), sign_in_words(language));
    let browsers = match visitor.account.holder {
        None => Ok(0),
        Some(holder) => account::sessions(&app.programme, holder).await,
    };
    let since = visitor.account.since.map(|since| since.short_in(&app.programme.timezone));
    Ok(render(&AccountPage {
        frame: Frame::of(&app, &visitor, words, own.account),
        own,
        form: visitor.form.clone(),
        area: area(&app, &visitor.account.access),
        rights: own.may
            [usize::from(visitor.account.access.may_write) + usize::from(visitor.account.access.may_administer)],
        since: since.unwrap_or_default(),
        browsers: browsers.map_err(|error| PageError::new(language, error.into()))?,
    }))
}

/// Ends this session.
pub(super) async fn leave(
    State(app): State<App>,
    headers: HeaderMap,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let secret = Cookie::Session.of(&app, &headers).unwrap_or_default();
    let left = account::leave(&app.programme, secret).await;
    left.map_err(|error| PageError::new(typed.language(), error.into()))?;
    Ok(left_from(&app, typed.language()))
}

/// Ends every session of this person or token.
pub(super) async fn leave_everywhere(
    visitor: PageVisitor,
    State(app): State<App>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    if let Some(holder) = visitor.account.holder {
        let left = account::leave_everywhere(&app.programme, holder).await;
        let ended = left.map_err(|error| PageError::new(typed.language(), error.into()))?;
        tracing::info!(account = visitor.account.name, ended, "signed out everywhere");
    }
    Ok(left_from(&app, typed.language()))
}

fn number_page(app: &App, headers: &HeaderMap, language: Language, status: StatusCode, fault: Fault) -> Response {
    let (words, own) = (words(language), sign_in_words(language));
    let (form, new) = form::token_or_new(app, headers);
    let frame = Frame { is_demo: app.is_demo(), has_telephone: app.has_telephone, ..Frame::new(words, words.sign_in) };
    let can_send = app.codes_by.is_some();
    let page = NumberPage { frame, own, form, fault: fault.number, token_fault: fault.token, can_send };
    let mut response = (status, render(&page)).into_response();
    if let Some(secret) = new {
        Cookie::Form.set(app, &mut response, &secret, SESSION_LIFE_MS / 1_000);
    }
    response
}

fn code_page(app: &App, headers: &HeaderMap, language: Language, fault: String, is_over: bool) -> Response {
    let (words, own) = (words(language), sign_in_words(language));
    let frame = Frame { is_demo: app.is_demo(), has_telephone: app.has_telephone, ..Frame::new(words, words.sign_in) };
    render(&CodePage { frame, own, form: form::token(app, headers), fault, is_over })
}

fn entered_with(app: &App, secret: &str, language: Language) -> Response {
    let mut response = Redirect::to(&format!("/?lang={language}")).into_response();
    Cookie::Session.set(app, &mut response, secret, SESSION_LIFE_MS / 1_000);
    for spent in [Cookie::Code, Cookie::Form] {
        spent.set(app, &mut response, "", 0);
    }
    response
}

fn left_from(app: &App, language: Language) -> Response {
    let mut response = Redirect::to(&format!("/sign-in?lang={language}")).into_response();
    Cookie::Session.set(app, &mut response, "", 0);
    response
}

fn paced(
    app: &App,
    extensions: &Extensions,
    headers: &HeaderMap,
    pace: &Pace,
    language: Language,
) -> Result<(), PageError> {
    let Some(address) = pace::address(extensions, headers, &app.proxies) else { return Ok(()) };
    pace.take(address).map_err(|wait_s| PageError::new(language, ApiError::too_fast(wait_s)))
}

fn too_fast(wait_ms: i64) -> ApiError {
    ApiError::too_fast(u32::try_from(wait_ms / 1_000 + 1).unwrap_or(1))
}

/// Name of the area, or of the country.
fn area(app: &App, access: &Access) -> String {
    let in_force = app.programme.in_force();
    let tree = &in_force.tree;
    let place = access.area.map_or_else(|| tree.root(app.programme.today()), |area| tree.get(area));
    place.map_or_else(String::new, |place| place.name.clone())
}
