//! `relais report`: the quarterly report to government, or the monthly bulletin, of a place.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Failure, WithConfig, open, pdf};
use crate::base::Language;
use crate::person::Access;
use crate::programme::Programme;
use crate::view::{Ask, Question};
use crate::web::page::report::{self, Document};

/// Write the quarterly report of a place: A4 pages for government, made from the figures as they stand.
///
/// HTML goes to standard output; a browser prints it. A PDF is made here where Chromium is installed, and needs --out:
///   relais report --place ML0304 --period 2026-Q3 --format pdf --out koutiala.pdf
///   relais report --place ML0304 --bulletin --period 2026-11 --language en > bulletin.html
/// Every figure is that of the page, the API and BILAN; what is not complete says so first.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Arguments {
    /// Code of the place; without it, the country.
    #[arg(long, value_name = "CODE")]
    place: Option<String>,
    /// A quarter such as 2026-Q4, or with --bulletin a month such as 2026-11; without it, the current one.
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// The monthly bulletin, one side of A4, instead of the quarterly report.
    #[arg(long)]
    bulletin: bool,
    /// Language; without it, the first of the pack.
    #[arg(long, value_name = "CODE")]
    language: Option<Language>,
    /// A page that stands alone, or a PDF made of it by Chromium.
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
    /// File to write; without it, standard output (HTML only).
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The browser that makes the PDF; without it, the first Chromium or Chrome on the PATH.
    #[arg(long, value_name = "PROGRAM")]
    browser: Option<PathBuf>,
    #[command(flatten)]
    with: WithConfig,
}

/// How the report is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Pdf,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.format == Format::Pdf && arguments.out.is_none() {
        return Err(Failure::Misused("a PDF is written to a file: name it with --out FILE".into()));
    }
    let config = open::config(&arguments.with)?;
    let programme = open::programme(&config).await?;
    let html = html(&programme, &arguments).await?;
    let Some(out) = &arguments.out else {
        print!("{html}");
        return Ok(());
    };
    let bytes = match arguments.format {
        Format::Html => html.into_bytes(),
        Format::Pdf => {
            let browser = arguments.browser.clone();
            let printed = tokio::task::spawn_blocking(move || pdf::printed(&html, browser.as_deref())).await;
            printed.map_err(Failure::refused)?.map_err(Failure::refused)?
        }
    };
    let written = std::fs::write(out, bytes);
    written.map_err(|error| Failure::Refused(format!("{} cannot be written: {error}", out.display())))
}

async fn html(programme: &Programme, arguments: &Arguments) -> Result<String, Failure> {
    let in_force = programme.in_force();
    let (pack, today) = (&in_force.pack, programme.today());
    let language = arguments.language.unwrap_or(pack.first_language());
    if !pack.languages.contains(&language) {
        let known: Vec<String> = pack.languages.iter().map(ToString::to_string).collect();
        return Err(Failure::Misused(format!("the pack does not speak `{language}`; it speaks {}", known.join(", "))));
    }
    let document = if arguments.bulletin { Document::Bulletin } else { Document::Quarterly };
    let usual = pack.calendar.period(document.period(), today).name();
    let period = arguments.period.as_deref().unwrap_or(&usual);
    let ask = Ask { place: arguments.place.as_deref(), period: Some(period), ..Ask::default() };
    let question = Question::settle(&in_force, &Access::LOOK, today, ask).map_err(Failure::refused)?;
    report::file(programme, &question, language, document).await.map_err(Failure::refused)
}
