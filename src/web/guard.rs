//! Who the visitor is, asked once before any handler runs: a Bearer token, a session's cookie, or in a demonstration anyone.
//!
//! Here a route is opened or not, the pace of addresses and accounts is kept, and every refusal is logged with who was
//! refused, and stands in the audit log. What a visitor may see within a route is decided by [`crate::person::Access`], not here.

use axum::extract::{FromRequestParts, MatchedPath, Query, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::error::Refused;
use super::form::Cookie;
use super::page::PageError;
use super::routes::{self, Opens};
use super::{ApiError, App, pace, page};
use crate::account::{self, Account};
use crate::store::StoreError;
use crate::store::session::Holder;

/// Someone who is known.
pub type Visitor = Account;

impl FromRequestParts<App> for Account {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Account, ApiError> {
        parts.extensions.get::<Account>().cloned().ok_or_else(nobody)
    }
}

fn nobody() -> ApiError {
    ApiError::unauthorised("Send a token: `Authorization: Bearer ...`. `relais token create` makes one.")
}

/// Keeps the pace of addresses.
pub(super) async fn pace_address(State(app): State<App>, request: Request, next: Next) -> Response {
    let address = pace::address(request.extensions(), request.headers(), &app.proxies);
    match address.map_or(Ok(()), |address| app.paces.address.take(address)) {
        Ok(()) => next.run(request).await,
        Err(wait_s) => refused(&request, ApiError::too_fast(wait_s)),
    }
}

/// Opens a route to those it opens to.
pub(super) async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let opens = routes::opens(&path);
    if opens == Opens::Anyone {
        return next.run(request).await;
    }
    let account = match known(&app, told(&app, &request)).await {
        Ok(account) => account,
        Err(error) => return refused(&request, error),
    };
    let Some(account) = account else { return refused(&request, nobody()) };
    if let Some(wait_s) = account.holder.and_then(|_| app.paces.account.take(&account.name).err()) {
        return refused(&request, ApiError::too_fast(wait_s));
    }
    let (name, holder, asked) = (account.name.clone(), account.holder, asked_place(&app, request.uri()));
    let response = if opens.permits(Some(&account)) {
        request.extensions_mut().insert(account);
        next.run(request).await
    } else {
        refused(&request, ApiError::not_allowed())
    };
    if response.status() == StatusCode::FORBIDDEN {
        // By route: an address may name a place, and never holds a secret, but what was typed there is not ours to log.
        tracing::warn!(account = name, route = path, "refused: outside what they may see");
        let word = response.extensions().get::<Refused>().map_or("", |refused| refused.0);
        if let Err(error) = noted(&app, holder, &path, format!("{word} {asked}").trim()).await {
            tracing::error!(%error, account = name, route = path, "a refusal could not be noted in the audit log");
        }
    }
    response
}

/// The refusal in the audit log.
async fn noted(app: &App, holder: Option<Holder>, route: &str, detail: &str) -> Result<(), StoreError> {
    let Some(holder) = holder else { return Ok(()) };
    let mut tx = app.programme.store.begin().await?;
    let now = app.programme.environment.now();
    account::note_refused(&mut tx, now, account::actor(holder), (route, detail)).await?;
    tx.commit().await
}

/// The code of the place a request is about; empty for anything else that was typed there.
fn asked_place(app: &App, uri: &Uri) -> String {
    let asked = Query::<PlaceParam>::try_from_uri(uri).ok().and_then(|query| query.0.place);
    let last = uri.path().rsplit('/').next().unwrap_or_default();
    let in_force = app.programme.in_force();
    let place = in_force.tree.by_code(asked.as_deref().unwrap_or(last));
    place.map(|place| place.code.clone()).unwrap_or_default()
}

#[derive(Deserialize)]
struct PlaceParam {
    place: Option<String>,
}

/// What a request says of who asks.
enum Told {
    Token(String),
    Session(String),
    Nothing,
}

fn told(app: &App, request: &Request) -> Told {
    if let Some(token) = bearer(request.headers()) {
        return Told::Token(token.to_owned());
    }
    // A cookie travels by itself: on the API it opens only what changes nothing; a page's forms carry their own proof.
    let changes_nothing = request.method() == Method::GET || request.method() == Method::HEAD;
    let is_api = request.uri().path().starts_with("/api/");
    let secret = Cookie::Session.of(app, request.headers()).filter(|_| changes_nothing || !is_api);
    secret.map_or(Told::Nothing, |secret| Told::Session(secret.to_owned()))
}

/// The visitor of a request.
async fn known(app: &App, told: Told) -> Result<Option<Account>, ApiError> {
    let signed_in = match told {
        Told::Token(token) => {
            let found = account::by_token(&app.programme, &token).await?;
            let unknown = || ApiError::unauthorised("This token is not known here, or it is over.");
            return found.map(Some).ok_or_else(unknown);
        }
        Told::Session(secret) => account::by_session(&app.programme, &secret).await?,
        Told::Nothing => None,
    };
    Ok(signed_in.or_else(|| app.is_demo().then(Account::demo)))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A refusal as the face that was asked tells it.
fn refused(request: &Request, error: ApiError) -> Response {
    if request.uri().path().starts_with("/api/") {
        return error.into_response();
    }
    PageError::new(page::language_of(request.uri()), error).into_response()
}
