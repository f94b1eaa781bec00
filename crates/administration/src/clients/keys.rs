//! What a client's metadata must hold for the way it authenticates: keys, names of certificates, algorithms.

use jeton_jose::{Algorithm, JwkSet};
use serde_json::{Map, Value};

use super::certificate::{DistinguishedName, NAME, THUMBPRINT, thumbprint};
use jeton_model::records::{AuthMethod, Client, Profile};
use jeton_model::refusal::{Refusal, invalid};

/// How many keys a client may register, and a set at a URL may hold.
pub const MAX_KEYS: usize = 64;

/// RFC 8705 section 2.1.2.
const CERTIFICATE_NAMES: [&str; 5] = [
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
];

/// The members that only a private or symmetric key has (RFC 7518 section 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Checks the members that belong together.
///
/// # Errors
/// `INVALID` that names the member.
pub(super) fn check(client: &Client) -> Result<(), Refusal> {
    let metadata = &client.metadata;
    check_keys(metadata)?;
    check_flags(metadata)?;
    check_algorithm(client)?;
    match client.token_endpoint_auth_method {
        AuthMethod::PrivateKeyJwt | AuthMethod::SelfSignedTlsClientAuth => {
            if metadata.contains_key("jwks") || metadata.contains_key("jwks_uri") {
                return Ok(());
            }
            Err(invalid("jwks", "is missing: this method needs jwks or jwks_uri"))
        }
        AuthMethod::TlsClientAuth => check_certificate(client),
        _ => Ok(()),
    }
}

/// `jwks` or `jwks_uri`, not both (RFC 7591 section 2).
fn check_keys(metadata: &Map<String, Value>) -> Result<(), Refusal> {
    if let Some(uri) = metadata.get("jwks_uri") {
        if metadata.contains_key("jwks") {
            return Err(invalid("jwks_uri", "and jwks are both there: keep one of them"));
        }
        let url = uri.as_str().and_then(|text| url::Url::parse(text).ok());
        if url.is_none_or(|url| !matches!(url.scheme(), "http" | "https") || url.fragment().is_some()) {
            return Err(invalid("jwks_uri", "must be an http or https URL without a fragment"));
        }
    }
    let Some(jwks) = metadata.get("jwks") else { return Ok(()) };
    let keys = jwks.get("keys").and_then(Value::as_array).ok_or_else(|| invalid("jwks", "must be a set of keys"))?;
    if keys.iter().any(|key| PRIVATE.iter().any(|name| key.get(name).is_some())) {
        return Err(invalid("jwks", "holds a private key: register the public part only, and change this key"));
    }
    if keys.len() > MAX_KEYS || serde_json::from_value::<JwkSet>(jwks.clone()).is_err() {
        return Err(invalid("jwks", &format!("must be a set of at most {MAX_KEYS} keys")));
    }
    Ok(())
}

fn check_flags(metadata: &Map<String, Value>) -> Result<(), Refusal> {
    for name in ["tls_client_certificate_bound_access_tokens", "strict_assertion_aud"] {
        if metadata.get(name).is_some_and(|value| !value.is_boolean()) {
            return Err(invalid(name, "must be true or false"));
        }
    }
    Ok(())
}

fn check_algorithm(client: &Client) -> Result<(), Refusal> {
    const MEMBER: &str = "token_endpoint_auth_signing_alg";
    let Some(value) = client.metadata.get(MEMBER) else { return Ok(()) };
    let alg: Algorithm = value
        .as_str()
        .and_then(|name| name.parse().ok())
        .ok_or_else(|| invalid(MEMBER, "is not a signature algorithm that is served"))?;
    match client.token_endpoint_auth_method {
        AuthMethod::ClientSecretJwt if !alg.is_symmetric() => {
            Err(invalid(MEMBER, "must be HS256, HS384 or HS512 with client_secret_jwt"))
        }
        AuthMethod::PrivateKeyJwt if alg.is_symmetric() => {
            Err(invalid(MEMBER, "must be an asymmetric algorithm with private_key_jwt"))
        }
        _ => Ok(()),
    }
}

fn check_certificate(client: &Client) -> Result<(), Refusal> {
    let text = |name: &str| client.metadata.get(name).and_then(Value::as_str);
    if let (Profile::Classic, Some(print)) = (client.profile, text(THUMBPRINT)) {
        if thumbprint(print).is_none() {
            return Err(invalid(THUMBPRINT, "must be 20 or 32 bytes in hexadecimal"));
        }
        return check_name(NAME, text(NAME));
    }
    let mut named = CERTIFICATE_NAMES.iter().filter(|name| client.metadata.contains_key(**name));
    match (named.next(), named.next()) {
        (Some(&name), None) => match name {
            "tls_client_auth_subject_dn" => check_name(name, text(name)),
            "tls_client_auth_san_ip" if text(name).is_none_or(|ip| ip.parse::<std::net::IpAddr>().is_err()) => {
                Err(invalid(name, "must be an IP address"))
            }
            _ if text(name).is_none_or(str::is_empty) => Err(invalid(name, "must be a text")),
            _ => Ok(()),
        },
        (None, _) => Err(invalid(CERTIFICATE_NAMES[0], "is missing: tls_client_auth needs it or one of the san names")),
        (Some(_), Some(second)) => Err(invalid(second, "is a second name: keep one name of the certificate")),
    }
}

fn check_name(member: &str, name: Option<&str>) -> Result<(), Refusal> {
    if name.and_then(DistinguishedName::parse).is_some() {
        return Ok(());
    }
    Err(invalid(member, "must be a subject such as CN=app,O=Example,C=FR (RFC 4514)"))
}
