//! One transaction, to write or to read: every statement of the store goes through it.
//!
//! A statement that is not answered in time fails as unavailable and its connection is closed. A transaction that is
//! dropped is rolled back; one in which a statement failed cannot be committed, so nothing half done is ever kept.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::pool::PoolConnection;
use sqlx::{AnyConnection, AnyPool, Executor, FromRow};
use tokio::time::timeout;

use super::StoreError;
use super::area::HeldSums;
use super::backend::{Backend, Purpose};
use super::limits::{LONG_STATEMENT_TIMEOUT, STALE_CONNECTIONS_MAX, STATEMENT_TIMEOUT};
use super::sealed::Seal;

/// A statement with its parameters.
pub(super) type Query = sqlx::query::Query<'static, Any, AnyArguments>;

/// A transaction. What is not committed is rolled back.
pub struct Tx {
    /// `None` only once committed or dropped.
    connection: Option<PoolConnection<Any>>,
    backend: Backend,
    purpose: Purpose,
    seal: Arc<Seal>,
    held: Arc<HeldSums>,
    patience: Duration,
    statements: u32,
    failed: bool,
    broken: bool,
}

impl Tx {
    /// Begins on the first connection of `pool` that answers.
    pub(super) async fn begin(
        pool: &AnyPool,
        backend: Backend,
        purpose: Purpose,
        (seal, held): (Arc<Seal>, Arc<HeldSums>),
    ) -> Result<Tx, StoreError> {
        let mut stale = 0;
        loop {
            let mut connection = pool.acquire().await?;
            match bounded(STATEMENT_TIMEOUT, connection.execute(backend.begin(purpose))).await {
                Ok(_) => {
                    let connection = Some(connection);
                    let (patience, statements) = (STATEMENT_TIMEOUT, 0);
                    let (failed, broken) = (false, false);
                    return Ok(Tx { connection, backend, purpose, seal, held, patience, statements, failed, broken });
                }
                Err(error) => {
                    connection.close_on_drop();
                    stale += 1;
                    let timed_out = matches!(error, StoreError::TimedOut { .. });
                    if !error.is_unavailable() || timed_out || stale >= STALE_CONNECTIONS_MAX {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// Makes everything done in this transaction last. On disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Aborted`] when an earlier statement failed; else what the database says.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.failed {
            // PostgreSQL would answer COMMIT with a silent rollback.
            return Err(StoreError::Aborted);
        }
        self.plain("COMMIT").await?;
        self.connection = None;
        Ok(())
    }

    /// Takes everything back at once, and hands the connection on before it returns.
    pub async fn rollback(mut self) -> Result<(), StoreError> {
        self.plain("ROLLBACK").await?;
        self.connection = None;
        Ok(())
    }

    /// Sets a point that [`Tx::rollback_to_savepoint`] goes back to: one event of a batch that shares a commit.
    pub async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.plain("SAVEPOINT event").await
    }

    /// Keeps what was done since the savepoint, as part of the transaction.
    pub async fn release_savepoint(&mut self) -> Result<(), StoreError> {
        self.plain("RELEASE SAVEPOINT event").await
    }

    /// Takes back what was done since the savepoint; the transaction goes on.
    pub async fn rollback_to_savepoint(&mut self) -> Result<(), StoreError> {
        self.plain("ROLLBACK TO SAVEPOINT event").await?;
        self.plain("RELEASE SAVEPOINT event").await?;
        self.failed = false;
        Ok(())
    }

    /// From here to its end this transaction alone works under these keys: what is looked up under one is what the
    /// transactions before left, and nobody else adds to it.
    ///
    /// # Errors
    /// A conflict when two transactions wait for each other; one of them is taken again.
    pub async fn hold(&mut self, keys: &BTreeSet<String>) -> Result<(), StoreError> {
        let Some(hold) = self.backend.hold().filter(|_| !keys.is_empty()) else { return Ok(()) };
        let list = serde_json::Value::from_iter(keys.iter().map(String::as_str)).to_string();
        let (_held,): (i64,) = self.one(sqlx::query(hold).bind(list)).await?;
        Ok(())
    }

    /// From here to its end each statement may take [`LONG_STATEMENT_TIMEOUT`]: filling, counting anew. Nobody waits for
    /// the answer of such a transaction.
    pub async fn take_time(&mut self) -> Result<(), StoreError> {
        self.patience = LONG_STATEMENT_TIMEOUT;
        match self.backend.patience(self.patience, "LOCAL") {
            Some(statement) => self.execute(sqlx::query(sqlx::AssertSqlSafe(statement))).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// How many statements were run in this transaction, its beginning and end not counted.
    pub fn statements(&self) -> u32 {
        self.statements
    }

    pub(super) fn backend(&self) -> Backend {
        self.backend
    }

    /// True where this transaction may write.
    pub(super) fn writes(&self) -> bool {
        self.purpose == Purpose::Write
    }

    /// True where it sees nothing that is not committed.
    pub(super) fn only_reads(&self) -> bool {
        self.purpose == Purpose::Read
    }

    pub(super) fn held(&self) -> Arc<HeldSums> {
        Arc::clone(&self.held)
    }

    pub(super) fn seal(&self) -> Arc<Seal> {
        Arc::clone(&self.seal)
    }

    /// Runs a write; the number of rows it changed.
    pub(super) async fn execute(&mut self, query: Query) -> Result<u64, StoreError> {
        let done = bounded(self.patience, query.execute(self.counted()?)).await;
        self.noted(done).map(|result| result.rows_affected())
    }

    /// Runs a write that must change exactly one row.
    pub(super) async fn execute_one(&mut self, what: &'static str, query: Query) -> Result<(), StoreError> {
        match self.execute(query).await? {
            1 => Ok(()),
            rows => {
                self.failed = true;
                Err(StoreError::NotOne { what, rows })
            }
        }
    }

    /// The one row, if there is one.
    pub(super) async fn optional<R>(&mut self, query: Query) -> Result<Option<R>, StoreError>
    where
        R: for<'r> FromRow<'r, AnyRow>,
    {
        let found = bounded(self.patience, query.fetch_optional(self.counted()?)).await;
        let row = self.noted(found)?;
        Ok(row.as_ref().map(R::from_row).transpose()?)
    }

    /// The one row there always is, of a query that counts or sums.
    pub(super) async fn one<R>(&mut self, query: Query) -> Result<R, StoreError>
    where
        R: for<'r> FromRow<'r, AnyRow>,
    {
        let found = bounded(self.patience, query.fetch_one(self.counted()?)).await;
        let row = self.noted(found)?;
        Ok(R::from_row(&row)?)
    }

    /// Every row.
    pub(super) async fn all<R>(&mut self, query: Query) -> Result<Vec<R>, StoreError>
    where
        R: for<'r> FromRow<'r, AnyRow>,
    {
        let found = bounded(self.patience, query.fetch_all(self.counted()?)).await;
        let rows = self.noted(found)?;
        Ok(rows.iter().map(R::from_row).collect::<Result<_, sqlx::Error>>()?)
    }

    async fn plain(&mut self, statement: &'static str) -> Result<(), StoreError> {
        let connection = self.connection.as_mut().ok_or(StoreError::Aborted)?;
        let done = bounded(self.patience, connection.execute(statement)).await;
        self.noted(done).map(|_| ())
    }

    fn counted(&mut self) -> Result<&mut AnyConnection, StoreError> {
        self.statements += 1;
        self.connection.as_deref_mut().ok_or(StoreError::Aborted)
    }

    fn noted<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            self.failed = true;
            self.broken |= error.is_unavailable();
        }
        result
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if !self.broken => {
                runtime.spawn(async move {
                    if bounded(STATEMENT_TIMEOUT, connection.execute("ROLLBACK")).await.is_err() {
                        connection.close_on_drop();
                    }
                });
            }
            _ => connection.close_on_drop(),
        }
    }
}

/// Waits for one answer of the database, but not for ever.
pub(super) async fn bounded<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StoreError> {
    match timeout(patience, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(StoreError::TimedOut { seconds: patience.as_secs() }),
    }
}
