//! When a message that was not sent is tried again. Pure.

use crate::base::Instant;
use crate::channel::{Fault, SendError};

/// Waits before the second, third ... attempt, in seconds; the last repeats until the message expires.
const WAITS_S: [i64; 7] = [5, 15, 60, 300, 900, 1_800, 3_600];
/// A fault of our account needs a person: no use in knocking every few seconds.
const ACCOUNT_WAIT_S: i64 = 300;

/// When to try again after `attempts` (1 after the first) ended in `error`; `None` when there is no use or no time left.
pub fn next_attempt(error: &SendError, attempts: i64, now: Instant, expires: Instant) -> Option<Instant> {
    let rank = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX).min(WAITS_S.len() - 1);
    let wait_s = match error.fault {
        Fault::Message => return None,
        Fault::Account => ACCOUNT_WAIT_S.max(WAITS_S[rank]),
        Fault::Provider => WAITS_S[rank],
    };
    let wait_s = wait_s.max(error.retry_after_s.map_or(0, i64::from));
    let at = now.plus_ms(wait_s * 1_000);
    (at < expires).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(fault: Fault, retry_after_s: Option<u32>) -> SendError {
        SendError { fault, reason: "test".into(), retry_after_s }
    }

    #[test]
    fn waits_grow_and_end() {
        let day = Instant(24 * 3_600_000);
        for (label, fault, retry_after, attempts, expected_s) in [
            ("first failure of the provider", Fault::Provider, None, 1, Some(5)),
            ("third", Fault::Provider, None, 3, Some(60)),
            ("hundredth", Fault::Provider, None, 100, Some(3_600)),
            ("the provider says when", Fault::Provider, Some(90), 1, Some(90)),
            ("our account", Fault::Account, None, 1, Some(300)),
            ("the number itself", Fault::Message, None, 1, None),
            ("after it expired", Fault::Provider, Some(u32::MAX), 1, None),
        ] {
            let at = next_attempt(&error(fault, retry_after), attempts, Instant(0), day);
            assert_eq!(at.map(|at| at.0 / 1_000), expected_s, "{label}");
        }
    }
}
