//! Limits of this room.

use std::time::Duration;

/// Things waiting to be settled: beyond it a call waits for a place, and its provider for our answer.
pub const QUEUE_MAX: usize = 4_096;
/// Things sharing one commit. Larger batches save no more fsyncs worth having and make each caller wait longer.
pub const BATCH_MAX: usize = 128;
/// Things in a batch from which on the next one waits a moment for callers that go on calling.
pub const LINGER_FROM: usize = 16;
/// How long it waits at a time, and how often at most: far less than such a batch takes.
pub const LINGER: Duration = Duration::from_millis(1);
/// See [`LINGER`].
pub const LINGER_ROUNDS: usize = 3;
/// Times a batch is taken again after a deadlock or a faster server, before each of its calls is taken alone.
pub const CONFLICTS_MAX: u32 = 8;
/// Turns worth a thread of their own: beginning one takes about as long as a turn.
pub const TURNS_PER_THREAD_MIN: usize = 16;
/// Rounds of look-ups one turn may ask for: a turn needs two, a correction three.
pub const ROUNDS_MAX: usize = 6;
/// Longest a call waits for the database before it goes to the spool. Providers wait 10 to 15 s (aggregators 1, 5, 7).
pub const SETTLE_TIMEOUT: Duration = Duration::from_secs(6);
/// How often the spool is looked at while callbacks wait in it.
pub const DRAIN_EVERY: Duration = Duration::from_secs(2);
/// How long a call in the spool that cannot be settled is passed over before it is tried again.
pub const PASSED_OVER_FOR: Duration = Duration::from_secs(60);
/// A provider without ids or times repeats a call within this time; the same words later are a new message.
pub const REPEAT_WINDOW_MS: i64 = 120_000;
/// Days a report of an unknown number may be older than its request to join and still count (`unknown_sender` says so).
pub const HELD_DAYS: i64 = 7;
/// Life of a reply: an answer older than a day only confuses.
pub const REPLY_LIFE_MS: i64 = 24 * 3_600_000;
/// Messages one number may send at once: a coordinator who types a season's backlog, or a phone ten people share.
pub const SENDER_BURST: i64 = 200;
/// After a burst, one message in so many milliseconds (20 seconds: 180 an hour).
pub const SENDER_EVERY_MS: i64 = 20 * 1_000;
/// Steps of USSD sessions that are left to a phone whose messages are over the limit: a screen must still open for it.
pub const STEPS_SPARED: i64 = 600;
/// What a step takes of the same pace, in milliseconds: 2,600 steps at once (some 200 reports), then one every two seconds,
/// which is faster than anybody reads and types.
pub const STEP_EVERY_MS: i64 = 2 * 1_000;
