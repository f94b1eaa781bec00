//! The keys that a service's document brings (`jwks`, `docs/contracts/authlete.md` section 8): private ones are taken over and sealed,
//! and never shown again. Whoever writes back what they read sends public parts only: a key that the service has by name and public
//! part stays with its private part, and only a key that is gone is removed.

use std::sync::Arc;

use jeton_jose::{Algorithm, Jwk, KeyError, SigningKey};
use jeton_ledger::keys::LoadedKey;
use jeton_model::Refusal;
use jeton_model::ids::KeyId;
use jeton_model::records::{KeyUse, Settings};
use jeton_model::refusals::INVALID;
use serde::Deserialize as _;
use serde_json::Value;

use super::ServiceDocument;
use crate::refusals::SERVICE_KEY_UNUSABLE;

/// The most keys of a document.
const MOST: usize = 32;

/// The longest name of a key.
const LONGEST_NAME: usize = 200;

/// How the keys of a service change.
pub(super) struct KeyChange {
    /// Keys to take over.
    pub(super) new: Vec<SigningKey>,
    /// Keys that are gone.
    pub(super) gone: Vec<KeyId>,
}

impl ServiceDocument {
    /// How the keys of a service change with this document. `known`: its keys; `settings`: what the document says else.
    ///
    /// # Errors
    /// [`INVALID`] for what is no JWK Set; [`SERVICE_KEY_UNUSABLE`].
    pub(super) fn keys(&self, known: &[Arc<LoadedKey>], settings: &Settings) -> Result<KeyChange, Refusal> {
        let wrong = || INVALID.with("`jwks` must be a text with a JWK Set of 32 keys at most");
        let all = match self.jwks() {
            None => Vec::new(),
            Some(text) => match serde_json::from_str(text).map_err(|_| wrong())? {
                Value::Object(mut set) => match set.remove("keys") {
                    Some(Value::Array(all)) if all.len() <= MOST => all,
                    _ => return Err(wrong()),
                },
                _ => return Err(wrong()),
            },
        };
        let mut change = KeyChange { new: Vec::new(), gone: Vec::new() };
        let (mut names, mut kept) = (Vec::new(), Vec::new());
        for jwk in &all {
            let (name, stays) = taken(jwk, known)?;
            if names.contains(&name) {
                return Err(unusable(&name, "another key has its name"));
            }
            match stays {
                Some(id) => kept.push(id),
                None => change.new.push(private(jwk, &name, settings.signing_alg, known)?),
            }
            names.push(name);
        }
        let is_gone = |key: &&Arc<LoadedKey>| key.record.usage == KeyUse::Foreign && !kept.contains(&key.record.id);
        change.gone = known.iter().filter(is_gone).map(|key| key.record.id).collect();
        let signers = || {
            let stays = known.iter().filter(|key| !change.gone.contains(&key.record.id)).map(|key| &key.key);
            change.new.iter().chain(stays)
        };
        let rules = &settings.backend;
        for (member, name) in [
            ("accessTokenSignatureKeyId", &rules.access_token_key),
            ("idTokenSignatureKeyId", &rules.id_token_key),
            ("introspectionSignatureKeyId", &rules.introspection_key),
        ] {
            let Some(name) = name else { continue };
            let key = signers().find(|key| key.kid() == name);
            let key = key.ok_or_else(|| INVALID.with(format!("`{member}` names no key of `jwks`")))?;
            if member.starts_with("access") && settings.signed_copy && key.alg() != settings.signing_alg {
                return Err(INVALID.with(format!("the key of `{member}` is not for `accessTokenSignAlg`")));
            }
        }
        Ok(change)
    }
}

/// The name of a key, and the key of the service that it is, if the service has it.
fn taken(jwk: &Value, known: &[Arc<LoadedKey>]) -> Result<(String, Option<KeyId>), Refusal> {
    let name = jwk.get("kid").and_then(Value::as_str).unwrap_or_default();
    let public = Jwk::deserialize(jwk).map_err(|_| unusable(name, "it is no JSON Web Key"))?;
    if public.kty == "oct" {
        return Err(unusable(name, "a symmetric key is no key of a service"));
    }
    let print = public.thumbprint().map_err(|_| unusable(name, "its public part cannot be read"))?;
    let name = if name.is_empty() { &print } else { name };
    if name.len() > LONGEST_NAME || !name.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(unusable("", "its name must be 200 characters of ASCII at most"));
    }
    let is_same = |key: &&Arc<LoadedKey>| {
        let own = key.key.public_jwk().and_then(|own| own.thumbprint().ok());
        key.record.usage == KeyUse::Foreign && key.key.kid() == name && own.as_ref() == Some(&print)
    };
    Ok((name.to_owned(), known.iter().find(is_same).map(|key| key.record.id)))
}

/// A key with its private part, to be taken over.
fn private(jwk: &Value, name: &str, usual: Algorithm, known: &[Arc<LoadedKey>]) -> Result<SigningKey, Refusal> {
    if jwk.get("d").is_none() {
        return Err(unusable(name, "it has no private part, and the service has no such key"));
    }
    if jwk.get("use").is_some_and(|usage| usage != "sig") || !may_sign(jwk) {
        return Err(unusable(name, "it is not for signatures"));
    }
    if known.iter().any(|key| key.record.usage == KeyUse::Signature && key.key.kid() == name) {
        return Err(unusable(name, "a key that was made here has its name"));
    }
    let alg = algorithm(jwk, usual).ok_or_else(|| unusable(name, "its algorithm is not supported"))?;
    SigningKey::from_jwk(alg, jwk).map_err(|error| {
        unusable(
            name,
            match error {
                KeyError::Size => "it is too weak, or larger than any key in use",
                KeyError::WrongType => "it does not fit its algorithm",
                _ => "its numbers are missing or do not belong together",
            },
        )
    })
}

fn may_sign(jwk: &Value) -> bool {
    let operations = jwk.get("key_ops").and_then(Value::as_array);
    operations.is_none_or(|all| all.iter().any(|operation| operation == "sign"))
}

/// The algorithm that a key is for; where it does not say, the one that its type is for. `usual`: that of the service.
fn algorithm(jwk: &Value, usual: Algorithm) -> Option<Algorithm> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    if let Some(name) = text("alg") {
        return name.parse().ok();
    }
    Some(match (text("kty")?, text("crv")) {
        ("RSA", _) if matches!(usual.as_str().get(..2), Some("RS" | "PS")) => usual,
        ("RSA", _) => Algorithm::RS256,
        ("EC", Some("P-256")) => Algorithm::ES256,
        ("EC", Some("P-384")) => Algorithm::ES384,
        ("EC", Some("P-521")) => Algorithm::ES512,
        ("OKP", Some("Ed25519")) => Algorithm::EdDSA,
        _ => return None,
    })
}

fn unusable(name: &str, why: &'static str) -> Refusal {
    SERVICE_KEY_UNUSABLE.with(name.to_owned()).with(why)
}
