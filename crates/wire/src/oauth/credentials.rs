//! The client's credentials in a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, header};
use jeton_core::client_auth::{BasicCredentials, ClientAssertion, Presented};
use jeton_core::grants::Params;
use jeton_core::{RequestSource, Secret};

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

/// The client's credentials in a request that another server received: its `Authorization` header as a pair, and the form.
#[must_use]
pub fn of_parameters(
    endpoint: &'static str,
    pair: Option<(&str, &str)>,
    params: &Params<'_>,
    origin: RequestSource,
) -> Presented {
    let mut headers = HeaderMap::new();
    if let Some((id, secret)) = pair
        && let Ok(value) = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
    {
        headers.insert(header::AUTHORIZATION, value);
    }
    presented(endpoint, &headers, params, Source(origin))
}
