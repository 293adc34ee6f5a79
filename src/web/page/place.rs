//! The page of a place: how complete its reports are, its figures, and the places below it.

use askama::Template;
use axum::extract::Query;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use super::picker::Picker;
use super::words::{Words, date, words};
use super::{Frame, PageError, PageVisitor, render};
use crate::base::Language;
use crate::base::text::grouped;
use crate::person::Access;
use crate::programme::InForce;
use crate::view::officer::{figure_text, percent_text};
use crate::view::{
    self, Ask, CompletenessShown, CompletenessView, IndicatorShown, Question, Summary, SummaryRow, ViewError,
};
use crate::web::limits::COLUMNS_MAX;
use crate::web::{ApiError, App, SignIn};

/// What the address can say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceParams {
    period: Option<String>,
    flow: Option<String>,
    lang: Option<String>,
}

#[derive(Template)]
#[template(path = "place.html")]
struct PlacePage {
    frame: Frame,
    code: String,
    name: String,
    level: String,
    period: String,
    first_day: String,
    last_day: String,
    is_under_way: bool,
    breadcrumb: Vec<(String, String)>,
    picker: Picker,
    flows: Vec<(String, String, bool)>,
    flow: String,
    reporting: String,
    complete: CompleteShown,
    groups: Vec<Group>,
    below: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    total: Row,
    by_flow: Vec<FlowRow>,
    download: String,
    attribution: String,
}

/// Counts with the words and widths to show them.
struct CompleteShown {
    counts: CompletenessShown,
    percent: String,
    on_time_percent: String,
    mark: &'static str,
    mark_class: &'static str,
    /// Widths of the bar, in per cent: on time, late, silent.
    widths: [String; 3],
    /// Where the second and third part begin.
    starts: [String; 2],
}

/// Headline figures of one report type.
struct Group {
    title: String,
    figures: Vec<(String, String, String)>,
}

struct Column {
    name: String,
}

struct Row {
    name: String,
    address: Option<String>,
    complete: CompleteShown,
    cells: Vec<String>,
}

struct FlowRow {
    title: String,
    complete: CompleteShown,
}

/// The page of the visitor's whole area.
pub(super) async fn home(visitor: PageVisitor, State(app): State<App>, uri: Uri) -> Result<Response, PageError> {
    show(&app, &visitor.0.access, None, &uri).await
}

/// The page of one place.
pub(super) async fn page(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    show(&app, &visitor.0.access, Some(&code), &uri).await
}

async fn show(app: &App, access: &Access, code: Option<&str>, uri: &Uri) -> Result<Response, PageError> {
    let params = match Query::<PlaceParams>::try_from_uri(uri) {
        Ok(Query(params)) => params,
        Err(rejection) => {
            return Err(PageError::new(Language::FRENCH, ApiError::bad("bad_query", None, rejection.body_text())));
        }
    };
    let in_force = app.programme.in_force();
    let asked = params.lang.as_deref().and_then(|code| code.parse().ok());
    let language = asked.filter(|known| in_force.pack.languages.contains(known)).unwrap_or(Language::FRENCH);
    let answered = async {
        let given = |value: &'_ Option<String>| value.clone().filter(|value| !value.is_empty());
        let (period, flow) = (given(&params.period), given(&params.flow));
        let ask = Ask { place: code, period: period.as_deref(), flow: flow.as_deref(), by: None, network: None };
        let question = Question::settle(&in_force, access, app.programme.today(), ask)?;
        let (summary, complete) = view::summary(&app.programme, &question, language).await?;
        Ok::<_, ViewError>(
            Composer { app, in_force: &in_force, access, question: &question, language }.compose(&summary, &complete),
        )
    };
    match answered.await {
        Ok(page) => Ok(render(&page)),
        Err(error) => Err(PageError::from_view(language, error)),
    }
}

/// Puts the answers of the views into the page's order.
struct Composer<'a> {
    app: &'a App,
    in_force: &'a InForce,
    access: &'a Access,
    question: &'a Question,
    language: Language,
}

impl Composer<'_> {
    fn compose(&self, summary: &Summary, complete: &CompletenessView) -> PlacePage {
        let (pack, question, words) = (&self.in_force.pack, self.question, words(self.language));
        let period = words.period_name(question.period);
        let level = pack.levels.iter().find(|level| level.id == question.place.level);
        let columns: Vec<&IndicatorShown> =
            summary.indicators.iter().filter(|indicator| indicator.headline).take(COLUMNS_MAX).collect();
        let total = SummaryRow {
            values: summary.total.clone(),
            completeness: summary.completeness.clone(),
            ..SummaryRow::default()
        };
        let plain = |name: &str| name.to_owned();
        PlacePage {
            frame: self.frame(&format!("{}, {period}", question.place.name), words),
            code: question.place.code.clone(),
            name: question.place.name.clone(),
            level: level.map_or_else(String::new, |level| level.name.get(self.language).to_owned()),
            period,
            first_day: date(question.period.first()),
            last_day: date(question.period.last()),
            is_under_way: question.period.last() >= question.today,
            breadcrumb: self.breadcrumb(),
            picker: Picker::new(&pack.calendar, words, question.period, question.today),
            flows: self.flows(),
            flow: question.flow_id().unwrap_or_default().to_owned(),
            reporting: self.reporting(summary, words),
            complete: shown(&summary.completeness, words, self.language),
            groups: self.groups(summary),
            below: self.below(),
            columns: columns.iter().map(|indicator| Column { name: plain(&indicator.name) }).collect(),
            rows: summary.rows.iter().map(|row| self.row(row, &columns, words)).collect(),
            total: self.row(&total, &columns, words),
            by_flow: self.by_flow(complete, words),
            download: format!(
                "/api/v1/summary.csv?place={}&period={}&flow={}&lang={}",
                question.place.code,
                question.period,
                question.flow_id().unwrap_or_default(),
                self.language
            ),
            attribution: pack.attribution.clone(),
        }
    }

    fn frame(&self, title: &str, shown: &'static Words) -> Frame {
        let other = |language: &Language| {
            let words = words(*language);
            (words.lang, words.language_name, self.address(&self.question.place.code, *language))
        };
        let languages = self.in_force.pack.languages.iter().filter(|language| **language != self.language);
        Frame {
            is_demo: self.app.sign_in == SignIn::Demo,
            can_leave: self.app.sign_in != SignIn::Demo,
            languages: languages.map(other).collect(),
            ..Frame::new(shown, title)
        }
    }

    /// The address of another place, at the same time and of the same report type.
    fn address(&self, code: &str, language: Language) -> String {
        let flow = self.question.flow_id().map_or_else(String::new, |flow| format!("&flow={flow}"));
        format!("/places/{code}?period={}{flow}&lang={language}", self.question.period)
    }

    /// From the top of what the visitor may see down to the place above this one.
    fn breadcrumb(&self) -> Vec<(String, String)> {
        let tree = &self.in_force.tree;
        let mut way = tree.upwards(self.question.place.id, self.question.period.last());
        way.remove(0);
        way.retain(|place| self.access.covers(tree, place.id, self.question.today));
        way.reverse();
        way.into_iter().map(|place| (place.name.clone(), self.address(&place.code, self.language))).collect()
    }

    fn flows(&self) -> Vec<(String, String, bool)> {
        let chosen = self.question.flow_id();
        let flow = |flow: &std::sync::Arc<crate::flow::model::Flow>| {
            let title = format!("{} · {}", flow.keyword, flow.title.get(self.language));
            (flow.id.clone(), title, chosen == Some(flow.id.as_str()))
        };
        self.in_force.pack.flows.iter().map(flow).collect()
    }

    fn reporting(&self, summary: &Summary, words: &Words) -> String {
        let places = &summary.places;
        if places.expected == 0 {
            return String::new();
        }
        let level = self.in_force.pack.levels.iter().find(|level| level.id == places.level);
        let plural = level.map_or("", |level| level.plural.get(self.language));
        format!("{} {} {} {plural} {}", places.reporting, words.of, places.expected, words.have_reported)
    }

    fn groups(&self, summary: &Summary) -> Vec<Group> {
        let groups = self.question.flows(&self.in_force.pack).map(|flow| {
            let headlines = summary.indicators.iter().filter(|shown| shown.headline && shown.flow == flow.id);
            let figure = |indicator: &IndicatorShown| {
                let figure = summary.total.get(&indicator.id)?;
                let made_of = match figure {
                    view::FigureShown::Ratio { numerator, denominator, .. } => {
                        format!("{} / {}", spaced(*numerator), spaced(*denominator))
                    }
                    view::FigureShown::Whole(_) => String::new(),
                };
                Some((indicator.name.clone(), unbroken(&figure_text(figure, self.language)), made_of))
            };
            Group { title: flow.title.get(self.language).to_owned(), figures: headlines.filter_map(figure).collect() }
        });
        groups.filter(|group| !group.figures.is_empty()).collect()
    }

    /// Name of the level the rows are of.
    fn below(&self) -> String {
        let levels = &self.in_force.pack.levels;
        let depth = self.in_force.pack.depth(&self.question.place.level).unwrap_or(0);
        levels.get(depth + 1).map_or_else(String::new, |level| level.plural.get(self.language).to_owned())
    }

    fn row(&self, row: &SummaryRow, columns: &[&IndicatorShown], words: &'static Words) -> Row {
        let place = row.place.as_ref();
        let cell = |indicator: &&IndicatorShown| {
            row.values
                .get(&indicator.id)
                .map_or_else(String::new, |figure| unbroken(&figure_text(figure, self.language)))
        };
        Row {
            name: match place {
                None => words.total.to_owned(),
                Some(place) if row.itself => format!("{} ({})", place.name, words.itself),
                Some(place) => place.name.clone(),
            },
            address: place.filter(|_| !row.itself).map(|place| self.address(&place.code, self.language)),
            complete: shown(&row.completeness, words, self.language),
            cells: columns.iter().map(cell).collect(),
        }
    }

    fn by_flow(&self, complete: &CompletenessView, words: &'static Words) -> Vec<FlowRow> {
        let rows = complete.flows.iter().filter_map(|row| {
            let flow = self.in_force.pack.flow(row.flow.as_deref()?)?;
            let title = flow.title.get(self.language).to_owned();
            Some(FlowRow { title, complete: shown(&row.counts, words, self.language) })
        });
        rows.collect()
    }
}

/// From 80 % good, from 50 % to be followed: the marks of the national bulletin, always with their word.
fn shown(counts: &CompletenessShown, words: &'static Words, language: Language) -> CompleteShown {
    let (mark, mark_class) = match counts.percent {
        None => (words.marks[3], "none"),
        Some(percent) if percent >= 80.0 => (words.marks[0], "good"),
        Some(percent) if percent >= 50.0 => (words.marks[1], "fair"),
        Some(_) => (words.marks[2], "low"),
    };
    let whole = counts.expected.max(counts.received).max(1) as f64;
    let width = |part: i64| part as f64 * 100.0 / whole;
    let text = |percent: Option<f64>| percent.map_or_else(|| "-".to_owned(), |part| percent_text(part, language));
    CompleteShown {
        percent: text(counts.percent),
        on_time_percent: text(counts.on_time_percent),
        mark,
        mark_class,
        widths: [counts.on_time, counts.late, counts.silent].map(|part| format!("{:.1}", width(part))),
        starts: [counts.on_time, counts.received].map(|part| format!("{:.1}", width(part))),
        counts: counts.clone(),
    }
}

fn spaced(number: i64) -> String {
    unbroken(&grouped(number))
}

/// Thousands stay on one line.
fn unbroken(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}
