//! The one style sheet: its address changes with its content, so a browser keeps it for a year.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::base::sealing::sha256_hex;
use crate::web::limits::STYLE_AGE_S;

const CSS: &str = include_str!("style.css");

static NAME: LazyLock<String> = LazyLock::new(|| format!("relais-{}.css", &sha256_hex(CSS.as_bytes())[..12]));

/// Its address.
pub fn address() -> String {
    format!("/assets/{}", *NAME)
}

/// Serves it; an older or unknown name is not found.
pub(super) async fn serve(Path(name): Path<String>) -> Response {
    if name != *NAME {
        return StatusCode::NOT_FOUND.into_response();
    }
    let kept = format!("public, max-age={STYLE_AGE_S}, immutable");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8".to_owned()), (header::CACHE_CONTROL, kept)], CSS).into_response()
}
