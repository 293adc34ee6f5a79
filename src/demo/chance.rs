//! Repeatable chance for made-up data.

use crate::base::SeededRandomness;

/// Draws from a seeded stream.
pub struct Chance(SeededRandomness);

impl Chance {
    /// The draws of `seed`.
    pub fn new(seed: u64) -> Chance {
        Chance(SeededRandomness::new(seed))
    }

    /// A number from 0 up to, not including, `bound`; 0 for a bound of 0.
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0.below(bound) }
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low).unwrap_or(0) + 1;
        low + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// True in `percent` of a hundred draws.
    pub fn happens(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// `whole` split by chance: each unit goes to the part with `percent` of a hundred.
    pub fn part(&self, whole: i64, percent: u64) -> i64 {
        (0..whole).filter(|_| self.happens(percent)).count().try_into().unwrap_or(0)
    }

    /// One of several.
    pub fn one_of<'a, T>(&self, options: &'a [T]) -> &'a T {
        &options[usize::try_from(self.below(options.len() as u64)).unwrap_or(0)]
    }
}
