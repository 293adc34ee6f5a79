//! The telephone at `/telephone`: a handset to type on, behind the very callbacks a provider would make.
//!
//! Nothing here reads or counts a report: what is typed goes in by [`Intake::call`] like any provider's call, and what is
//! shown is what the store has. Only mounted where the server is told to; never reaches a real phone by itself.

mod handset;
mod session;
mod show;
mod words;

use std::sync::{Arc, LazyLock};

use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use tower_http::csrf::CsrfLayer;

use super::PageError;
use crate::base::sealing::Sealer;
use crate::base::{Instant, Language, Phone, PlaceId};
use crate::channel::escape;
use crate::config::Connected;
use crate::intake::Intake;
use crate::programme::Programme;
use crate::web::asset::Asset;
use crate::web::limits::TYPED_NUMBER_CHARS_MAX;
use crate::web::routes::{self, Opens, Route};
use crate::web::{ApiError, Outside, dressed};
use session::Session;

static STYLE: LazyLock<Asset> = LazyLock::new(|| Asset::new("telephone", "css", include_str!("telephone.css")));
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| Asset::new("telephone", "js", include_str!("telephone.js")));
const ASSETS: &str = "/telephone/assets";

/// Someone the telephone offers to be.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Their number.
    pub phone: Phone,
    /// Their role.
    pub role: String,
    /// Where they report from.
    pub place: PlaceId,
}

/// What the telephone works with.
pub struct Telephone {
    programme: Arc<Programme>,
    intake: Arc<Intake>,
    connected: Connected,
    sealer: Sealer,
    callers: Vec<Caller>,
    /// What came before is not shown: made-up reports have no answers.
    since: Instant,
}

impl Telephone {
    /// A telephone behind the first channel whose callbacks it can make; `None` where there is none.
    pub fn new(
        programme: Arc<Programme>,
        intake: Arc<Intake>,
        channels: &[Connected],
        sealer: Sealer,
        callers: Vec<Caller>,
    ) -> Option<Telephone> {
        let connected = channels.iter().find(|known| known.config.provider.name() == handset::PROVIDER)?.clone();
        let midnight = programme.today().to_zoned(programme.timezone.clone());
        let since = midnight.map_or(programme.environment.now(), |day| Instant(day.timestamp().as_millisecond()));
        Some(Telephone { programme, intake, connected, sealer, callers, since })
    }
}

/// The telephone's addresses.
pub static ROUTES: &[Route<Arc<Telephone>>] = &[
    Route::read("/telephone", Opens::Anyone, || get(show::page)),
    Route::post("/telephone/sms", Opens::Anyone, || post(send)),
    Route::post("/telephone/dial", Opens::Anyone, || post(dial)),
    Route::post("/telephone/answer", Opens::Anyone, || post(answer)),
    Route::post("/telephone/hang-up", Opens::Anyone, || post(hang_up)),
    Route::read("/telephone/assets/{name}", Opens::Anyone, || get(asset)),
];

/// The telephone's router, with a policy of their own: one script, from here.
pub fn router(telephone: Telephone) -> Router {
    let routes = routes::router(&[ROUTES])
        // A page elsewhere must not type on it.
        .layer(CsrfLayer::new());
    dressed(routes, Outside::OwnScript, false).with_state(Arc::new(telephone))
}

async fn asset(Path(name): Path<String>) -> Response {
    Asset::serve(&[&STYLE, &SCRIPT], &name)
}

/// What the forms send. Nothing of it is believed: a session is sealed, the rest is what a person may type.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    number: String,
    lang: String,
    session: String,
    text: String,
    answer: String,
}

type Sent = Result<Form<Typed>, FormRejection>;

/// Where the visitor is led after something was typed.
struct Next<'a> {
    number: &'a str,
    language: Language,
    /// Sealed, or empty.
    session: String,
    /// Part of the page to look at.
    part: &'static str,
    /// True where the call was not taken.
    is_lost: bool,
}

impl Next<'_> {
    fn redirect(&self) -> Response {
        let number: String = self.number.chars().take(TYPED_NUMBER_CHARS_MAX).collect();
        let lost = if self.is_lost { "&lost=1" } else { "" };
        let (number, session) = (escape(&number), escape(&self.session));
        let address =
            format!("/telephone?number={number}&lang={}&session={session}{lost}#{}", self.language, self.part);
        Redirect::to(&address).into_response()
    }
}

impl Telephone {
    fn phone(&self, number: &str) -> Option<Phone> {
        if number.len() > TYPED_NUMBER_CHARS_MAX {
            return None;
        }
        Phone::parse(number, &self.programme.in_force().pack.numbering)
    }

    fn sealed(&self, session: &Session) -> String {
        session.seal(&self.sealer, &self.programme.environment)
    }
}

impl Typed {
    fn read(sent: Sent) -> Result<Typed, PageError> {
        let refused =
            |error: FormRejection| PageError::new(Language::FRENCH, ApiError::bad("bad_form", None, error.body_text()));
        sent.map(|Form(typed)| typed).map_err(refused)
    }

    fn next<'a>(&'a self, part: &'static str) -> Next<'a> {
        let language = self.lang.parse().unwrap_or(Language::FRENCH);
        Next { number: &self.number, language, session: String::new(), part, is_lost: false }
    }
}

async fn send(State(telephone): State<Arc<Telephone>>, sent: Sent) -> Result<Response, PageError> {
    let typed = Typed::read(sent)?;
    // A session that is open stays open beside the SMS.
    let mut next = Next { session: typed.session.clone(), ..typed.next("sms") };
    if let Some(phone) = telephone.phone(&typed.number) {
        next.is_lost = !telephone.sms(&phone, &typed.text).await;
    }
    Ok(next.redirect())
}

async fn dial(State(telephone): State<Arc<Telephone>>, sent: Sent) -> Result<Response, PageError> {
    let typed = Typed::read(sent)?;
    let mut next = typed.next("ussd");
    if let Some(phone) = telephone.phone(&typed.number) {
        match telephone.dial(&phone).await {
            Some(session) => next.session = telephone.sealed(&session),
            None => next.is_lost = true,
        }
    }
    Ok(next.redirect())
}

async fn answer(State(telephone): State<Arc<Telephone>>, sent: Sent) -> Result<Response, PageError> {
    let typed = Typed::read(sent)?;
    let mut next = typed.next("ussd");
    if let Some(session) = telephone.open(&typed) {
        match telephone.answer(&session, &typed.answer).await {
            Some(session) => next.session = telephone.sealed(&session),
            None => next.is_lost = true,
        }
    }
    Ok(next.redirect())
}

async fn hang_up(State(telephone): State<Arc<Telephone>>, sent: Sent) -> Result<Response, PageError> {
    let typed = Typed::read(sent)?;
    let mut next = typed.next("ussd");
    if let Some(session) = telephone.open(&typed) {
        next.is_lost = !telephone.hang_up(&session).await;
    }
    Ok(next.redirect())
}

impl Telephone {
    /// The session in a form, where it is one of this number that goes on.
    fn open(&self, typed: &Typed) -> Option<Session> {
        let phone = self.phone(&typed.number)?;
        Session::open(&typed.session, &self.sealer, &phone).filter(|session| session.goes_on)
    }
}
