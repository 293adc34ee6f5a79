//! Time and randomness as arguments, so that every run can be repeated. The only file that reads the real ones.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Date;

/// An instant in unix milliseconds: what both databases keep without rounding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// The instant `milliseconds` later (earlier when negative), stopping at the ends of the range.
    pub fn plus_ms(self, milliseconds: i64) -> Instant {
        Instant(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to `self`.
    pub fn since_ms(self, earlier: Instant) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The calendar day at this instant in `zone`.
    pub fn date_in(self, zone: &TimeZone) -> Date {
        self.timestamp().to_zoned(zone.clone()).date()
    }

    /// RFC 3339 in UTC, for the API and logs.
    pub fn rfc3339(self) -> String {
        self.timestamp().to_string()
    }

    /// Wall-clock text such as `23/11 10:42` in `zone`.
    pub fn short_in(self, zone: &TimeZone) -> String {
        self.timestamp().to_zoned(zone.clone()).strftime("%d/%m %H:%M").to_string()
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Instant;
}

/// Where unpredictable bytes come from (keys, nonces, ids).
pub trait Randomness: Send + Sync {
    /// Fills `bytes` completely.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system's randomness, through a generator seeded from it.
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        use rand::Rng;
        rand::rng().fill_bytes(bytes);
    }
}

/// A clock that stands still until it is told to move: for tests, replay and simulation.
#[derive(Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock standing at `start`.
    pub fn at(start: Instant) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Moves the clock forward.
    pub fn advance_ms(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Puts the clock at `instant`.
    pub fn set(&self, instant: Instant) {
        self.0.store(instant.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// A repeatable stream of bytes (SplitMix64): for tests and made-up data, never for keys.
pub struct SeededRandomness(AtomicU64);

impl SeededRandomness {
    /// A stream that depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// The next 64 bits of the stream.
    pub fn next(&self) -> u64 {
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut mixed = self.0.fetch_add(GOLDEN, Ordering::Relaxed).wrapping_add(GOLDEN);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `bound` (which must not be 0).
    pub fn below(&self, bound: u64) -> u64 {
        self.next() % bound
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// What the outside world gives to a run: its clock and its randomness.
#[derive(Clone)]
pub struct Environment {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub randomness: Arc<dyn Randomness>,
}

impl Environment {
    /// The machine's own clock and randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), randomness: Arc::new(SystemRandomness) }
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// `N` unpredictable bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.randomness.fill(&mut bytes);
        bytes
    }
}
