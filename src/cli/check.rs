//! `relais check`: everything wrong with a pack, at once; and the schema editors check its files by.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Failure, open};
use crate::flow::check;
use crate::flow::model::Written;
use crate::flow::source::{PackFile, json_schema, languages_named};

/// Read a pack and name everything that is wrong with it, with file, line and mend.
///
/// With --schema nothing is checked: the JSON Schema of one kind of file goes to standard output, in the languages of the
/// pack. Keep it beside the files and write `#:schema ./flow.schema.json` as the first line of a report type; an editor
/// with Taplo then completes keys and underlines what cannot stand there (docs/FLOWS.md).
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of the pack; without it, the embedded Mali pack.
    dir: Option<PathBuf>,
    /// Print the JSON Schema (2020-12) of report types, of pack.toml or of texts.toml instead.
    #[arg(long, value_name = "FILE", value_enum)]
    schema: Option<Schema>,
}

/// The kinds of files there are schemas of.
#[derive(Clone, Copy, ValueEnum)]
enum Schema {
    Flow,
    Pack,
    Texts,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let files = open::pack_files(arguments.dir.as_deref())?;
    if let Some(schema) = arguments.schema {
        let file = match schema {
            Schema::Flow => PackFile::Flow,
            Schema::Pack => PackFile::Pack,
            Schema::Texts => PackFile::Texts,
        };
        let (whole, drafts) = languages_named(&files);
        println!("{:#}", json_schema(file, Written { whole: &whole, drafts: &drafts }));
        return Ok(());
    }
    match check::whole(&files) {
        Ok(pack) => {
            eprintln!(
                "The pack `{}` is sound: {} flows in {} languages.",
                pack.name,
                pack.flows.len(),
                pack.languages.len()
            );
            for (language, written, all) in check::drafts(&files) {
                let first = pack.first_language();
                eprintln!(
                    "Note: `{language}` is a draft: {written} of {all} texts are written, the others are said in `{first}`."
                );
            }
            Ok(())
        }
        Err(faults) => Err(Failure::Refused(open::listed(&files, &faults))),
    }
}
