//! The claims of a proven token text.

use jeton_jose::base64url;
use serde_json::{Map, Value};

use super::ApiTokenError;
use jeton_ledger::formats::named_api::VERSION;
use jeton_model::clock::Timestamp;

/// The claims as in the text.
pub type Claims = Map<String, Value>;

/// The `alg` that a compact JWT's header names.
pub(super) fn alg(text: &str) -> Option<String> {
    match object(text.split('.').next()?)?.remove("alg")? {
        Value::String(alg) => Some(alg),
        _ => None,
    }
}

/// The claims of a compact JWT. Proves nothing.
pub(super) fn read(text: &str) -> Option<Claims> {
    object(text.split('.').nth(1)?)
}

fn object(part: &str) -> Option<Claims> {
    serde_json::from_slice(&base64url::decode(part).ok()?).ok()
}

/// Checks the claims alone, in the contract's order (section 3.2).
pub(super) fn check(claims: &Claims, issuer: &str, now: Timestamp) -> Result<(), ApiTokenError> {
    for name in ["iss", "exp", "nbf"] {
        if claims.get(name).is_none_or(Value::is_null) {
            return Err(ApiTokenError::Missing(name));
        }
    }
    if moment(claims, "iat")?.is_some_and(|at| at > now) {
        return Err(ApiTokenError::NotYet("iat"));
    }
    if moment(claims, "nbf")?.is_some_and(|at| at > now) {
        return Err(ApiTokenError::NotYet("nbf"));
    }
    if moment(claims, "exp")?.is_none_or(|at| at <= now) {
        return Err(ApiTokenError::Ended);
    }
    if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
        return Err(ApiTokenError::Issuer);
    }
    if claims.get("version").and_then(Value::as_u64) != Some(u64::from(VERSION)) {
        return Err(ApiTokenError::Version);
    }
    // The original fails when these are missing (`docs/contracts/prodmanager.md` section 8).
    if text(claims, "aud").is_none() {
        return Err(ApiTokenError::Missing("aud"));
    }
    if !claims.get("permissions").is_some_and(Value::is_array) {
        return Err(ApiTokenError::Missing("permissions"));
    }
    Ok(())
}

/// A claim that is a string.
pub(super) fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

fn moment(claims: &Claims, name: &'static str) -> Result<Option<Timestamp>, ApiTokenError> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_i64().map(|s| Some(Timestamp::from_seconds(s))).ok_or(ApiTokenError::Type(name)),
    }
}
