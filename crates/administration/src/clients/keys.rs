//! The metadata that a client needs for its authentication method: keys, names of certificates, algorithms.

use jeton_jose::{Algorithm, JwkSet};
use serde::Deserialize as _;
use serde_json::Value;

use super::certificate::{DistinguishedName, thumbprint};
use jeton_model::records::{AuthMethod, Client, ClientKeys, ClientMetadata, CompatibilityMode};
use jeton_model::refusal::{Refusal, invalid};

/// How many keys a client may register, and a key set at a URL may contain.
pub const MAX_KEYS: usize = 64;

/// The members that only a private or symmetric key has (RFC 7518 section 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Checks the members that depend on each other.
///
/// # Errors
/// `INVALID` that names the member.
pub(super) fn check(client: &Client) -> Result<(), Refusal> {
    let metadata = &client.metadata;
    check_keys(metadata)?;
    check_algorithm(client)?;
    match client.token_endpoint_auth_method {
        AuthMethod::PrivateKeyJwt | AuthMethod::SelfSignedTlsClientAuth => {
            if metadata.jwks.is_some() || metadata.jwks_uri.is_some() {
                return Ok(());
            }
            Err(invalid("jwks", "is missing: this method needs jwks or jwks_uri"))
        }
        AuthMethod::TlsClientAuth => check_certificate(client),
        _ => Ok(()),
    }
}

/// `jwks` or `jwks_uri`, not both (RFC 7591 section 2).
fn check_keys(metadata: &ClientMetadata) -> Result<(), Refusal> {
    if let Some(uri) = &metadata.jwks_uri {
        if metadata.jwks.is_some() {
            return Err(invalid("jwks_uri", "and jwks are both there: keep one of them"));
        }
        let url = url::Url::parse(uri).ok();
        if url.is_none_or(|url| !matches!(url.scheme(), "http" | "https") || url.fragment().is_some()) {
            return Err(invalid("jwks_uri", "must be an http or https URL without a fragment"));
        }
    }
    let Some(ClientKeys(jwks)) = &metadata.jwks else { return Ok(()) };
    let keys = jwks.get("keys").and_then(Value::as_array).ok_or_else(|| invalid("jwks", "must be a set of keys"))?;
    if keys.iter().any(|key| PRIVATE.iter().any(|name| key.get(name).is_some())) {
        return Err(invalid("jwks", "holds a private key: register the public part only, and change this key"));
    }
    if keys.len() > MAX_KEYS || JwkSet::deserialize(jwks).is_err() {
        return Err(invalid("jwks", &format!("must be a set of at most {MAX_KEYS} keys")));
    }
    Ok(())
}

fn check_algorithm(client: &Client) -> Result<(), Refusal> {
    const MEMBER: &str = "token_endpoint_auth_signing_alg";
    let Some(name) = &client.metadata.token_endpoint_auth_signing_alg else { return Ok(()) };
    let alg: Algorithm = name.parse().map_err(|_| invalid(MEMBER, "is not a signature algorithm that is served"))?;
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

/// One name of the certificate (RFC 8705 section 2.1.2), or a classic client's thumbprint.
fn check_certificate(client: &Client) -> Result<(), Refusal> {
    let metadata = &client.metadata;
    if let (CompatibilityMode::Classic, Some(print)) = (client.profile, &metadata.tls_client_auth_thumbprint) {
        if thumbprint(print).is_none() {
            return Err(invalid("tls_client_auth_thumbprint", "must be 20 or 32 bytes in hexadecimal"));
        }
        return check_name("tls_client_auth_name", metadata.tls_client_auth_name.as_deref().unwrap_or_default());
    }
    let names = [
        ("tls_client_auth_subject_dn", &metadata.tls_client_auth_subject_dn),
        ("tls_client_auth_san_dns", &metadata.tls_client_auth_san_dns),
        ("tls_client_auth_san_uri", &metadata.tls_client_auth_san_uri),
        ("tls_client_auth_san_ip", &metadata.tls_client_auth_san_ip),
        ("tls_client_auth_san_email", &metadata.tls_client_auth_san_email),
    ];
    let mut named = names.iter().filter_map(|(member, name)| Some((*member, name.as_deref()?)));
    match (named.next(), named.next()) {
        (Some((member, name)), None) => match member {
            "tls_client_auth_subject_dn" => check_name(member, name),
            "tls_client_auth_san_ip" if name.parse::<std::net::IpAddr>().is_err() => {
                Err(invalid(member, "must be an IP address"))
            }
            _ if name.is_empty() => Err(invalid(member, "must be a text")),
            _ => Ok(()),
        },
        (None, _) => {
            Err(invalid("tls_client_auth_subject_dn", "is missing: tls_client_auth needs it or one of the san names"))
        }
        (Some(_), Some((second, _))) => Err(invalid(second, "is a second name: keep one name of the certificate")),
    }
}

fn check_name(member: &str, name: &str) -> Result<(), Refusal> {
    if DistinguishedName::parse(name).is_some() {
        return Ok(());
    }
    Err(invalid(member, "must be a subject such as CN=app,O=Example,C=FR (RFC 4514)"))
}
