//! `relais init`: a ready configuration and the Mali pack, to edit. Never overwrites anything.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::base::sealing::Sealer;
use crate::base::{Environment, Randomness};
use crate::pack_embedded;

/// Write a ready relais.toml (keys generated) and the Mali pack into a folder, to edit.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder; made where it does not exist.
    dir: PathBuf,
}

/// The documented configuration every new server starts from.
const TEMPLATE: &str = include_str!("../../deploy/relais.toml");

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let environment = Environment::system();
    let text = TEMPLATE
        .replace("{secret_key}", &Sealer::generate_key(&environment))
        .replace("{webhook_key}", &webhook_key(environment.randomness.as_ref()));
    let config = arguments.dir.join("relais.toml");
    let mut files = vec![(config.clone(), text)];
    let pack = arguments.dir.join("pack");
    files.extend(pack_embedded::mali().iter().map(|(name, text)| (pack.join(name), text.to_owned())));
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(Failure::Refused(format!("{} exists already; nothing was written", path.display())));
    }
    for (path, text) in &files {
        write(path, text)
            .map_err(|error| Failure::Refused(format!("{} cannot be written: {error}", path.display())))?;
    }
    eprintln!("Written: {} and {}", config.display(), pack.display());
    eprintln!("Next: relais check {}; then relais serve --config {}", pack.display(), config.display());
    eprintln!("Keep a copy of secret_key apart: without it nothing stored can be read.");
    Ok(())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    // Never over a file that came there in the meantime.
    options.write(true).create_new(true);
    // The configuration holds keys: not for one moment may others read it.
    #[cfg(unix)]
    if path.ends_with("relais.toml") {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}

/// 128 bits in letters and digits that survive being pasted into a provider's form.
fn webhook_key(randomness: &dyn Randomness) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 26];
    randomness.fill(&mut bytes);
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}
