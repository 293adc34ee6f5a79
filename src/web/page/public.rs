//! The public face: counts of communes for anyone, where the configuration says so. Without it there is no such page.
//!
//! Nobody is signed in here, nothing is kept of who looks, and nothing leads from here into what is not public.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::words::words;
use super::{Frame, LanguageParam, PageError, render};
use crate::base::Language;
use crate::base::text::grouped;
use crate::rollup::Published;
use crate::view::{self, PublicCard, PublicRow, PublicTable};
use crate::web::limits::PUBLIC_AGE_S;
use crate::web::routes::{Opens, Route};
use crate::web::{ApiError, App};

/// Its addresses.
pub static ROUTES: &[Route<App>] = &[
    Route::read("/public", Opens::Anyone, || get(country)),
    Route::read("/public/places/{code}", Opens::Anyone, || get(place)),
];

/// Its words.
struct PublicWords {
    lead: &'static str,
    hidden: &'static str,
    at_least: &'static str,
    not_shown: &'static str,
    communes_sent: &'static str,
    no_quarter: &'static str,
}

static FRENCH: PublicWords = PublicWords {
    lead: "Ce que les acteurs communaux de la nutrition ont rapporté, par trimestre terminé.",
    hidden: "Aucune donnée personnelle. Les nombres sous 5 ne sont pas montrés (<5) ; un total dont une partie est cachée dit \
             « au moins ». Un tiret : rien n’est arrivé.",
    at_least: "au moins",
    not_shown: "caché",
    communes_sent: "communes ont envoyé des rapports",
    no_quarter: "Pour aucun trimestre clos des rapports n’étaient encore attendus d’ici, et aucun n’est arrivé.",
};

static ENGLISH: PublicWords = PublicWords {
    lead: "What the communal actors of nutrition reported, by quarter that is over.",
    hidden: "No personal data. Numbers under 5 are not shown (<5); a total with a hidden part says “at least”. A dash: \
             nothing came.",
    at_least: "at least",
    not_shown: "hidden",
    communes_sent: "communes have sent reports",
    no_quarter: "For no closed quarter were reports expected from here yet, and none came.",
};

#[derive(Template)]
#[template(path = "public.html")]
struct PublicPage {
    frame: Frame,
    own: &'static PublicWords,
    name: String,
    level: String,
    breadcrumb: Vec<(String, String)>,
    quarters: Vec<String>,
    reporting: Vec<(String, usize)>,
    communes: usize,
    tables: Vec<Table>,
    attribution: String,
}

struct Table {
    name: String,
    rows: Vec<Row>,
    total: Vec<String>,
}

struct Row {
    name: String,
    /// Empty for the place that is shown.
    address: String,
    counts: Vec<String>,
}

async fn country(State(app): State<App>, Query(asked): Query<LanguageParam>) -> Result<Response, PageError> {
    show(&app, None, asked.language()).await
}

async fn place(
    State(app): State<App>,
    Path(code): Path<String>,
    Query(asked): Query<LanguageParam>,
) -> Result<Response, PageError> {
    show(&app, Some(&code), asked.language()).await
}

async fn show(app: &App, code: Option<&str>, language: Language) -> Result<Response, PageError> {
    if !app.is_public {
        return Err(PageError::new(language, ApiError::not_found("path", "")));
    }
    let card = view::public_card(&app.programme, code, language).await;
    let card = card.map_err(|error| PageError::from_view(language, error))?;
    let mut response = render(&composed(app, card, language)).into_response();
    // The same for all, and it changes once a quarter.
    if let Ok(kept) = HeaderValue::from_str(&format!("public, max-age={PUBLIC_AGE_S}")) {
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
    }
    Ok(response)
}

fn composed(app: &App, card: PublicCard, language: Language) -> PublicPage {
    let (words, own) = (words(language), if language == Language::ENGLISH { &ENGLISH } else { &FRENCH });
    let in_force = app.programme.in_force();
    let level = in_force.pack.level(&card.place.level);
    let address = |code: &str| format!("/public/places/{code}?lang={}", words.lang);
    let frame = Frame {
        is_demo: app.is_demo(),
        home: format!("/public?lang={}", words.lang),
        ..Frame::new(words, &card.place.name)
    };
    let here = format!("/public/places/{}", card.place.code);
    let quarters: Vec<String> = card.quarters.iter().map(|quarter| words.period_name(*quarter)).collect();
    let place = card.place.code.clone();
    let row = |row: PublicRow| Row {
        address: if row.place.code == place { String::new() } else { address(&row.place.code) },
        name: row.place.name,
        counts: row.counts.into_iter().map(|count| count_text(count, own)).collect(),
    };
    let table = |table: PublicTable| Table {
        name: table.name,
        rows: table.rows.into_iter().map(row).collect(),
        total: table.total.into_iter().map(|count| count_text(count, own)).collect(),
    };
    PublicPage {
        frame: frame.spoken(&in_force.pack, language, |other| format!("{here}?lang={other}")),
        own,
        name: card.place.name,
        level: level.map_or_else(String::new, |level| level.name.get(language).to_owned()),
        breadcrumb: card.above.into_iter().map(|above| (above.name, address(&above.code))).collect(),
        reporting: quarters.iter().cloned().zip(card.reporting).collect(),
        quarters,
        communes: card.communes,
        tables: card.tables.into_iter().map(table).collect(),
        attribution: in_force.pack.attribution.clone(),
    }
}

fn count_text(count: Published, own: &PublicWords) -> String {
    match count {
        Published::Nothing => "–".to_owned(),
        Published::Exact(count) => grouped(count),
        Published::Few => "<5".to_owned(),
        Published::AtLeast(0) => own.not_shown.to_owned(),
        Published::AtLeast(count) => format!("{} {}", own.at_least, grouped(count)),
    }
}
