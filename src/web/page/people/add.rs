//! Somebody new, by form: the checks are those of the people file.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::form::{Field, Form, Typed};
use super::words::{PeopleWords, people_words};
use super::{Choice, frame, networks, not_taken, officer, places, refused, roles};
use crate::base::Language;
use crate::person::fault::Fault;
use crate::person::file::{AGENT_CODE, EMAIL, FROM, LANGUAGE, NAME, NETWORK, PHONE, PLACE, ROLE, SUPERVISOR};
use crate::register::{self, Cells, Refused};
use crate::web::App;
use crate::web::form::{Checked, Sent};
use crate::web::page::words::words;
use crate::web::page::{Frame, LanguageParam, PageError, PageVisitor, render};

#[derive(Template)]
#[template(path = "people/new.html")]
struct NewPage {
    frame: Frame,
    own: &'static PeopleWords,
    token: String,
    forms: Vec<Form>,
    places: Vec<Choice>,
}

/// The empty form.
pub(in crate::web::page) async fn new(
    visitor: PageVisitor,
    State(app): State<App>,
    Query(asked): Query<LanguageParam>,
) -> Result<Response, PageError> {
    let language = asked.language();
    officer(&visitor, language)?;
    Ok(page(&app, &visitor, language, form(&app, &visitor, language, &Typed::default())))
}

/// Registers somebody and shows them.
pub(in crate::web::page) async fn add(
    visitor: PageVisitor,
    State(app): State<App>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let language = typed.language();
    let officer = officer(&visitor, language)?;
    let is_confirmed = typed.shared == "yes";
    match register::add(&app.programme, &officer, cells(&typed), is_confirmed).await {
        Ok(id) => Ok(Redirect::to(&format!("/people/{id}?lang={language}&done=1")).into_response()),
        Err(Refused::Cells(faults)) => {
            let mut form = form(&app, &visitor, language, &typed);
            form.blame(&faults, people_words(language), language);
            Ok(not_taken(faults.iter().any(Fault::is_denial), page(&app, &visitor, language, form)))
        }
        Err(Refused::Shared(names)) => {
            let form = Form { shared_with: names, ..form(&app, &visitor, language, &typed) };
            Ok(not_taken(false, page(&app, &visitor, language, form)))
        }
        Err(other) => Err(refused(language, other)),
    }
}

fn cells(typed: &Typed) -> Cells {
    let mut cells = Cells::default();
    for (column, value) in [
        (PHONE, &typed.phone),
        (NAME, &typed.name),
        (ROLE, &typed.role),
        (NETWORK, &typed.network),
        (PLACE, &typed.place),
        (LANGUAGE, &typed.language),
        (AGENT_CODE, &typed.agent_code),
        (SUPERVISOR, &typed.supervisor_phone),
        (EMAIL, &typed.email),
        (FROM, &typed.from),
    ] {
        cells[column].clone_from(value);
    }
    cells
}

fn form(app: &App, visitor: &PageVisitor, language: Language, typed: &Typed) -> Form {
    let (own, in_force) = (people_words(language), app.programme.in_force());
    let may_give = |role: &str| visitor.account.access.may_give(&in_force.pack, role);
    let field = |name, kind, value: &str| Field::typed(own, name, kind, value);
    let fields = vec![
        field("name", "text", &typed.name),
        field("phone", "tel", &typed.phone).hinted(own.phone_hint),
        Field::chosen(own, "role", roles(app, language, &typed.role, may_give)),
        Field::chosen(own, "network", networks(app, language, &typed.network)),
        field("place", "place", &typed.place).hinted(own.place_hint),
        field("from", "date", &typed.from).or_empty(own.from_hint),
        Field { none: own.none, ..Field::chosen(own, "language", languages(app, &typed.language)) }.or_empty(""),
        field("agent_code", "text", &typed.agent_code).or_empty(own.agent_hint),
        field("supervisor_phone", "tel", &typed.supervisor_phone).or_empty(own.may_be_empty),
        field("email", "email", &typed.email).or_empty(own.may_be_empty),
    ];
    let form = Form::new("new", "/people/new".to_owned(), own.register);
    Form { fields, help: own.register_help, is_open: true, ..form }
}

/// The languages of the pack.
pub(super) fn languages(app: &App, current: &str) -> Vec<Choice> {
    let in_force = app.programme.in_force();
    let choice = |language: &Language| {
        let (code, known) = (language.code(), words(*language));
        let label = if known.lang == code { known.language_name } else { code };
        Choice { value: code.to_owned(), label: label.to_owned(), is_current: code == current }
    };
    in_force.pack.languages.iter().map(choice).collect()
}

fn page(app: &App, visitor: &PageVisitor, language: Language, form: Form) -> Response {
    let own = people_words(language);
    render(&NewPage {
        frame: frame(app, visitor, language, (own.register.0, "/people/new?")),
        own,
        token: visitor.form.clone(),
        forms: vec![form],
        places: places(app, visitor),
    })
}
