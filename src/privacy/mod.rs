//! What is removed, sealed and renewed as time passes: old texts and messages, the audit log, the key; and erasing a person.
//!
//! Leased work: several servers make the round, one at a time does each part of it, a few rows in each transaction so that nobody
//! who reports waits. Never removes a report, nor a figure, nor a text somebody still has to look at.

mod erase;
mod log;
mod notice;

use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use tokio_util::sync::CancellationToken;

pub use erase::{EraseError, Erased, erase_person, erase_phone};
pub use notice::tell_new_phones;

use crate::base::{AuditId, Date, Instant};
use crate::config::Privacy;
use crate::programme::Programme;
use crate::store::audit::{self, Action, Actor, Entry};
use crate::store::rotation::{self, Step};
use crate::store::{self, StoreError, setting};

/// How often the round is made.
const EVERY: Duration = Duration::from_secs(60);
/// How long a round may go on removing and renewing before it lets the next one go on.
const ROUND_TIME: Duration = Duration::from_secs(20);
/// How long a lease outlives the server that fell silent.
const LEASE_MS: i64 = 180_000;
/// Messages looked at in one transaction.
const ROWS_AT_ONCE: i64 = 500;
/// Pause between two transactions of a long walk, so that whoever reports comes between.
const PAUSE: Duration = Duration::from_millis(10);
const DAY_MS: i64 = 86_400_000;
/// Name of the setting that tells on which day the head of the audit log was last said.
const HEAD_SAID: &str = "audit_head_said_on";

/// Makes the round until `stop` is cancelled.
pub async fn work(programme: Arc<Programme>, terms: Privacy, stop: CancellationToken) {
    let holder = AuditId::new(&programme.environment).to_string();
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => break,
        }
        let round = async {
            let until = Moment::now() + ROUND_TIME;
            round(&programme, terms, &holder, until).await
        };
        tokio::select! {
            done = round => if let Err(error) = done {
                tracing::warn!(%error, "the round of privacy could not be made; trying again");
            },
            () = stop.cancelled() => break,
        }
    }
    if let Err(error) = give_back(&programme, &holder).await {
        tracing::debug!(%error, "the lease of privacy ends by itself");
    }
}

/// One round: what is due today, the audit log sealed, new phones told, old texts removed, the key renewed. Goes on with the last
/// two until `until`.
///
/// # Errors
/// The [`StoreError`] that kept a part from being done; the next round does it.
pub async fn round(programme: &Programme, terms: Privacy, holder: &str, until: Moment) -> Result<(), StoreError> {
    let now = programme.environment.now();
    let mut tx = programme.store.begin().await?;
    let is_ours = store::lease::claim(&mut tx, LEASE, holder, now, now.plus_ms(LEASE_MS)).await?;
    tx.commit().await?;
    if !is_ours {
        return Ok(());
    }
    put_in_force(programme).await?;
    seal_audit(programme, now).await?;
    let told = tell_new_phones(programme, terms).await?;
    if told > 0 {
        tracing::info!(told, "new phones were told what is kept about them");
    }
    purge(programme, terms, until).await?;
    rotate(programme, until, |_| ()).await?;
    Ok(())
}

const LEASE: &str = "privacy";

async fn give_back(programme: &Programme, holder: &str) -> Result<(), StoreError> {
    let mut tx = programme.store.begin().await?;
    store::lease::release(&mut tx, LEASE, holder).await?;
    tx.commit().await
}

/// Puts in force what was to change about people by today.
async fn put_in_force(programme: &Programme) -> Result<(), StoreError> {
    let mut tx = programme.store.begin().await?;
    let changed = store::person::apply_due(&mut tx, programme.today()).await?;
    tx.commit().await?;
    if changed > 0 {
        tracing::info!(changed, "people stand elsewhere from today");
    }
    Ok(())
}

/// Seals what was added to the audit log, and says its head once a day.
///
/// # Errors
/// What the store says.
pub async fn seal_audit(programme: &Programme, now: Instant) -> Result<(), StoreError> {
    let today: Date = now.date_in(&programme.timezone);
    loop {
        let mut tx = programme.store.begin().await?;
        let (sealed, head) = audit::seal(&mut tx).await?;
        let said = setting::get(&mut tx, HEAD_SAID).await?;
        let is_news = head.number > 0 && said.as_deref() != Some(today.to_string().as_str());
        if is_news && sealed == 0 {
            setting::set(&mut tx, HEAD_SAID, &today.to_string()).await?;
        }
        tx.commit().await?;
        if sealed == 0 {
            if is_news {
                tracing::info!(%head, "head of the audit log: kept apart, it shows a log that was cut short");
            }
            return Ok(());
        }
    }
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Messages and answers whose text was removed.
    pub texts: u64,
    /// Messages and answers removed whole.
    pub messages: u64,
    /// Phones forgotten.
    pub phones: u64,
}

/// Removes what is older than the terms allow, until `until`.
///
/// # Errors
/// What the store says; what was removed before stays removed.
pub async fn purge(programme: &Programme, terms: Privacy, until: Moment) -> Result<Purged, StoreError> {
    let now = programme.environment.now();
    let before = |days: u32| now.plus_ms(-DAY_MS * i64::from(days));
    let (texts, whole) = (before(terms.raw_text_days), before(terms.message_days));
    let mut purged = Purged::default();
    let (mut has_texts, mut has_answers, mut has_messages) = (true, true, true);
    while (has_texts || has_answers || has_messages) && Moment::now() < until {
        let before = purged;
        let mut tx = programme.store.begin().await?;
        if has_texts {
            let removed = store::purge::message_texts(&mut tx, texts, ROWS_AT_ONCE).await?;
            has_texts = removed.is_some();
            purged.texts += removed.unwrap_or(0);
        } else if has_answers {
            let removed = store::purge::answer_texts(&mut tx, texts, ROWS_AT_ONCE).await?;
            has_answers = removed.is_some();
            purged.texts += removed.unwrap_or(0);
        } else {
            let messages = store::purge::messages(&mut tx, whole, ROWS_AT_ONCE).await?;
            let answers = store::purge::answers(&mut tx, whole, ROWS_AT_ONCE).await?;
            has_messages = messages + answers > 0;
            purged.messages += messages + answers;
        }
        if purged != before {
            log::owe(&mut tx).await?;
        }
        tx.commit().await?;
        tokio::time::sleep(PAUSE).await;
    }
    let mut tx = programme.store.begin().await?;
    purged.texts += store::purge::kept_texts(&mut tx).await?;
    store::people_file::forget_before(&mut tx, now.plus_ms(-store::limits::PEOPLE_FILE_KEPT_MS)).await?;
    if purged.messages > 0 {
        purged.phones = store::purge::phones(&mut tx).await?;
    }
    if purged != Purged::default() {
        let detail = format!("{} texts, {} messages, {} phones", purged.texts, purged.messages, purged.phones);
        let entry = Entry { at: now, actor: Actor::Program, action: Action::Purge, subject: "", detail: &detail };
        audit::append(&mut tx, &entry).await?;
        log::owe(&mut tx).await?;
        tracing::info!(purged.texts, purged.messages, purged.phones, "removed what is older than it is kept");
    }
    tx.commit().await?;
    log::clear_if_owed(programme).await;
    Ok(purged)
}

/// Renews what the key before sealed, until `until`; true once nothing is left. `looked_at` is told how many rows each step took.
///
/// # Errors
/// What the store says; what was renewed before stays so, and the next call goes on there.
pub async fn rotate(programme: &Programme, until: Moment, mut looked_at: impl FnMut(u64)) -> Result<bool, StoreError> {
    let mut tx = programme.store.reader().await?;
    let is_due = rotation::is_due(&mut tx).await?;
    drop(tx);
    if !is_due {
        return Ok(true);
    }
    while Moment::now() < until {
        let mut tx = programme.store.begin().await?;
        let step = match rotation::step(&mut tx).await {
            // Somebody wrote just there: the step is taken again.
            Err(error) if error.is_conflict() => Step::More(0),
            step => {
                let step = step?;
                if step == Step::Done {
                    let at = programme.environment.now();
                    let (actor, action) = (Actor::Program, Action::Rotate);
                    audit::append(&mut tx, &Entry { at, actor, action, subject: "", detail: "" }).await?;
                }
                tx.commit().await?;
                step
            }
        };
        match step {
            Step::Done => {
                tracing::info!(
                    "everything is sealed with the present secret_key; previous_secret_key is needed no more"
                );
                return Ok(true);
            }
            Step::More(rows) => looked_at(rows),
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(false)
}
