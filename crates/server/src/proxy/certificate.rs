//! The client certificate of a request, from the TLS handshake or from a trusted proxy's header.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderName};
use percent_encoding::percent_decode_str;

use super::TrustedProxies;
use crate::{Peer, PeerCertificate};

/// How trusted proxies send the certificates of their clients.
#[derive(Clone, Debug, Default)]
pub struct ForwardedCertificates {
    /// The one header that they set themselves and remove from clients' requests (`http.client_certificate_header`);
    /// none: no header is read.
    pub header: Option<HeaderName>,
    /// Whether they check certificates against the authorities first; if not, such a certificate counts as self-signed.
    pub verified: bool,
}

/// The client certificate of a request.
///
/// For a peer that is not a trusted proxy it is the one of the TLS handshake, whatever headers say. A trusted proxy's
/// own certificate is never its client's: behind a proxy it is the one in the named header, or none. It is also none
/// when the header is repeated or unreadable.
#[must_use]
pub fn client_certificate(
    peer: &Peer,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
    forwarded: &ForwardedCertificates,
) -> Option<PeerCertificate> {
    if !peer.addr.is_some_and(|addr| trusted.trusts(addr.ip())) {
        return peer.certificate.clone();
    }
    let name = forwarded.header.as_ref()?;
    let mut values = headers.get_all(name).iter();
    let text = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let der = if name.as_str() == RFC_9440 { of_rfc_9440(text) } else { of_any_form(text) };
    der.filter(|der| !der.is_empty()).map(|der| PeerCertificate::new(&der, forwarded.verified))
}

/// The header of RFC 9440, which has one form only.
const RFC_9440: &str = "client-cert";

/// Base64 of the DER between colons.
fn of_rfc_9440(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text.trim().strip_prefix(':')?.strip_suffix(':')?).ok()
}

/// The formats that proxies use in other headers: the form of RFC 9440, base64 of the DER, or PEM, percent-encoded or
/// in one line.
fn of_any_form(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if text.starts_with(':') {
        return of_rfc_9440(text);
    }
    // A plus is a plus: it is a letter of base64.
    let text = percent_decode_str(text).decode_utf8().ok()?;
    let body = match text.trim().strip_prefix(BEGIN) {
        // One certificate: a chain would leave open which is the client's.
        Some(rest) => rest.trim_end().strip_suffix(END)?.replace([' ', '\t', '\r', '\n'], ""),
        None => text.into_owned(),
    };
    BASE64_STANDARD.decode(body).ok()
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::super::TrustedProxies;
    use super::{ForwardedCertificates, client_certificate};
    use crate::{Peer, PeerCertificate};

    const PROXY: &str = "10.0.0.1:1";

    /// What is told where `named` is the header of the configuration, and the peer shows a certificate of its own.
    fn der(peer: &str, named: Option<&str>, headers: &[(&str, &str)]) -> Option<Vec<u8>> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let addr = Some(peer.parse().unwrap());
        let peer = Peer { addr, certificate: Some(PeerCertificate::new(&[9], true)), ..Peer::default() };
        let trusted = TrustedProxies::new(vec!["10.0.0.1".parse().unwrap()]);
        let header = named.map(|name| name.parse().unwrap());
        let forwarded = |verified| {
            client_certificate(&peer, &map, &trusted, &ForwardedCertificates { header: header.clone(), verified })
        };
        for verified in [true, false] {
            assert!(forwarded(verified).is_none_or(|it| it.verified == verified || *it.der == [9]));
        }
        forwarded(false).map(|certificate| certificate.der.to_vec())
    }

    #[test]
    fn a_certificate_header_counts_only_where_it_is_named() {
        let all = [("client-cert", ":AQID:"), ("x-arr-clientcert", "AQIE"), ("x-ssl-cert", "AQIF")];
        assert_eq!(der(PROXY, None, &all), None, "none is named");
        assert_eq!(der(PROXY, Some("Client-Cert"), &all), Some(vec![1, 2, 3]));
        assert_eq!(der(PROXY, Some("X-ARR-ClientCert"), &all), Some(vec![1, 2, 4]));
        assert_eq!(der(PROXY, Some("X-SSL-Cert"), &all), Some(vec![1, 2, 5]));
        assert_eq!(der(PROXY, Some("X-SSL-Cert"), &all[..2]), None, "the named one is missing");
    }

    #[test]
    fn a_trusted_proxys_own_certificate_is_not_its_clients() {
        assert_eq!(der(PROXY, None, &[]), None);
        assert_eq!(der(PROXY, Some("client-cert"), &[]), None);
        assert_eq!(der("10.0.0.2:1", Some("client-cert"), &[]), Some(vec![9]), "this one is no proxy");
    }

    #[test]
    fn a_stranger_tells_no_certificate() {
        for (name, value) in [("client-cert", ":AQID:"), ("x-arr-clientcert", "AQID")] {
            assert_eq!(der("10.0.0.2:1", Some(name), &[(name, value)]), Some(vec![9]), "its own");
        }
    }

    #[test]
    fn what_is_ambiguous_or_unreadable_is_no_certificate() {
        let forwarded = |values: &[&str]| {
            let headers: Vec<_> = values.iter().map(|value| ("client-cert", *value)).collect();
            der(PROXY, Some("client-cert"), &headers)
        };
        for values in [&["AQID"][..], &[":AQID:", ":AQID:"], &[""], &["::"], &[":*:"], &[":AQID"], &[":AQID:, :AQID:"]]
        {
            assert_eq!(forwarded(values), None, "{values:?}");
        }
        let other = |value: &str| der(PROXY, Some("x-cert"), &[("x-cert", value)]);
        for value in ["*", "", "%", "%4", "%zz", "AQ%00ID", "-----BEGIN CERTIFICATE-----AQID", "Hash=AQID"] {
            assert_eq!(other(value), None, "{value}");
        }
    }

    #[test]
    fn each_form_that_proxies_write_is_read() {
        for value in [
            ":AQ+/:",
            "AQ+/",
            "AQ%2B%2F",
            "-----BEGIN CERTIFICATE----- AQ +/ -----END CERTIFICATE-----",
            "-----BEGIN%20CERTIFICATE-----%0AAQ%2B/%0A-----END%20CERTIFICATE-----%0A",
        ] {
            assert_eq!(der(PROXY, Some("x-cert"), &[("x-cert", value)]), Some(vec![1, 0x0f, 0xbf]), "{value}");
        }
    }
}
