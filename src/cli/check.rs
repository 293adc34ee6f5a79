//! `relais check`: everything wrong with a pack, at once.

use std::path::PathBuf;

use super::{Failure, open};
use crate::flow::check;

/// Read a pack and name everything that is wrong with it, with file, line and mend.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of the pack; without it, the embedded Mali pack.
    dir: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let files = open::pack_files(arguments.dir.as_deref())?;
    match check::whole(&files) {
        Ok(pack) => {
            eprintln!(
                "The pack `{}` is sound: {} flows in {} languages.",
                pack.name,
                pack.flows.len(),
                pack.languages.len()
            );
            Ok(())
        }
        Err(faults) => Err(Failure::Refused(open::listed(&files, &faults))),
    }
}
