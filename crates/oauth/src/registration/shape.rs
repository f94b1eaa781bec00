//! The required shape of each metadata member in open registration.

use jeton_jose::Algorithm;
use serde_json::{Map, Value};
use url::Url;

use crate::registration::refusals::CLIENT_METADATA_INVALID;
use jeton_model::Refusal;
use jeton_model::records::{Shape, client_property};

/// The longest text, in bytes.
const LONGEST: usize = 2048;
/// The longest list.
const MOST: usize = 64;
/// How many keys a client may have.
const MOST_KEYS: usize = 32;

/// Checks members one by one and against each other.
///
/// # Errors
/// [`CLIENT_METADATA_INVALID`] that names the member.
pub(super) fn check(metadata: &Map<String, Value>, allow_http: bool) -> Result<(), Refusal> {
    for (name, value) in metadata {
        let Some(property) = client_property(name) else { continue };
        let wanted = refuses(property.shape, value, allow_http);
        if let Some(wanted) = wanted {
            return Err(CLIENT_METADATA_INVALID.with(format!("{name}: must be {wanted}")));
        }
        // A client that relies on an unsupported algorithm would only fail later.
        let is_known = || value.as_str().is_some_and(|alg| alg.parse::<Algorithm>().is_ok());
        if name.ends_with("_signing_alg") && !is_known() {
            return Err(CLIENT_METADATA_INVALID.with(format!("{name}: is no signature algorithm that is served")));
        }
    }
    if metadata.contains_key("jwks") && metadata.contains_key("jwks_uri") {
        return Err(CLIENT_METADATA_INVALID.with("jwks: stands beside jwks_uri, keep one of them"));
    }
    // OIDC Registration section 2: a content encryption without a key management algorithm has no effect.
    for name in metadata.keys() {
        if let Some(stem) = name.strip_suffix("_enc")
            && !metadata.contains_key(&format!("{stem}_alg"))
        {
            return Err(CLIENT_METADATA_INVALID.with(format!("{name}: needs {stem}_alg beside it")));
        }
    }
    Ok(())
}

/// The expected type, when the value does not have it.
fn refuses(shape: Shape, value: &Value, allow_http: bool) -> Option<&'static str> {
    let (good, wanted) = match shape {
        Shape::Text => (is_text(value), "a text of at most 2048 bytes without control characters"),
        Shape::Texts => (list(value).is_some_and(|all| all.iter().all(is_text)), "a list of at most 64 texts"),
        Shape::Flag => (value.is_boolean(), "true or false"),
        Shape::Number => (value.as_u64().is_some_and(|n| u32::try_from(n).is_ok()), "a number"),
        Shape::Page => (is_url(value, &["https", "http"]), "an absolute http or https URL"),
        Shape::Endpoint if allow_http => (is_url(value, &["https", "http"]), "an absolute http or https URL"),
        Shape::Endpoint => (is_url(value, &["https"]), "an absolute https URL"),
        Shape::Endpoints => {
            let good = |one| refuses(Shape::Endpoint, one, allow_http).is_none();
            (list(value).is_some_and(|all| all.iter().all(good)), "a list of at most 64 absolute https URLs")
        }
        Shape::Keys => (are_keys(value), "a JWK set of 1 to 32 public keys"),
    };
    (!good).then_some(wanted)
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control))
}

fn list(value: &Value) -> Option<&Vec<Value>> {
    value.as_array().filter(|all| all.len() <= MOST)
}

fn is_url(value: &Value, schemes: &[&str]) -> bool {
    let Some(text) = value.as_str().filter(|text| text.len() <= LONGEST) else { return false };
    // Parsers tolerate blanks and backslashes in different ways, so URLs with them are refused.
    text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && Url::parse(text).is_ok_and(|url| {
            schemes.contains(&url.scheme()) && url.has_host() && url.username().is_empty() && url.password().is_none()
        })
}

/// Public keys only: a private key that is sent is compromised.
fn are_keys(value: &Value) -> bool {
    let Some(keys) = value.get("keys").and_then(Value::as_array) else { return false };
    let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    (1..=MOST_KEYS).contains(&keys.len())
        && keys.iter().all(|key| {
            key.get("kty").is_some_and(Value::is_string) && !private.iter().any(|name| key.get(name).is_some())
        })
}
