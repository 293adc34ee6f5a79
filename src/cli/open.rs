//! Opening what a command works on: configuration, pack, store, programme.

use std::path::Path;

use secrecy::ExposeSecret;

use super::{Failure, WithConfig};
use crate::base::Environment;
use crate::config::{self, Config};
use crate::flow::diagnostic::{Diagnostic, render};
use crate::flow::model::Pack;
use crate::flow::source::PackFiles;
use crate::pack_embedded;
use crate::pack_folder;
use crate::programme::Programme;
use crate::rebuild;
use crate::store::Store;

/// Whether a command brings the database up to date.
pub(super) enum Migrate {
    Yes,
    /// A command that only reads: one that was never migrated is refused.
    No,
}

/// The configuration from file, environment and flags.
pub(super) fn config(arguments: &WithConfig) -> Result<Config, Failure> {
    let environment: Vec<(String, String)> = std::env::vars().collect();
    config::load(&arguments.config, &environment, &arguments.overrides()).map_err(Failure::refused)
}

/// The files of a pack: a folder's, or the embedded Mali pack's.
pub(super) fn pack_files(folder: Option<&Path>) -> Result<PackFiles, Failure> {
    match folder {
        None => Ok(pack_embedded::mali()),
        Some(folder) => pack_folder::read(folder)
            .map_err(|error| Failure::Refused(format!("the pack {} cannot be read: {error}", folder.display()))),
    }
}

/// A pack without faults; every fault is in the failure.
pub(super) fn pack(folder: Option<&Path>) -> Result<Pack, Failure> {
    pack_of(&pack_files(folder)?)
}

/// The pack of these files, without faults.
pub(super) fn pack_of(files: &PackFiles) -> Result<Pack, Failure> {
    Pack::load(files).map_err(|faults| Failure::Refused(listed(files, &faults)))
}

/// All faults, each with its place and mend, and their number.
pub(super) fn listed(files: &PackFiles, faults: &[Diagnostic]) -> String {
    let mut text = render(faults, files);
    text.push_str(&format!("the pack has {} fault{}", faults.len(), if faults.len() == 1 { "" } else { "s" }));
    text
}

/// The store of a configuration.
pub(super) async fn store(arguments: &WithConfig, migrate: Migrate) -> Result<Store, Failure> {
    let config = config(arguments)?;
    store_of(&config, migrate).await
}

/// The store of a configuration that was read already.
pub(super) async fn store_of(config: &Config, migrate: Migrate) -> Result<Store, Failure> {
    let sealer = config.sealer().map_err(Failure::refused)?;
    let store =
        Store::open(config.database.expose_secret(), sealer, Environment::system()).await.map_err(Failure::refused)?;
    match migrate {
        Migrate::Yes => store.migrate().await.map_err(Failure::refused)?,
        Migrate::No => {
            let known = store.reachable().await;
            known.map_err(|error| Failure::Refused(format!("{error}; a new database is made by `relais migrate`")))?;
        }
    }
    Ok(store)
}

/// Says which month is counted again: in the log of a server, to whoever runs any other command.
fn told(month: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::info!(month, "counting again what an older version counted by less");
    } else {
        eprintln!("counting {month} again, by what this version counts by");
    }
}

/// Everything opened, with the pack's places in the store, and counted anew where an upgrade asks for it.
pub(super) async fn programme(config: &Config) -> Result<Programme, Failure> {
    let pack = pack(config.pack.as_deref())?;
    let store = store_of(config, Migrate::Yes).await?;
    let programme = Programme::open(store, Environment::system(), config.timezone.clone(), pack).await;
    let programme = programme.map_err(Failure::refused)?;
    rebuild::upgrade(&programme, told).await.map_err(Failure::refused)?;
    Ok(programme)
}
