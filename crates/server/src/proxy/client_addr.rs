//! The address of the client behind trusted proxies.

use std::net::IpAddr;

use http::HeaderMap;

use super::TrustedProxies;
use super::forwarded::{Hop, hops, loose_address};
use crate::Peer;

/// The address of the client that made the request: for address ranges, limits and the audit trail. None: it is
/// unknown, and in no range.
///
/// `Forwarded` (RFC 7239) and `X-Forwarded-For` are used only if the peer is trusted, and only as far as each hop that
/// added to them is trusted. A request of a trusted proxy without such a header is the proxy's own. If the header is
/// unreadable, hides the client or contradicts the other one, the address is unknown: otherwise the proxy's own address
/// would be taken for the client's. A peer on the Unix socket has no address.
#[must_use]
pub fn client_addr(peer: &Peer, headers: &HeaderMap, trusted: &TrustedProxies) -> Option<IpAddr> {
    let peer = peer.addr?.ip().to_canonical();
    if !trusted.trusts(peer) {
        return Some(peer);
    }
    let forwarded = hops_of(headers, "forwarded", hops);
    let x_forwarded_for = hops_of(headers, "x-forwarded-for", plain);
    // A proxy that sends only the protocol in `Forwarded` sends the address in the other header.
    let is_silent = |hops: &Vec<Hop>| !hops.is_empty() && hops.iter().all(|hop| *hop == Hop::Silent);
    match (forwarded, x_forwarded_for) {
        (None, None) => Some(peer),
        (Some(hops), None) => furthest_believed(peer, &hops, trusted),
        (None, Some(hops)) => furthest_believed(peer, &hops, trusted),
        (Some(silent), Some(hops)) if is_silent(&silent) => furthest_believed(peer, &hops, trusted),
        (Some(one), Some(other)) => {
            let (one, other) = (furthest_believed(peer, &one, trusted), furthest_believed(peer, &other, trusted));
            // If two headers disagree, one of them was forwarded unchecked.
            one.filter(|one| other == Some(*one))
        }
    }
}

/// The hops of a header that may be repeated, the nearest last; none when it is absent.
fn hops_of(headers: &HeaderMap, name: &str, read: fn(&str) -> Vec<Hop>) -> Option<Vec<Hop>> {
    let lines = headers.get_all(name).iter();
    let line = |line: &http::HeaderValue| line.to_str().map_or_else(|_| vec![Hop::Unknown], read);
    headers.contains_key(name).then(|| lines.flat_map(line).collect())
}

/// The hops of one `X-Forwarded-For`.
fn plain(line: &str) -> Vec<Hop> {
    let hops = line.split(',').map(str::trim).filter(|hop| !hop.is_empty());
    hops.map(|hop| loose_address(hop).map_or(Hop::Unknown, Hop::At)).collect()
}

/// Each hop was reported by the next one: goes back while that one is trusted. A header without a hop reports nothing.
fn furthest_believed(peer: IpAddr, hops: &[Hop], trusted: &TrustedProxies) -> Option<IpAddr> {
    let mut believed = None;
    for hop in hops.iter().rev() {
        match hop {
            _ if !trusted.trusts(believed.unwrap_or(peer)) => break,
            Hop::At(address) => believed = Some(*address),
            Hop::Unknown | Hop::Silent => return None,
        }
    }
    believed
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::super::TrustedProxies;
    use super::client_addr;
    use crate::Peer;

    const UNKNOWN: &str = "unknown";

    /// The client as seen from `peer`, with the proxies of 10.0.0.0/8 trusted.
    fn seen(peer: &str, headers: &[(&str, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let peer = Peer { addr: Some(peer.parse().unwrap()), ..Peer::default() };
        let trusted = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        client_addr(&peer, &map, &trusted).map_or(UNKNOWN.to_owned(), |address| address.to_string())
    }

    #[test]
    fn a_stranger_cannot_name_an_address() {
        for value in ["192.0.2.1", "for=192.0.2.1", "for=unknown", "\"", ""] {
            assert_eq!(seen("203.0.113.9:1", &[("x-forwarded-for", value)]), "203.0.113.9", "{value}");
            assert_eq!(seen("203.0.113.9:1", &[("forwarded", value)]), "203.0.113.9", "{value}");
        }
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_no_further() {
        let address_of = |value: &str| seen("10.0.0.1:1", &[("x-forwarded-for", value)]);
        assert_eq!(seen("10.0.0.1:1", &[]), "10.0.0.1");
        assert_eq!(address_of("192.0.2.1"), "192.0.2.1");
        assert_eq!(address_of("198.51.100.7, 192.0.2.1"), "192.0.2.1");
        assert_eq!(address_of("unknown, 192.0.2.1"), "192.0.2.1");
        assert_eq!(address_of("192.0.2.1, 10.0.0.3,10.0.0.2"), "192.0.2.1");
        assert_eq!(address_of("10.0.0.3, 10.0.0.2"), "10.0.0.3", "a host of theirs");
        assert_eq!(address_of("[2001:db8::1]:80"), "2001:db8::1");
        let twice = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "10.0.0.2")];
        assert_eq!(seen("10.0.0.1:1", &twice), "192.0.2.1");
        let forwarded = [("forwarded", "for=198.51.100.7, for=192.0.2.1"), ("forwarded", "for=\"10.0.0.2:80\"")];
        assert_eq!(seen("10.0.0.1:1", &forwarded), "192.0.2.1");
        // A malformed line of a client comes before the proxy's own.
        let broken = [("forwarded", "for=\""), ("forwarded", "for=192.0.2.1")];
        assert_eq!(seen("10.0.0.1:1", &broken), "192.0.2.1");
    }

    #[test]
    fn what_a_trusted_proxy_hides_or_garbles_is_unknown() {
        for (name, value) in [
            ("x-forwarded-for", "192.0.2.1, unknown"),
            ("x-forwarded-for", "example"),
            ("x-forwarded-for", ""),
            ("x-forwarded-for", "192.0.2.1, 10.0.0.2, \u{e9}"),
            ("x-forwarded-for", "192.0.2.1 10.0.0.2"),
            ("forwarded", "for=unknown"),
            ("forwarded", "for=_hidden"),
            ("forwarded", "for=_hidden, for=10.0.0.2"),
            ("forwarded", "proto=https"),
            ("forwarded", "for=192.0.2.1, proto=https"),
            ("forwarded", "for=\"192.0.2.1"),
            ("forwarded", "for=[2001:db8::1]"),
            ("forwarded", "for=192.0.2.1:80"),
            ("forwarded", ""),
        ] {
            assert_eq!(seen("10.0.0.1:1", &[(name, value)]), UNKNOWN, "{name}: {value}");
        }
    }

    #[test]
    fn two_headers_that_disagree_make_it_unknown() {
        let both =
            |forwarded: &str, other: &str| seen("10.0.0.1:1", &[("forwarded", forwarded), ("x-forwarded-for", other)]);
        assert_eq!(both("for=192.0.2.1", "192.0.2.1"), "192.0.2.1");
        assert_eq!(both("for=\"[2001:db8::1]\"", "2001:db8:0::1"), "2001:db8::1");
        assert_eq!(both("proto=https", "192.0.2.1"), "192.0.2.1");
        for (forwarded, other) in [
            ("for=192.0.2.1", "192.0.2.2"),
            ("for=192.0.2.1", "unknown"),
            ("for=unknown", "192.0.2.1"),
            ("for=unknown", "unknown"),
            ("", "192.0.2.1"),
            ("for=\"", "192.0.2.1"),
            ("for=192.0.2.1", ""),
        ] {
            assert_eq!(both(forwarded, other), UNKNOWN, "{forwarded} {other}");
        }
    }

    #[test]
    fn the_unix_socket_has_no_address() {
        let peer = Peer { local_socket: true, ..Peer::default() };
        assert_eq!(client_addr(&peer, &HeaderMap::new(), &TrustedProxies::default()), None);
    }
}
