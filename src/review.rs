//! Approving a month, and opening it again: one decision, one transaction. The rules are [`crate::closing`]'s.

use crate::base::{ClosingId, Period, PersonId, PlaceId};
use crate::closing::{self, NotClosed};
use crate::person::Access;
use crate::programme::Programme;
use crate::store::audit::{self, Action, Actor, Entry};
use crate::store::closing::Closing;
use crate::store::{self, StoreError, Tx};
use crate::view::{self, ViewError};

/// An officer who decides about a month.
#[derive(Clone, Copy, Debug)]
pub struct Reviewer<'r> {
    /// Who.
    pub officer: PersonId,
    /// What they may do.
    pub access: &'r Access,
}

/// What became of an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approved {
    /// It stands now, with its copy of the figures.
    Now,
    /// It stood already: nothing changed.
    Before,
}

/// Why a month was not approved or opened.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The rules.
    #[error("not decided: {0:?}")]
    Refused(NotClosed),
    /// What a view says.
    #[error(transparent)]
    View(#[from] ViewError),
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReviewError {
    /// True where somebody else was faster with the same month, or the database asks to try again.
    fn is_overtaken(&self) -> bool {
        let error = match self {
            ReviewError::Store(error) | ReviewError::View(ViewError::Store(error)) => error,
            _ => return false,
        };
        error.is_conflict() || error.is_unique_violation()
    }
}

/// Times it is taken again when another server is faster.
const OVERTAKEN_MAX: u32 = 8;

/// Approves a month of a place, and copies its figures as they are at this moment.
///
/// # Errors
/// [`ReviewError`]; nothing is then changed.
pub async fn approve(
    programme: &Programme,
    reviewer: Reviewer<'_>,
    place: PlaceId,
    month: Period,
) -> Result<Approved, ReviewError> {
    let mut overtaken = 0;
    loop {
        match approve_once(programme, reviewer, place, month).await {
            Err(error) if error.is_overtaken() && overtaken < OVERTAKEN_MAX => overtaken += 1,
            settled => return settled,
        }
    }
}

async fn approve_once(
    programme: &Programme,
    reviewer: Reviewer<'_>,
    place: PlaceId,
    month: Period,
) -> Result<Approved, ReviewError> {
    let (in_force, today, now) = (programme.in_force(), programme.today(), programme.environment.now());
    let place = in_force.tree.get(place).ok_or(ReviewError::Refused(NotClosed::NoLevel))?;
    // Figures and completeness are of one moment.
    let mut tx = programme.store.begin_whole().await?;
    let situation = view::situation(&mut tx, &in_force, place, month, today).await?;
    let is_new = closing::approve(reviewer.access, &in_force.pack, &in_force.tree, &situation);
    if !is_new.map_err(ReviewError::Refused)? {
        return Ok(Approved::Before);
    }
    let open = view::open_parts(&mut tx, &in_force, place, month, today).await?;
    let approval = Closing {
        id: ClosingId::new(&programme.environment),
        place: place.id,
        period: month.name(),
        level: place.level.clone(),
        by: reviewer.officer,
        at: now,
        reopened: None,
    };
    store::closing::insert(&mut tx, &approval).await?;
    store::closing::copy(&mut tx, approval.id, (place.id, month.last(), &approval.period), &open).await?;
    let detail = format!("{} {}", place.code, approval.period);
    note(&mut tx, programme, reviewer, Action::Approve, (approval.id, &detail)).await?;
    tx.commit().await?;
    Ok(Approved::Now)
}

/// Opens an approved month again. Its copy is kept, and shown no more.
///
/// # Errors
/// [`ReviewError`]; nothing is then changed.
pub async fn reopen(
    programme: &Programme,
    reviewer: Reviewer<'_>,
    place: PlaceId,
    month: Period,
    reason: &str,
) -> Result<(), ReviewError> {
    let mut overtaken = 0;
    loop {
        match reopen_once(programme, reviewer, place, month, reason).await {
            Err(error) if error.is_overtaken() && overtaken < OVERTAKEN_MAX => overtaken += 1,
            settled => return settled,
        }
    }
}

async fn reopen_once(
    programme: &Programme,
    reviewer: Reviewer<'_>,
    place: PlaceId,
    month: Period,
    reason: &str,
) -> Result<(), ReviewError> {
    let (in_force, today, now) = (programme.in_force(), programme.today(), programme.environment.now());
    let place = in_force.tree.get(place).ok_or(ReviewError::Refused(NotClosed::NoLevel))?;
    let reason = reason.trim();
    let mut tx = programme.store.begin_whole().await?;
    // Beside an approval of the place above that is being made, one of the two is taken again: it holds this row too.
    let situation = view::situation(&mut tx, &in_force, place, month, today).await?;
    closing::reopen(reviewer.access, &in_force.tree, &situation, reason).map_err(ReviewError::Refused)?;
    let around = store::closing::around(&mut tx, place.id, month.last(), &[month.name()]).await?;
    let standing = around.into_iter().find(|closing| closing.place == place.id && closing.stands());
    let standing = standing.ok_or(ReviewError::Refused(NotClosed::Open))?;
    if !store::closing::reopen(&mut tx, standing.id, (reviewer.officer, now), reason).await? {
        return Err(ReviewError::Refused(NotClosed::Open));
    }
    let detail = format!("{} {}: {reason}", place.code, month.name());
    note(&mut tx, programme, reviewer, Action::Reopen, (standing.id, &detail)).await?;
    tx.commit().await?;
    Ok(())
}

async fn note(
    tx: &mut Tx,
    programme: &Programme,
    reviewer: Reviewer<'_>,
    action: Action,
    (id, detail): (ClosingId, &str),
) -> Result<(), StoreError> {
    let (at, actor, subject) = (programme.environment.now(), Actor::Person(reviewer.officer), id.to_string());
    audit::append(tx, &Entry { at, actor, action, subject: &subject, detail }).await
}
