//! The page of one report type, place by place over the latest periods: where it is silent, and since when.

mod words;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use self::words::{MatrixWords, STATES, matrix_words};
use super::asked::{flow_options, given, language, params, way};
use super::senders::SenderPicker;
use super::words::{Words, words};
use super::{Frame, PageError, PageVisitor, render};
use crate::base::{Date, Language, Period};
use crate::programme::InForce;
use crate::view::{self, Ask, Matrix, MatrixCell};
use crate::web::App;

/// What the address can say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct MatrixParams {
    period: Option<String>,
    flow: Option<String>,
    network: Option<String>,
    role: Option<String>,
    lang: Option<String>,
}

#[derive(Template)]
#[template(path = "matrix.html")]
struct MatrixPage {
    frame: Frame,
    own: &'static MatrixWords,
    code: String,
    name: String,
    title: String,
    period: String,
    /// Name and address of each place above.
    way: Vec<(String, String)>,
    /// The page of the place itself.
    place: String,
    flows: Vec<(String, String, bool)>,
    senders: SenderPicker,
    columns: Vec<Column>,
    rows: Vec<Row>,
    total: Vec<Cell>,
    older: String,
    /// Empty where nothing is newer.
    newer: String,
    download: String,
}

/// One period.
struct Column {
    short: String,
    year: String,
    name: String,
    is_under_way: bool,
    /// The reports of the place in it; empty for who may not see them.
    reports: String,
}

/// One place.
struct Row {
    name: String,
    /// The same page of this place; empty for the place of the page itself.
    address: String,
    cells: Vec<Cell>,
}

/// One place in one period.
struct Cell {
    letter: &'static str,
    word: &'static str,
    class: &'static str,
    /// Empty where one alone owes the report, or nobody.
    percent: String,
}

/// The page of one place.
pub(super) async fn page(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    let asked: MatrixParams = params(&uri)?;
    let in_force = app.programme.in_force();
    let language = language(&in_force.pack, &asked.lang);
    let ask = Ask {
        place: Some(&code),
        period: given(&asked.period),
        flow: given(&asked.flow),
        by: None,
        network: given(&asked.network),
        role: given(&asked.role),
    };
    let matrix = view::matrix(&app.programme, &visitor.account.access, ask).await;
    let matrix = matrix.map_err(|error| PageError::from_view(language, error))?;
    let composer = Composer {
        app: &app,
        in_force: &in_force,
        visitor: &visitor,
        today: app.programme.today(),
        matrix: &matrix,
        language,
        words: words(language),
        own: matrix_words(language),
    };
    Ok(render(&composer.compose()))
}

/// Puts the view's answer into the page's order.
struct Composer<'a> {
    app: &'a App,
    in_force: &'a InForce,
    visitor: &'a PageVisitor,
    today: Date,
    matrix: &'a Matrix,
    language: Language,
    words: &'static Words,
    own: &'static MatrixWords,
}

impl Composer<'_> {
    fn compose(&self) -> MatrixPage {
        let (matrix, place) = (self.matrix, &self.matrix.place);
        let flow = self.in_force.pack.flow(&matrix.flow);
        let title = flow.map_or_else(String::new, |flow| flow.title.get(self.language).to_owned());
        let last = matrix.periods.last().cloned().unwrap_or_default();
        MatrixPage {
            frame: self.frame(&format!("{}, {title}", place.name), &last),
            own: self.own,
            code: place.code.clone(),
            name: place.name.clone(),
            title,
            way: self.way(),
            place: format!("/places/{}?{}&lang={}", place.code, self.asked(), self.language),
            flows: self.flows(),
            senders: SenderPicker::new(&self.in_force.pack, &matrix.question, self.language),
            columns: matrix.columns.iter().map(|period| self.column(*period)).collect(),
            rows: matrix.rows.iter().map(|row| self.row(row, &last)).collect(),
            total: matrix.total.iter().map(|cell| self.cell(cell)).collect(),
            older: self.older(),
            newer: self.newer(),
            download: format!(
                "/api/v1/matrix.csv?place={}&{}&period={last}&lang={}",
                place.code,
                self.asked(),
                self.language
            ),
            period: last,
        }
    }

    fn frame(&self, title: &str, last: &str) -> Frame {
        let (frame, code) = (Frame::of(self.app, self.visitor, self.words, title), &self.matrix.place.code);
        frame.spoken(&self.in_force.pack, self.language, |other| self.address(code, last, other))
    }

    fn address(&self, code: &str, period: &str, language: Language) -> String {
        format!("/places/{code}/completeness?{}&period={period}&lang={language}", self.asked())
    }

    /// Report type, and whose reports: what goes along to the next page.
    fn asked(&self) -> String {
        let Matrix { flow, network, role, .. } = self.matrix;
        let senders = [("network", network), ("role", role)];
        let senders = senders.into_iter().filter_map(|(name, id)| Some(format!("&{name}={}", id.as_ref()?)));
        senders.fold(format!("flow={flow}"), |asked, part| asked + &part)
    }

    fn way(&self) -> Vec<(String, String)> {
        let (tree, access) = (&self.in_force.tree, &self.visitor.account.access);
        let day = self.matrix.columns.last().map_or(self.today, Period::last);
        let Some(place) = tree.by_code(&self.matrix.place.code) else { return Vec::new() };
        let last = self.matrix.periods.last().map_or("", String::as_str);
        let mut way = way(tree, access, place.id, day, self.today);
        way.pop();
        way.into_iter().map(|(name, code)| (name, self.address(&code, last, self.language))).collect()
    }

    fn flows(&self) -> Vec<(String, String, bool)> {
        let owed = self.in_force.pack.flows.iter().filter(|flow| flow.cadence.is_some());
        flow_options(owed, self.language, Some(&self.matrix.flow))
    }

    fn column(&self, period: Period) -> Column {
        let (short, year) = self.own.short(period);
        let sees = self.visitor.account.access.sees_people;
        let reports = || {
            let (code, flow) = (&self.matrix.place.code, &self.matrix.flow);
            format!("/places/{code}/reports?flow={flow}&period={}&lang={}", period.name(), self.language)
        };
        Column {
            short,
            year,
            name: self.words.period_name(period),
            is_under_way: period.last() >= self.today,
            reports: if sees { reports() } else { String::new() },
        }
    }

    fn row(&self, row: &view::MatrixRow, last: &str) -> Row {
        Row {
            name: if row.itself {
                format!("{} ({})", row.place.name, self.words.itself)
            } else {
                row.place.name.clone()
            },
            address: if row.itself { String::new() } else { self.address(&row.place.code, last, self.language) },
            cells: row.cells.iter().map(|cell| self.cell(cell)).collect(),
        }
    }

    fn cell(&self, cell: &MatrixCell) -> Cell {
        let index = STATES.iter().position(|state| *state == cell.state).unwrap_or(STATES.len() - 1);
        let (letter, word, _) = self.own.states[index];
        let (received, expected) = (cell.counts.received, cell.counts.expected);
        // Rounded down: 100 % is said of what is whole only.
        let percent = (expected > 1 && received > 0).then(|| format!("{}%", received * 100 / expected));
        Cell { letter, word, class: STATES[index], percent: percent.unwrap_or_default() }
    }

    /// The columns before the first one.
    fn older(&self) -> String {
        let before = self.matrix.columns.first().map(|first| self.in_force.pack.calendar.previous(*first).name());
        self.address(&self.matrix.place.code, &before.unwrap_or_default(), self.language)
    }

    /// As many columns after the last one as have begun.
    fn newer(&self) -> String {
        let calendar = &self.in_force.pack.calendar;
        let mut last = None;
        let mut next = self.matrix.columns.last().map(|last| calendar.next(*last));
        for _ in 0..self.matrix.columns.len() {
            let Some(begun) = next.filter(|next| next.first() <= self.today) else { break };
            last = Some(begun);
            next = Some(calendar.next(begun));
        }
        last.map_or_else(String::new, |last| self.address(&self.matrix.place.code, &last.name(), self.language))
    }
}
