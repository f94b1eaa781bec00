//! Hosts: of a request, and of an issuer.

use std::borrow::Cow;

use http::header;
use http::request::Parts;

use crate::base_of;

/// The host that a request names: in its target, or else in its header (RFC 9112 section 3.2.2).
pub(super) fn of(head: &Parts) -> Option<&str> {
    let target = head.uri.authority().map(http::uri::Authority::as_str);
    target.or_else(|| head.headers.get(header::HOST)?.to_str().ok())
}

/// A host and its port, as a request names them.
pub(super) struct Named<'a> {
    host: Cow<'a, str>,
    port: Option<u16>,
}

impl<'a> Named<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (host, port) = split(text);
        let port = if port.is_empty() { None } else { Some(port.parse().ok()?) };
        let host = if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(host.to_ascii_lowercase())
        } else {
            Cow::Borrowed(host)
        };
        Some(Self { host, port })
    }

    /// In lower case.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// None: the one that the scheme implies.
    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }
}

/// The port of an issuer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Port {
    number: u16,
    /// Whether its scheme implies it.
    implied: bool,
}

impl Port {
    /// Whether a request that names this port, or none, is for it. Behind a proxy the scheme is not known.
    pub(super) fn is(self, named: Option<u16>) -> bool {
        named.map_or(self.implied, |port| port == self.number)
    }

    /// Whether no request can tell the two apart: they are the same, or both are those that a scheme implies.
    pub(super) fn is_same(self, other: Self) -> bool {
        self.number == other.number || self.implied && other.implied
    }
}

/// The host of an issuer, in lower case.
pub(super) struct OfIssuer {
    pub(super) host: Box<str>,
    pub(super) port: Port,
}

/// Host, port and base of an issuer's URL; none when it has no host.
pub(super) fn of_issuer(issuer: &str) -> Option<(OfIssuer, &str)> {
    let (scheme, rest) = issuer.split_once("://")?;
    let authority = rest.split('/').next().filter(|authority| !authority.is_empty())?;
    let implied = if scheme.eq_ignore_ascii_case("https") { 443 } else { 80 };
    let named = Named::parse(authority)?;
    let number = named.port.unwrap_or(implied);
    let port = Port { number, implied: number == implied };
    Some((OfIssuer { host: named.host.into(), port }, base_of(issuer)))
}

/// A host, an IPv6 address in its brackets, and the port behind it.
fn split(text: &str) -> (&str, &str) {
    let from = text.rfind(']').map_or(0, |end| end + 1);
    match text.get(from..).and_then(|rest| rest.find(':')) {
        Some(colon) => (text.get(..from + colon).unwrap_or(text), text.get(from + colon + 1..).unwrap_or_default()),
        None => (text, ""),
    }
}
