//! The headers of proxies about the client: `Forwarded`, `X-Forwarded-For`, `Client-Cert`, `X-ARR-ClientCert`.

use std::net::{IpAddr, Ipv4Addr};

use http::{HeaderMap, HeaderName, HeaderValue};
use jeton_server::{ForwardedCertificates, Peer, TrustedProxies, client_addr, client_certificate};

/// The input is header lines. Headers of an untrusted peer are ignored; no certificate becomes `verified`.
pub fn run(data: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').take(64) {
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(halves.next().unwrap_or_default());
        let value = HeaderValue::from_bytes(halves.next().unwrap_or_default());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let proxy = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    let trusted = TrustedProxies::new("10.0.0.0/8".parse().into_iter().collect());
    assert!(trusted.trusts(proxy));
    let peer = Peer { addr: Some((proxy, 1).into()), ..Peer::default() };
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let stranger = Peer { addr: Some((address, 1).into()), ..Peer::default() };
    let seen = client_addr(&peer, &headers, &trusted);
    assert!(seen == Some(proxy) || !headers.is_empty(), "{seen:?}");
    for header in ["client-cert", "x-arr-clientcert"] {
        let named = |verified| ForwardedCertificates { header: Some(HeaderName::from_static(header)), verified };
        let unchecked = client_certificate(&peer, &headers, &trusted, &named(false));
        assert!(unchecked.is_none_or(|certificate| !certificate.verified));
        assert!(client_certificate(&stranger, &headers, &trusted, &named(true)).is_none());
    }
    assert!(client_certificate(&peer, &headers, &trusted, &ForwardedCertificates::default()).is_none());
    assert_eq!(client_addr(&stranger, &headers, &trusted), Some(address));
}

/// Right ones.
#[must_use]
pub fn seeds() -> Vec<String> {
    crate::owned(&[
        "x-forwarded-for:192.0.2.7, 10.0.0.2",
        "forwarded:for=\"[2001:db8::1]:4711\";proto=https, for=10.0.0.2\nx-forwarded-for:2001:db8::1",
        "client-cert::AQID:",
        "x-arr-clientcert:AQID",
    ])
}
