//! Which keys a database was written with: one, or two while its key is being changed.
//!
//! A database is opened only with all of them at hand, so that a lost or wrong key is said at the start and nothing is written
//! beside what can no longer be read.

use super::{StoreError, Tx, setting};
use crate::base::sealing::Sealer;

/// Name under which the fingerprint of the key is kept.
const FINGERPRINT: &str = "key_fingerprint";
/// And that of the key it is being changed to, until everything is sealed with that one.
const NEXT: &str = "key_fingerprint_next";

/// Refuses a database written with a key that is not at hand.
pub(super) async fn compare(tx: &mut Tx) -> Result<(), StoreError> {
    let seal = tx.seal();
    let held = held(tx).await?;
    let known = |fingerprint: &String| is_at_hand(&seal.sealer, fingerprint);
    let is_third = held.len() == 2 && !held.iter().any(|one| one == seal.sealer.fingerprint());
    match held.iter().find(|fingerprint| is_third || !known(fingerprint)) {
        None => Ok(()),
        Some(missing) => {
            let configured = seal.sealer.fingerprint().to_owned();
            Err(StoreError::WrongKey { database: missing.clone(), configured })
        }
    }
}

/// Notes the key in a database that has none yet, and in one whose key is being changed to it.
pub(super) async fn note(tx: &mut Tx) -> Result<(), StoreError> {
    let seal = tx.seal();
    setting::keep_first(tx, FINGERPRINT, seal.sealer.fingerprint()).await?;
    compare(tx).await?;
    let held = held(tx).await?;
    if !held.iter().any(|one| one == seal.sealer.fingerprint()) {
        setting::set(tx, NEXT, seal.sealer.fingerprint()).await?;
    }
    Ok(())
}

/// True while some of the database is, or may be, sealed with another key than the present one.
pub(super) async fn is_changing(tx: &mut Tx) -> Result<bool, StoreError> {
    let seal = tx.seal();
    Ok(held(tx).await?.iter().any(|one| one != seal.sealer.fingerprint()))
}

/// Notes that everything is sealed with the present key.
pub(super) async fn changed(tx: &mut Tx) -> Result<(), StoreError> {
    let seal = tx.seal();
    setting::set(tx, FINGERPRINT, seal.sealer.fingerprint()).await?;
    setting::forget(tx, NEXT).await
}

async fn held(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let (first, next) = (setting::get(tx, FINGERPRINT).await?, setting::get(tx, NEXT).await?);
    Ok(first.into_iter().chain(next).collect())
}

fn is_at_hand(sealer: &Sealer, fingerprint: &str) -> bool {
    sealer.fingerprint() == fingerprint || sealer.previous_fingerprint() == Some(fingerprint)
}
