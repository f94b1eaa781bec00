//! What a client would rely on for its safety and does not get: it is refused, not left out.

use jeton_jose::JwkSet;
use jeton_jose::jwe::{EncryptionKey, KeyAlgorithm};
use serde::Deserialize as _;
use serde_json::{Map, Value};

use crate::registration::refusals::CLIENT_METADATA_INVALID;
use jeton_model::Refusal;
use jeton_model::records::{Client, ClientKeys};

/// Refuses a requirement that is none of registration's members: the client would take it for granted.
///
/// # Errors
/// [`CLIENT_METADATA_INVALID`].
pub(super) fn check_requirements(
    document: &Map<String, Value>,
    is_registrable: impl Fn(&str) -> bool,
) -> Result<(), Refusal> {
    let is_name = |name: &str| name.len() < 100 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let asks = |value: &Value| !matches!(value, Value::Null | Value::Bool(false));
    let unkept = document
        .iter()
        .find(|(name, value)| name.starts_with("require_") && is_name(name) && !is_registrable(name) && asks(value));
    match unkept {
        Some((name, _)) => {
            let why = format!("{name}: asks for a protection that registration does not give: leave it out");
            Err(CLIENT_METADATA_INVALID.with(why))
        }
        None => Ok(()),
    }
}

/// Refuses the encryption of answers for a client without a key for it: it would get none of them.
///
/// # Errors
/// [`CLIENT_METADATA_INVALID`].
pub(super) fn check_encryption(client: &Client) -> Result<(), Refusal> {
    let metadata = &client.metadata;
    let has_key = |alg: KeyAlgorithm| match &metadata.jwks {
        Some(ClientKeys(set)) => JwkSet::deserialize(set)
            .is_ok_and(|set| set.keys.iter().any(|jwk| EncryptionKey::from_jwk(jwk, alg).is_ok())),
        // What stands there is read when it is needed.
        None => metadata.jwks_uri.is_some(),
    };
    for (name, alg) in [
        ("id_token_encrypted_response_alg", &metadata.id_token_encrypted_response_alg),
        ("userinfo_encrypted_response_alg", &metadata.userinfo_encrypted_response_alg),
        ("introspection_encrypted_response_alg", &metadata.introspection_encrypted_response_alg),
    ] {
        let Some(alg) = alg.as_deref().and_then(|alg| alg.parse::<KeyAlgorithm>().ok()) else { continue };
        if !has_key(alg) {
            let why = format!("{name}: needs a key for {} in jwks, or jwks_uri", alg.as_str());
            return Err(CLIENT_METADATA_INVALID.with(why));
        }
    }
    Ok(())
}
