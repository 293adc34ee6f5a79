//! One person: what is kept of them, where they stood, their phones; and for who may, a form for each thing that changes.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::add::languages;
use super::faults::in_its_column;
use super::form::{Field, Form, Typed};
use super::words::{PeopleWords, people_words};
use super::{Choice, frame, name_of, networks, not_taken, officer, places, refused, roles};
use crate::account;
use crate::base::{Language, PersonId};
use crate::person::fault::Fault;
use crate::person::stand::Stand;
use crate::person::{Limit, Presence};
use crate::place::ALWAYS;
use crate::register::{self, Change, Officer, Refused};
use crate::store::session::Holder;
use crate::view::{self, PersonView, PhoneView};
use crate::web::form::{Checked, Sent};
use crate::web::page::{Frame, LanguageParam, PageError, PageVisitor, render};
use crate::web::{ApiError, App, personal};

#[derive(Template)]
#[template(path = "people/one.html")]
struct PersonPage {
    frame: Frame,
    own: &'static PeopleWords,
    token: String,
    id: String,
    name: String,
    state: &'static str,
    is_done: bool,
    /// What is wrong with a form that this person has none of any more.
    faults: Vec<String>,
    may_write: bool,
    may_change: bool,
    must_call: bool,
    why_not: &'static str,
    facts: Vec<(&'static str, String)>,
    phones: Vec<PhoneRow>,
    stands: Vec<StandRow>,
    forms: Vec<Form>,
    places: Vec<Choice>,
}

struct PhoneRow {
    shown: String,
    /// The whole number, to call; empty for who sees it masked.
    number: String,
    index: String,
    is_stopped: bool,
    others: Vec<String>,
}

struct StandRow {
    from: String,
    to: String,
    role: String,
    network: String,
    place: String,
    is_now: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web::page) struct Asked {
    #[serde(flatten)]
    language: LanguageParam,
    done: String,
}

/// The person with this id.
pub(in crate::web::page) async fn show(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let language = asked.language.language();
    let id = parsed(&id, language)?;
    let page = page(&app, &visitor, language, id).await?;
    Ok(render(&PersonPage { is_done: !asked.done.is_empty(), ..page }))
}

fn parsed(id: &str, language: Language) -> Result<PersonId, PageError> {
    id.parse().map_err(|_| PageError::new(language, ApiError::not_found("id", "There is no such person")))
}

/// Name, language, agent code, supervisor, e-mail.
pub(in crate::web::page) async fn change(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(id): Path<String>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let change = Change::Identity {
        name: typed.name.clone(),
        language: typed.language.clone(),
        agent_code: typed.agent_code.clone(),
        supervisor: typed.supervisor_phone.clone(),
        email: typed.email.clone(),
    };
    made(&app, &visitor, &id, ("identity", &typed), change).await
}

/// Role, network and place from a day on.
pub(in crate::web::page) async fn stand(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(id): Path<String>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let change = Change::Standing {
        role: typed.role.clone(),
        network: typed.network.clone(),
        place: typed.place.clone(),
        from: typed.from.clone(),
    };
    made(&app, &visitor, &id, ("stand", &typed), change).await
}

/// The last day.
pub(in crate::web::page) async fn leave(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(id): Path<String>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let change = Change::Leaves(typed.leaves.clone());
    made(&app, &visitor, &id, ("leave", &typed), change).await
}

/// Back from a day on.
pub(in crate::web::page) async fn come_back(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(id): Path<String>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let change = Change::Returns(typed.from.clone());
    made(&app, &visitor, &id, ("return", &typed), change).await
}

/// Another phone.
pub(in crate::web::page) async fn add_phone(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(id): Path<String>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let change = Change::Phone { number: typed.phone.clone(), is_confirmed: typed.shared == "yes" };
    made(&app, &visitor, &id, ("phones", &typed), change).await
}

/// A phone that is not theirs any more.
pub(in crate::web::page) async fn remove_phone(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(id): Path<String>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let change = Change::NoPhone(typed.index.clone());
    made(&app, &visitor, &id, ("phones", &typed), change).await
}

/// Makes the change that the form called `name` asks for, and shows the person: changed, or with what is wrong with it.
async fn made(
    app: &App,
    visitor: &PageVisitor,
    id: &str,
    (name, typed): (&str, &Typed),
    change: Change,
) -> Result<Response, PageError> {
    let language = typed.language();
    let (officer, id) = (officer(visitor, language)?, parsed(id, language)?);
    let (faults, shared_with) = match register::change(&app.programme, &officer, id, change).await {
        Ok(()) => return Ok(Redirect::to(&format!("/people/{id}?lang={language}&done=1")).into_response()),
        Err(Refused::Cells(faults)) => (faults, Vec::new()),
        Err(Refused::Shared(names)) => (Vec::new(), names),
        Err(other) => return Err(refused(language, other)),
    };
    let (mut page, own) = (page(app, visitor, language, id).await?, people_words(language));
    match page.forms.iter_mut().find(|form| form.id == name) {
        Some(form) => {
            form.fields.iter_mut().for_each(|field| retype(field, typed));
            form.blame(&faults, own, language);
            form.shared_with = shared_with;
        }
        None => page.faults = faults.iter().map(|fault| in_its_column(fault, own, language)).collect(),
    }
    Ok(not_taken(faults.iter().any(Fault::is_denial), render(&page)))
}

/// Leaves in a field what was typed there.
fn retype(field: &mut Field, typed: &Typed) {
    let value = match field.name {
        "phone" => &typed.phone,
        "name" => &typed.name,
        "role" => &typed.role,
        "network" => &typed.network,
        "place" => &typed.place,
        "language" => &typed.language,
        "agent_code" => &typed.agent_code,
        "supervisor_phone" => &typed.supervisor_phone,
        "email" => &typed.email,
        "from" => &typed.from,
        "leaves" => &typed.leaves,
        _ => return,
    };
    field.value.clone_from(value);
    field.choices.iter_mut().for_each(|choice| choice.is_current = choice.value == *value);
}

async fn page(app: &App, visitor: &PageVisitor, language: Language, id: PersonId) -> Result<PersonPage, PageError> {
    let access = &visitor.account.access;
    let view = view::person(&app.programme, access, id).await;
    let view = view.map_err(|error| PageError::from_view(language, error))?;
    let noted = personal::shown_person(&app.programme, &visitor.account, id).await;
    noted.map_err(|error| PageError::new(language, error.into()))?;
    let own = people_words(language);
    let (in_force, today) = (app.programme.in_force(), app.programme.today());
    let limit = match visitor.account.holder {
        None => Some(Limit::Reading),
        Some(holder) => {
            let officer = Officer { actor: account::actor(holder), access };
            officer.limit(&in_force, &view.person, &view.stands, today)
        }
    };
    let may_change = limit.is_none();
    // Whoever answers for this person calls them; a token is nobody who calls.
    let must_call = may_change && matches!(visitor.account.holder, Some(Holder::Person(_)));
    let shown = Shown { app, visitor, own, language, view: &view, must_call };
    Ok(PersonPage {
        frame: frame(app, visitor, language, (own.title, &format!("/people/{id}?"))),
        own,
        token: visitor.form.clone(),
        id: id.to_string(),
        name: view.person.name.clone(),
        state: own.presence(view.person.presence(today)),
        is_done: false,
        faults: Vec::new(),
        may_write: access.may_write && visitor.account.holder.is_some(),
        may_change,
        must_call,
        why_not: match limit {
            None => "",
            Some(Limit::Role) => own.only_administrators,
            Some(_) => own.only_look,
        },
        facts: shown.facts(),
        phones: view.phones.iter().map(|phone| shown.phone(phone)).collect(),
        stands: view.stands.iter().map(|stand| shown.stand(stand)).collect(),
        forms: if may_change { shown.forms() } else { Vec::new() },
        places: if may_change { places(app, visitor) } else { Vec::new() },
    })
}

/// Somebody as a visitor is shown them.
struct Shown<'a> {
    app: &'a App,
    visitor: &'a PageVisitor,
    own: &'static PeopleWords,
    language: Language,
    view: &'a PersonView,
    must_call: bool,
}

impl Shown<'_> {
    fn facts(&self) -> Vec<(&'static str, String)> {
        let person = &self.view.person;
        let (role, network, place) = self.standing(&person.role, &person.network, person.place);
        let spoken = languages(self.app, "");
        let spoken = person.language.map_or(self.own.none.to_owned(), |code| name_of(&spoken, code.code()));
        let supervisor = person.supervisor.as_ref();
        let supervisor = supervisor.map(|phone| if self.must_call { phone.e164().to_owned() } else { phone.masked() });
        let fact = |column: &'static str, value: String| (self.own.column(column), value);
        let email = person.email.clone().filter(|_| self.must_call);
        let facts = vec![
            fact("role", role),
            fact("network", network),
            fact("place", place),
            fact("language", spoken),
            fact("agent_code", person.agent_code.clone().unwrap_or_default()),
            fact("supervisor_phone", supervisor.unwrap_or_default()),
            fact("email", email.unwrap_or_default()),
        ];
        facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Role, network and place in words.
    fn standing(&self, role: &str, network: &str, place: crate::base::PlaceId) -> (String, String, String) {
        let in_force = self.app.programme.in_force();
        let role = name_of(&roles(self.app, self.language, "", |_| true), role);
        let network = name_of(&networks(self.app, self.language, ""), network);
        let place = in_force.tree.get(place).map(|place| format!("{} ({})", place.name, place.code));
        (role, network, place.unwrap_or_default())
    }

    fn phone(&self, phone: &PhoneView) -> PhoneRow {
        let other = |name: &Option<String>| name.clone().unwrap_or_else(|| self.own.somebody.to_owned());
        let whole = phone.phone.e164().to_owned();
        PhoneRow {
            shown: if self.must_call { whole.clone() } else { phone.phone.masked() },
            number: if self.must_call { whole } else { String::new() },
            index: self.app.programme.store.phone_index(&phone.phone),
            is_stopped: phone.is_stopped,
            others: phone.others.iter().map(other).collect(),
        }
    }

    fn stand(&self, stand: &Stand) -> StandRow {
        let (role, network, place) = self.standing(&stand.standing.role, &stand.standing.network, stand.standing.place);
        let to = if stand.span.to < ALWAYS.to { stand.span.to.to_string() } else { String::new() };
        let is_now = stand.span.holds(self.app.programme.today());
        StandRow { from: stand.span.from.to_string(), to, role, network, place, is_now }
    }

    fn forms(&self) -> Vec<Form> {
        let (own, person) = (self.own, &self.view.person);
        let (in_force, today) = (self.app.programme.in_force(), self.app.programme.today());
        let action = |what: &str| format!("/people/{}{what}", person.id);
        let text = |name, kind, value: Option<&str>| Field::typed(own, name, kind, value.unwrap_or_default());
        let code = person.language.map(|language| language.to_string()).unwrap_or_default();
        let identity = vec![
            text("name", "text", Some(&person.name)),
            Field { none: own.none, ..Field::chosen(own, "language", languages(self.app, &code)) }.or_empty(""),
            text("agent_code", "text", person.agent_code.as_deref()).or_empty(own.agent_hint),
            // Whole for whoever has to call them; a number that is masked cannot be sent back.
            text("supervisor_phone", "tel", person.supervisor.as_ref().map(crate::base::Phone::e164))
                .or_empty(own.may_be_empty),
            text("email", "email", person.email.as_deref()).or_empty(own.may_be_empty),
        ];
        let may_give = |role: &str| self.visitor.account.access.may_give(&in_force.pack, role);
        let place = in_force.tree.get(person.place).map(|place| place.code.as_str());
        let stand = vec![
            Field::chosen(own, "role", roles(self.app, self.language, &person.role, may_give)),
            Field::chosen(own, "network", networks(self.app, self.language, &person.network)),
            text("place", "place", place).hinted(own.place_hint),
            text("from", "date", None).or_empty(own.from_hint),
        ];
        let form = |id, what: &str, words, help, fields| Form { help, fields, ..Form::new(id, action(what), words) };
        let leaves = text("leaves", "date", Some(&today.to_string()));
        let back = text("from", "date", None).or_empty(own.from_hint);
        let mut forms = vec![
            form("phones", "/phones", own.add_phone, own.phone_help, vec![text("phone", "tel", None)]),
            form("identity", "", own.identity, "", identity),
            form("stand", "/stand", own.stand, own.stand_help, stand),
        ];
        forms.push(match person.presence(today) {
            Presence::Left => form("return", "/return", own.come_back, "", vec![back]),
            Presence::Here | Presence::ToCome => form("leave", "/leave", own.leave, own.leave_help, vec![leaves]),
        });
        forms
    }
}
