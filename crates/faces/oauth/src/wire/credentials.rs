//! Credentials in headers and bodies.

use http::{HeaderMap, header};
use jeton_core::Secret;
use jeton_core::client_auth::{BasicCredentials, ClientAssertion, Presented};
use jeton_core::grants::Params;
use jeton_core::refusal::Refusal;

use super::Source;

/// What a request presents to say which client it is.
pub(crate) fn presented(
    endpoint: &'static str,
    headers: &HeaderMap,
    params: &Params<'_>,
    Source(origin): Source,
) -> Presented {
    // A lone type says nothing, a lone assertion says it under a blank type.
    let assertion = params.get("client_assertion").map(|text| {
        let kind = params.get("client_assertion_type").unwrap_or_default();
        ClientAssertion::read(kind, Secret::new(text))
    });
    Presented {
        basic: authorization(headers).and_then(BasicCredentials::parse),
        client_id: params.get("client_id").map(str::to_owned),
        client_secret: params.get("client_secret").map(Secret::new),
        several_headers: headers.get_all(header::AUTHORIZATION).iter().nth(1).is_some(),
        assertion,
        endpoint,
        origin,
    }
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = authorization(headers)?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The token of the one `Authorization` header; none when there is no header at all.
///
/// # Errors
/// [`Refusal::BearerInvalid`] for another scheme or several headers: whoever sends credentials means them to count.
pub(crate) fn sole_bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    match headers.get_all(header::AUTHORIZATION).iter().count() {
        0 => Ok(None),
        1 => bearer(headers).map(Some).ok_or(Refusal::BearerInvalid),
        _ => Err(Refusal::BearerInvalid),
    }
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()
}
