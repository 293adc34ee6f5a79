//! Counts again what an older version counted by less: once, when a programme is first opened after the upgrade.
//!
//! A migration that leaves cells to be counted says so in the setting `recount`; whoever opens a programme for figures counts
//! first. The setting then names the last month that is done: ended in between, it goes on behind that one.

use super::month::{Counting, months};
use super::{Difference, RebuildError, Recount};
use crate::programme::Programme;
use crate::rollup::CellChange;
use crate::store::{self, setting};

/// Setting under which a migration leaves word, and under which the last month that is done stands meanwhile.
const WANTED: &str = "recount";
/// What a migration writes there.
const ALL: &str = "wanted";
/// Times a step is tried beside other servers that do the same.
const ATTEMPTS_MAX: u32 = 10;

/// Counts again where a migration asked for it; calls `progress` with each month before it is counted.
///
/// # Errors
/// [`RebuildError`]; the months before are then done, and it is to be tried again.
pub async fn upgrade(programme: &Programme, progress: impl Fn(&str)) -> Result<(), RebuildError> {
    let mut tx = programme.store.reader().await?;
    let Some(done) = setting::get(&mut tx, WANTED).await? else { return Ok(()) };
    tx.take_time().await?;
    let months = months(programme, &mut tx).await?;
    drop(tx);
    for name in months.iter().filter(|name| !is_done(name, &done)) {
        progress(name);
        beside_others(async || month(programme, name).await).await?;
    }
    beside_others(async || finish(programme, !months.is_empty()).await).await
}

/// True where the word tells that a month is done.
fn is_done(month: &str, word: &str) -> bool {
    word != ALL && month <= word
}

/// Tries again where another server was faster: what it did is then found done.
async fn beside_others(work: impl AsyncFn() -> Result<(), RebuildError>) -> Result<(), RebuildError> {
    let mut attempts = 1;
    loop {
        match work().await {
            Err(RebuildError::Store(error)) if error.is_conflict() && attempts < ATTEMPTS_MAX => attempts += 1,
            done => return done,
        }
    }
}

async fn month(programme: &Programme, name: &str) -> Result<(), RebuildError> {
    let mut tx = programme.store.begin_whole().await?;
    // Another server may have done this month meanwhile, or all of them.
    match setting::get(&mut tx, WANTED).await? {
        Some(word) if !is_done(name, &word) => {}
        _ => return Ok(()),
    }
    tx.take_time().await?;
    let mut recount = Recount::default();
    Counting::begin(programme, &mut tx).await?.month(&mut tx, name, &mut recount).await?;
    let changes: Vec<CellChange> = recount.differences.iter().map(Difference::mend).collect();
    store::bulk::counted(&mut tx, &changes, &[]).await?;
    setting::set(&mut tx, WANTED, name).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds up the areas and takes the word back, together: whoever finds it gone finds everything counted.
async fn finish(programme: &Programme, has_figures: bool) -> Result<(), RebuildError> {
    let mut tx = programme.store.begin_whole().await?;
    if setting::get(&mut tx, WANTED).await?.is_none() {
        return Ok(());
    }
    tx.take_time().await?;
    if has_figures {
        store::area::refold(&mut tx).await?;
    }
    setting::forget(&mut tx, WANTED).await?;
    tx.commit().await?;
    Ok(())
}
