//! The address under which the client called a trusted proxy.

use http::HeaderMap;

use super::TrustedProxies;
use crate::Peer;

/// The host that the client named (`X-Forwarded-Host`), and the path that a proxy took off the request's (`X-Forwarded-Prefix`);
/// only from a trusted peer. Of a list the last entry counts: the nearest proxy wrote it.
#[must_use]
pub fn reported_address<'h>(
    peer: &Peer,
    headers: &'h HeaderMap,
    trusted: &TrustedProxies,
) -> (Option<&'h str>, Option<&'h str>) {
    if trusted.is_empty() || !peer.addr.is_some_and(|addr| trusted.trusts(addr.ip().to_canonical())) {
        return (None, None);
    }
    (last(headers, "x-forwarded-host"), last(headers, "x-forwarded-prefix"))
}

fn last<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim).filter(|value| !value.is_empty())
}
