//! The required value of each metadata member, whoever writes the client.

use jeton_jose::Algorithm;
use serde_json::{Map, Value};
use url::{Host, Url};

use super::redirect_uri::names_one_host;
use jeton_model::readable::is_readable;
use jeton_model::records::{Shape, client_property};

/// Who writes a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// An administrator or the configuration. Their keys are checked with their authentication method.
    Operator,
    /// A registrant. `allow_http`: whether this server may request their `http` URLs.
    Registrant {
        /// `registration.allow_http`.
        allow_http: bool,
    },
}

/// The longest text, in bytes.
const LONGEST: usize = 2048;
/// The longest list.
const MOST: usize = 64;
/// How many keys a client may have.
const MOST_KEYS: usize = 32;

/// The first member with a wrong value, and what is wrong with it.
#[must_use]
pub fn wrong_value(metadata: &Map<String, Value>, writer: Writer) -> Option<(String, String)> {
    let fault = |name: &str, why: &str| Some((name.to_owned(), why.to_owned()));
    for (name, value) in metadata {
        let Some(property) = client_property(name) else { continue };
        if let Some(wanted) = refuses(property.shape, value, writer) {
            return fault(name, &format!("must be {wanted}"));
        }
        if name == "application_type" && !matches!(value.as_str(), Some("web" | "native")) {
            return fault(name, "must be web or native");
        }
        // A client that relies on an unsupported algorithm would only fail later.
        let alg = || value.as_str().and_then(|alg| alg.parse::<Algorithm>().ok());
        if name.ends_with("_signing_alg") && alg().is_none() {
            return fault(name, "is no signature algorithm that is served");
        }
        if name == "request_object_signing_alg" && alg().is_some_and(Algorithm::is_symmetric) {
            return fault(name, "must be an algorithm with a public key: no request object with a MAC is accepted");
        }
        // Back-Channel Logout section 2.2, Front-Channel Logout section 2.
        let has_fragment = || value.as_str().is_some_and(|url| url.contains('#'));
        if name.ends_with("channel_logout_uri") && has_fragment() {
            return fault(name, "must have no fragment");
        }
    }
    if writer == Writer::Operator {
        return None;
    }
    if metadata.contains_key("request_object_encryption_alg") {
        return fault("request_object_encryption_alg", "is not served: request objects are signed, never encrypted");
    }
    if metadata.contains_key("jwks") && metadata.contains_key("jwks_uri") {
        return fault("jwks", "stands beside jwks_uri, keep one of them");
    }
    // OIDC Registration section 2: a content encryption without a key management algorithm has no effect.
    metadata.keys().find_map(|name| {
        let alg = format!("{}_alg", name.strip_suffix("_enc")?);
        if metadata.contains_key(&alg) { None } else { fault(name, &format!("needs {alg} beside it")) }
    })
}

/// The expected type, when the value does not have it.
fn refuses(shape: Shape, value: &Value, writer: Writer) -> Option<&'static str> {
    let is_http_allowed = writer != (Writer::Registrant { allow_http: false });
    let (good, wanted) = match shape {
        Shape::Text => (is_text(value), "a text of at most 2048 bytes without control characters"),
        Shape::Texts => (list(value).is_some_and(|all| all.iter().all(is_text)), "a list of at most 64 texts"),
        Shape::Flag => (value.is_boolean(), "true or false"),
        Shape::Number => (value.as_u64().is_some_and(|n| u32::try_from(n).is_ok()), "a number"),
        Shape::Page => (is_url(value, &["https", "http"]), "an absolute http or https URL"),
        Shape::SecurePage => (is_url(value, &["https"]) || is_here(value), "an absolute https URL"),
        Shape::Endpoint if is_http_allowed => (is_url(value, &["https", "http"]), "an absolute http or https URL"),
        Shape::Endpoint => (is_url(value, &["https"]), "an absolute https URL"),
        Shape::Endpoints => {
            let good = |one| refuses(Shape::Endpoint, one, writer).is_none();
            (list(value).is_some_and(|all| all.iter().all(good)), "a list of at most 64 absolute https URLs")
        }
        Shape::Keys if writer == Writer::Operator => return None,
        Shape::Keys => (are_keys(value), "a JWK set of 1 to 32 public keys"),
        // Members of the record: their values are checked where they are read.
        Shape::Word | Shape::Words | Shape::Choice(_) | Shape::Seconds => return None,
        Shape::Scope | Shape::Audience | Shape::Redirects => return None,
    };
    (!good).then_some(wanted)
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty() && text.len() <= LONGEST && is_readable(text))
}

fn list(value: &Value) -> Option<&Vec<Value>> {
    value.as_array().filter(|all| all.len() <= MOST)
}

fn is_url(value: &Value, schemes: &[&str]) -> bool {
    let Some(text) = value.as_str().filter(|text| text.len() <= LONGEST) else { return false };
    // Parsers tolerate blanks and backslashes in different ways, so URLs with them are refused.
    text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && Url::parse(text).is_ok_and(|url| {
            schemes.contains(&url.scheme())
                && names_one_host(&url)
                && url.username().is_empty()
                && url.password().is_none()
        })
}

/// Whether it is an address of the person's own device (RFC 8252 section 7.3), where TLS protects nothing.
fn is_here(value: &Value) -> bool {
    let url = value.as_str().filter(|_| is_url(value, &["http"])).and_then(|text| Url::parse(text).ok());
    url.is_some_and(|url| match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
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
