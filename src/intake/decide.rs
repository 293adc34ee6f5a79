//! An officer decides on a page, not by SMS: one decision, one transaction, by the same rules.

use super::IntakeError;
use super::approval::{self, Occasion};
use super::event::Batch;
use crate::base::{ApprovalId, PersonId};
use crate::person::Access;
use crate::programme::Programme;
use crate::store;

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is done, and its sender is told.
    Done,
    /// Somebody was faster, or its sender took it back.
    Over,
    /// Nobody agrees to their own.
    Own,
    /// Another report has its day or period by now.
    Conflicts,
    /// Nothing of that id waits in the officer's area.
    Unknown,
}

/// A decision as an officer makes it.
#[derive(Clone, Copy, Debug)]
pub struct Deciding<'d> {
    /// Who decides.
    pub officer: PersonId,
    /// What they may see.
    pub access: &'d Access,
    /// What waits.
    pub approval: &'d str,
    /// VISA, or REFUS.
    pub agreed: bool,
    /// Why not.
    pub reason: &'d str,
    /// The channel its sender is told by.
    pub channel: &'d str,
}

/// Times it is taken again when another server is faster with the same phone or report.
const CONFLICTS_MAX: u32 = 8;

/// Decides what waits, and tells its sender.
///
/// # Errors
/// What the store says, or an indicator that cannot be counted.
pub async fn decide(programme: &Programme, deciding: &Deciding<'_>) -> Result<Decision, IntakeError> {
    let mut conflicts = 0;
    loop {
        match decide_once(programme, deciding).await {
            Err(error) if error.is_conflict() && conflicts < CONFLICTS_MAX => conflicts += 1,
            settled => return settled,
        }
    }
}

async fn decide_once(programme: &Programme, deciding: &Deciding<'_>) -> Result<Decision, IntakeError> {
    let in_force = programme.in_force();
    let Ok(id) = deciding.approval.parse::<ApprovalId>() else { return Ok(Decision::Unknown) };
    let mut batch = Batch::empty(programme, &in_force).await?;
    let waiting = store::approval::by_id(&mut batch.tx, id).await?;
    let is_theirs = |area| deciding.access.covers(&in_force.tree, area, programme.today());
    let Some(waiting) = waiting.filter(|waiting| is_theirs(waiting.area)) else { return Ok(Decision::Unknown) };
    if waiting.verdict.is_some() {
        return Ok(Decision::Over);
    }
    if waiting.person == Some(deciding.officer) {
        return Ok(Decision::Own);
    }
    if deciding.agreed && approval::conflicts(&mut batch.tx, &in_force, &waiting).await? {
        return Ok(Decision::Conflicts);
    }
    let occasion = Occasion { now: programme.environment.now(), channel: deciding.channel };
    let decided = (deciding.approval, deciding.agreed, deciding.reason);
    approval::settle(&mut batch, &occasion, deciding.officer, decided, None).await?;
    batch.commit().await?;
    Ok(Decision::Done)
}
