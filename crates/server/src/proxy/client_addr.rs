//! The address of the client behind trusted proxies.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::HeaderMap;

use super::TrustedProxies;
use crate::Peer;

/// The address of the client that made the request, for limits and the audit trail.
///
/// `Forwarded` and `X-Forwarded-For` count only when the peer is trusted, and only as far as each hop that added to
/// them is trusted. When both are there and disagree, one of them came through unchecked: then the peer counts. A peer
/// on the Unix socket has the loopback address.
#[must_use]
pub fn client_addr(peer: &Peer, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let Some(peer) = peer.addr.map(|addr| addr.ip().to_canonical()) else {
        return Ipv4Addr::LOCALHOST.into();
    };
    if !trusted.trusts(peer) {
        return peer;
    }
    let forwarded = chain(headers, "forwarded", forwarded_for);
    let x_forwarded_for = chain(headers, "x-forwarded-for", Some);
    match (forwarded.is_empty(), x_forwarded_for.is_empty()) {
        (true, true) => peer,
        (false, true) => furthest_believed(peer, &forwarded, trusted),
        (true, false) => furthest_believed(peer, &x_forwarded_for, trusted),
        (false, false) => {
            let one = furthest_believed(peer, &forwarded, trusted);
            let other = furthest_believed(peer, &x_forwarded_for, trusted);
            if one == other { one } else { peer }
        }
    }
}

/// The hops of a header that may stand several times, the nearest last; a hop that names no address is `None`.
fn chain<'a>(headers: &'a HeaderMap, name: &str, node: impl Fn(&'a str) -> Option<&'a str>) -> Vec<Option<IpAddr>> {
    let values = headers.get_all(name).iter();
    values
        .flat_map(|value| value.to_str().unwrap_or("unreadable").split(','))
        .map(|hop| node(hop.trim()).and_then(address))
        .collect()
}

/// Each hop is the word of the one after it: goes back while that one is trusted.
fn furthest_believed(peer: IpAddr, hops: &[Option<IpAddr>], trusted: &TrustedProxies) -> IpAddr {
    let mut believed = peer;
    for hop in hops.iter().rev() {
        match hop {
            Some(address) if trusted.trusts(believed) => believed = *address,
            _ => break,
        }
    }
    believed
}

/// The `for` of one element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<&str> {
    element
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))
        .map(|(_, value)| value.trim().trim_matches('"'))
}

/// An address with or without a port, an IPv6 address with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|addr| addr.ip()))
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::super::TrustedProxies;
    use super::client_addr;
    use crate::Peer;

    /// The client as seen from `peer`, with the proxies of 10.0.0.0/8 trusted.
    fn seen(peer: &str, headers: &[(&str, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let peer = Peer { addr: Some(peer.parse().unwrap()), ..Peer::default() };
        let trusted = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        client_addr(&peer, &map, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_name_an_address() {
        assert_eq!(seen("203.0.113.9:1", &[("x-forwarded-for", "192.0.2.1")]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9:1", &[("forwarded", "for=192.0.2.1")]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_no_further() {
        assert_eq!(seen("10.0.0.1:1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1:1", &[("x-forwarded-for", "192.0.2.1")]), "192.0.2.1");
        assert_eq!(seen("10.0.0.1:1", &[("x-forwarded-for", "198.51.100.7, 192.0.2.1")]), "192.0.2.1");
        assert_eq!(seen("10.0.0.1:1", &[("x-forwarded-for", "192.0.2.1, 10.0.0.2")]), "192.0.2.1");
        assert_eq!(
            seen("10.0.0.1:1", &[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "10.0.0.2")]),
            "192.0.2.1"
        );
        assert_eq!(seen("10.0.0.1:1", &[("x-forwarded-for", "192.0.2.1, unknown")]), "10.0.0.1");
    }

    #[test]
    fn reads_every_form_of_a_node() {
        for (value, address) in [
            ("for=192.0.2.1", "192.0.2.1"),
            ("proto=https;For=\"192.0.2.1:4711\";by=10.0.0.1", "192.0.2.1"),
            ("for=\"[2001:db8::1]\"", "2001:db8::1"),
            ("for=\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("for=192.0.2.1, for=10.0.0.2", "192.0.2.1"),
            ("for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(seen("10.0.0.1:1", &[("forwarded", value)]), address, "{value}");
        }
    }

    #[test]
    fn two_headers_that_disagree_are_both_ignored() {
        let one = ("forwarded", "for=192.0.2.1");
        assert_eq!(seen("10.0.0.1:1", &[one, ("x-forwarded-for", "192.0.2.1")]), "192.0.2.1");
        assert_eq!(seen("10.0.0.1:1", &[one, ("x-forwarded-for", "192.0.2.2")]), "10.0.0.1");
    }

    #[test]
    fn the_unix_socket_is_loopback() {
        let peer = Peer { local_socket: true, ..Peer::default() };
        let headers = HeaderMap::new();
        assert_eq!(client_addr(&peer, &headers, &TrustedProxies::default()).to_string(), "127.0.0.1");
    }
}
