//! The one style sheet of all pages.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::Response;

use crate::web::asset::Asset;

static STYLE: LazyLock<Asset> = LazyLock::new(|| Asset::new("relais", "css", include_str!("style.css")));

/// Its address.
pub fn address() -> String {
    STYLE.address("/assets")
}

/// Serves it.
pub(super) async fn serve(Path(name): Path<String>) -> Response {
    Asset::serve(&[&STYLE], &name)
}
