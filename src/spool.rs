//! The spool: where callbacks wait, sealed and fsynced, while the database cannot take them.
//!
//! One file per callback, named so that they are read in again in the order they came. It never decides what a
//! callback means: a callback read back goes through intake like any other, and de-duplication makes a second
//! delivery harmless.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::base::sealing::Sealer;
use crate::base::{Environment, Instant, MessageId};

/// Callbacks that may wait: two days of a national deadline hour (needs.md 4: 10 a second at its peak) would be more
/// than a disk of this size should promise.
pub const WAITING_MAX: u64 = 500_000;
/// Callbacks read in before the database is asked again whether it is well.
pub const DRAIN_BATCH: usize = 200;
const EXTENSION: &str = "sealed";
const SET_ASIDE: &str = "unreadable";

/// A webhook call as it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// Channel id.
    pub channel: String,
    /// `sms`, `ussd` or `status`.
    pub hook: String,
    /// HTTP method.
    pub method: String,
    /// Undecoded query.
    pub query: String,
    /// Headers that were kept.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// When it came.
    pub received: Instant,
}

/// Why a callback could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Too many wait already.
    #[error("the spool is full: {WAITING_MAX} callbacks wait for the database")]
    Full,
    /// The disk refused.
    #[error("the spool folder cannot be written: {0}")]
    Disk(#[from] io::Error),
}

/// A folder of waiting callbacks.
pub struct Spool {
    folder: PathBuf,
    sealer: Sealer,
    environment: Environment,
    waiting: AtomicU64,
}

impl Spool {
    /// Opens the folder, making it where needed. Files half written when the machine stopped were never acknowledged: they go.
    ///
    /// # Errors
    /// [`SpoolError::Disk`] when the folder cannot be made, read or written.
    pub fn open(folder: &Path, sealer: Sealer, environment: Environment) -> Result<Spool, SpoolError> {
        fs::create_dir_all(folder)?;
        let mut waiting = 0;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some(EXTENSION) => waiting += 1,
                Some("part") => fs::remove_file(path)?,
                _ => {}
            }
        }
        Ok(Spool { folder: folder.to_owned(), sealer, environment, waiting: AtomicU64::new(waiting) })
    }

    /// How many callbacks wait.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Keeps a callback. When this returns it is on disk: written, fsynced, and its name fsynced too.
    ///
    /// # Errors
    /// [`SpoolError`] when it is not on disk; the caller then answers 503.
    pub fn keep(&self, waiting: &Waiting) -> Result<(), SpoolError> {
        if self.waiting() >= WAITING_MAX {
            return Err(SpoolError::Full);
        }
        let plain = serde_json::to_vec(waiting).map_err(io::Error::other)?;
        let sealed = self.sealer.seal(&plain, &self.environment);
        // The id begins with the time, so names sort in the order the callbacks came.
        let name = MessageId::new(&self.environment).to_string();
        let part = self.folder.join(format!("{name}.part"));
        let mut file = File::create_new(&part)?;
        let written = file.write_all(sealed.as_bytes()).and_then(|()| file.sync_all());
        if let Err(error) = written.and_then(|()| fs::rename(&part, self.folder.join(format!("{name}.{EXTENSION}")))) {
            let _best_effort = fs::remove_file(&part);
            return Err(error.into());
        }
        // Counted as soon as it has its name: it will be read in, whatever becomes of the rest.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    /// The oldest callbacks but those in `passed_over`, at most [`DRAIN_BATCH`]. One that cannot be opened is set aside
    /// for a person, and told.
    ///
    /// # Errors
    /// [`SpoolError::Disk`] when the folder cannot be read.
    pub fn oldest(&self, passed_over: &HashSet<PathBuf>) -> Result<Vec<(PathBuf, Waiting)>, SpoolError> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == EXTENSION) && !passed_over.contains(&path) {
                paths.push(path);
            }
        }
        paths.sort();
        let mut oldest = Vec::new();
        for path in paths.into_iter().take(DRAIN_BATCH) {
            match self.read(&path)? {
                Some(waiting) => oldest.push((path, waiting)),
                None => self.set_aside(&path)?,
            }
        }
        Ok(oldest)
    }

    /// Forgets a callback that is in the database now.
    ///
    /// # Errors
    /// [`SpoolError::Disk`] when the file stays; it is then read in again, which changes nothing.
    pub fn forget(&self, path: &Path) -> Result<(), SpoolError> {
        fs::remove_file(path)?;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Ok(())
    }

    fn read(&self, path: &Path) -> Result<Option<Waiting>, SpoolError> {
        // A damaged file may be no text at all: that too is set aside, or it would hold up all behind it.
        let sealed = String::from_utf8(fs::read(path)?).unwrap_or_default();
        let plain = self.sealer.open(sealed.trim()).ok();
        Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()))
    }

    fn set_aside(&self, path: &Path) -> Result<(), SpoolError> {
        let kept = path.with_extension(SET_ASIDE);
        tracing::error!(file = %kept.display(), "a waiting callback cannot be opened with this secret_key; it is set aside");
        fs::rename(path, kept)?;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(text: &str) -> Waiting {
        Waiting {
            channel: "at".into(),
            hook: "sms".into(),
            method: "POST".into(),
            query: String::new(),
            headers: Vec::new(),
            body: text.as_bytes().to_vec(),
            received: Instant(1_700_000_000_000),
        }
    }

    fn spool(folder: &Path, key: u8) -> Spool {
        Spool::open(folder, Sealer::new(&[key; 32]), Environment::system()).expect("a writable folder")
    }

    #[test]
    fn what_is_kept_outlives_the_process_in_its_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = spool(folder.path(), 1);
        for text in ["a", "b", "c"] {
            first.keep(&waiting(text)).expect("kept");
        }
        fs::write(folder.path().join("x.part"), "half").expect("written");
        let again = spool(folder.path(), 1);
        assert_eq!(again.waiting(), 3);
        let oldest = again.oldest(&HashSet::new()).expect("read");
        assert_eq!(oldest.len(), 3);
        assert!(!folder.path().join("x.part").exists());
        for (path, _) in &oldest {
            again.forget(path).expect("forgotten");
        }
        assert_eq!((again.waiting(), again.oldest(&HashSet::new()).expect("read").len()), (0, 0));
    }

    #[test]
    fn nothing_can_be_read_without_the_key_and_nothing_is_thrown_away() {
        let folder = tempfile::tempdir().expect("a folder");
        spool(folder.path(), 1).keep(&waiting("DEP T45")).expect("kept");
        let other = spool(folder.path(), 2);
        assert_eq!(other.oldest(&HashSet::new()).expect("read"), []);
        let left: Vec<_> =
            fs::read_dir(folder.path()).expect("read").map(|entry| entry.expect("entry").path()).collect();
        assert_eq!(left.len(), 1);
        let bytes = fs::read(&left[0]).expect("read");
        assert!(!String::from_utf8_lossy(&bytes).contains("DEP"));
    }

    #[test]
    fn a_damaged_file_holds_up_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("00000000-damaged.sealed"), [0xff, 0xfe, 0x00]).expect("written");
        let spool = spool(folder.path(), 1);
        spool.keep(&waiting("a")).expect("kept");
        let oldest = spool.oldest(&HashSet::new()).expect("read");
        assert_eq!((oldest.len(), spool.waiting()), (1, 1), "the damaged one is set aside");
        assert!(folder.path().join("00000000-damaged.unreadable").exists());
        let passed_over = HashSet::from([oldest[0].0.clone()]);
        assert_eq!(spool.oldest(&passed_over).expect("read"), []);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        assert!(Spool::open(&file.join("spool"), Sealer::new(&[1; 32]), Environment::system()).is_err());
        let spool = spool(folder.path(), 1);
        fs::remove_dir_all(folder.path()).expect("removed");
        assert!(spool.keep(&waiting("x")).is_err());
    }
}
