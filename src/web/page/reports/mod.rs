//! The reports behind the figures of a place: their list, and each with its text, its changes and its visas.

mod one;
mod words;

pub(super) use one::page as one;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use self::words::{ReportWords, called, report_words};
use super::asked::{flow_options, given, language, params};
use super::words::words;
use super::{Frame, PageError, PageVisitor, render};
use crate::base::{Language, PeriodKind};
use crate::programme::InForce;
use crate::view::{self, Listing, ReportFilter, ReportItem};
use crate::web::App;
use crate::web::personal::{self, How};

/// What the address can say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListParams {
    period: Option<String>,
    flow: Option<String>,
    state: Option<String>,
    cursor: Option<String>,
    lang: Option<String>,
}

#[derive(Template)]
#[template(path = "reports/list.html")]
struct ListPage {
    frame: Frame,
    own: &'static ReportWords,
    code: String,
    name: String,
    period: String,
    period_name: String,
    /// The page of the place.
    place: String,
    flows: Vec<(String, String, bool)>,
    states: Vec<(&'static str, &'static str, bool)>,
    rows: Vec<Row>,
    /// Address of the next page.
    next: Option<String>,
    download: String,
}

/// One report.
struct Row {
    address: String,
    receipt: i64,
    date: String,
    title: String,
    place: String,
    state: &'static str,
}

/// The reports of a place in a period; the current quarter without one.
pub(super) async fn list(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    let asked: ListParams = params(&uri)?;
    let in_force = app.programme.in_force();
    let language = language(&in_force.pack, &asked.lang);
    let failed = |error| PageError::from_view(language, error);
    let access = &visitor.account.access;
    let quarter = in_force.pack.calendar.period(PeriodKind::Quarter, app.programme.today()).name();
    let period = given(&asked.period).unwrap_or(&quarter);
    let filter =
        ReportFilter { place: Some(&code), period: Some(period), flow: given(&asked.flow), state: given(&asked.state) };
    let listing = Listing { cursor: given(&asked.cursor), limit: None };
    let found = view::reports(&app.programme, access, filter, listing).await.map_err(failed)?;
    let noted = personal::shown(&app.programme, &visitor.account, ("reports", found.items.len()), How::Listed).await;
    noted.map_err(|error| PageError::new(language, error.into()))?;
    let place = view::place_in_area(&in_force.tree, access, app.programme.today(), Some(&code)).map_err(failed)?;
    let (words, own) = (words(language), report_words(language));
    let period_name = in_force.pack.calendar.parse(period).map(|period| words.period_name(period));
    let chosen =
        |name: &str, value: &Option<String>| given(value).map_or_else(String::new, |value| format!("&{name}={value}"));
    let parts = format!("period={period}{}{}", chosen("flow", &asked.flow), chosen("state", &asked.state));
    let address = |language: Language| format!("/places/{}/reports?{parts}&lang={language}", place.code);
    let frame = Frame::of(&app, &visitor, words, &format!("{}, {}", own.title, place.name));
    Ok(render(&ListPage {
        frame: frame.spoken(&in_force.pack, language, address),
        own,
        code: place.code.clone(),
        name: place.name.clone(),
        period: period.to_owned(),
        period_name: period_name.unwrap_or_default(),
        place: format!("/places/{}?period={period}&lang={language}", place.code),
        flows: flow_options(in_force.pack.flows.iter(), language, given(&asked.flow)),
        states: own.states.iter().map(|(id, name)| (*id, *name, given(&asked.state) == Some(id))).collect(),
        rows: found.items.into_iter().map(|item| row(&in_force, own, language, item)).collect(),
        next: found.next.map(|cursor| format!("{}&cursor={cursor}", address(language))),
        download: format!("/api/v1/reports.csv?place={}&{parts}", place.code),
    }))
}

fn row(in_force: &InForce, own: &'static ReportWords, language: Language, item: ReportItem) -> Row {
    let title = in_force.pack.flow(&item.flow).map_or("", |flow| flow.title.get(language));
    Row {
        address: format!("/reports/{}?lang={language}", item.id),
        receipt: item.receipt,
        date: written(&item.date),
        title: format!("{} · {title}", item.keyword),
        place: item.place.map(|place| place.name).unwrap_or_default(),
        state: called(&own.states, item.state),
    }
}

/// A day as written in Mali, from how the API writes it.
fn written(day: &str) -> String {
    day.parse().map_or_else(|_| day.to_owned(), super::words::date)
}
