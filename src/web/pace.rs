//! How fast one address or account may ask. What is over the pace is told when to come back.
//!
//! A key falls into one of a fixed number of slots by a keyed hash: memory is bounded whoever asks, and nobody can choose
//! to share a slot with someone else. Webhooks with a right key are never paced: all SMS come from one address.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use super::{Peer, limits};

/// Every pace of the web.
pub struct Paces {
    /// All requests of one address.
    pub address: Pace,
    /// All requests of one account.
    pub account: Pace,
    /// Codes asked for from one address.
    pub asking: Pace,
    /// Codes and tokens tried from one address.
    pub trying: Pace,
    /// Calls with a wrong webhook key from one address.
    pub wrong_key: Pace,
}

impl Default for Paces {
    fn default() -> Paces {
        Paces {
            address: Pace::new(limits::ADDRESS_BURST, limits::ADDRESS_EVERY),
            account: Pace::new(limits::ACCOUNT_BURST, limits::ACCOUNT_EVERY),
            asking: Pace::new(limits::ASKING_BURST, limits::ASKING_EVERY),
            trying: Pace::new(limits::TRYING_BURST, limits::TRYING_EVERY),
            wrong_key: Pace::new(limits::WRONG_KEY_BURST, limits::WRONG_KEY_EVERY),
        }
    }
}

/// One pace: so many at once, then one in each stretch of time.
pub struct Pace {
    slots: DefaultKeyedRateLimiter<u16>,
    hashing: RandomState,
}

impl Pace {
    fn new(burst: u32, every: Duration) -> Pace {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(burst)).allow_burst(burst);
        Pace { slots: RateLimiter::keyed(quota), hashing: RandomState::new() }
    }

    /// Takes one more of `key`.
    ///
    /// # Errors
    /// How many seconds to wait, where it is over the pace.
    pub fn take(&self, key: impl Hash) -> Result<(), u32> {
        // The low bits of a keyed hash: as good as any.
        let slot = (self.hashing.hash_one(key) & u64::from(u16::MAX)) as u16;
        let wait = |early: NotUntil<_>| early.wait_time_from(DefaultClock::default().now()).as_secs();
        self.slots.check_key(&slot).map_err(|early| u32::try_from(wait(early)).unwrap_or(u32::MAX).saturating_add(1))
    }

    /// How many slots are in use.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.slots.len()
    }
}

/// Who asks, as far as the network tells: the caller's address, or behind a proxy of ours the one it names. `None` in
/// process, where there is no network.
pub fn address(extensions: &Extensions, headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<Peer>>()?.0.0.ip().to_canonical();
    let forwarded = || {
        let all = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        // The last one was written by our proxy; those before it by anybody.
        all.flat_map(|value| value.split(',')).next_back()?.trim().parse::<IpAddr>().ok()
    };
    let named = if proxies.contains(&peer) { forwarded() } else { None };
    Some(network(named.map_or(peer, |named| named.to_canonical())))
}

/// One household has 2^64 addresses of IPv6: they are one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    #[test]
    fn a_burst_goes_through_then_waits_are_told() {
        let pace = Pace::new(3, Duration::from_secs(60));
        for _ in 0..3 {
            assert_eq!(pace.take("one"), Ok(()));
        }
        let wait = pace.take("one").expect_err("a fourth");
        assert!((50..=61).contains(&wait), "{wait}");
        assert_eq!(pace.take("another"), Ok(()), "others are not kept waiting");
    }

    #[test]
    fn memory_does_not_grow_with_those_who_ask() {
        let pace = Pace::new(1, Duration::from_secs(60));
        let taken = (0..300_000_u32).filter(|key| pace.take(key).is_ok()).count();
        assert!(taken > 60_000, "nearly every slot was used: {taken}");
        assert!(pace.len() <= usize::from(u16::MAX) + 1, "{}", pace.len());
    }

    #[test]
    fn an_address_is_believed_only_from_our_proxy() {
        let asked = |peer: &str, forwarded: Option<&'static str>| {
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(Peer(SocketAddr::new(peer.parse().expect("an address"), 1))));
            let mut headers = HeaderMap::new();
            if let Some(forwarded) = forwarded {
                headers.insert("x-forwarded-for", forwarded.parse().expect("a header"));
            }
            address(&extensions, &headers, &["10.0.0.1".parse().expect("an address")]).map(|found| found.to_string())
        };
        for (label, peer, forwarded, expected) in [
            ("a caller", "192.0.2.7", None, "192.0.2.7"),
            ("a caller who lies", "192.0.2.7", Some("198.51.100.1"), "192.0.2.7"),
            ("our proxy", "10.0.0.1", Some("198.51.100.1"), "198.51.100.1"),
            ("our proxy, and a caller who lies to it", "10.0.0.1", Some("203.0.113.9, 198.51.100.1"), "198.51.100.1"),
            ("our proxy names nobody", "10.0.0.1", None, "10.0.0.1"),
            ("our proxy names nonsense", "10.0.0.1", Some("unknown"), "10.0.0.1"),
            ("IPv4 within IPv6", "::ffff:192.0.2.7", None, "192.0.2.7"),
            ("IPv6", "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        ] {
            assert_eq!(asked(peer, forwarded).as_deref(), Some(expected), "{label}");
        }
        assert_eq!(address(&Extensions::new(), &HeaderMap::new(), &[]), None, "in process");
    }
}
