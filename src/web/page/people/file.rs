//! People from a file: looked at first, with every faulty row; brought in when confirmed.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::faults::told;
use super::form::Typed;
use super::words::{PeopleWords, people_words};
use super::{frame, not_taken, officer};
use crate::base::Language;
use crate::person::fault::Fault;
use crate::person::file::COLUMNS;
use crate::register::{self, ImportError, Imported};
use crate::web::App;
use crate::web::form::{Checked, Sent};
use crate::web::limits::FAULTS_SHOWN_MAX;
use crate::web::page::{Frame, LanguageParam, PageError, PageVisitor, render};
use crate::web::upload::Uploaded;

#[derive(Template)]
#[template(path = "people/import.html")]
struct FilePage {
    frame: Frame,
    own: &'static PeopleWords,
    token: String,
    columns: String,
    /// What is wrong with the file as a whole.
    fault: &'static str,
    rows: Vec<(usize, &'static str, String)>,
    /// How many faults there are, where more than are listed.
    more: Option<usize>,
    counts: Option<Counts>,
    /// The id under which the file waits to be confirmed.
    waits: Option<String>,
}

/// What a file would do, or did.
struct Counts {
    lines: Vec<String>,
    renamed: String,
    is_latin: bool,
    is_nothing: bool,
}

/// The empty form.
pub(in crate::web::page) async fn show(
    visitor: PageVisitor,
    State(app): State<App>,
    Query(asked): Query<LanguageParam>,
) -> Result<Response, PageError> {
    officer(&visitor, asked.language())?;
    Ok(render(&page(&app, &visitor, asked.language())))
}

/// Looks at a file and says what it would do.
pub(in crate::web::page) async fn upload(
    visitor: PageVisitor,
    State(app): State<App>,
    sent: Uploaded,
) -> Result<Response, PageError> {
    let language = sent.language;
    let (officer, own) = (officer(&visitor, language)?, people_words(language));
    let page = page(&app, &visitor, language);
    if sent.file.is_empty() {
        return Ok(not_taken(false, render(&FilePage { fault: own.no_file, ..page })));
    }
    match register::keep(&app.programme, &officer, &sent.file).await {
        Ok(kept) => {
            let counts = counts(&kept.would, own, own.would);
            let waits = (!counts.is_nothing).then(|| kept.id.to_string());
            Ok(render(&FilePage { counts: Some(counts), waits, ..page }))
        }
        Err(error) => faulty(page, error, language),
    }
}

/// Brings in the file that was shown.
pub(in crate::web::page) async fn confirm(
    visitor: PageVisitor,
    State(app): State<App>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let language = typed.language();
    let (officer, own) = (officer(&visitor, language)?, people_words(language));
    let page = page(&app, &visitor, language);
    let over = |page| Ok(not_taken(false, render(&FilePage { fault: own.over, ..page })));
    let Ok(id) = typed.file.parse() else { return over(page) };
    match register::confirm(&app.programme, &officer, id).await {
        Ok(Some(did)) => Ok(render(&FilePage { counts: Some(counts(&did, own, own.did)), ..page })),
        Ok(None) => over(page),
        Err(error) => faulty(page, error, language),
    }
}

fn counts(imported: &Imported, own: &PeopleWords, words: [&'static str; 3]) -> Counts {
    let counted = [imported.added, imported.changed, imported.unchanged];
    let renamed = imported.renamed.iter().take(FAULTS_SHOWN_MAX).map(ToString::to_string).collect::<Vec<_>>();
    Counts {
        lines: counted.iter().zip(words).map(|(count, word)| format!("{word} : {count}")).collect(),
        renamed: if renamed.is_empty() { String::new() } else { format!("{} : {}", own.renamed, renamed.join(", ")) },
        is_latin: imported.is_latin,
        is_nothing: imported.added + imported.changed == 0,
    }
}

fn faulty(page: FilePage, error: ImportError, language: Language) -> Result<Response, PageError> {
    let own = people_words(language);
    let faults = match error {
        ImportError::Store(error) => return Err(PageError::new(language, error.into())),
        ImportError::Table(_) => return Ok(not_taken(false, render(&FilePage { fault: own.no_table, ..page }))),
        ImportError::Rows(faults) => faults,
    };
    let row = |fault: &Fault| {
        let column = if fault.column.is_empty() { "" } else { own.column(fault.column) };
        (fault.line, column, told(&fault.reason, language))
    };
    let rows = faults.iter().take(FAULTS_SHOWN_MAX).map(row).collect();
    let more = (faults.len() > FAULTS_SHOWN_MAX).then_some(faults.len());
    Ok(not_taken(faults.iter().any(Fault::is_denial), render(&FilePage { rows, more, ..page })))
}

fn page(app: &App, visitor: &PageVisitor, language: Language) -> FilePage {
    let own = people_words(language);
    FilePage {
        frame: frame(app, visitor, language, (own.file, "/people/import?")),
        own,
        token: visitor.form.clone(),
        columns: COLUMNS[..COLUMNS.len() - 1].join(", "),
        fault: "",
        rows: Vec::new(),
        more: None,
        counts: None,
        waits: None,
    }
}
