//! The refusal of a machine endpoint: noted and written.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use jeton_core::client_auth::Refused;

use crate::state::OauthState;
use crate::wire::wire_error;

/// The answer of a contract that says some refusals in words of its own; none: the usual ones.
pub(crate) type Words = fn(&Refused) -> Option<Response>;

/// The words of RFC 6749 for all of them.
pub(crate) const USUAL: Words = |_| None;

/// Writes a refusal down and answers it.
pub(crate) fn refuse(
    state: &OauthState,
    headers: &HeaderMap,
    refused: &Refused,
    endpoint: &'static str,
    client: Option<&str>,
) -> Response {
    refuse_in(USUAL, state, headers, refused, (endpoint, client))
}

/// The same in other words.
pub(crate) fn refuse_in(
    words: Words,
    state: &OauthState,
    headers: &HeaderMap,
    refused: &Refused,
    (endpoint, client): (&'static str, Option<&str>),
) -> Response {
    let reference = state.oauth.ledger.refusals().record(state.oauth.ledger.now(), &refused.refusal, endpoint, client);
    let Some(mut own) = words(refused) else { return wire_error(refused, has_credentials(headers), &reference) };
    if let Ok(value) = HeaderValue::from_str(&reference) {
        own.headers_mut().insert("jeton-refusal", value);
    }
    if let Some(seconds) = refused.refusal.retry_after() {
        own.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    own
}

/// Whether the request tried to authenticate by header, well formed or not (RFC 6749 section 5.2). SimpleIdServer's
/// client always sends `Basic` with nothing or only a colon in it: that is no attempt.
fn has_credentials(headers: &HeaderMap) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    match value.split_once(' ') {
        Some((scheme, rest)) => scheme.eq_ignore_ascii_case("basic") && !matches!(rest.trim(), "" | "Og=="),
        None => false,
    }
}
