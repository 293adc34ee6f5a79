//! Limits of this room.

use std::time::Duration;

/// How often the outbox is looked at when nothing wakes the worker.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Messages claimed at once.
pub const CLAIM_MAX: u32 = 20;
/// How long a claim holds: far above [`SEND_TIMEOUT`] times the messages one claim sends in the worst case.
pub const LEASE_MS: i64 = 10 * 60 * 1_000;
/// How long a worker tries to note what became of a message, within its lease.
pub const SETTLE_FOR: Duration = Duration::from_secs(5 * 60);
/// Longest for connecting to a provider.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest for one send in all.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(20);
