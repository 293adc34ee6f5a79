//! The page of the telephone: who one is, the SMS thread, the USSD screen.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::handset::SERVICE_CODE;
use super::session::Session;
use super::words::{Words, words};
use super::{ASSETS, SCRIPT, STYLE, Telephone};
use crate::base::{Language, Phone};
use crate::channel::escape;
use crate::flow::model::CommandKind;
use crate::place::Place;
use crate::programme::InForce;
use crate::store::StoreError;
use crate::store::outbox::OutboxState;
use crate::store::phone::{self, PersonOnPhone};
use crate::store::thread::{self, Line};
use crate::web::ApiError;
use crate::web::limits::{
    EXAMPLES_MAX, THREAD_LINES_MAX, TYPED_ANSWER_CHARS_MAX, TYPED_NUMBER_CHARS_MAX, TYPED_SMS_CHARS_MAX,
};
use crate::web::page::{Frame, PageError, render, words as page_words};

/// What the address can say.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    number: Option<String>,
    lang: String,
    session: String,
    /// Text to put into the field.
    text: String,
    lost: Option<String>,
}

#[derive(Template)]
#[template(path = "telephone.html")]
struct TelephonePage {
    frame: Frame,
    t: &'static Words,
    style: String,
    script: String,
    number: String,
    is_number: bool,
    is_lost: bool,
    callers: Vec<Choice>,
    owners: Vec<Owner>,
    short_code: String,
    lines: Vec<Shown>,
    text: String,
    text_chars_max: usize,
    examples: Vec<Choice>,
    service_code: &'static str,
    session: String,
    screen: Option<String>,
    goes_on: bool,
    answer_chars_max: usize,
}

/// A link with what it leads to.
struct Choice {
    name: String,
    detail: String,
    address: String,
    is_current: bool,
}

/// Someone registered on the number.
struct Owner {
    name: String,
    role: String,
    place: String,
    figures: String,
}

/// A line of the thread.
struct Shown {
    is_ours: bool,
    text: String,
    at: String,
    is_waiting: bool,
    is_failed: bool,
}

/// The page.
pub(super) async fn page(
    State(telephone): State<Arc<Telephone>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    let asked = match asked {
        Ok(Query(asked)) => asked,
        Err(refused) => {
            return Err(PageError::new(Language::FRENCH, ApiError::bad("bad_query", None, refused.body_text())));
        }
    };
    let language = asked.lang.parse().unwrap_or(Language::FRENCH);
    let composed = Composer { telephone: &telephone, in_force: &telephone.programme.in_force(), language };
    let page = composed.compose(asked).await;
    page.map(|page| render(&page)).map_err(|error| PageError::new(language, error.into()))
}

struct Composer<'a> {
    telephone: &'a Telephone,
    in_force: &'a InForce,
    language: Language,
}

impl Composer<'_> {
    async fn compose(&self, asked: Asked) -> Result<TelephonePage, StoreError> {
        let number = asked.number.unwrap_or_else(|| {
            self.telephone.callers.first().map_or_else(String::new, |caller| caller.phone.e164().to_owned())
        });
        let phone = self.telephone.phone(&number);
        let (people, lines) = match &phone {
            Some(phone) => self.known(phone).await?,
            None => (Vec::new(), Vec::new()),
        };
        let session = phone.as_ref().and_then(|phone| Session::open(&asked.session, &self.telephone.sealer, phone));
        let token = if session.is_some() { asked.session } else { String::new() };
        let number = phone.as_ref().map_or(number, |phone| phone.e164().to_owned());
        let text: String = asked.text.chars().take(TYPED_SMS_CHARS_MAX).collect();
        Ok(TelephonePage {
            frame: self.frame(&number),
            t: words(self.language),
            style: STYLE.address(ASSETS),
            script: SCRIPT.address(ASSETS),
            callers: self.callers(phone.as_ref()),
            owners: people.iter().map(|person| self.owner(person)).collect(),
            short_code: self.telephone.connected.config.sender.clone(),
            lines: lines.iter().map(|line| self.line(line)).collect(),
            text,
            text_chars_max: TYPED_SMS_CHARS_MAX,
            examples: if phone.is_some() { self.examples(&people, &number, &token) } else { Vec::new() },
            service_code: SERVICE_CODE,
            session: token,
            goes_on: session.as_ref().is_some_and(|session| session.goes_on),
            screen: session.map(|session| session.screen),
            answer_chars_max: TYPED_ANSWER_CHARS_MAX,
            is_number: phone.is_some(),
            is_lost: asked.lost.is_some(),
            number: number.chars().take(TYPED_NUMBER_CHARS_MAX).collect(),
        })
    }

    async fn known(&self, phone: &Phone) -> Result<(Vec<PersonOnPhone>, Vec<Line>), StoreError> {
        let mut tx = self.telephone.programme.store.reader().await?;
        let people = phone::load(&mut tx, phone).await?.people;
        let lines = thread::of_phone(&mut tx, phone, self.telephone.since, THREAD_LINES_MAX).await?;
        Ok((people, lines))
    }

    fn frame(&self, number: &str) -> Frame {
        let frame = Frame::new(page_words::words(self.language), words(self.language).title);
        let frame = Frame { is_demo: true, ..frame };
        frame.spoken(&self.in_force.pack, self.language, |other| address(number, other))
    }

    fn callers(&self, phone: Option<&Phone>) -> Vec<Choice> {
        let choice = |caller: &super::Caller| Choice {
            name: self.role(&caller.role),
            detail: self.in_force.tree.get(caller.place).map_or_else(String::new, |place| place.name.clone()),
            address: address(caller.phone.e164(), self.language),
            is_current: phone == Some(&caller.phone),
        };
        self.telephone.callers.iter().map(choice).collect()
    }

    fn role(&self, id: &str) -> String {
        self.in_force.pack.role(id).map_or_else(|| id.to_owned(), |role| role.name.get(self.language).to_owned())
    }

    fn owner(&self, person: &PersonOnPhone) -> Owner {
        let place: Option<&Place> = self.in_force.tree.get(person.place);
        Owner {
            name: person.name.clone(),
            role: self.role(&person.role),
            place: place.map_or_else(String::new, |place| place.name.clone()),
            figures: place
                .map_or_else(String::new, |place| format!("/places/{}?lang={}", escape(&place.code), self.language)),
        }
    }

    fn line(&self, line: &Line) -> Shown {
        Shown {
            is_ours: line.ours.is_some(),
            text: line.text.clone(),
            at: line.at.short_in(&self.telephone.programme.timezone),
            is_waiting: line.ours == Some(OutboxState::Waiting),
            is_failed: matches!(line.ours, Some(OutboxState::Failed | OutboxState::Expired)),
        }
    }

    /// Texts this person could send: the examples of their report types, then the commands of their role.
    fn examples(&self, people: &[PersonOnPhone], number: &str, session: &str) -> Vec<Choice> {
        let pack = &self.in_force.pack;
        let open = |flow: &crate::flow::model::Flow| people.iter().any(|person| flow.open_to(&person.role));
        let asks = people.iter().any(|person| pack.asks_figures(&person.role));
        let word = |kind| pack.commands.get(&kind).and_then(|words| words.first()).cloned();
        let summary = word(CommandKind::Summary).filter(|_| asks);
        let mut flows: Vec<_> = pack.flows.iter().filter(|flow| people.is_empty() || open(flow)).collect();
        // What is sent most often first; what is sent as things happen last.
        flows.sort_by_key(|flow| (flow.cadence.is_none(), flow.cadence));
        let reports = flows.into_iter().map(|flow| flow.example.clone());
        let texts = summary.into_iter().chain(reports).take(EXAMPLES_MAX).chain(word(CommandKind::Help));
        let example = |text: String| Choice {
            address: format!(
                "{}&session={}&text={}#sms",
                address(number, self.language),
                escape(session),
                escape(&text)
            ),
            detail: String::new(),
            is_current: false,
            name: text,
        };
        texts.map(example).collect()
    }
}

fn address(number: &str, language: Language) -> String {
    let number: String = number.chars().take(TYPED_NUMBER_CHARS_MAX).collect();
    format!("/telephone?number={}&lang={language}", escape(&number))
}
