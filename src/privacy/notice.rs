//! What a new phone is told once, after its first reply: what is kept, why, and how to end our messages.

use std::collections::BTreeMap;

use crate::config::Privacy;
use crate::flow::text::Serde;
use crate::programme::Programme;
use crate::store::outbox::{self, NewOutbox};
use crate::store::{StoreError, phone};

/// Phones told in one round.
const PHONES_AT_ONCE: i64 = 100;
/// A notice that could not be sent within three days is not sent.
const LIFE_MS: i64 = 3 * 86_400_000;

/// Puts the notice out for phones of registered people that were answered by SMS and never had it; how many.
///
/// # Errors
/// What the store says.
pub async fn tell_new_phones(programme: &Programme, terms: Privacy) -> Result<usize, StoreError> {
    let in_force = programme.in_force();
    let now = programme.environment.now();
    let mut tx = programme.store.begin().await?;
    let mut told = 0;
    for new in phone::without_notice(&mut tx, PHONES_AT_ONCE).await? {
        let language = new.language.unwrap_or_else(|| in_force.pack.first_language());
        let given = BTreeMap::from([("days", terms.raw_text_days)]);
        let text = match in_force.pack.texts.say("say.notice", language, Serde(given)) {
            Ok(text) => text,
            Err(error) => {
                tracing::error!(%error, "the notice to new phones has no text");
                break;
            }
        };
        // Only whoever notes it first sends it.
        if !phone::note_notice(&mut tx, &new.index, now).await? {
            continue;
        }
        let message = NewOutbox::begun(&programme.environment, (&new.channel, &new.phone), &text, (now, LIFE_MS));
        outbox::enqueue(&mut tx, &message).await?;
        told += 1;
    }
    tx.commit().await?;
    Ok(told)
}
