//! Erasing a person on request: who they were and what they wrote goes, their reports stay as those of nobody.

use super::log;
use crate::base::{PersonId, Phone};
use crate::flow::model::FieldKind;
use crate::flow::values::Value;
use crate::programme::Programme;
use crate::store::audit::{self, Action, Actor, Entry};
use crate::store::erase::{self, Scrubbed};
use crate::store::{self, StoreError, Tx};

/// What stands where words stood in a report's value.
const GONE: &str = "-";

/// What was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Reports that stay, without anybody's name.
    pub reports: usize,
}

/// Why nobody was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// There is no such person or phone.
    #[error("nobody is known by that id or number")]
    Unknown,
    /// Somebody is registered on the phone.
    #[error("somebody is registered on that number: erase the person, by the id that `relais export people` shows")]
    Registered,
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Erases a person: name, e-mail, agent code, numbers that were theirs alone, texts of their messages. Totals, completeness and
/// a recount stay as they are.
///
/// # Errors
/// [`EraseError::Unknown`]; else what the store says, and then nothing was erased.
pub async fn erase_person(programme: &Programme, id: PersonId, actor: Actor) -> Result<Erased, EraseError> {
    let mut tx = programme.store.begin().await?;
    store::person::by_id(&mut tx, id).await?.ok_or(EraseError::Unknown)?;
    let mut reports = 0;
    for scrubbed in erase::reports(&mut tx, id).await? {
        reports += usize::from(scrubbed.is_current());
        remove_words(programme, &mut tx, scrubbed).await?;
    }
    erase::person(&mut tx, id, programme.today()).await?;
    note(programme, &mut tx, actor, &id.to_string()).await?;
    tx.commit().await?;
    log::clear_if_owed(programme).await;
    Ok(Erased { reports })
}

/// Erases a number nobody is registered on, and what it wrote.
///
/// # Errors
/// [`EraseError`]; nothing was erased then.
pub async fn erase_phone(programme: &Programme, phone: &Phone, actor: Actor) -> Result<(), EraseError> {
    let mut tx = programme.store.begin().await?;
    if !store::person::on_phone(&mut tx, phone).await?.is_empty() {
        return Err(EraseError::Registered);
    }
    if !erase::phone(&mut tx, phone).await? {
        return Err(EraseError::Unknown);
    }
    note(programme, &mut tx, actor, "").await?;
    tx.commit().await?;
    log::clear_if_owed(programme).await;
    Ok(())
}

async fn note(programme: &Programme, tx: &mut Tx, actor: Actor, subject: &str) -> Result<(), StoreError> {
    let at = programme.environment.now();
    log::owe(tx).await?;
    audit::append(tx, &Entry { at, actor, action: Action::Erase, subject, detail: "" }).await
}

/// Takes free words out of a report's values; choices, days and numbers stay, they are what is counted.
async fn remove_words(programme: &Programme, tx: &mut Tx, mut scrubbed: Scrubbed) -> Result<(), StoreError> {
    let edition = programme.edition(tx, &scrubbed.flow_hash).await?;
    let texts = edition.flow.fields.iter().filter(|field| matches!(field.kind, FieldKind::Text { .. }));
    let mut is_changed = false;
    for field in texts {
        if matches!(scrubbed.values.get(&field.label), Some(Value::Word(_))) {
            scrubbed.values.set(&field.label, Value::Word(GONE.to_owned()));
            is_changed = true;
        }
    }
    if is_changed { erase::scrub(tx, &scrubbed).await } else { Ok(()) }
}
