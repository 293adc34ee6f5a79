//! A static file whose address changes with its content, so that a browser keeps it for a year. Never reads a disk.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::limits::ASSET_AGE_S;
use crate::base::sealing::sha256_hex;

/// A style sheet or script.
pub struct Asset {
    name: String,
    kind: &'static str,
    text: &'static str,
}

impl Asset {
    /// The file `stem` with this text; `extension` is `css` or `js`.
    pub fn new(stem: &str, extension: &str, text: &'static str) -> Asset {
        let kind = if extension == "js" { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" };
        Asset { name: format!("{stem}-{}.{extension}", &sha256_hex(text.as_bytes())[..12]), kind, text }
    }

    /// Its address below `folder`.
    pub fn address(&self, folder: &str) -> String {
        format!("{folder}/{}", self.name)
    }

    /// Serves whichever of `assets` is called `name`; an older or unknown name is not found.
    pub fn serve(assets: &[&Asset], name: &str) -> Response {
        let Some(asset) = assets.iter().find(|asset| asset.name == name) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let kept = format!("public, max-age={ASSET_AGE_S}, immutable");
        ([(header::CONTENT_TYPE, asset.kind.to_owned()), (header::CACHE_CONTROL, kept)], asset.text).into_response()
    }
}
