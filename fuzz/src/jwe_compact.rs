//! Compact JWE.

use std::sync::LazyLock;

use jeton_jose::jwe::{
    ContentEncryption, DecryptionKey, EncryptionKey, Header, KeyAlgorithm, decrypt, encrypt_compact, parse_compact,
};

const PAYLOAD: &[u8] = b"eyJhbGciOiJIUzI1NiJ9.e30.AA";

/// A key of each kind but RSA, whose decryption would slow everything else down.
static KEYS: LazyLock<Vec<DecryptionKey>> = LazyLock::new(|| {
    let shared = |alg, length| DecryptionKey::from_private_bytes(alg, None, &vec![7; length]);
    [
        shared(KeyAlgorithm::A128KW, 16),
        shared(KeyAlgorithm::A192KW, 24),
        shared(KeyAlgorithm::A256GCMKW, 32),
        shared(KeyAlgorithm::Dir, 32),
        DecryptionKey::generate(KeyAlgorithm::EcdhEs),
        DecryptionKey::generate(KeyAlgorithm::EcdhEsA128KW),
    ]
    .into_iter()
    .filter_map(Result::ok)
    .collect()
});

/// Nothing is decrypted but what was encrypted.
pub fn run(data: &[u8]) {
    let Some(text) = crate::text(data) else {
        return;
    };
    let Ok(jwe) = parse_compact(text) else {
        return;
    };
    for key in KEYS.iter() {
        if let Ok(content) = decrypt(&jwe, key) {
            assert_eq!(content.as_slice(), PAYLOAD, "forged: {text}");
        }
    }
}

/// Right ones: one for each key, with either kind of content encryption.
#[must_use]
pub fn seeds() -> Vec<String> {
    let encrypted = |key: &DecryptionKey, enc| {
        let writer = match key.public_jwk() {
            Some(jwk) => EncryptionKey::from_jwk(&jwk, key.alg()),
            None => EncryptionKey::from_shared(key.alg(), &key.private_bytes()),
        };
        encrypt_compact(Header::new().cty("JWT"), PAYLOAD, &writer.ok()?, enc).ok()
    };
    let both = [ContentEncryption::A256GCM, ContentEncryption::A128CBCHS256];
    KEYS.iter().flat_map(|key| both.into_iter().filter_map(move |enc| encrypted(key, enc))).collect()
}
