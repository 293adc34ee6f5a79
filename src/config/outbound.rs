//! Where a channel may send to: what leaves us holds phone numbers and credentials.

use std::net::{IpAddr, Ipv4Addr};

/// Refuses an address that would carry numbers and credentials in clear over a network, or lead somewhere no provider is.
///
/// `may_be_plain` is the operator's word that plain HTTP stays within their own network: a gateway in the next room.
pub(super) fn check(setting: &str, url: &str, may_be_plain: bool) -> Result<(), String> {
    let fault = |what: &str| Err(format!("`{setting}` {what}"));
    let (is_https, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return fault("must begin with https://"),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return fault("holds a name or password: give them as settings of their own, which are never logged");
    }
    let host = host(authority);
    if host.is_empty() || host.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return fault("names no host");
    }
    let address: Option<IpAddr> = host.parse().ok();
    if address.is_some_and(|address| is_nowhere(address.to_canonical())) {
        return fault("leads to an address no provider has");
    }
    let is_here = address.map_or(host == "localhost", |address| address.to_canonical().is_loopback());
    if is_https || is_here || may_be_plain {
        return Ok(());
    }
    fault(
        "is plain http: numbers and passwords would travel in clear. Use https, or set plain_http = true where the \
           gateway stands in your own network",
    )
}

/// The host of `host:port` or `[address]:port`.
fn host(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Addresses that machines of a cloud answer about themselves at, and those that are nobody's.
fn is_nowhere(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            four.is_link_local() || four.is_multicast() || four.is_broadcast() || four == Ipv4Addr::UNSPECIFIED
        }
        IpAddr::V6(six) => six.is_unicast_link_local() || six.is_multicast() || six.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_passwords_leave_us_sealed_or_not_at_all() {
        for (url, may_be_plain, expected) in [
            ("https://api.africastalking.com", false, ""),
            ("https://10.1.2.3:8443/sms", false, ""),
            ("http://127.0.0.1:8090", false, ""),
            ("http://localhost:13013/cgi-bin", false, ""),
            ("http://[::1]:8090", false, ""),
            ("http://10.1.2.3:13013", true, ""),
            ("http://10.1.2.3:13013", false, "plain http"),
            ("http://localhost.example.org", false, "plain http"),
            ("http://127.0.0.1.example.org", false, "plain http"),
            ("http://127.0.0.1@example.org", false, "name or password"),
            ("https://user:secret@example.org", true, "name or password"),
            ("http://169.254.169.254/latest/meta-data", true, "no provider has"),
            ("https://[::ffff:169.254.169.254]/", true, "no provider has"),
            ("https://[fe80::1]/", true, "no provider has"),
            ("https://0.0.0.0/", true, "no provider has"),
            ("ftp://example.org", true, "must begin with"),
            ("file:///etc/passwd", true, "must begin with"),
            ("example.org", true, "must begin with"),
            ("https://", true, "names no host"),
            ("https:///path", true, "names no host"),
            ("https:// example.org", true, "names no host"),
        ] {
            match check("base_url", url, may_be_plain) {
                Ok(()) => assert_eq!(expected, "", "{url} is taken"),
                Err(told) => assert!(!expected.is_empty() && told.contains(expected), "{url}: {told}"),
            }
        }
    }
}
