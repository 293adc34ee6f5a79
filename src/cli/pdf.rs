//! A page as a PDF, printed by an installed Chromium: in a profile of its own that goes with it, without network, in time.
//!
//! The page is a file of ours without scripts; nothing is fetched for it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Programs that can print, in the order they are looked for.
const BROWSERS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome-headless-shell"];
/// Longest it may take: seconds are usual, a slow machine needs more.
const PRINT_TIMEOUT: Duration = Duration::from_secs(90);
/// How often it is looked whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Characters of what the browser said that are told when it failed.
const TOLD_CHARS_MAX: usize = 400;

/// No PDF could be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum PdfError {
    /// No browser was found.
    #[error(
        "no Chromium to make a PDF with: install it (Debian: apt install chromium), name one with --browser PROGRAM, or \
         write --format html and print that from any browser"
    )]
    NoBrowser,
    /// It could not be started.
    #[error("{program} cannot be started: {error}")]
    Start {
        /// Which.
        program: String,
        /// Why.
        error: std::io::Error,
    },
    /// It took too long and was ended.
    #[error("{program} printed nothing in {} s and was ended; write --format html and print that", PRINT_TIMEOUT.as_secs())]
    TooSlow {
        /// Which.
        program: String,
    },
    /// It ended without a PDF.
    #[error("{program} made no PDF: {said}")]
    Failed {
        /// Which.
        program: String,
        /// The end of what it said.
        said: String,
    },
    /// The folder it works in.
    #[error("a temporary folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
}

/// The page as a PDF.
///
/// # Errors
/// [`PdfError`]; the temporary folder and the process are gone in any case.
pub(super) fn printed(html: &str, browser: Option<&Path>) -> Result<Vec<u8>, PdfError> {
    let browser = match browser {
        Some(named) => named.to_owned(),
        None => found().ok_or(PdfError::NoBrowser)?,
    };
    let program = browser.display().to_string();
    let folder = tempfile::Builder::new().prefix("relais-print-").tempdir()?;
    let (page, pdf) = (folder.path().join("page.html"), folder.path().join("page.pdf"));
    let log = folder.path().join("log");
    std::fs::write(&page, html)?;
    let mut command = Command::new(&browser);
    command
        .args(["--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--no-pdf-header-footer"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        // Nothing is reached, whatever the page might ask for.
        .args(["--proxy-server=127.0.0.1:9", "--host-resolver-rules=MAP * ~NOTFOUND"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log)?);
    if is_root() {
        // As root Chromium refuses to start with its sandbox; the page has no scripts and is ours.
        command.arg("--no-sandbox");
    }
    let started = command.arg(&page).spawn();
    let mut child = started.map_err(|error| PdfError::Start { program: program.clone(), error })?;
    if !ended_in_time(&mut child)? {
        return Err(PdfError::TooSlow { program });
    }
    let is_done = child.wait()?.success();
    match std::fs::read(&pdf) {
        Ok(bytes) if is_done && bytes.starts_with(b"%PDF") => Ok(bytes),
        _ => Err(PdfError::Failed { program, said: ending(&std::fs::read(&log).unwrap_or_default()) }),
    }
}

/// Waits for the end of a process, or ends it.
fn ended_in_time(child: &mut Child) -> Result<bool, PdfError> {
    let begun = Instant::now();
    while child.try_wait()?.is_none() {
        if begun.elapsed() > PRINT_TIMEOUT {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(LOOK_EVERY);
    }
    Ok(true)
}

/// The first browser on the PATH.
fn found() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let programs = BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    programs.into_iter().find(|program| program.is_file())
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // Who owns our own entry is who we are.
    std::fs::metadata("/proc/self").is_ok_and(|entry| entry.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// The last of what was said.
fn ending(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let text = text.trim();
    let skipped = text.chars().count().saturating_sub(TOLD_CHARS_MAX);
    text.chars().skip(skipped).collect()
}
