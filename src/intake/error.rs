//! Why something was not settled, as facts: may it be taken again at once, or must it wait in the spool?

use crate::rollup::CountingError;
use crate::store::StoreError;

/// A thing was not settled; nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// Somebody else changed the same conversation or report first.
    #[error("another server was faster")]
    Overtaken,
    /// An indicator of the report's own flow version cannot be counted.
    #[error("{0}")]
    Counting(#[from] CountingError),
    /// A stored conversation cannot be read.
    #[error("a stored conversation cannot be read: {0}")]
    Conversation(#[from] serde_json::Error),
    /// The program failed while it settled this.
    #[error("the program failed (a fault to be reported)")]
    Panicked,
    /// The process is being stopped.
    #[error("the server is stopping")]
    Stopping,
}

impl IntakeError {
    /// True when it cannot be settled now, whoever takes it: the call goes to the spool.
    pub fn is_unavailable(&self) -> bool {
        match self {
            IntakeError::Store(error) => error.is_unavailable(),
            IntakeError::Stopping => true,
            _ => false,
        }
    }

    /// True when taking it again would end the same way: a fault of the pack or the program.
    pub fn is_ours(&self) -> bool {
        matches!(self, IntakeError::Counting(_) | IntakeError::Conversation(_) | IntakeError::Panicked)
            || matches!(self, IntakeError::Store(StoreError::Corrupt { .. } | StoreError::NotOne { .. }))
    }

    /// True when the same transaction can simply be taken again.
    pub fn is_conflict(&self) -> bool {
        match self {
            IntakeError::Store(error) => error.is_conflict(),
            IntakeError::Overtaken => true,
            _ => false,
        }
    }
}
