//! The key to which a code is bound (RFC 9449 section 10): only a token request that proves it gets tokens for the code. A key that
//! is proven with a pushed request has the effect of `dpop_jkt`.

use jeton_jose::base64url;

use crate::authorization::refusals::DPOP_JKT_FOREIGN;
use crate::token_endpoint::Params;
use jeton_model::Refusal;
use jeton_model::refusals::PARAMETER_INVALID;

/// The parameter that names the key.
pub(super) const DPOP_JKT: &str = "dpop_jkt";

/// The SHA-256 thumbprint of the key that a request names.
///
/// # Errors
/// [`PARAMETER_INVALID`] when it is no such thumbprint.
pub(super) fn named(params: &Params<'_>) -> Result<Option<[u8; 32]>, Refusal> {
    let Some(text) = params.get(DPOP_JKT) else { return Ok(None) };
    let bytes = base64url::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(Some).ok_or_else(|| PARAMETER_INVALID.with(DPOP_JKT))
}

/// `dpop_jkt` of a request that is being pushed. `proven`: the thumbprint of the key that is proven with it.
///
/// # Errors
/// [`DPOP_JKT_FOREIGN`] when the request names another key than the proven one; [`PARAMETER_INVALID`].
pub(super) fn of_push(params: &Params<'_>, proven: Option<[u8; 32]>) -> Result<Option<String>, Refusal> {
    let Some(proven) = proven else { return Ok(params.get(DPOP_JKT).map(str::to_owned)) };
    let is_foreign = named(params)?.is_some_and(|named| named != proven);
    if is_foreign { Err(DPOP_JKT_FOREIGN) } else { Ok(Some(base64url::encode(proven))) }
}
