//! Proves that a pack makes sense before anyone types a word of it: every fault at once, each with its line and mend.
//!
//! What a file says wrongly is `source`; what several right files say together is here. Never changes a pack.

mod defects;
mod lengths;
mod reach;
mod replies;
mod screens;
mod shape;
mod spoken;
mod texts;
mod variants;
mod words;
mod worst;

use super::diagnostic::{Diagnostic, in_order};
use super::model::Pack;
use super::source::{Loaded, PackFiles, load};
use crate::base::Language;
use crate::base::gsm7::USSD_SEPTETS_MAX;
use defects::Defects;

/// Reads one SMS by the pack, as the gateway would from someone of this role, or whose role nobody knows; says why when it
/// would not be saved as it stands.
pub type Reads<'r> = &'r dyn Fn(&Pack, &str, Option<&str>) -> Result<(), String>;

/// What a pack is held against beside itself.
#[derive(Clone, Copy)]
pub struct Against<'r> {
    /// Reads each flow's example, where a reader is at hand.
    pub reads: Option<Reads<'r>>,
    /// Septets on one USSD screen of the narrowest configured channel.
    pub ussd_septets: usize,
}

impl Default for Against<'_> {
    fn default() -> Self {
        Against { reads: None, ussd_septets: USSD_SEPTETS_MAX }
    }
}

/// Reads a pack and proves it sound.
///
/// # Errors
/// Every fault, in reading order: those of the files alone where a file cannot be read, else all others.
pub fn check(files: &PackFiles, against: Against<'_>) -> Result<Pack, Vec<Diagnostic>> {
    let loaded = load(files)?;
    let found = faults(&loaded, files, against);
    if found.is_empty() { Ok(loaded.pack) } else { Err(found) }
}

/// Proves a pack sound with the engine that serves: [`check`], every example read, every transcript run.
///
/// # Errors
/// Every fault, in reading order; transcripts are run once nothing else is wrong.
pub fn whole(files: &PackFiles) -> Result<Pack, Vec<Diagnostic>> {
    let against = Against { reads: Some(&spoken::example), ..Against::default() };
    let pack = check(files, against)?;
    let faults = spoken::transcripts(&pack, files);
    if faults.is_empty() { Ok(pack) } else { Err(in_order(faults)) }
}

pub use spoken::part;

/// How much of each draft language is written: it, its texts, and all there are. A draft is no fault.
pub fn drafts(files: &PackFiles) -> Vec<(Language, usize, usize)> {
    let Ok(loaded) = load(files) else { return Vec::new() };
    let texts = &loaded.origins.texts;
    let written = |language| texts.iter().filter(|text| text.language == language).count();
    let all = written(loaded.pack.first_language());
    loaded.pack.draft_languages.iter().map(|&language| (language, written(language), all)).collect()
}

/// All faults of a pack that was read.
pub fn faults(loaded: &Loaded, files: &PackFiles, against: Against<'_>) -> Vec<Diagnostic> {
    let mut defects = Defects::new(loaded, files);
    shape::check(&mut defects);
    texts::names(&mut defects);
    texts::letters(&mut defects);
    words::opening(&mut defects);
    words::inside(&mut defects);
    reach::check(&mut defects);
    screens::check(&mut defects, against.ussd_septets);
    if defects.is_empty() {
        // A text that names what is not there has no length: said above, not twice.
        lengths::check(&mut defects, against.ussd_septets);
    }
    if let Some(reads) = against.reads {
        shape::examples(&mut defects, reads);
    }
    in_order(defects.into_found())
}
