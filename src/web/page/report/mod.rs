//! What is printed: the quarterly report to government and the one-page monthly bulletin of a place, as pages and as files.
//!
//! Both are made of the view's answer alone, so that they say what every other face says. A file carries its style and
//! needs nothing else; a page has the frame of all pages, which is not printed.

mod bulletin;
mod quarter;
mod sheet;
mod words;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;

use self::bulletin::Bulletin;
use self::quarter::Quarterly;
use super::around::{Asked, Heading, asked};
use super::words::{Words, date, words};
use super::{Frame, PageError, PageVisitor, render, style};
use crate::base::{Language, PeriodKind};
use crate::programme::{InForce, Programme};
use crate::view::{self, Question, ReportView, ViewError};
use crate::web::App;
use words::{ReportWords, report_words};

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// The report of a quarter.
    Quarterly,
    /// The bulletin of a month: one side of A4.
    Bulletin,
}

impl Document {
    /// The kind of period it is about.
    pub fn period(self) -> PeriodKind {
        match self {
            Document::Quarterly => PeriodKind::Quarter,
            Document::Bulletin => PeriodKind::Month,
        }
    }

    fn page(self) -> &'static str {
        match self {
            Document::Quarterly => "report",
            Document::Bulletin => "bulletin",
        }
    }
}

/// A document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// What the view says.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The template could not be filled, which is a fault of ours.
    #[error("a document could not be rendered: {0}")]
    Render(#[from] askama::Error),
}

/// What stands above either document.
struct Head {
    title: &'static str,
    place: String,
    level: String,
    period: String,
    days: String,
    made_on: String,
    figures: String,
}

#[derive(Template)]
#[template(path = "report/page.html")]
struct Page {
    frame: Frame,
    heading: Heading,
    beside: Vec<(String, &'static str)>,
    own: &'static ReportWords,
    head: Head,
    quarterly: Option<Quarterly>,
    bulletin: Option<Bulletin>,
    attribution: String,
}

#[derive(Template)]
#[template(path = "report/file.html")]
struct File {
    style: &'static str,
    w: &'static Words,
    own: &'static ReportWords,
    head: Head,
    quarterly: Option<Quarterly>,
    bulletin: Option<Bulletin>,
    attribution: String,
}

/// The page of the quarterly report.
pub(super) async fn quarterly(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    page(&app, &visitor, &code, &uri, Document::Quarterly).await
}

/// The page of the bulletin.
pub(super) async fn monthly(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    page(&app, &visitor, &code, &uri, Document::Bulletin).await
}

async fn page(
    app: &App,
    visitor: &PageVisitor,
    code: &str,
    uri: &Uri,
    document: Document,
) -> Result<Response, PageError> {
    let asked = asked(app, visitor, (code, document.page()), uri, document.period())?;
    let view = view::printed(&app.programme, &asked.question, asked.language).await;
    let view = view.map_err(|error| asked.failed(error))?;
    let in_force = app.programme.in_force();
    let composer = Composer::new(&in_force, &asked.question, &view, asked.language);
    let head = composer.head(document);
    Ok(render(&Page {
        frame: asked.frame(app, visitor, head.title),
        heading: asked.heading(&in_force),
        beside: beside(&asked, document, composer.own),
        own: composer.own,
        head,
        quarterly: (document == Document::Quarterly).then(|| composer.quarterly()),
        bulletin: (document == Document::Bulletin).then(|| composer.bulletin()),
        attribution: in_force.pack.attribution.clone(),
    }))
}

/// The other pages of the same place and time.
fn beside(asked: &Asked, document: Document, own: &ReportWords) -> Vec<(String, &'static str)> {
    let (code, language) = (&asked.question.place.code, asked.language);
    match document {
        Document::Quarterly => {
            let period = asked.question.period;
            vec![(format!("/places/{code}/bodies?period={period}&lang={language}"), own.bodies_page)]
        }
        Document::Bulletin => vec![(format!("/places/{code}/report?lang={language}"), own.quarterly_title)],
    }
}

/// A document as a file of its own.
///
/// # Errors
/// [`ViewError::OtherPeriod`] for another kind of period than the document's, or what the store says.
pub async fn file(
    programme: &Programme,
    question: &Question,
    language: Language,
    document: Document,
) -> Result<String, DocumentError> {
    question.of_kind(document.period())?;
    let view = view::printed(programme, question, language).await?;
    let in_force = programme.in_force();
    let composer = Composer::new(&in_force, question, &view, language);
    let file = File {
        style: style::CSS,
        w: composer.words,
        own: composer.own,
        head: composer.head(document),
        quarterly: (document == Document::Quarterly).then(|| composer.quarterly()),
        bulletin: (document == Document::Bulletin).then(|| composer.bulletin()),
        attribution: in_force.pack.attribution.clone(),
    };
    Ok(file.render()?)
}

/// Puts the view's answer into the order of a document.
struct Composer<'a> {
    in_force: &'a InForce,
    question: &'a Question,
    view: &'a ReportView,
    language: Language,
    words: &'static Words,
    own: &'static ReportWords,
}

impl<'a> Composer<'a> {
    fn new(in_force: &'a InForce, question: &'a Question, view: &'a ReportView, language: Language) -> Composer<'a> {
        Composer { in_force, question, view, language, words: words(language), own: report_words(language) }
    }

    fn head(&self, document: Document) -> Head {
        let (period, words) = (self.question.period, self.words);
        let level = self.in_force.pack.level(&self.question.place.level);
        let mut days = format!("{} {} {} {}", words.from, date(period.first()), words.to, date(period.last()));
        if period.last() >= self.question.today {
            days = format!("{days}, {}", words.under_way);
        }
        Head {
            title: match document {
                Document::Quarterly => self.own.quarterly_title,
                Document::Bulletin => self.own.bulletin_title,
            },
            place: self.question.place.name.clone(),
            level: level.map_or_else(String::new, |level| level.name.get(self.language).to_owned()),
            period: words.period_name(period),
            days,
            made_on: self.own.made_on.replace("{d}", &date(self.view.made_on)),
            figures: self.state(),
        }
    }

    /// Which figures these are: current, or as they were approved and by which level.
    fn state(&self) -> String {
        let Some(closed) = &self.view.summary.closed else { return self.own.current.to_owned() };
        let is_same = closed.values.is_empty() && closed.completeness.is_none();
        let text = if is_same { self.own.closed_same } else { self.own.closed_differs };
        let level = self.in_force.pack.level(&closed.level);
        text.replace("{l}", level.map_or("", |level| level.name.get(self.language)))
    }
}
