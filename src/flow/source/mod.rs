//! Reads a pack's files, given as texts by name, into a [`Pack`]: every fault of every file at once.
//!
//! Syntax, keys, types, languages and ids are settled here; whether the pack makes sense is `check`. Never opens a file.

mod alert_table;
mod book_writer;
mod day;
mod dhis2_file;
mod field_table;
mod files;
mod findings;
mod flow_file;
mod indicator_table;
mod origins;
mod pack_file;
mod schema;
mod section;

use std::sync::Arc;

use toml::de::DeTable;

pub use files::PackFiles;
pub use origins::{DeclaredWord, Origin, Origins, WordUse, WrittenText};
pub use schema::{PackFile, json_schema, languages_named};
pub(in crate::flow) use section::{did_you_mean, nearest};

use super::diagnostic::{Diagnostic, in_order};
use super::limits;
use super::model::{Flow, Pack};
use super::text::TextBook;
use findings::Findings;
use section::Section;

/// File that describes the pack.
pub const PACK_FILE: &str = "pack.toml";
/// The mapping to DHIS2; a pack may have none.
pub const DHIS2_FILE: &str = "dhis2.toml";
/// File of the system's own texts.
pub const TEXTS_FILE: &str = "texts.toml";

/// A pack together with where each of its words was written: what the static checks need.
#[derive(Debug)]
pub struct Loaded {
    /// The pack.
    pub pack: Pack,
    /// Where everything stands.
    pub origins: Origins,
}

/// One version of a flow with its own texts and expressions: what an old report is recounted by.
#[derive(Debug)]
pub struct FlowEdition {
    /// The flow.
    pub flow: Arc<Flow>,
    /// Its texts and expressions, under the same names as in a pack.
    pub texts: TextBook,
}

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// Every fault of every file, in reading order.
    pub fn load(files: &PackFiles) -> Result<Pack, Vec<Diagnostic>> {
        load(files).map(|loaded| loaded.pack)
    }
}

/// Reads a pack and keeps where everything stands.
///
/// # Errors
/// Every fault of every file, in reading order.
pub fn load(files: &PackFiles) -> Result<Loaded, Vec<Diagnostic>> {
    let mut faults = files.beyond_limits();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut origins = Origins::default();
    let pack_text = files.get(PACK_FILE).unwrap_or_default();
    if files.get(PACK_FILE).is_none() {
        let help = "every pack has one: copy the Mali pack's and change it";
        faults.push(Diagnostic::at(PACK_FILE, "", 0..0, "missing-file", "there is no pack.toml".into(), help.into()));
    }
    let mut pack = with_table(&Findings::new(PACK_FILE, pack_text), &mut faults, |section| {
        pack_file::read(section, files, &mut origins)
    });
    let mut book = TextBook::new(&pack.languages);
    if let Some(text) = files.get(TEXTS_FILE) {
        with_table(&Findings::new(TEXTS_FILE, text), &mut faults, |section| {
            book_writer::read_system_texts(section, &pack, &mut book, &mut origins)
        });
    }
    for (name, text) in files.flows() {
        let flow = with_table(&Findings::new(name, text), &mut faults, |section| {
            flow_file::read(section, &pack, &mut book, &mut origins)
        });
        pack.flows.push(Arc::new(flow));
    }
    let rank = |id: &str| pack.order.iter().position(|ordered| ordered == id).unwrap_or(usize::MAX);
    pack.flows.sort_by_key(|flow| rank(&flow.id));
    pack.dhis2 = files.get(DHIS2_FILE).and_then(|text| dhis2_file::read(text, &pack, &mut faults));
    pack.texts = book;
    pack.hash = files.hash();
    if faults.is_empty() { Ok(Loaded { pack, origins }) } else { Err(in_order(faults)) }
}

/// Reads one flow again from the text it was kept with. Roles, levels, bodies and languages that the pack no longer has, or
/// has since, are no fault: its reports are counted by its fields and indicators.
///
/// # Errors
/// Every fault of the text: one that was accepted once has none.
pub fn load_flow(pack: &Pack, source_text: &str) -> Result<FlowEdition, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let mut origins = Origins::default();
    let mut texts = TextBook::new(&pack.languages);
    if source_text.len() > limits::FLOW_FILE_BYTES_MAX {
        faults.push(files::too_large("flow", limits::FLOW_FILE_BYTES_MAX));
        return Err(faults);
    }
    let flow = with_table(&Findings::of_accepted("flow.toml", source_text), &mut faults, |section| {
        flow_file::read(section, pack, &mut texts, &mut origins)
    });
    if faults.is_empty() { Ok(FlowEdition { flow: Arc::new(flow), texts }) } else { Err(in_order(faults)) }
}

/// Parses a text and hands its table to `read`; syntax faults first, then what `read` found.
fn with_table<T>(findings: &Findings<'_>, faults: &mut Vec<Diagnostic>, read: impl FnOnce(&Section<'_>) -> T) -> T {
    let (document, errors) = DeTable::parse_recoverable(findings.text);
    for error in &errors {
        let help = "TOML: key = \"text\", one to a line; a text longer than a line stands between \"\"\" and \"\"\"";
        findings.report(error.span().unwrap_or_default(), "syntax", error.message(), help);
    }
    let section = Section::new(findings, document.get_ref(), 0..0);
    let value = read(&section);
    section.finish();
    let mut found = findings.found.take();
    if !errors.is_empty() {
        // What a broken line says or hides is not held against it: only what is surely wrong is said beside the syntax.
        let broken: Vec<usize> = found.iter().filter(|fault| fault.code == "syntax").map(|fault| fault.line).collect();
        let follows = |fault: &Diagnostic| fault.code.starts_with("missing-") || broken.contains(&fault.line);
        found.retain(|fault| fault.code == "syntax" || !follows(fault));
    }
    faults.append(&mut found);
    value
}
