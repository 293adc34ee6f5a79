//! What can go wrong in the store, as facts a caller can act on.

use super::backend::{Trouble, trouble};

/// A statement, a connection or a stored value failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database answered with an error, or could not be reached.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The database did not answer in time.
    #[error("the database did not answer within {seconds} s")]
    TimedOut {
        /// How long was waited.
        seconds: u64,
    },
    /// A migration could not be run.
    #[error("the database cannot be brought to this version: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value does not convert into what it should be.
    #[error("{table}.{column} of {id} holds a value that cannot be read")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// The row's key.
        id: String,
    },
    /// A flow cannot be read again as it was when reports came in under it.
    #[error("{flow} as it was in its version {version} cannot be read: {fault}")]
    OldFlow {
        /// Flow id.
        flow: String,
        /// The version it called itself.
        version: i64,
        /// The first fault of its text.
        fault: String,
    },
    /// The database was written with another key.
    #[error(
        "this database was written with another secret_key (fingerprint {database}; the one configured is {configured}). \
         Put the key of this database back, or name it as previous_secret_key while the key is changed; nothing was changed"
    )]
    WrongKey {
        /// Fingerprint kept in the database.
        database: String,
        /// Fingerprint of the key in use.
        configured: String,
    },
    /// The database does not take a setting that durability depends on.
    #[error("the database refuses the setting {name}: wanted {wanted}, it says {found}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// What it must be.
        wanted: String,
        /// What it is.
        found: String,
    },
    /// The address is of no database relais knows.
    #[error("`database` must begin with sqlite: or postgres://: {0}")]
    BadUrl(String),
    /// A write of one row changed none or several.
    #[error("{what} changed {rows} rows instead of one")]
    NotOne {
        /// What was being written.
        what: &'static str,
        /// How many rows it changed.
        rows: u64,
    },
    /// Somebody else changed the row meanwhile.
    #[error("{what} was changed by somebody else at the same time")]
    Overtaken {
        /// What was being written.
        what: &'static str,
    },
    /// An earlier statement of the transaction failed, so it cannot be committed.
    #[error("an earlier statement of this transaction failed: it was rolled back")]
    Aborted,
}

impl StoreError {
    /// True when the database cannot be worked with at present (down, unreachable, disk full): the callback is spooled.
    pub fn is_unavailable(&self) -> bool {
        match self {
            StoreError::TimedOut { .. } => true,
            StoreError::Database(error) => trouble(error) == Trouble::Unavailable,
            _ => false,
        }
    }

    /// True when somebody else was faster (deadlock, serialisation failure, busy, unique race): retry the whole
    /// transaction.
    pub fn is_conflict(&self) -> bool {
        match self {
            StoreError::Overtaken { .. } => true,
            StoreError::Database(error) => trouble(error) == Trouble::Conflict,
            _ => false,
        }
    }

    /// True when a row with the same key is already there.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, StoreError::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}
