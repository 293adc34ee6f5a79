//! Who the visitor is: a Bearer token, the same token in a cookie, or in a demonstration an officer of the country.
//!
//! Tokens are found by their hash; nothing of a token is logged. What a visitor may see is decided by
//! [`crate::person::Access`], not here.

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use super::limits::{TOKEN_BYTES_MAX, TOKEN_USE_NOTED_MS};
use super::{ApiError, App, SignIn};
use crate::base::sealing::sha256_hex;
use crate::person::Access;
use crate::programme::Programme;
use crate::store::token::{self, Token};

/// Name of the cookie that holds the token of someone who signed in on a page.
pub const COOKIE_NAME: &str = "relais_token";

/// Someone whose token is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Visitor {
    /// What their token was made for.
    pub name: String,
    /// What they may see.
    pub access: Access,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visitor, ApiError> {
        if app.sign_in == SignIn::Demo {
            return Ok(Visitor { name: "demo".to_owned(), access: Access { area: None, may_write: false } });
        }
        let asked = bearer(&parts.headers).or_else(|| {
            // A cookie travels by itself, so it opens only what changes nothing.
            (parts.method == Method::GET || parts.method == Method::HEAD).then(|| cookie(&parts.headers)).flatten()
        });
        let help = "Send a token: `Authorization: Bearer ...`. `relais token create` makes one.";
        let asked = asked.ok_or_else(|| ApiError::unauthorised(help))?;
        visitor(&app.programme, asked).await?.ok_or_else(|| ApiError::unauthorised("This token is not known here."))
    }
}

/// The visitor a token belongs to; `None` for one that is unknown or was revoked.
pub(super) async fn visitor(programme: &Programme, token: &str) -> Result<Option<Visitor>, ApiError> {
    if token.is_empty() || token.len() > TOKEN_BYTES_MAX {
        return Ok(None);
    }
    let mut tx = programme.store.reader().await?;
    let found = token::by_hash(&mut tx, &sha256_hex(token.as_bytes())).await?;
    drop(tx);
    let Some(found) = found else { return Ok(None) };
    note_use(programme, &found).await;
    let may_write = match found.scope.as_str() {
        "admin" | "officer" => true,
        "read" => false,
        // A scope this version does not know opens nothing.
        _ => return Ok(None),
    };
    Ok(Some(Visitor { access: Access { area: found.place, may_write }, name: found.name }))
}

/// Notes that a token was used. A failure is logged and never in the visitor's way.
async fn note_use(programme: &Programme, found: &Token) {
    let now = programme.environment.now();
    if found.used.is_some_and(|used| now.since_ms(used) < TOKEN_USE_NOTED_MS) {
        return;
    }
    let noted = async {
        let mut tx = programme.store.begin().await?;
        token::used(&mut tx, found.id, now).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(%error, "the use of a token could not be noted");
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token in the cookie.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|all| all.split(';'));
    let mut named = cookies.filter_map(|cookie| cookie.trim().split_once('='));
    named.find(|(name, _)| *name == COOKIE_NAME).map(|(_, token)| token)
}
