//! The months of a place with who approved them, what waits before the next one is, and a button for who may.

mod shown;
mod words;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

pub(in crate::web::page) use self::shown::Scribe;
use self::shown::{Difference, MonthRow, Waits};
use self::words::ClosingWords;
pub(super) use self::words::closing_words;
use super::asked::{given, language, params};
use super::place::figures::reporting;
use super::words::words;
use super::{Frame, PageError, PageVisitor, render};
use crate::base::{Language, Period, PeriodKind};
use crate::closing::{self, NotClosed};
use crate::place::Place;
use crate::review::{self, ReviewError, Reviewer};
use crate::view::{self, Ask, Question, ViewError};
use crate::web::form::{Checked, Sent};
use crate::web::{ApiError, App};

#[derive(Template)]
#[template(path = "closing.html")]
struct ClosingPage {
    frame: Frame,
    own: &'static ClosingWords,
    form: String,
    fault: &'static str,
    code: String,
    name: String,
    level: String,
    month: String,
    month_name: String,
    state: String,
    figures: String,
    /// False for a commune: its cercle approves.
    approves: bool,
    only_look: bool,
    complete: String,
    reporting: String,
    complete_then: String,
    waits: Waits,
    approvals: Vec<String>,
    /// What differs, where the month is closed.
    differences: Option<Vec<Difference>>,
    may_approve: bool,
    may_reopen: bool,
    reopened: Vec<(String, String)>,
    year: String,
    years: Vec<(String, String)>,
    months: Vec<MonthRow>,
    below: Vec<MonthRow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    lang: Option<String>,
    month: Option<String>,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    form: String,
    lang: String,
    month: String,
    act: String,
    reason: String,
}

impl Sent for Typed {
    fn proof(&self) -> &str {
        &self.form
    }

    fn spoken(&self) -> &str {
        &self.lang
    }
}

/// The months of a place.
pub(super) async fn page(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    let asked: Asked = params(&uri)?;
    let language = language(&app.programme.in_force().pack, &asked.lang);
    show(&app, &visitor, (&code, given(&asked.month)), language, "").await
}

/// Approves a month or opens it again, and shows how it stands.
pub(super) async fn decide(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let (language, own) = (typed.language(), closing_words(typed.language()));
    let refused = |error| PageError::new(language, error);
    let question = asked(&app, &visitor, (&code, Some(&typed.month)));
    let question = question.map_err(|error| PageError::from_view(language, error))?;
    let Some(officer) = visitor.officer() else { return Err(refused(ApiError::not_allowed())) };
    let reviewer = Reviewer { officer, access: &visitor.account.access };
    let (place, month) = (question.place.id, question.period);
    let done = match typed.act.as_str() {
        "approve" => review::approve(&app.programme, reviewer, place, month).await.map(|_| ()),
        "reopen" => review::reopen(&app.programme, reviewer, place, month, &typed.reason).await,
        _ => return Err(refused(ApiError::bad("bad_form", Some("act"), "approve or reopen"))),
    };
    tracing::info!(account = visitor.account.name, %place, %month, act = typed.act, ?done, "an officer reviewed a month");
    let fault = match done {
        Ok(()) => {
            let back = format!("/places/{}/closing?month={month}&lang={language}", question.place.code);
            return Ok(Redirect::to(&back).into_response());
        }
        Err(ReviewError::View(error)) => return Err(PageError::from_view(language, error)),
        Err(ReviewError::Store(error)) => return Err(refused(error.into())),
        Err(ReviewError::Refused(reason)) => match reason {
            NotClosed::NotTheirs | NotClosed::NoLevel => return Err(refused(ApiError::not_allowed())),
            NotClosed::NoMonth | NotClosed::NotOver => own.not_over,
            NotClosed::Missing(_) => own.still_missing,
            NotClosed::Open => own.is_open,
            NotClosed::ApprovedAbove => own.approved_above,
            NotClosed::NoReason => own.no_reason,
        },
    };
    let shown = show(&app, &visitor, (&code, Some(&typed.month)), language, fault).await?;
    Ok((StatusCode::CONFLICT, shown).into_response())
}

/// The place and the month asked for; without one, the last that is over.
fn asked(app: &App, visitor: &PageVisitor, (code, month): (&str, Option<&str>)) -> Result<Question, ViewError> {
    let (in_force, today) = (app.programme.in_force(), app.programme.today());
    let calendar = &in_force.pack.calendar;
    let last = calendar.previous(calendar.period(PeriodKind::Month, today)).name();
    let ask = Ask { place: Some(code), period: Some(month.unwrap_or(&last)), ..Ask::default() };
    let question = Question::settle(&in_force, &visitor.account.access, today, ask)?;
    question.of_kind(PeriodKind::Month)?;
    Ok(question)
}

async fn show(
    app: &App,
    visitor: &PageVisitor,
    (code, month): (&str, Option<&str>),
    language: Language,
    fault: &'static str,
) -> Result<Response, PageError> {
    let composed = async {
        let question = asked(app, visitor, (code, month))?;
        compose(app, visitor, &question, language).await
    };
    match composed.await {
        Ok(page) => Ok(render(&ClosingPage { fault, ..page })),
        Err(error) => Err(PageError::from_view(language, error)),
    }
}

async fn compose(
    app: &App,
    visitor: &PageVisitor,
    question: &Question,
    language: Language,
) -> Result<ClosingPage, ViewError> {
    let (in_force, words, own) = (app.programme.in_force(), words(language), closing_words(language));
    let (pack, tree, calendar) = (&in_force.pack, &in_force.tree, &in_force.pack.calendar);
    let (place, month, access) = (&question.place, question.period, &visitor.account.access);
    let review = view::month_review(&app.programme, place, month).await?;
    let year = Question { period: calendar.period(PeriodKind::Year, month.first()), ..question.clone() };
    let items = view::closings(&app.programme, access, &year).await?;
    let scribe = Scribe { app, in_force: &in_force, language, words, own, today: question.today };
    let (own_items, below): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.place.code == place.code);
    let item = own_items.iter().find(|item| item.month == month.name());
    let closed = item.filter(|item| item.state == "approved");
    let (differences, complete_then) = match closed {
        None => (None, String::new()),
        Some(_) => {
            let summary = view::summary(&app.programme, question, language).await?;
            let then = summary.closed.as_ref().and_then(|closed| closed.completeness.as_ref());
            let then = then.map_or_else(String::new, |then| scribe.complete(then));
            (Some(scribe.differences(&summary)), then)
        }
    };
    let (situation, is_officer) = (&review.situation, visitor.officer().is_some());
    let approves = closing::approves(pack, &place.level);
    let may_reopen = is_officer && approves && closing::may_reopen(access, tree, place.id, question.today);
    let last_begun = |year: Period| {
        calendar.periods_in(PeriodKind::Month, year).into_iter().rfind(|month| month.first() <= question.today)
    };
    let beside = [calendar.previous(year.period), calendar.next(year.period)];
    let link = |year: Period| Some((year.name(), shown::address(&place.code, &last_begun(year)?.name(), language)));
    let years = beside.into_iter().filter_map(link).collect();
    let level = pack.level(&place.level);
    Ok(ClosingPage {
        frame: frame(app, visitor, language, (place, month), own),
        own,
        form: visitor.form.clone(),
        fault: "",
        code: place.code.clone(),
        name: place.name.clone(),
        level: level.map_or_else(String::new, |level| level.name.get(language).to_owned()),
        month: month.name(),
        month_name: words.period_name(month),
        state: item.map_or_else(String::new, |item| scribe.state(item)),
        figures: format!("/places/{}?period={month}&lang={language}", place.code),
        approves,
        only_look: approves
            && !(is_officer && closing::may_approve(access, tree, place.id, question.today))
            && !may_reopen,
        complete: scribe.complete(&review.completeness),
        reporting: reporting(pack, language, &review.places),
        complete_then,
        waits: scribe.waits(&review),
        approvals: item.map_or_else(Vec::new, |item| item.approvals.iter().map(|one| scribe.approved(one)).collect()),
        differences,
        may_approve: is_officer && closing::approve(access, pack, tree, situation) == Ok(true),
        may_reopen: may_reopen && situation.is_approved && !situation.is_approved_above,
        reopened: item.map_or_else(Vec::new, |item| item.reopened.iter().map(|one| scribe.reopened(one)).collect()),
        year: year.period.name(),
        years,
        months: own_items.iter().map(|item| scribe.month_row(item, month)).collect(),
        below: below.iter().filter(|item| item.month == month.name()).map(|item| scribe.place_row(item)).collect(),
    })
}

fn frame(
    app: &App,
    visitor: &PageVisitor,
    language: Language,
    (place, month): (&Place, Period),
    own: &ClosingWords,
) -> Frame {
    let frame = Frame::of(app, visitor, words(language), &format!("{}, {}", own.title, place.name));
    let address = |other| shown::address(&place.code, &month.name(), other);
    frame.spoken(&app.programme.in_force().pack, language, address)
}
