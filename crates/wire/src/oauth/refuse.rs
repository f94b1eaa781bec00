//! Refusals of endpoints that programs call: recorded and answered.

use axum::response::Response;
use http::{HeaderMap, header};
use jeton_core::client_auth::Refused;

use super::error::wire_error;
use crate::Issuer;

/// The answer of a contract that defines its own form for some refusals; none: the usual form.
pub type Words = fn(&Refused) -> Option<Response>;

/// The form of RFC 6749 for all refusals.
pub const USUAL: Words = |_| None;

/// The same where a failed client authentication is always 401 with a challenge, whatever was sent and if nothing was, except in
/// SimpleIdServer's mode: introspection and revocation (RFC 7662 section 2.3, RFC 7009 section 2.1;
/// `docs/contracts/oauth-token-endpoint.md` section 16, row 14).
pub const CHALLENGED: Words = |refused| Some(wire_error(refused, true));

/// Records a refusal and answers it. `endpoint`: the path, for the record; `client`: the client id in the request.
#[must_use]
pub fn refuse(
    issuer: &Issuer,
    headers: &HeaderMap,
    refused: &Refused,
    endpoint: &'static str,
    client: Option<&str>,
) -> Response {
    refuse_in(USUAL, issuer, headers, refused, (endpoint, client))
}

/// The same in another form.
pub(super) fn refuse_in(
    words: Words,
    issuer: &Issuer,
    headers: &HeaderMap,
    refused: &Refused,
    place: (&'static str, Option<&str>),
) -> Response {
    crate::refused(&issuer.oauth.ledger, &refused.refusal, place, |_| {
        words(refused).unwrap_or_else(|| wire_error(refused, has_credentials(headers)))
    })
}

/// Whether the request tried to authenticate by header, well formed or not (RFC 6749 section 5.2). SimpleIdServer's client always
/// sends `Basic` with nothing or only a colon in it, which is not an attempt.
fn has_credentials(headers: &HeaderMap) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    match value.split_once(' ') {
        Some((scheme, rest)) => scheme.eq_ignore_ascii_case("basic") && !matches!(rest.trim(), "" | "Og=="),
        None => false,
    }
}
