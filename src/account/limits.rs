//! Limits of this room.

/// How long a code is good, in milliseconds (10 minutes): an SMS may be slow, and a guess must not have all day.
pub const CODE_LIFE_MS: i64 = 10 * 60 * 1_000;
/// How often one code may be tried.
pub const CODE_TRIES: i64 = 5;
/// Codes one number may ask for within an hour.
pub const CODES_PER_HOUR: i64 = 5;
/// Codes one number may ask for within a day. With [`CODE_TRIES`] of a million: one chance in 13,000 for whoever guesses
/// all day.
pub const CODES_PER_DAY: i64 = 15;
/// An hour and a day, in milliseconds.
pub const HOUR_MS: i64 = 3_600 * 1_000;
/// See [`HOUR_MS`].
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// A session that is not used for so long is over, in milliseconds (8 hours): a working day on a shared computer.
pub const SESSION_IDLE_MS: i64 = 8 * HOUR_MS;
/// A session is over after so long, however much it is used, in milliseconds (7 days).
pub const SESSION_LIFE_MS: i64 = 7 * DAY_MS;
/// The use of a session is noted at most this often, in milliseconds (10 minutes): reading must not become writing.
pub const SESSION_USE_NOTED_MS: i64 = 10 * 60 * 1_000;
/// The use of a token is noted at most this often, in milliseconds (an hour).
pub const TOKEN_USE_NOTED_MS: i64 = HOUR_MS;
/// Longest secret that is looked at, in bytes.
pub const SECRET_BYTES_MAX: usize = 200;
/// Longest number typed that is looked at, in bytes.
pub const NUMBER_BYTES_MAX: usize = 40;
/// Refusals of one account that the audit log keeps within a day: enough to see what somebody is after.
pub const REFUSALS_NOTED_PER_DAY: i64 = 50;
