//! The credential of a call (`docs/contracts/authlete.md` section 1.2).

use axum::extract::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use jeton_core::Secret;
use jeton_core::backend::access::{ApiCredential, CallProof};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::API_CREDENTIAL_MALFORMED;
use jeton_wire::sent_path;

/// Reads the one `Authorization` header of a call, and the proof beside it.
///
/// # Errors
/// [`API_CREDENTIAL_MALFORMED`].
pub(super) fn read(headers: &HeaderMap, call: &Request) -> Result<ApiCredential, Refusal> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let Some(only) = all.next() else { return Ok(ApiCredential::Missing) };
    if all.next().is_some() {
        return Err(API_CREDENTIAL_MALFORMED);
    }
    let text = only.to_str().map_err(|_| API_CREDENTIAL_MALFORMED)?;
    let (scheme, rest) = text.split_once(' ').ok_or(API_CREDENTIAL_MALFORMED)?;
    let rest = rest.trim();
    if rest.is_empty() {
        return Err(API_CREDENTIAL_MALFORMED);
    }
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(ApiCredential::Token(Secret::new(rest), None));
    }
    if scheme.eq_ignore_ascii_case("dpop") {
        return Ok(ApiCredential::Token(Secret::new(rest), Some(proof(headers, call))));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(API_CREDENTIAL_MALFORMED);
    }
    let decoded = STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or(API_CREDENTIAL_MALFORMED)?;
    let (user, secret) = decoded.split_once(':').ok_or(API_CREDENTIAL_MALFORMED)?;
    Ok(ApiCredential::Pair(user.to_owned(), Secret::new(secret)))
}

/// The `DPoP` header, with what it must be for. The host that the request names does not count.
fn proof(headers: &HeaderMap, call: &Request) -> CallProof {
    let mut all = headers.get_all("dpop").iter();
    let only = all.next().filter(|_| all.next().is_none()).and_then(|value| value.to_str().ok());
    CallProof {
        proof: only.map(str::to_owned),
        method: call.method().as_str().to_owned(),
        path: sent_path(call.extensions(), call.uri()).to_owned(),
    }
}
