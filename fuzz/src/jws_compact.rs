//! Compact JWS.

use jeton_jose::jws::{Header, parse_compact, sign_compact, verify};
use jeton_jose::{Algorithm, SigningKey, VerifyingKey, base64url};

const SECRET: &[u8; 64] = &[7; 64];
const PAYLOAD: &str = r#"{"iss":"client","sub":"client","exp":1800000000}"#;

/// A token has one text, and nothing verifies but what was signed.
pub fn run(data: &[u8]) {
    let Some(text) = crate::text(data) else {
        return;
    };
    let Ok(jws) = parse_compact(text) else {
        return;
    };
    let (header, payload) = jws.signing_input().split_once('.').unwrap_or_default();
    assert_eq!(payload, base64url::encode(jws.payload()));
    assert_eq!(text, format!("{header}.{payload}.{}", base64url::encode(jws.signature())));
    let alg = jws.header().alg();
    if let Ok(key) = VerifyingKey::from_secret(alg, SECRET)
        && verify(&jws, &key).is_ok()
    {
        assert_eq!(jws.payload(), PAYLOAD.as_bytes(), "forged: {text}");
    }
    let has_key = jws.header().member("jwk").is_some();
    assert!(jws.header().danger_embedded_jwk().is_ok_and(|key| key.is_some() == has_key) || has_key, "{text}");
}

/// Right ones: signed with every HMAC algorithm.
#[must_use]
pub fn seeds() -> Vec<String> {
    let signed = |alg| {
        let key = SigningKey::from_private_bytes(alg, Some("k"), SECRET).ok()?;
        sign_compact(&Header::for_key(&key).typ("JWT").prepare(), PAYLOAD.as_bytes(), &key).ok()
    };
    [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512].into_iter().filter_map(signed).collect()
}
