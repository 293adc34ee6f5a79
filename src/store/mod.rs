//! All the SQL: one text for SQLite and PostgreSQL, one module for each group of tables.
//!
//! The store keeps and finds; it never decides anything. Every function takes a [`Tx`], so that the caller says what
//! belongs together: [`Store::begin`] to write, [`Store::reader`] to read one state of everything. Phones, names and
//! texts go in sealed and come out opened; a phone is found by its keyed index. Only this room names sqlx.
//!
//! The portable subset: TEXT, BIGINT and DOUBLE PRECISION columns, `$n` placeholders, `CAST(SUM(..) AS BIGINT)`,
//! conditions repeated on the outer `WHERE` of a claim. Which database it is, only `backend` knows.

pub mod alert;
pub mod approval;
pub mod area;
pub mod audit;
mod backend;
pub mod bulk;
pub mod cell;
pub mod closing;
pub mod erase;
mod error;
pub mod flow_version;
pub mod join;
mod key;
pub mod lease;
pub mod limits;
pub mod message;
pub mod notice;
pub mod number;
pub mod officer;
pub mod outbox;
pub mod people_file;
pub mod person;
pub mod phone;
pub mod place;
pub mod purge;
pub mod received;
pub mod report;
pub mod rotation;
mod rows;
mod sealed;
mod senders;
pub mod session;
pub mod setting;
pub mod sign_in;
pub mod target;
pub mod task;
pub mod thread;
pub mod token;
mod tx;

use std::sync::Arc;

use sqlx::migrate::Migrator;
use sqlx::{AnyPool, Executor};

pub use backend::Backend;
pub use error::StoreError;
pub use senders::Senders;
pub use tx::Tx;

use crate::base::sealing::Sealer;
use crate::base::{Environment, Phone};
use area::HeldSums;
use backend::Purpose;
use limits::LONG_STATEMENT_TIMEOUT;
use sealed::Seal;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The database, ready for work. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    writers: AnyPool,
    readers: AnyPool,
    seal: Arc<Seal>,
    held: Arc<HeldSums>,
}

impl Store {
    /// Opens the database at `url` (`sqlite:FILE` or `postgres://...`), and refuses one written with another key.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`], [`StoreError::Setting`] when durability cannot be had, or what the database says.
    pub async fn open(url: &str, sealer: Sealer, environment: Environment) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let backend = Backend::of(url)?;
        let options = backend.options(url)?;
        let is_migrated = async {
            let mut connection = backend.probe(&options).await?;
            backend.is_migrated(&mut connection).await
        };
        let is_migrated = within_connect_timeout(is_migrated).await?;
        let (writers, readers) = backend.pools(&options);
        let (seal, held) = (Arc::new(Seal { sealer, environment }), Arc::new(HeldSums::new()));
        let store = Store { backend, writers, readers, seal, held };
        if is_migrated {
            let mut tx = store.reader().await?;
            key::compare(&mut tx).await?;
        }
        Ok(store)
    }

    /// Brings the tables to this version, and keeps the key's fingerprint in a database that has none yet, or whose key
    /// is being changed to it.
    ///
    /// # Errors
    /// [`StoreError::Migration`], [`StoreError::WrongKey`].
    pub async fn migrate(&self) -> Result<(), StoreError> {
        // Years of reports take longer than one request may. The connection is closed with what it was allowed.
        let mut connection = self.writers.acquire().await?;
        if let Some(patience) = self.backend.patience(LONG_STATEMENT_TIMEOUT, "SESSION") {
            connection.execute(sqlx::AssertSqlSafe(patience)).await?;
        }
        if let Some(whole) = self.backend.whole() {
            connection.execute(whole).await?;
        }
        MIGRATIONS.run(&mut *connection).await?;
        connection.close().await?;
        let mut tx = self.begin().await?;
        key::note(&mut tx).await?;
        audit::ensure_key(&mut tx).await?;
        tx.commit().await
    }

    /// A transaction to write in. SQLite has one at a time; the next waits.
    ///
    /// # Errors
    /// What the database says; [`StoreError::is_unavailable`] when there is none to be had.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Tx::begin(&self.writers, self.backend, Purpose::Write, self.shared()).await
    }

    /// A transaction to write in that sees one state of the database throughout: what it adds up is what it takes away.
    ///
    /// # Errors
    /// As [`Store::begin`]; its statements may meet a conflict with another such transaction.
    pub async fn begin_whole(&self) -> Result<Tx, StoreError> {
        Tx::begin(&self.writers, self.backend, Purpose::WriteWhole, self.shared()).await
    }

    fn shared(&self) -> (Arc<Seal>, Arc<HeldSums>) {
        (Arc::clone(&self.seal), Arc::clone(&self.held))
    }

    /// A transaction to read in: it sees one state of the database throughout, and cannot write.
    ///
    /// # Errors
    /// As [`Store::begin`].
    pub async fn reader(&self) -> Result<Tx, StoreError> {
        Tx::begin(&self.readers, self.backend, Purpose::Read, self.shared()).await
    }

    /// Asks the database for anything at all.
    ///
    /// # Errors
    /// What it says, or that it says nothing.
    pub async fn reachable(&self) -> Result<(), StoreError> {
        let mut tx = self.reader().await?;
        key::compare(&mut tx).await
    }

    /// Takes what was deleted or replaced out of the log that the database keeps beside its tables; false while somebody still
    /// reads from it: then it is to be tried again.
    ///
    /// # Errors
    /// What the database says.
    pub async fn clear_log(&self) -> Result<bool, StoreError> {
        self.backend.clear_log(&self.writers).await
    }

    /// How many transactions may write at once: 1 for SQLite, several for PostgreSQL.
    pub fn writer_count(&self) -> u32 {
        self.backend.writers()
    }

    /// Which database this is: to be shown, never to choose by.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The keyed index a phone is found by.
    pub fn phone_index(&self, phone: &Phone) -> String {
        self.seal.index(phone)
    }

    /// Waits for open transactions and closes every connection.
    pub async fn close(&self) {
        self.writers.close().await;
        self.readers.close().await;
    }
}

async fn within_connect_timeout<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    match tokio::time::timeout(limits::ACQUIRE_TIMEOUT, work).await {
        Ok(done) => done,
        Err(_) => Err(StoreError::TimedOut { seconds: limits::ACQUIRE_TIMEOUT.as_secs() }),
    }
}
