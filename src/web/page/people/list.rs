//! Who reports in an area, found by place, role, state and name.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use super::words::{PeopleWords, people_words};
use super::{Choice, frame, name_of, places, presences, roles};
use crate::person::Presence;
use crate::place::{Found, find};
use crate::view::{self, Listing, PeopleFilter, PersonItem};
use crate::web::App;
use crate::web::page::asked::{language, params};
use crate::web::page::{Frame, PageError, PageVisitor, render};
use crate::web::personal::{self, How};

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    frame: Frame,
    own: &'static PeopleWords,
    may_write: bool,
    place: String,
    name: String,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    places: Vec<Choice>,
    rows: Vec<Row>,
    next: Option<String>,
    query: String,
}

/// Somebody.
struct Row {
    id: String,
    name: String,
    role: String,
    place: String,
    phones: String,
    agent_code: String,
    state: &'static str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Asked {
    lang: Option<String>,
    place: String,
    role: String,
    state: String,
    name: String,
    cursor: String,
}

/// The people of the visitor's area.
pub(in crate::web::page) async fn list(
    visitor: PageVisitor,
    State(app): State<App>,
    uri: Uri,
) -> Result<Response, PageError> {
    let asked: Asked = params(&uri)?;
    let language = language(&app.programme.in_force().pack, &asked.lang);
    let own = people_words(language);
    let place = code_of(&app, &visitor, asked.place.trim());
    let given = |text: &'_ str| !text.is_empty();
    let filter = PeopleFilter {
        place: Some(place.as_str()).filter(|code| given(code)),
        role: Some(asked.role.as_str()).filter(|role| given(role)),
        state: Some(asked.state.as_str()).filter(|state| given(state)),
        name: Some(asked.name.trim()).filter(|name| given(name)),
    };
    let listing = Listing { cursor: Some(asked.cursor.as_str()).filter(|cursor| given(cursor)), limit: None };
    let access = &visitor.account.access;
    let found = view::people(&app.programme, access, filter, listing).await;
    let found = found.map_err(|error| PageError::from_view(language, error))?;
    let noted = personal::shown(&app.programme, &visitor.account, ("people", found.items.len()), How::Listed).await;
    noted.map_err(|error| PageError::new(language, error.into()))?;
    let roles = roles(&app, language, &asked.role, |_| true);
    let rows = found.items.into_iter().map(|item| row(own, &roles, item)).collect();
    let fields = [("place", &place), ("role", &asked.role), ("state", &asked.state), ("name", &asked.name)];
    let query: String = fields.iter().map(|(name, value)| format!("&{name}={}", encoded(value))).collect();
    Ok(render(&ListPage {
        frame: frame(&app, &visitor, language, (own.title, &format!("/people?{}&", query.trim_start_matches('&')))),
        own,
        may_write: access.may_write && visitor.account.holder.is_some(),
        place: asked.place,
        name: asked.name,
        states: presences(own, &asked.state),
        places: places(&app, &visitor),
        roles,
        rows,
        next: found.next,
        query: query.trim_start_matches('&').to_owned(),
    }))
}

/// The code of the place typed; what is no name of one place in the area is left as it is, and refused as a code.
fn code_of(app: &App, visitor: &PageVisitor, typed: &str) -> String {
    let (in_force, today) = (app.programme.in_force(), app.programme.today());
    let tree = &in_force.tree;
    let area = visitor.account.access.area.or_else(|| tree.root(today).map(|root| root.id));
    match area.map(|area| find(tree, typed, area, today)) {
        Some(Found::One(place)) if !typed.is_empty() => place.code.clone(),
        _ => typed.to_owned(),
    }
}

fn row(own: &PeopleWords, roles: &[Choice], item: PersonItem) -> Row {
    Row {
        name: item.name.unwrap_or_default(),
        role: name_of(roles, &item.role),
        place: item.place.map(|place| place.name).unwrap_or_default(),
        phones: item.phones.join(" / "),
        agent_code: item.agent_code.unwrap_or_default(),
        state: Presence::from_word(item.state).map_or("", |presence| own.presence(presence)),
        id: item.id,
    }
}

/// A value as an address carries it.
fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    value.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
