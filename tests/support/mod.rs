//! A fresh database for every test: SQLite always, PostgreSQL when `TEST_POSTGRES_URL` names one.
//!
//! With `CI=true` or `TESTS_REQUIRE_POSTGRES=1` a missing PostgreSQL is a failure: a skipped half would look green.
#![allow(dead_code)]

pub mod browser;
pub mod chance;
pub mod cluster;
pub mod dump;
pub mod kannel;
pub mod log;
pub mod provider;
pub mod rig;
pub mod running;
pub mod visit;
pub mod wait;

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use relais::base::sealing::Sealer;
use relais::base::{Environment, Instant, ManualClock, Phone, SeededRandomness, SystemRandomness};
use relais::store::Store;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

/// The instant every test starts at: 23 November 2026, 08:00 UTC.
pub const START: Instant = Instant(1_795_420_800_000);

/// An empty database of one test.
pub struct TestDatabase {
    /// `SQLite` or `PostgreSQL`.
    pub label: &'static str,
    /// Its address.
    pub url: String,
    home: Home,
}

enum Home {
    /// Somebody else's to take away.
    Elsewhere,
    Folder(TempDir),
    Schema {
        admin: String,
        name: String,
    },
}

/// The key of all tests.
pub fn sealer() -> Sealer {
    Sealer::new(&[7; 32])
}

/// A standing clock, a millisecond later at every call so that ids made later sort later, and the system's randomness.
pub fn environment() -> Environment {
    static CALLS: AtomicI64 = AtomicI64::new(0);
    let now = START.plus_ms(CALLS.fetch_add(1, Ordering::SeqCst));
    Environment { clock: Arc::new(ManualClock::at(now)), randomness: Arc::new(SystemRandomness) }
}

/// A standing clock and repeatable randomness.
pub fn seeded(seed: u64) -> Environment {
    Environment { clock: Arc::new(ManualClock::at(START)), randomness: Arc::new(SeededRandomness::new(seed)) }
}

/// How many times as much as usual is done of what takes long: 1, or what `tests/long` asks for in TESTS_TIMES.
pub fn times() -> usize {
    env::var("TESTS_TIMES").map_or(1, |times| times.parse().expect("TESTS_TIMES is a number"))
}

/// A Malian number ending in `last`.
pub fn phone(last: u32) -> Phone {
    Phone::from_e164(&format!("+223{:08}", 70_000_000 + last)).expect("a number")
}

/// A new empty database of every kind there is.
pub async fn databases() -> Vec<TestDatabase> {
    let mut databases = vec![sqlite()];
    match env::var("TEST_POSTGRES_URL") {
        Ok(admin) => databases.push(postgres(admin).await),
        Err(_) => {
            let is_set = |name: &str, value: &str| env::var(name).is_ok_and(|set| set == value);
            let is_required = is_set("CI", "true") || is_set("TESTS_REQUIRE_POSTGRES", "1");
            assert!(!is_required, "TEST_POSTGRES_URL is not set: half of these tests would not run");
        }
    }
    let labels: Vec<&str> = databases.iter().map(|database| database.label).collect();
    println!("databases of this test: {}", labels.join(", "));
    databases
}

/// Runs `test` on a migrated store of every kind of database, and takes the databases away afterwards.
pub async fn on_each(test: impl AsyncFn(&Store, &TestDatabase)) {
    for database in databases().await {
        println!("on {}", database.label);
        let store = database.store().await;
        test(&store, &database).await;
        store.close().await;
        database.remove().await;
    }
}

/// A new SQLite file.
pub fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("relais.db").display());
    TestDatabase { label: "SQLite", url, home: Home::Folder(folder) }
}

async fn postgres(admin: String) -> TestDatabase {
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    let mut connection = PgConnection::connect(&admin).await.expect("TEST_POSTGRES_URL answers");
    connection.execute(AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await.expect("a schema");
    let separator = if admin.contains('?') { '&' } else { '?' };
    let url = format!("{admin}{separator}options=-csearch_path%3D{name}");
    TestDatabase { label: "PostgreSQL", url, home: Home::Schema { admin, name } }
}

impl TestDatabase {
    /// One that is there already.
    pub fn at(url: &str) -> TestDatabase {
        TestDatabase { label: "as it is", url: url.to_owned(), home: Home::Elsewhere }
    }

    /// Opens and migrates it.
    pub async fn store(&self) -> Store {
        let store = Store::open(&self.url, sealer(), environment()).await.expect("opens");
        store.migrate().await.expect("migrates");
        store
    }

    /// Changes rows behind the store's back.
    pub async fn execute(&self, sql: &str) {
        self.connection().await.execute(AssertSqlSafe(sql)).await.expect("runs");
    }

    /// Every value of a text column, as it is on disk.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.connection().await.fetch_all(AssertSqlSafe(sql)).await.expect("runs");
        rows.iter().map(|row| sqlx::Row::get(row, 0)).collect()
    }

    async fn connection(&self) -> sqlx::AnyConnection {
        sqlx::any::install_default_drivers();
        sqlx::AnyConnection::connect(&self.url).await.expect("connects")
    }

    /// Takes it away.
    pub async fn remove(self) {
        if let Home::Schema { admin, name } = self.home {
            let mut connection = PgConnection::connect(&admin).await.expect("TEST_POSTGRES_URL answers");
            connection.execute(AssertSqlSafe(format!("DROP SCHEMA {name} CASCADE"))).await.expect("drops");
        }
    }
}
