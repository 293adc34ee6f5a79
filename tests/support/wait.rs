//! Waiting for what must come, without sleeping blindly.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine before it counts as never.
pub const NEVER: Duration = Duration::from_secs(60);

/// Asks `probe` until it gives something; fails when it never does.
pub async fn until<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + NEVER;
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(Instant::now() < deadline, "never came: {what}");
        tokio::task::yield_now().await;
    }
}

/// Asks `probe` until it is true.
pub async fn until_true(what: &str, mut probe: impl AsyncFnMut() -> bool) {
    until(what, async || probe().await.then_some(())).await;
}

/// Asks `probe` until it gives `expected`; where it never does, tells what it gave last.
pub async fn until_is<T: PartialEq + Debug>(what: &str, expected: T, mut probe: impl AsyncFnMut() -> T) {
    let deadline = Instant::now() + NEVER;
    loop {
        let found = probe().await;
        if found == expected {
            return;
        }
        assert!(Instant::now() < deadline, "never came: {what}: {expected:?}; the last was {found:?}");
        tokio::task::yield_now().await;
    }
}
