//! The client certificate of a request, seen by us or told by a trusted proxy.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;

use super::TrustedProxies;
use crate::{Peer, PeerCertificate};

/// The client certificate of a request.
///
/// Our own TLS comes first. Otherwise a trusted proxy may tell it in `Client-Cert` (RFC 9440: base64 between colons) or
/// in `X-ARR-ClientCert` (base64); the proxy has then checked it, or it counts as self-signed: it is never `verified`.
/// From anyone else, and when a header stands twice or is not base64, there is none.
#[must_use]
pub fn client_certificate(peer: &Peer, headers: &HeaderMap, trusted: &TrustedProxies) -> Option<PeerCertificate> {
    if peer.certificate.is_some() {
        return peer.certificate.clone();
    }
    if !peer.addr.is_some_and(|addr| trusted.trusts(addr.ip())) {
        return None;
    }
    let text = match (only(headers, "client-cert"), only(headers, "x-arr-clientcert")) {
        (Some(text), None) => text.strip_prefix(':')?.strip_suffix(':')?,
        (None, Some(text)) => text,
        // Two headers: one of them came through unchecked.
        _ => return None,
    };
    let der = BASE64_STANDARD.decode(text.trim()).ok().filter(|der| !der.is_empty())?;
    Some(PeerCertificate::new(&der, false))
}

fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::super::TrustedProxies;
    use super::client_certificate;
    use crate::Peer;

    fn der(peer: &str, headers: &[(&'static str, &str)]) -> Option<Vec<u8>> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let peer = Peer { addr: Some(peer.parse().unwrap()), ..Peer::default() };
        let trusted = TrustedProxies::new(vec!["10.0.0.1".parse().unwrap()]);
        client_certificate(&peer, &map, &trusted).map(|certificate| certificate.der.to_vec())
    }

    #[test]
    fn only_a_trusted_proxy_may_tell_a_certificate() {
        assert_eq!(der("10.0.0.1:1", &[("client-cert", ":AQID:")]), Some(vec![1, 2, 3]));
        assert_eq!(der("10.0.0.1:1", &[("x-arr-clientcert", "AQID")]), Some(vec![1, 2, 3]));
        assert_eq!(der("10.0.0.2:1", &[("client-cert", ":AQID:")]), None);
    }

    #[test]
    fn refuses_what_is_ambiguous_or_not_base64() {
        assert_eq!(der("10.0.0.1:1", &[("client-cert", "AQID")]), None);
        assert_eq!(der("10.0.0.1:1", &[("client-cert", ":AQID:"), ("client-cert", ":AQIE:")]), None);
        assert_eq!(der("10.0.0.1:1", &[("client-cert", ":AQID:"), ("x-arr-clientcert", "AQIE")]), None);
        assert_eq!(der("10.0.0.1:1", &[("x-arr-clientcert", "*")]), None);
    }
}
