//! The credential of a call (`docs/contracts/authlete.md` section 1.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use jeton_core::Secret;
use jeton_core::backend::access::ApiCredential;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::API_CREDENTIAL_MALFORMED;

/// Reads the one `Authorization` header.
///
/// # Errors
/// [`API_CREDENTIAL_MALFORMED`].
pub(super) fn read(headers: &HeaderMap) -> Result<ApiCredential, Refusal> {
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
    if ["bearer", "dpop"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Ok(ApiCredential::Token(Secret::new(rest)));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(API_CREDENTIAL_MALFORMED);
    }
    let decoded = STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or(API_CREDENTIAL_MALFORMED)?;
    let (user, secret) = decoded.split_once(':').ok_or(API_CREDENTIAL_MALFORMED)?;
    Ok(ApiCredential::Pair(user.to_owned(), Secret::new(secret)))
}
