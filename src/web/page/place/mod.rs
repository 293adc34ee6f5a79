//! The page of a place: its headline figures and how they moved, how complete its reports are, a map, twelve months, and
//! the places below it.
//!
//! `figures`, `map`, `trend` and `table` each put one part of the view's answer into the order of the page; `address`
//! makes its links. Nothing here reads the store.

mod address;
mod alerts;
pub(super) mod figures;
mod life;
mod map;
mod table;
mod trend;
mod words;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use self::address::Address;
use self::alerts::AlertRow;
use self::figures::{CompleteShown, Group, complete_shown, reporting};
use self::life::Life;
use self::map::Map;
use self::table::{Breakdown, Column, Median, Row, Sort};
use self::trend::Trend;
use self::words::{PlaceWords, place_words};
use super::asked::{flow_options, given, language, params, way};
use super::picker::Picker;
use super::senders::SenderPicker;
use super::words::{Words, date, words};
use super::{Frame, PageError, PageVisitor, render};
use crate::base::{Language, PeriodKind};
use crate::flow::model::Pack;
use crate::programme::InForce;
use crate::view::{self, AlertItem, Ask, IndicatorShown, PlaceView, Question, ViewError};
use crate::web::limits::COLUMNS_MAX;
use crate::web::{ApiError, App};

/// What the address can say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceParams {
    period: Option<String>,
    flow: Option<String>,
    network: Option<String>,
    role: Option<String>,
    map: Option<String>,
    sort: Option<String>,
    lang: Option<String>,
}

#[derive(Template)]
#[template(path = "place.html")]
struct PlacePage {
    frame: Frame,
    own: &'static PlaceWords,
    address: Address,
    code: String,
    name: String,
    level: String,
    period: String,
    first_day: String,
    last_day: String,
    is_under_way: bool,
    life: Option<Life>,
    breadcrumb: Vec<(String, String)>,
    /// Meetings, report and bulletin of this place, about the quarter or month that holds what is shown.
    printed: Vec<(String, &'static str)>,
    picker: Picker,
    flows: Vec<(String, String, bool)>,
    senders: SenderPicker,
    compared: String,
    year_compared: String,
    closed: String,
    closings: String,
    closings_title: &'static str,
    groups: Vec<Group>,
    reporting: String,
    complete: CompleteShown,
    complete_change: String,
    complete_year_before: String,
    alerts: Vec<AlertRow>,
    open_alerts: i64,
    more_alerts: String,
    map: Option<Map>,
    trend: Trend,
    below: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    median: Option<Median>,
    total: Row,
    breakdowns: Vec<Breakdown>,
    /// The other pages about the place: name and address.
    beside: Vec<(&'static str, String)>,
    download: String,
    attribution: String,
}

/// The page of the visitor's whole area.
pub(super) async fn home(visitor: PageVisitor, State(app): State<App>, uri: Uri) -> Result<Response, PageError> {
    show(&app, &visitor, None, &uri).await
}

/// The page of one place.
pub(super) async fn page(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    show(&app, &visitor, Some(&code), &uri).await
}

async fn show(app: &App, visitor: &PageVisitor, code: Option<&str>, uri: &Uri) -> Result<Response, PageError> {
    let params: PlaceParams = params(uri)?;
    let in_force = app.programme.in_force();
    let language = language(&in_force.pack, &params.lang);
    let map = mapped(&in_force.pack, &params.map).map_err(|error| PageError::new(language, error))?;
    let sort = Sort::asked(&in_force.pack, &params.sort).map_err(|error| PageError::new(language, error))?;
    let answered = async {
        let (period, flow) = (given(&params.period), given(&params.flow));
        let (network, role) = (given(&params.network), given(&params.role));
        let ask = Ask { place: code, period, flow, by: None, network, role };
        let question = Question::settle(&in_force, &visitor.account.access, app.programme.today(), ask)?;
        let view = view::place(&app.programme, &question, language, map.as_deref()).await?;
        let open = view::open_alerts(&app.programme, question.place.id, language, alerts::LISTED_MAX).await?;
        let address = Address::new(&question, language, map.as_deref(), sort.word().as_deref());
        let composer = Composer {
            app,
            in_force: &in_force,
            visitor,
            question: &question,
            view: &view,
            open: &open,
            address,
            map,
            sort,
            language,
            words: words(language),
            own: place_words(language),
        };
        Ok::<_, ViewError>(composer.compose())
    };
    match answered.await {
        Ok(page) => Ok(render(&page)),
        Err(error) => Err(PageError::from_view(language, error)),
    }
}

/// What a map shows: an indicator of the pack by its full name; none for completeness, which needs no name.
fn mapped(pack: &Pack, asked: &Option<String>) -> Result<Option<String>, ApiError> {
    let Some(asked) = given(asked).filter(|asked| *asked != "completeness") else { return Ok(None) };
    let help = "give `completeness` or an indicator: /api/v1/indicators names them";
    let found = indicator(pack, asked).ok_or_else(|| ApiError::bad("unknown_value", Some("map"), help))?;
    Ok(Some(found.id))
}

/// An indicator of the pack by its full name.
fn indicator(pack: &Pack, id: &str) -> Option<IndicatorShown> {
    let all = view::indicators(pack, None, pack.first_language()).unwrap_or_default();
    all.into_iter().find(|indicator| indicator.id == id)
}

/// Puts the answers of the views into the page's order.
struct Composer<'a> {
    app: &'a App,
    in_force: &'a InForce,
    visitor: &'a PageVisitor,
    question: &'a Question,
    view: &'a PlaceView,
    /// Open alerts, and how many there are.
    open: &'a (Vec<AlertItem>, i64),
    address: Address,
    map: Option<String>,
    sort: Sort,
    language: Language,
    words: &'static Words,
    own: &'static PlaceWords,
}

impl Composer<'_> {
    fn compose(&self) -> PlacePage {
        let (pack, question, summary) = (&self.in_force.pack, self.question, &self.view.summary);
        let period = self.words.period_name(question.period);
        let level = pack.level(&question.place.level);
        let columns: Vec<&IndicatorShown> = summary.indicators.iter().take(COLUMNS_MAX).collect();
        PlacePage {
            frame: self.frame(&format!("{}, {period}", question.place.name)),
            own: self.own,
            address: self.address.clone(),
            code: question.place.code.clone(),
            name: question.place.name.clone(),
            level: level.map_or_else(String::new, |level| level.name.get(self.language).to_owned()),
            period,
            first_day: date(question.period.first()),
            last_day: date(question.period.last()),
            is_under_way: question.period.last() >= question.today,
            life: self.life(),
            breadcrumb: self.breadcrumb(),
            printed: self.printed(),
            picker: Picker::new(&pack.calendar, self.words, question.period, question.today),
            flows: self.flows(),
            senders: SenderPicker::new(pack, question, self.language),
            compared: self.compared(),
            year_compared: self.year_compared(),
            closed: self.closed_note(),
            closings: self.closings(),
            closings_title: super::closing::closing_words(self.language).title,
            groups: self.groups(),
            reporting: self.reporting(),
            complete: complete_shown(&summary.completeness, self.words, self.language),
            complete_change: self.complete_change(),
            complete_year_before: self.complete_year_before(),
            alerts: self.alerts(),
            open_alerts: self.open.1,
            more_alerts: self.more_alerts(),
            map: self.drawn_map(),
            trend: self.trend(),
            below: self.below(),
            columns: self.columns(&columns),
            rows: self.rows(&columns),
            median: self.median(&columns),
            total: self.total(&columns),
            breakdowns: self.breakdowns(),
            beside: self.beside(),
            download: self.address.file(),
            attribution: pack.attribution.clone(),
        }
    }

    fn frame(&self, title: &str) -> Frame {
        let frame = Frame::of(self.app, self.visitor, self.words, title);
        frame.spoken(&self.in_force.pack, self.language, |other| self.address.spoken(other).to_string())
    }

    /// From the top of what the visitor may see down to the place above this one.
    fn breadcrumb(&self) -> Vec<(String, String)> {
        let (tree, question) = (&self.in_force.tree, self.question);
        let access = &self.visitor.account.access;
        let mut way = way(tree, access, question.place.id, question.period.last(), question.today);
        way.pop();
        way.into_iter().map(|(name, code)| (name, self.address.of(&code).to_string())).collect()
    }

    /// The other pages about the place that the visitor may open.
    fn beside(&self) -> Vec<(&'static str, String)> {
        let is_owed = self.question.flow.as_ref().is_none_or(|flow| flow.cadence.is_some());
        let names: &[&str] = if is_owed {
            &["period", "flow", "network", "role", "lang"]
        } else {
            &["period", "network", "role", "lang"]
        };
        let mut pages = vec![(self.own.matrix, self.address.beside("completeness", names))];
        if self.visitor.account.access.sees_people {
            pages.push((self.own.reports, self.address.beside("reports", &["period", "flow", "lang"])));
            pages.push((self.own.sample, self.address.beside("sample", &["period", "flow", "lang"])));
        }
        pages
    }

    fn printed(&self) -> Vec<(String, &'static str)> {
        let (calendar, code) = (&self.in_force.pack.calendar, &self.question.place.code);
        let day = self.question.period.last().min(self.question.today);
        let [quarter, month] = [PeriodKind::Quarter, PeriodKind::Month].map(|kind| calendar.period(kind, day));
        let [bodies, report, bulletin] = self.own.printed;
        let page = |page: &str| format!("/places/{code}/{page}&lang={}", self.language);
        vec![
            (page(&format!("bodies?period={quarter}")), bodies),
            (page(&format!("report?period={quarter}")), report),
            (page(&format!("bulletin?month={month}")), bulletin),
        ]
    }

    fn flows(&self) -> Vec<(String, String, bool)> {
        flow_options(self.in_force.pack.flows.iter(), self.language, self.question.flow_id())
    }

    fn reporting(&self) -> String {
        reporting(&self.in_force.pack, self.language, &self.view.summary.places)
    }

    /// Name of the level the rows are of.
    fn below(&self) -> String {
        let levels = &self.in_force.pack.levels;
        let depth = self.in_force.pack.depth(&self.question.place.level).unwrap_or(0);
        levels.get(depth + 1).map_or_else(String::new, |level| level.plural.get(self.language).to_owned())
    }
}
