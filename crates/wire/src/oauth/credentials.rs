//! The client's credentials in a request.

use http::{HeaderMap, header};
use jeton_core::Secret;
use jeton_core::client_auth::{BasicCredentials, ClientAssertion, Presented};
use jeton_core::grants::Params;

use crate::Source;

/// The client's credentials in the `Authorization` header and in the form (RFC 6749 section 2.3.1, RFC 7521 section 4.2).
/// `endpoint`: the path, which may be the audience of an assertion.
#[must_use]
pub(super) fn presented(
    endpoint: &'static str,
    headers: &HeaderMap,
    params: &Params<'_>,
    Source(origin): Source,
) -> Presented {
    // A type without an assertion is ignored; an assertion without a type counts as one of an empty type.
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

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()
}
