//! The keys that tokens are bound to: SHA-256 thumbprints of certificates and JWKs, base64url.

use jeton_core::model::Binding;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;
use jeton_jose::base64url;

use crate::call::Members;

/// `certificateThumbprint` or `dpopKeyThumbprint`.
///
/// # Errors
/// [`INVALID`] when it is no thumbprint, or when both are given.
pub(crate) fn read(body: &Members) -> Result<Option<Binding>, Refusal> {
    let of = |name: &str| -> Result<Option<[u8; 32]>, Refusal> {
        let Some(text) = body.text(name)? else { return Ok(None) };
        let bytes = base64url::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Some).ok_or_else(|| INVALID.with(format!("`{name}` must be a SHA-256 thumbprint, base64url")))
    };
    match (of("certificateThumbprint")?, of("dpopKeyThumbprint")?) {
        (Some(_), Some(_)) => {
            Err(INVALID.with("a token is bound to one key: send `certificateThumbprint` or `dpopKeyThumbprint`"))
        }
        (Some(print), None) => Ok(Some(Binding::Certificate(print))),
        (None, Some(print)) => Ok(Some(Binding::Jwk(print))),
        (None, None) => Ok(None),
    }
}
