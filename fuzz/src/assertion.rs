//! JWTs signed by others.

use jeton_core::Secret;
use jeton_core::assertion::Assertion;
use jeton_jose::jws::parse_compact;

/// An accepted assertion is also a compact JWS whose payload is a JSON object.
pub fn run(data: &[u8]) {
    let Some(text) = crate::text(data) else {
        return;
    };
    if Assertion::parse(Secret::new(text)).is_ok() {
        assert!(parse_compact(text).is_ok_and(|jws| jws.claims().is_ok()), "{text}");
    }
}
