//! What happens because time passes: drafts nobody finished, alerts nobody acknowledged, people who are silent, sums to
//! bring up to date.
//!
//! Claimed work, never assumed: several servers may do the same round, and the second finds nothing left.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::alert::{self, Moment};
use crate::programme::Programme;
use crate::report::{Report, ReportState};
use crate::silence::{self, SilenceError};
use crate::store::area::{self, Waiting};
use crate::store::{self, Store, StoreError};

/// How often the round is made.
const EVERY: Duration = Duration::from_secs(60);
/// How often what reports moved is added to the sums of areas: until then questions read it beside them.
const ADDED_EVERY: Duration = Duration::from_secs(2);
/// Adding takes at most one part in so many of the time, however much comes in: reports go first.
const ADDING_SHARE: u32 = 10;
/// A draft lives 24 hours from the last word of its sender.
const DRAFT_LIFE_MS: i64 = 24 * 3_600_000;
/// Drafts looked at in one round.
const DRAFTS_AT_ONCE: i64 = 500;
/// Alerts told to the next area up in one round.
const ALERTS_AT_ONCE: i64 = 200;

/// Makes the round until `stop` is cancelled.
pub async fn work(programme: Arc<Programme>, stop: CancellationToken) {
    loop {
        match round(&programme).await {
            Ok(0) => {}
            Ok(expired) => tracing::info!(expired, "drafts nobody finished are now incomplete"),
            Err(error) => tracing::warn!(%error, "the round of what is due could not be made; trying again"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Adds what reports moved to the sums of areas, gives delivery reports that came too early to their messages, and sees new
/// maps that were brought in, until `stop` is cancelled.
pub async fn add_up(programme: Arc<Programme>, stop: CancellationToken) {
    loop {
        let began = Instant::now();
        match added(&programme.store).await {
            // Another server adds the same: what it leaves is there the next time.
            Err(error) if error.is_conflict() => {}
            Err(error) => tracing::warn!(%error, "the sums of areas could not be brought up to date; trying again"),
            Ok(_) => {}
        }
        match given_out(&programme).await {
            Err(error) if error.is_conflict() => {}
            Err(error) => tracing::warn!(%error, "delivery reports that came early still wait; trying again"),
            Ok(_) => {}
        }
        match programme.refresh_places().await {
            Ok(true) => tracing::info!("a new administrative map is in force beside the old"),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "whether a new map came could not be asked; trying again"),
        }
        let pause = ADDED_EVERY.max(began.elapsed() * ADDING_SHARE);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Adds what waits to the sums of areas; false where nothing did.
///
/// # Errors
/// A conflict when another server does the same; else what the store says. The next round does it.
pub async fn added(store: &Store) -> Result<bool, StoreError> {
    let mut tx = store.reader().await?;
    let waiting = area::waiting(&mut tx).await?;
    tx.rollback().await?;
    let period = match &waiting {
        Waiting::Nothing => return Ok(false),
        Waiting::All => None,
        Waiting::Of(period) => Some(period.as_str()),
    };
    let mut tx = store.begin_whole().await?;
    area::fold(&mut tx, period).await?;
    tx.commit().await?;
    Ok(true)
}

/// Gives delivery reports to messages that were being settled when they came; how many.
///
/// # Errors
/// A conflict when another server does the same; else what the store says. The next round does it.
pub async fn given_out(programme: &Programme) -> Result<usize, StoreError> {
    let mut tx = programme.store.reader().await?;
    let is_due = store::outbox::is_early_due(&mut tx).await?;
    tx.rollback().await?;
    if !is_due {
        return Ok(0);
    }
    let mut tx = programme.store.begin().await?;
    let count = store::outbox::apply_early(&mut tx, programme.environment.now()).await?;
    tx.commit().await?;
    Ok(count)
}

/// Marks drafts that waited too long as incomplete, and messages nobody could send in time as expired; gives how many drafts.
///
/// # Errors
/// The [`StoreError`] that kept it from being done; the next round does it.
pub async fn round(programme: &Programme) -> Result<usize, StoreError> {
    let now = programme.environment.now();
    let mut tx = programme.store.begin().await?;
    let drafts = store::report::drafts_older_than(&mut tx, now.plus_ms(-DRAFT_LIFE_MS), DRAFTS_AT_ONCE).await?;
    for draft in &drafts {
        let given_up = Report { state: ReportState::Incomplete, updated: now, ..draft.clone() };
        // One that was finished in this very moment stays finished.
        let _given_up = store::report::overwrite(&mut tx, draft, &given_up).await?;
    }
    store::outbox::expire(&mut tx, now).await?;
    store::outbox::forget_early(&mut tx, now).await?;
    tx.commit().await?;
    escalate(programme).await?;
    tell_missed(programme).await?;
    Ok(drafts.len())
}

/// Tells the officers of the next area up of alerts nobody acknowledged in time; gives how many. Each is claimed in the
/// transaction that puts its messages out, so that no two servers tell it.
///
/// # Errors
/// The [`StoreError`] that kept it from being done; the next round does it.
pub async fn escalate(programme: &Programme) -> Result<usize, StoreError> {
    let (now, in_force) = (programme.environment.now(), programme.in_force());
    let mut tx = programme.store.begin().await?;
    let late = store::alert::escalate(&mut tx, now, ALERTS_AT_ONCE).await?;
    for alert in &late {
        let (environment, in_force, today) = (&programme.environment, in_force.as_ref(), programme.today());
        alert::escalate(&mut tx, Moment { environment, in_force, now, today }, alert).await?;
    }
    tx.commit().await?;
    Ok(late.len())
}

/// Tells supervisors of those who sent nothing for two periods; gives how many messages.
///
/// # Errors
/// The [`StoreError`] that kept it from being done; the next round does it.
pub async fn tell_missed(programme: &Programme) -> Result<usize, StoreError> {
    let (in_force, environment, today) = (programme.in_force(), &programme.environment, programme.today());
    let mut tx = programme.store.begin().await?;
    let moment = silence::Moment { environment, now: environment.now(), today };
    match silence::tell_missed(&mut tx, &in_force.pack, &in_force.tree, moment).await {
        Ok(told) => {
            tx.commit().await?;
            Ok(told)
        }
        Err(SilenceError::Store(error)) => Err(error),
        Err(SilenceError::Text(error)) => {
            tracing::error!(%error, "supervisors cannot be told of silence");
            Ok(0)
        }
    }
}
