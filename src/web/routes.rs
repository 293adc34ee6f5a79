//! Every address there is, with who may open it: the tables the routers are made from, and nothing is served beside them.
//!
//! What a route opens to is enforced before its handler runs, so that a handler that forgets to ask opens nothing.

use axum::Router;
use axum::routing::MethodRouter;
use tower_http::limit::RequestBodyLimitLayer;

use super::limits::BODY_BYTES_MAX;
use super::page::{public, telephone};
use super::{api, page, webhook};
use crate::account::Account;

/// Who may open a route. Within it, a place and what is about it are shown by the visitor's area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// Anyone: there is nothing of anybody's in it.
    Anyone,
    /// Providers, by the key in the address.
    Providers,
    /// Whoever is signed in or has a token.
    Known,
    /// Officers: who may see what people wrote.
    Officers,
    /// Administrators.
    Administrators,
}

impl Opens {
    /// True where `account` may open it.
    pub fn permits(self, account: Option<&Account>) -> bool {
        let access = account.map(|account| account.access);
        match self {
            Opens::Anyone | Opens::Providers => true,
            Opens::Known => access.is_some(),
            Opens::Officers => access.is_some_and(|access| access.sees_people),
            Opens::Administrators => access.is_some_and(|access| access.may_administer),
        }
    }
}

/// One address.
pub struct Route<S: 'static> {
    /// As axum writes it: `/places/{code}`.
    pub path: &'static str,
    /// Methods it takes.
    pub methods: &'static [&'static str],
    /// Who may open it.
    pub opens: Opens,
    /// Largest body it takes, in bytes.
    body_bytes_max: usize,
    /// What answers.
    handlers: fn() -> MethodRouter<S>,
}

impl<S> Route<S> {
    /// An address to read.
    pub const fn read(path: &'static str, opens: Opens, handlers: fn() -> MethodRouter<S>) -> Route<S> {
        Route { path, methods: &["GET"], opens, body_bytes_max: BODY_BYTES_MAX, handlers }
    }

    /// A form's address, which can be opened too.
    pub const fn form(path: &'static str, opens: Opens, handlers: fn() -> MethodRouter<S>) -> Route<S> {
        Route { path, methods: &["GET", "POST"], opens, body_bytes_max: BODY_BYTES_MAX, handlers }
    }

    /// An address that forms are only sent to.
    pub const fn post(path: &'static str, opens: Opens, handlers: fn() -> MethodRouter<S>) -> Route<S> {
        Route { path, methods: &["POST"], opens, body_bytes_max: BODY_BYTES_MAX, handlers }
    }

    /// The address of what may be larger than a form: read, within a limit of its own, by what answers.
    pub const fn large(path: &'static str, opens: Opens, handlers: fn() -> MethodRouter<S>) -> Route<S> {
        Route { body_bytes_max: usize::MAX, ..Route::form(path, opens, handlers) }
    }
}

/// A router of these addresses.
pub(super) fn router<S: Clone + Send + Sync + 'static>(tables: &[&[Route<S>]]) -> Router<S> {
    let all = tables.iter().flat_map(|table| table.iter());
    all.fold(Router::new(), |router, route| {
        router.route(route.path, (route.handlers)().layer(RequestBodyLimitLayer::new(route.body_bytes_max)))
    })
}

/// An address as it is listed.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// As axum writes it.
    pub path: &'static str,
    /// Methods it takes.
    pub methods: &'static [&'static str],
    /// Who may open it.
    pub opens: Opens,
}

fn listed<S>(table: &'static [Route<S>]) -> impl Iterator<Item = Listed> {
    table.iter().map(|route| Listed { path: route.path, methods: route.methods, opens: route.opens })
}

/// Every address: API, pages, public face, telephone, webhooks.
pub fn all() -> Vec<Listed> {
    let faces = listed(api::ROUTES).chain(listed(page::ROUTES)).chain(listed(public::ROUTES));
    faces.chain(listed(telephone::ROUTES)).chain(listed(webhook::ROUTES)).collect()
}

/// Who may open the address that axum matched as `path`. One that is in no table opens to nobody but administrators.
pub(super) fn opens(path: &str) -> Opens {
    let faces = listed(api::ROUTES).chain(listed(page::ROUTES)).chain(listed(public::ROUTES));
    faces.into_iter().find(|route| route.path == path).map_or(Opens::Administrators, |route| route.opens)
}
