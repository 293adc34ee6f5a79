//! `relais card`: a report type on one printed page.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;

use super::{Failure, open};
use crate::base::Language;
use crate::base::text::fold;
use crate::card::{Card, Reach};
use crate::flow::model::{Flow, Pack};

/// Write the cue card of a report type: one A5 page for the people who send it, made from its flow file.
///
/// HTML goes to standard output; open it in a browser and print it, or
///   relais card DEP --number 36019 --code '*360#' > dep.html
///   chromium --headless --no-pdf-header-footer --print-to-pdf=dep.pdf dep.html
/// Letters are as large as one page allows. Where the number or the code is not given, the card has a line to write it on.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Arguments {
    /// Keyword of the report type: DEP.
    word: String,
    /// Folder of the pack; without it, the embedded Mali pack.
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
    /// Language of the card; without it, the first of the pack.
    #[arg(long, value_name = "CODE")]
    lang: Option<Language>,
    /// Number or short code the SMS goes to.
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    /// Code dialled for USSD.
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// A page for print, or plain text.
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
}

/// How the card is written.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Html,
    Text,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let pack = open::pack(arguments.pack.as_deref())?;
    let flow = called(&pack, &arguments.word)?;
    let language = arguments.lang.unwrap_or(pack.first_language());
    if !pack.languages.contains(&language) {
        let known: Vec<String> = pack.languages.iter().map(ToString::to_string).collect();
        return Err(Failure::Misused(format!("the pack does not speak `{language}`; it speaks {}", known.join(", "))));
    }
    let reach = Reach { number: arguments.number.clone(), code: arguments.code.clone() };
    let card = Card::of(&pack, flow, language, reach);
    match arguments.format {
        Format::Html => print!("{}", card.html().map_err(Failure::refused)?),
        Format::Text => print!("{}", card.plain()),
    }
    Ok(())
}

fn called<'p>(pack: &'p Pack, word: &str) -> Result<&'p Arc<Flow>, Failure> {
    let opens =
        |flow: &&Arc<Flow>| std::iter::once(&flow.keyword).chain(&flow.aliases).any(|known| fold(known) == fold(word));
    pack.flows.iter().find(opens).ok_or_else(|| {
        let known: Vec<&str> = pack.flows.iter().map(|flow| flow.keyword.as_str()).collect();
        Failure::Misused(format!("no report type is called `{word}`; there are {}", known.join(", ")))
    })
}
