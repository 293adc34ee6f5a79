//! What was erased is to leave the log that a database keeps beside its tables, too.
//!
//! That it is owed stands in the database, so that whoever makes the next round does it where a reader was in the way, or
//! the program that erased ended before. Never in the way of what was erased: that is done when this begins.

use std::time::Duration;

use crate::programme::Programme;
use crate::store::{StoreError, Tx, setting};

/// Name of the setting that tells it is owed.
const OWED: &str = "log_to_clear";
/// Times it is tried while others read, before the next round does it.
const TRIES: usize = 10;
/// Pause between two tries: a reader is done by then.
const PAUSE: Duration = Duration::from_millis(100);

/// Notes, with what is erased, that the log holds it still.
pub(super) async fn owe(tx: &mut Tx) -> Result<(), StoreError> {
    setting::set(tx, OWED, "1").await
}

/// Clears it where that is owed.
pub(super) async fn clear_if_owed(programme: &Programme) {
    if let Err(error) = clear(programme).await {
        tracing::warn!(%error, "what was erased could not be taken out of the database's log; the next round does it");
    }
}

async fn clear(programme: &Programme) -> Result<(), StoreError> {
    let mut tx = programme.store.reader().await?;
    let owed = setting::get(&mut tx, OWED).await?;
    drop(tx);
    if owed.as_deref() != Some("1") {
        return Ok(());
    }
    for _ in 0..TRIES {
        if programme.store.clear_log().await? {
            let mut tx = programme.store.begin().await?;
            setting::set(&mut tx, OWED, "0").await?;
            return tx.commit().await;
        }
        tokio::time::sleep(PAUSE).await;
    }
    tracing::warn!("others read all the while: what was erased leaves the database's log with the next round");
    Ok(())
}
