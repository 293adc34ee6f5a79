//! JOIN codes of the visitor's area: who may hand them on sees them, makes one, ends one.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::form::{Field, Form, Typed};
use super::words::{PeopleWords, people_words};
use super::{Choice, frame, name_of, networks, not_taken, officer, places, refused, roles};
use crate::base::Language;
use crate::person::fault::Fault;
use crate::register::{self, CodeAsked, Refused};
use crate::store::join::JoinCode;
use crate::web::form::{Checked, Sent};
use crate::web::page::{Frame, LanguageParam, PageError, PageVisitor, render};
use crate::web::{ApiError, App};

/// Days a code is taken where nothing else is said.
const DAYS: &str = "90";

#[derive(Template)]
#[template(path = "people/codes.html")]
struct CodesPage {
    frame: Frame,
    own: &'static PeopleWords,
    token: String,
    rows: Vec<Row>,
    forms: Vec<Form>,
    places: Vec<Choice>,
}

/// A code.
struct Row {
    code: String,
    place: String,
    role: String,
    network: String,
    until: String,
}

/// The codes that are taken today.
pub(in crate::web::page) async fn list(
    visitor: PageVisitor,
    State(app): State<App>,
    Query(asked): Query<LanguageParam>,
) -> Result<Response, PageError> {
    let language = asked.language();
    officer(&visitor, language)?;
    let typed = Typed { days: DAYS.to_owned(), ..Typed::default() };
    let form = form(&app, &visitor, language, &typed);
    Ok(render(&page(&app, &visitor, language, form).await?))
}

/// Makes a code, and shows it with the others.
pub(in crate::web::page) async fn make(
    visitor: PageVisitor,
    State(app): State<App>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let language = typed.language();
    let officer = officer(&visitor, language)?;
    let asked = CodeAsked { place: &typed.place, role: &typed.role, network: &typed.network, days: &typed.days };
    match register::new_code(&app.programme, &officer, asked).await {
        Ok(_) => Ok(again(language)),
        Err(Refused::Cells(faults)) => {
            let mut form = form(&app, &visitor, language, &typed);
            form.blame(&faults, people_words(language), language);
            let page = page(&app, &visitor, language, form).await?;
            Ok(not_taken(faults.iter().any(Fault::is_denial), render(&page)))
        }
        Err(other) => Err(refused(language, other)),
    }
}

/// Ends a code.
pub(in crate::web::page) async fn end(
    visitor: PageVisitor,
    State(app): State<App>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let language = typed.language();
    let officer = officer(&visitor, language)?;
    match register::end_code(&app.programme, &officer, &typed.code).await {
        // Ended by somebody else, or by itself: what was asked for is so.
        Ok(()) | Err(Refused::Unknown) => Ok(again(language)),
        Err(other) => Err(refused(language, other)),
    }
}

fn again(language: Language) -> Response {
    Redirect::to(&format!("/people/codes?lang={language}")).into_response()
}

fn form(app: &App, visitor: &PageVisitor, language: Language, typed: &Typed) -> Form {
    let (own, in_force) = (people_words(language), app.programme.in_force());
    // Nobody joins as an officer.
    let may_join = |role: &str| !in_force.pack.asks_figures(role);
    let place = match (typed.place.as_str(), visitor.account.access.area) {
        ("", Some(area)) => in_force.tree.get(area).map_or("", |place| place.code.as_str()),
        (typed, _) => typed,
    };
    let fields = vec![
        Field::typed(own, "place", "place", place).hinted(own.place_hint),
        Field::chosen(own, "role", roles(app, language, &typed.role, may_join)),
        Field::chosen(own, "network", networks(app, language, &typed.network)),
        Field::typed(own, "days", "number", &typed.days).hinted("1-400"),
    ];
    Form { fields, ..Form::new("code", "/people/codes".to_owned(), own.new_code) }
}

async fn page(app: &App, visitor: &PageVisitor, language: Language, form: Form) -> Result<CodesPage, PageError> {
    let (own, in_force) = (people_words(language), app.programme.in_force());
    let (tree, today) = (&in_force.tree, app.programme.today());
    let area = visitor.account.access.area.or_else(|| tree.root(today).map(|root| root.id));
    let area = area.ok_or_else(|| PageError::new(language, ApiError::internal("there are no places yet")))?;
    let codes = register::codes(&app.programme, area).await;
    let codes = codes.map_err(|error| PageError::new(language, error.into()))?;
    let (roles, networks) = (roles(app, language, "", |_| true), networks(app, language, ""));
    let row = |code: JoinCode| Row {
        place: tree.get(code.place).map(|place| format!("{} ({})", place.name, place.code)).unwrap_or_default(),
        role: name_of(&roles, &code.role),
        network: name_of(&networks, &code.network),
        until: code.expires.to_string(),
        code: code.code,
    };
    Ok(CodesPage {
        frame: frame(app, visitor, language, (own.codes, "/people/codes?")),
        own,
        token: visitor.form.clone(),
        rows: codes.into_iter().map(row).collect(),
        forms: vec![form],
        places: places(app, visitor),
    })
}
