//! The public face.

use super::App;
use super::routes::Route;

/// Its addresses.
pub static ROUTES: &[Route<App>] = &[];
