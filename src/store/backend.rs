//! Which database this is, and what only that one needs: the one file that knows.
//!
//! Everywhere else one text serves both. Nothing here reads or writes the programme's data.

use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Row};

use super::StoreError;
use super::limits::{
    ACQUIRE_TIMEOUT, POSTGRES_CONNECTIONS_MAX, SQLITE_BUSY_TIMEOUT_MS, SQLITE_CACHE_KIB, SQLITE_CHECKPOINT_PAGES,
    SQLITE_CLEARING_MS, SQLITE_MMAP_BYTES, SQLITE_READERS_MAX, SQLITE_WRITERS, STATEMENT_TIMEOUT,
};

/// The databases relais runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// One process, one file.
    Sqlite,
    /// Any number of servers on one PostgreSQL.
    Postgres,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Write,
    /// To write, seeing one state of the database throughout.
    WriteWhole,
    Read,
}

/// Whose fault an error is, as far as the next step depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Down, unreachable, full.
    Unavailable,
    /// Somebody else was faster.
    Conflict,
    /// Anything else: ours.
    Other,
}

impl Backend {
    /// Tells the database from its address.
    pub(super) fn of(url: &str) -> Result<Backend, StoreError> {
        match url.split(':').next().unwrap_or_default() {
            "sqlite" => Ok(Backend::Sqlite),
            "postgres" | "postgresql" => Ok(Backend::Postgres),
            other => {
                Err(StoreError::BadUrl(format!("it begins with `{}`", other.chars().take(20).collect::<String>())))
            }
        }
    }

    /// How to connect. An SQLite file is created when it is not there.
    pub(super) fn options(self, url: &str) -> Result<AnyConnectOptions, StoreError> {
        let create = self == Backend::Sqlite && !url.contains("mode=") && !url.contains(":memory:");
        let url = match (create, url.contains('?')) {
            (false, _) => url.to_owned(),
            (true, false) => format!("{url}?mode=rwc"),
            (true, true) => format!("{url}&mode=rwc"),
        };
        // The reason of a failed parse would repeat the address, and with it a password.
        let options =
            AnyConnectOptions::from_str(&url).map_err(|_| StoreError::BadUrl("it cannot be read".to_owned()))?;
        Ok(options.disable_statement_logging())
    }

    /// How many transactions intake may have open at once: on PostgreSQL half the pool, so that pages and the outbox
    /// always find a connection.
    pub(super) fn writers(self) -> u32 {
        match self {
            Backend::Sqlite => SQLITE_WRITERS,
            Backend::Postgres => POSTGRES_CONNECTIONS_MAX / 2,
        }
    }

    /// The pools to write and to read through: one and the same on PostgreSQL.
    pub(super) fn pools(self, options: &AnyConnectOptions) -> (AnyPool, AnyPool) {
        match self {
            Backend::Sqlite => (
                self.pool(options, Purpose::Write, SQLITE_WRITERS),
                self.pool(options, Purpose::Read, SQLITE_READERS_MAX),
            ),
            Backend::Postgres => {
                let pool = self.pool(options, Purpose::Write, POSTGRES_CONNECTIONS_MAX);
                (pool.clone(), pool)
            }
        }
    }

    fn pool(self, options: &AnyConnectOptions, purpose: Purpose, connections_max: u32) -> AnyPool {
        AnyPoolOptions::new()
            .max_connections(connections_max)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A stale connection shows at BEGIN, which tries the next one: asking first would cost every transaction.
            .test_before_acquire(false)
            .max_lifetime(None)
            .idle_timeout(None)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    let prepared = self.prepare(connection, purpose).await;
                    prepared.map_err(|error| sqlx::Error::Configuration(error.into()))
                })
            })
            .connect_lazy_with(options.clone())
    }

    /// Connects once outside any pool, so that what is wrong is said at once and in its own words.
    pub(super) async fn probe(self, options: &AnyConnectOptions) -> Result<AnyConnection, StoreError> {
        let mut connection = AnyConnection::connect_with(options).await?;
        self.prepare(&mut connection, Purpose::Write).await?;
        Ok(connection)
    }

    /// Settings every connection must have, read back: a connection that does not take one is refused.
    async fn prepare(self, connection: &mut AnyConnection, purpose: Purpose) -> Result<(), StoreError> {
        match self {
            Backend::Sqlite => prepare_sqlite(connection, purpose).await,
            Backend::Postgres => prepare_postgres(connection).await,
        }
    }

    /// Keeps the keys of `$1`, a JSON list, for one transaction at a time, in their order, until it ends. `None` where
    /// there is but one writer anyway. Counted as text, because the function itself answers nothing.
    pub(super) fn hold(self) -> Option<&'static str> {
        match self {
            Backend::Sqlite => None,
            Backend::Postgres => Some(
                "SELECT count(CAST(held.key AS TEXT)) FROM (SELECT pg_advisory_xact_lock(hashtextextended(value, 0)) \
                 AS key FROM json_array_elements_text(CAST($1 AS JSON))) held",
            ),
        }
    }

    /// How a transaction begins. A reader sees one state of the database from its first statement to its last.
    pub(super) fn begin(self, purpose: Purpose) -> &'static str {
        match (self, purpose) {
            (Backend::Sqlite, Purpose::Write | Purpose::WriteWhole) => "BEGIN IMMEDIATE",
            (Backend::Sqlite, Purpose::Read) => "BEGIN",
            (Backend::Postgres, Purpose::Write) => "BEGIN",
            (Backend::Postgres, Purpose::WriteWhole) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            (Backend::Postgres, Purpose::Read) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Lets each statement take so long: of the transaction that is under way (`LOCAL`), or of the connection (`SESSION`).
    pub(super) fn patience(self, time: Duration, whose: &'static str) -> Option<String> {
        (self == Backend::Postgres).then(|| format!("SET {whose} statement_timeout = {}", time.as_millis()))
    }

    /// Lets every transaction of a connection see one state of the database throughout. SQLite's do that anyway.
    pub(super) fn whole(self) -> Option<&'static str> {
        (self == Backend::Postgres)
            .then_some("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    }

    /// A generated statement, each `$n` of which stands once and in order, as this database takes it fastest. On SQLite a
    /// parameter with a name is searched among all names at every execution: of a hundred rows that took longer than
    /// writing them. One without a name is taken by its place.
    pub(super) fn spelled(self, generated: String) -> String {
        match self {
            Backend::Postgres => generated,
            Backend::Sqlite => {
                let mut parts = generated.split('$');
                let first = parts.next().unwrap_or_default().to_owned();
                parts.fold(first, |text, part| {
                    text + "?" + part.trim_start_matches(|digit: char| digit.is_ascii_digit())
                })
            }
        }
    }

    /// Takes what was deleted or replaced out of the log beside the database; false while somebody still reads from it. Holds up
    /// whoever writes for [`SQLITE_CLEARING_MS`] at most. On PostgreSQL its own log and vacuum are the server's.
    pub(super) async fn clear_log(self, writers: &AnyPool) -> Result<bool, StoreError> {
        if self == Backend::Postgres {
            return Ok(true);
        }
        let mut connection = writers.acquire().await?;
        set_number(&mut connection, "busy_timeout", SQLITE_CLEARING_MS).await?;
        let cleared = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
        set_number(&mut connection, "busy_timeout", SQLITE_BUSY_TIMEOUT_MS).await?;
        let is_busy: i64 = cleared?.try_get(0)?;
        Ok(is_busy == 0)
    }

    /// True when this database was migrated before.
    pub(super) async fn is_migrated(self, connection: &mut AnyConnection) -> Result<bool, StoreError> {
        let sql = match self {
            Backend::Sqlite => "SELECT COUNT(*) AS known FROM sqlite_master WHERE type = 'table' AND name = 'setting'",
            Backend::Postgres => {
                "SELECT CAST(CASE WHEN to_regclass('setting') IS NULL THEN 0 ELSE 1 END AS BIGINT) AS known"
            }
        };
        let known: i64 = sqlx::query(sql).fetch_one(connection).await?.try_get("known")?;
        Ok(known > 0)
    }
}

async fn prepare_sqlite(connection: &mut AnyConnection, purpose: Purpose) -> Result<(), StoreError> {
    let reads_only = i64::from(purpose == Purpose::Read);
    // Waiting first: the settings after it may themselves meet another process.
    set_number(connection, "busy_timeout", SQLITE_BUSY_TIMEOUT_MS).await?;
    let journal: String = sqlx::query("PRAGMA journal_mode = WAL").fetch_one(&mut *connection).await?.try_get(0)?;
    if journal != "wal" {
        return Err(StoreError::Setting { name: "journal_mode", wanted: "wal".into(), found: journal });
    }
    // 2 is FULL: what was committed survives a power cut.
    set_number(connection, "synchronous", 2).await?;
    set_number(connection, "foreign_keys", 1).await?;
    set_number(connection, "cache_size", -SQLITE_CACHE_KIB).await?;
    set_number(connection, "mmap_size", SQLITE_MMAP_BYTES).await?;
    set_number(connection, "wal_autocheckpoint", SQLITE_CHECKPOINT_PAGES).await?;
    // What is deleted or replaced is overwritten: erased text does not wait in the file for its page to be used again.
    set_number(connection, "secure_delete", 1).await?;
    // 2 is MEMORY: sorting leaves no file with personal data behind.
    set_number(connection, "temp_store", 2).await?;
    set_number(connection, "query_only", reads_only).await
}

async fn set_number(connection: &mut AnyConnection, name: &'static str, wanted: i64) -> Result<(), StoreError> {
    // PRAGMA takes no parameters; the name is one of ours and the value a number.
    connection.execute(sqlx::AssertSqlSafe(format!("PRAGMA {name} = {wanted}"))).await?;
    let row = connection.fetch_one(sqlx::AssertSqlSafe(format!("PRAGMA {name}"))).await?;
    let found: i64 = row.try_get(0)?;
    if found == wanted {
        return Ok(());
    }
    Err(StoreError::Setting { name, wanted: wanted.to_string(), found: found.to_string() })
}

async fn prepare_postgres(connection: &mut AnyConnection) -> Result<(), StoreError> {
    let timeout_ms = STATEMENT_TIMEOUT.as_millis();
    connection.execute(sqlx::AssertSqlSafe(format!("SET statement_timeout = {timeout_ms}"))).await?;
    connection.execute(sqlx::AssertSqlSafe(format!("SET lock_timeout = {timeout_ms}"))).await?;
    connection.execute("SET idle_in_transaction_session_timeout = 60000").await?;
    connection.execute("SET application_name = 'relais'").await?;
    // Sums of a country look dear to the planner: it would compile them for longer than they run.
    connection.execute("SET jit = off").await?;
    // What was answered must survive a crash, whatever the server's own setting says.
    connection.execute("SET synchronous_commit = on").await?;
    let found: String = connection.fetch_one("SHOW synchronous_commit").await?.try_get(0)?;
    if found == "on" {
        return Ok(());
    }
    Err(StoreError::Setting { name: "synchronous_commit", wanted: "on".into(), found })
}

/// Whose fault a database error is.
pub(super) fn trouble(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Trouble::Unavailable,
        sqlx::Error::Database(error) if error.is_unique_violation() => Trouble::Conflict,
        sqlx::Error::Database(error) => error.code().map_or(Trouble::Other, |code| trouble_of_code(&code)),
        _ => Trouble::Other,
    }
}

/// PostgreSQL's codes are five characters; SQLite's are numbers, extended ones with the primary code in the low byte.
fn trouble_of_code(code: &str) -> Trouble {
    if code.len() == 5 {
        return match (&code[..2], code) {
            (_, "40001" | "40P01" | "55P03") => Trouble::Conflict,
            ("08" | "53" | "57" | "58", _) => Trouble::Unavailable,
            _ => Trouble::Other,
        };
    }
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    const READ_ONLY: u32 = 8;
    const IO_ERROR: u32 = 10;
    const FULL: u32 = 13;
    const CANNOT_OPEN: u32 = 14;
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(BUSY | LOCKED) => Trouble::Conflict,
        Ok(READ_ONLY | IO_ERROR | FULL | CANNOT_OPEN) => Trouble::Unavailable,
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_what_to_do_next() {
        for (label, code, expected) in [
            ("PostgreSQL deadlock", "40P01", Trouble::Conflict),
            ("PostgreSQL serialisation failure", "40001", Trouble::Conflict),
            ("PostgreSQL lock timeout", "55P03", Trouble::Conflict),
            ("PostgreSQL shutting down", "57P01", Trouble::Unavailable),
            ("PostgreSQL disk full", "53100", Trouble::Unavailable),
            ("PostgreSQL connection lost", "08006", Trouble::Unavailable),
            ("PostgreSQL syntax error", "42601", Trouble::Other),
            ("SQLite busy", "5", Trouble::Conflict),
            ("SQLite busy snapshot", "517", Trouble::Conflict),
            ("SQLite disk full", "13", Trouble::Unavailable),
            ("SQLite write error", "778", Trouble::Unavailable),
            ("SQLite syntax error", "1", Trouble::Other),
            ("no code", "", Trouble::Other),
        ] {
            assert_eq!(trouble_of_code(code), expected, "{label}");
        }
    }

    #[test]
    fn parameters_have_names_only_where_they_must() {
        let generated = "SELECT a FROM b WHERE c = $1 AND d IN ($2, $10)";
        assert_eq!(Backend::Postgres.spelled(generated.to_owned()), generated);
        assert_eq!(Backend::Sqlite.spelled(generated.to_owned()), "SELECT a FROM b WHERE c = ? AND d IN (?, ?)");
    }

    #[test]
    fn the_address_tells_the_database() {
        for (url, expected) in [
            ("sqlite:relais.db", Some(Backend::Sqlite)),
            ("postgres://relais@localhost/relais", Some(Backend::Postgres)),
            ("postgresql://relais@localhost/relais", Some(Backend::Postgres)),
            ("mysql://localhost", None),
            ("", None),
        ] {
            assert_eq!(Backend::of(url).ok(), expected, "{url}");
        }
    }
}
