//! What pages about one place and one kind of period have in common: their address, and the frame and ways around them.

use axum::http::Uri;
use serde::Deserialize;

use super::asked::{given, language, params, way};
use super::words::{Words, date, words};
use super::{Frame, PageError, PageVisitor};
use crate::base::{Language, PeriodKind};
use crate::programme::InForce;
use crate::view::{Ask, Question, ViewError};
use crate::web::{ApiError, App};

/// What the address can say: a month is called so.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AroundParams {
    period: Option<String>,
    month: Option<String>,
    lang: Option<String>,
}

/// A question about a place and a period of one kind, and the language it is answered in.
pub(super) struct Asked {
    pub question: Question,
    pub language: Language,
    pub words: &'static Words,
    /// Last part of the address: `bodies`.
    page: &'static str,
    /// Name of the parameter that holds the period.
    parameter: &'static str,
}

/// Settles what the address of such a page asks.
pub(super) fn asked(
    app: &App,
    visitor: &PageVisitor,
    (code, page): (&str, &'static str),
    uri: &Uri,
    kind: PeriodKind,
) -> Result<Asked, PageError> {
    let params: AroundParams = params(uri)?;
    let in_force = app.programme.in_force();
    let language = language(&in_force.pack, &params.lang);
    let (parameter, typed, other) = match kind {
        PeriodKind::Month => ("month", &params.month, params.period),
        _ => ("period", &params.period, params.month),
    };
    if other.is_some() {
        let help = format!("the period of this page is called `{parameter}`");
        return Err(PageError::new(language, ApiError::bad("bad_query", None, help)));
    }
    let today = app.programme.today();
    let usual = in_force.pack.calendar.period(kind, today).name();
    let ask = Ask { place: Some(code), period: Some(given(typed).unwrap_or(&usual)), ..Ask::default() };
    let settled = Question::settle(&in_force, &visitor.account.access, today, ask);
    let question = settled.and_then(|question| question.of_kind(kind).map(|()| question));
    let question = question.map_err(|error| PageError::from_view(language, error))?;
    Ok(Asked { question, language, words: words(language), page, parameter })
}

impl Asked {
    /// A failure of the view, said in the language asked for.
    pub fn failed(&self, error: ViewError) -> PageError {
        PageError::from_view(self.language, error)
    }

    /// This page of another place, in another period or language.
    pub fn address(&self, code: &str, period: &str, language: Language) -> String {
        format!("/places/{code}/{}?{}={period}&lang={language}", self.page, self.parameter)
    }

    /// The frame around the page, with the page in the other languages.
    pub fn frame(&self, app: &App, visitor: &PageVisitor, title: &str) -> Frame {
        let in_force = app.programme.in_force();
        let (code, period) = (&self.question.place.code, self.question.period.name());
        let title = format!("{title}, {}, {}", self.question.place.name, self.words.period_name(self.question.period));
        let frame = Frame::of(app, visitor, self.words, &title);
        frame.spoken(&in_force.pack, self.language, |other| self.address(code, &period, other))
    }

    /// From the top of what the visitor may see down to the place of the page itself, on pages of this kind.
    pub fn breadcrumb(&self, in_force: &InForce, visitor: &PageVisitor) -> Vec<(String, String)> {
        let (place, period) = (self.question.place.id, self.question.period);
        let mut way = way(&in_force.tree, &visitor.account.access, place, period.last(), self.question.today);
        way.pop();
        let link = |code: &str| self.address(code, &period.name(), self.language);
        way.into_iter().map(|(name, code)| (name, link(&code))).collect()
    }

    /// The head of the page.
    pub fn heading(&self, in_force: &InForce) -> Heading {
        let (question, calendar) = (&self.question, &in_force.pack.calendar);
        let level = in_force.pack.level(&question.place.level);
        let next = calendar.next(question.period);
        let link = |period: &str| self.address(&question.place.code, period, self.language);
        Heading {
            name: question.place.name.clone(),
            level: level.map_or_else(String::new, |level| level.name.get(self.language).to_owned()),
            period: self.words.period_name(question.period),
            first_day: date(question.period.first()),
            last_day: date(question.period.last()),
            is_under_way: question.period.last() >= question.today,
            figures: format!("/places/{}?period={}&lang={}", question.place.code, question.period, self.language),
            previous: link(&calendar.previous(question.period).name()),
            next: (next.first() <= question.today).then(|| link(&next.name())),
        }
    }
}

/// Place and period, and the ways to the pages beside this one.
pub(super) struct Heading {
    pub name: String,
    pub level: String,
    pub period: String,
    pub first_day: String,
    pub last_day: String,
    pub is_under_way: bool,
    /// Address of the place's figures.
    pub figures: String,
    /// Address of this page in the period before.
    pub previous: String,
    /// And after, where it has begun.
    pub next: Option<String>,
}
