//! Compact JWS (RFC 7515 §7.1): making them fast, reading them strictly.

mod header;
mod parse;
mod sign;

pub use header::{Header, PreparedHeader};
pub use parse::{CompactJws, JwsHeader, MAX_COMPACT_LEN, ParseError, parse_compact};
pub use sign::sign_compact;

use crate::keys::{VerifyError, VerifyingKey};

/// Checks the signature of a parsed token (RFC 7515 §5.2).
///
/// The key is supplied by the caller, who knows the token's issuer. Members of the header (`jwk`, `jku`, `x5c`, `x5u`)
/// are never used to find one.
///
/// # Errors
/// [`VerifyError::WrongAlgorithm`] when the header names another algorithm than the key is for,
/// [`VerifyError::BadSignature`] for anything else.
pub fn verify(jws: &CompactJws<'_>, key: &VerifyingKey) -> Result<(), VerifyError> {
    if jws.header().alg() != key.alg() {
        return Err(VerifyError::WrongAlgorithm);
    }
    key.verify(jws.signing_input().as_bytes(), jws.signature())
}
