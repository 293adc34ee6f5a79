//! The register: who reports, one person with what is kept of them, somebody new, people from a file, codes to join.
//!
//! Forms say what was typed and no more; what may be changed, and by whom, [`crate::register`] decides.

mod add;
mod codes;
mod faults;
mod file;
mod form;
mod list;
mod one;
mod words;

pub(super) use add::{add, new};
pub(super) use codes::{end, list as codes, make};
pub(super) use file::{confirm, show as file, upload};
pub(super) use list::list;
pub(super) use one::{add_phone, change, come_back, leave, remove_phone, show, stand};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use self::words::{PeopleWords, people_words};
use super::words::words;
use super::{Frame, PageError, PageVisitor};
use crate::account;
use crate::base::Language;
use crate::person::{Limit, Presence};
use crate::place::Place;
use crate::register::{Officer, Refused};
use crate::web::limits::PLACES_OFFERED_MAX;
use crate::web::{ApiError, App};

/// A value to choose.
struct Choice {
    value: String,
    label: String,
    is_current: bool,
}

/// The frame of a page that stands at `address`, which ends where a language can follow.
fn frame(app: &App, visitor: &PageVisitor, language: Language, (title, address): (&str, &str)) -> Frame {
    let frame = Frame::of(app, visitor, words(language), title);
    frame.spoken(&app.programme.in_force().pack, language, |other| format!("{address}lang={other}"))
}

/// The visitor as an officer of the register, who is somebody and may write.
fn officer(visitor: &PageVisitor, language: Language) -> Result<Officer<'_>, PageError> {
    let holder = visitor.account.holder.filter(|_| visitor.account.access.may_write);
    let holder = holder.ok_or_else(|| PageError::new(language, ApiError::not_allowed()))?;
    Ok(Officer { actor: account::actor(holder), access: &visitor.account.access })
}

/// A refusal that no field of the form is to blame for.
fn refused(language: Language, refused: Refused) -> PageError {
    let own = people_words(language);
    match refused {
        Refused::Limit { limit: Limit::Reading, .. } => PageError::new(language, ApiError::not_allowed()),
        Refused::Limit { limit, area } => {
            let why = match limit {
                Limit::Role => own.role_not_yours,
                Limit::Own => own.own,
                Limit::Area | Limit::Reading => own.not_yours,
            };
            PageError::new(language, ApiError::not_allowed()).saying(format!("{why} {area}"))
        }
        Refused::Store(error) => PageError::new(language, error.into()),
        Refused::Unknown | Refused::Cells(_) | Refused::Shared(_) => {
            PageError::new(language, ApiError::not_found("id", "There is no such person"))
        }
    }
}

/// A page whose form was not taken, with why.
fn not_taken(is_denied: bool, page: Response) -> Response {
    let status = if is_denied { StatusCode::FORBIDDEN } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, page).into_response()
}

/// The roles of the pack, one of them chosen; `open` leaves some out.
fn roles(app: &App, language: Language, current: &str, open: impl Fn(&str) -> bool) -> Vec<Choice> {
    let in_force = app.programme.in_force();
    let open = in_force.pack.roles.iter().filter(|role| open(&role.id));
    open.map(|role| Choice {
        value: role.id.clone(),
        label: role.name.get(language).to_owned(),
        is_current: role.id == current,
    })
    .collect()
}

fn networks(app: &App, language: Language, current: &str) -> Vec<Choice> {
    let in_force = app.programme.in_force();
    let choice = |network: &crate::flow::model::Named| Choice {
        value: network.id.clone(),
        label: network.name.get(language).to_owned(),
        is_current: network.id == current,
    };
    in_force.pack.networks.iter().map(choice).collect()
}

fn presences(own: &PeopleWords, current: &str) -> Vec<Choice> {
    let choice = |presence: Presence| Choice {
        value: presence.word().to_owned(),
        label: own.presence(presence).to_owned(),
        is_current: presence.word() == current,
    };
    Presence::ALL.into_iter().map(choice).collect()
}

/// The places of the visitor's area to choose from, where they are few enough to be looked through.
fn places(app: &App, visitor: &PageVisitor) -> Vec<Choice> {
    let (in_force, today) = (app.programme.in_force(), app.programme.today());
    let access = &visitor.account.access;
    let tree = &in_force.tree;
    let is_offered = |place: &&Place| tree.exists(place.id, today) && access.covers(tree, place.id, today);
    let mut places: Vec<&Place> = tree.all().filter(is_offered).collect();
    if places.len() > PLACES_OFFERED_MAX {
        return Vec::new();
    }
    places.sort_by(|one, other| one.code.cmp(&other.code));
    let choice = |place: &Place| Choice { value: place.code.clone(), label: place.name.clone(), is_current: false };
    places.into_iter().map(choice).collect()
}

fn name_of(choices: &[Choice], id: &str) -> String {
    choices.iter().find(|choice| choice.value == id).map_or_else(|| id.to_owned(), |choice| choice.label.clone())
}
