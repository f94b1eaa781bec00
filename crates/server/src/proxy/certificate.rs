//! The client certificate of a request, seen by us or told by a trusted proxy.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;

use super::TrustedProxies;
use crate::{Peer, PeerCertificate};

/// The client certificate of a request.
///
/// A trusted proxy may tell it in `Client-Cert` (RFC 9440: base64 between colons) or in `X-ARR-ClientCert` (base64); the
/// certificate that the proxy itself shows us is then not the client's. `verified`: whether proxies check certificates against
/// the authorities; if not, one that they tell counts as self-signed. When a header stands twice or is not base64, there is
/// none. Anyone else's headers mean nothing, and his certificate is the one of our own TLS.
#[must_use]
pub fn client_certificate(
    peer: &Peer,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
    verified: bool,
) -> Option<PeerCertificate> {
    let told = [RFC_9440, ARR].iter().any(|name| headers.contains_key(*name));
    if !told || !peer.addr.is_some_and(|addr| trusted.trusts(addr.ip())) {
        return peer.certificate.clone();
    }
    let text = match (only(headers, RFC_9440), only(headers, ARR)) {
        (Some(text), None) if !headers.contains_key(ARR) => text.strip_prefix(':')?.strip_suffix(':')?,
        (None, Some(text)) if !headers.contains_key(RFC_9440) => text,
        // Two headers: one of them came through unchecked.
        _ => return None,
    };
    let der = BASE64_STANDARD.decode(text.trim()).ok().filter(|der| !der.is_empty())?;
    Some(PeerCertificate::new(&der, verified))
}

const RFC_9440: &str = "client-cert";
const ARR: &str = "x-arr-clientcert";

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
    use crate::{Peer, PeerCertificate};

    fn der(peer: &str, headers: &[(&'static str, &str)]) -> Option<Vec<u8>> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let certificate = Some(PeerCertificate::new(&[9], true));
        let peer = Peer { addr: Some(peer.parse().unwrap()), ..Peer::default() };
        let shown = Peer { certificate, ..peer.clone() };
        let trusted = TrustedProxies::new(vec!["10.0.0.1".parse().unwrap()]);
        let told = |peer, verified| client_certificate(peer, &map, &trusted, verified);
        // What the other end shows itself counts where nobody else is told of, and only there.
        let own = told(&shown, false).map(|certificate| certificate.der.to_vec());
        let der = told(&peer, false).map(|certificate| certificate.der.to_vec());
        let is_told = peer.addr.unwrap().ip().to_string() == "10.0.0.1" && !headers.is_empty();
        assert_eq!(own, if is_told { der.clone() } else { Some(vec![9]) });
        for verified in [true, false] {
            assert!(told(&peer, verified).is_none_or(|certificate| certificate.verified == verified));
        }
        der
    }

    #[test]
    fn only_a_trusted_proxy_may_tell_a_certificate() {
        assert_eq!(der("10.0.0.1:1", &[("client-cert", ":AQID:")]), Some(vec![1, 2, 3]));
        assert_eq!(der("10.0.0.1:1", &[("x-arr-clientcert", "AQID")]), Some(vec![1, 2, 3]));
        assert_eq!(der("10.0.0.2:1", &[("client-cert", ":AQID:")]), None);
        assert_eq!(der("10.0.0.2:1", &[("x-arr-clientcert", "AQID")]), None);
        assert_eq!(der("10.0.0.1:1", &[]), None);
    }

    #[test]
    fn refuses_what_is_ambiguous_or_not_base64() {
        assert_eq!(der("10.0.0.1:1", &[("client-cert", "AQID")]), None);
        assert_eq!(der("10.0.0.1:1", &[("client-cert", ":AQID:"), ("client-cert", ":AQIE:")]), None);
        assert_eq!(der("10.0.0.1:1", &[("client-cert", ":AQID:"), ("x-arr-clientcert", "AQIE")]), None);
        assert_eq!(der("10.0.0.1:1", &[("x-arr-clientcert", "*")]), None);
        let thrice = [("client-cert", ":AQID:"), ("client-cert", ":AQID:"), ("x-arr-clientcert", "AQID")];
        assert_eq!(der("10.0.0.1:1", &thrice), None);
    }
}
