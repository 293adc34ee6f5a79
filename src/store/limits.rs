//! Limits of this room.

use std::time::Duration;

/// Connections to PostgreSQL from one server.
pub const POSTGRES_CONNECTIONS_MAX: u32 = 16;
/// SQLite has one writer by nature; what reads beside it does so on connections of its own.
pub const SQLITE_WRITERS: u32 = 1;
/// SQLite connections that only read.
pub const SQLITE_READERS_MAX: u32 = 4;
/// How long a transaction may wait for a connection before the database counts as unavailable.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(4);
/// How long one statement may take before the database counts as unavailable: a dead server answers nothing at all.
pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(8);
/// How long SQLite waits for another process that writes (`relais import` beside `relais serve`).
pub const SQLITE_BUSY_TIMEOUT_MS: i64 = 5_000;
/// How long emptying SQLite's write-ahead log waits for those who read, while nobody writes.
pub const SQLITE_CLEARING_MS: i64 = 500;
/// Page cache of each SQLite connection, in kibibytes.
pub const SQLITE_CACHE_KIB: i64 = 4_096;
/// Pages of the write-ahead log (of 4 KiB) after which they are written into the SQLite file. Under load one page is
/// written by many commits, and into the file once: less often is less work, and opening after a crash reads 16 MiB.
pub const SQLITE_CHECKPOINT_PAGES: i64 = 4_096;
/// How much of an SQLite file is read through the memory map, in bytes.
pub const SQLITE_MMAP_BYTES: i64 = 32 * 1024 * 1024;
/// Parameters of one statement: some hundred rows. Both databases would take more, and gain nothing by it.
pub const PARAMETERS_MAX: usize = 2_048;
/// Rows of one page of a list.
pub const PAGE_ROWS_MAX: i64 = 1_000;
/// How long a people file waits to be confirmed, in milliseconds: an hour.
pub const PEOPLE_FILE_KEPT_MS: i64 = 3_600_000;
/// Periods one sum takes at a time: the months of a year, or the days of a week.
pub const PERIODS_PER_SUM: usize = 12;
/// Indicators one sum can be narrowed to: what the headline figures of a pack are made of.
pub const INDICATORS_PER_SUM: usize = 24;
/// Areas of no more places than this are summed place by place: as fast as reading a sum, and nothing to keep.
pub const PLACES_SUMMED_DIRECTLY: usize = 8;
/// Reports of an area are looked for among so many of the latest before anywhere else.
pub const REPORTS_LOOKED_AT_FIRST: i64 = 4_000;
/// Reports of an area of no more places than this are looked for place by place, and else from the newest on.
pub const PLACES_LISTED_ONE_BY_ONE: i64 = 100;
/// Changes added to the sums of areas in one transaction; what is more is added period by period.
pub const CHANGES_AT_ONCE: i64 = 20_000;
/// Sums of areas and places kept in memory, in bytes: those of a country's regions, and of the communes of some cercles,
/// over a year and more.
pub const HELD_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// How many areas and periods they are expected to be of.
pub const HELD_AREAS: usize = 2_000;
/// Places that reported, kept in memory for questions asked again, in bytes.
pub const HELD_PLACES_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// How many such questions there are expected to be.
pub const HELD_QUESTIONS: usize = 200;
/// How long one statement of a long work may take: filling, counting anew.
pub const LONG_STATEMENT_TIMEOUT: Duration = Duration::from_secs(600);
/// Connections that may turn out stale before one transaction gives up: all of a pool after its server restarted.
pub const STALE_CONNECTIONS_MAX: u32 = POSTGRES_CONNECTIONS_MAX + 1;
/// A delivery report whose message never turned up is forgotten after this many milliseconds (three days).
pub const EARLY_DELIVERY_KEPT_MS: i64 = 3 * 24 * 3_600 * 1_000;
/// Entries of the audit log sealed in one transaction.
pub const AUDIT_SEALED_AT_ONCE: i64 = 500;
