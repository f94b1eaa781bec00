//! `client_secret_basic`, RFC 6749 section 2.3.1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_jose::Secret;

use futures::future::BoxFuture;
use percent_encoding::percent_decode_str;

use super::{Attempt, Method, Proof};
use crate::client_auth::refusals::SECRET_BASIC_INVALID;
use jeton_model::Refusal;
use jeton_model::records::AuthMethod;

/// Id and secret of an `Authorization: Basic` header, split at the first colon.
///
/// RFC 6749 requires both to be form-encoded; some clients send them raw. Both readings are kept.
pub struct BasicCredentials {
    raw_id: String,
    id: String,
    /// As it was sent; none: a public client sends an empty one.
    secret: Option<Secret>,
    decoded: Option<Secret>,
}

impl BasicCredentials {
    /// Parses the value of an `Authorization` header. None: another scheme, or no credentials in it
    /// (a known client always sends an empty `Basic`).
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let (scheme, value) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let bytes = zeroize::Zeroizing::new(STANDARD.decode(value.trim()).ok()?);
        let text = std::str::from_utf8(&bytes).ok()?;
        let (id, secret) = text.split_once(':').unwrap_or((text, ""));
        if id.is_empty() {
            return None;
        }
        Some(Self {
            raw_id: id.to_owned(),
            id: form_decoded(id).unwrap_or_else(|| id.to_owned()),
            decoded: form_decoded(secret).map(Secret::new),
            secret: (!secret.is_empty()).then(|| Secret::new(secret)),
        })
    }

    /// The client id, form-decoded.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.id
    }

    /// The client id as it was sent, when that differs from the decoded one.
    pub(super) fn raw_id(&self) -> Option<&str> {
        (self.raw_id != self.id).then_some(self.raw_id.as_str())
    }

    /// Whether `client_id` names the same client.
    pub(super) fn names(&self, client_id: &str) -> bool {
        self.id == client_id || self.raw_id == client_id
    }

    /// The secret as it was sent; none: a public client sends an empty one.
    pub(super) fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }
}

impl std::fmt::Debug for BasicCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BasicCredentials({})", self.id)
    }
}

pub(super) struct ClientSecretBasic;

impl Method for ClientSecretBasic {
    fn method(&self) -> AuthMethod {
        AuthMethod::ClientSecretBasic
    }

    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<Proof, Refusal>> {
        Box::pin(async move {
            let Attempt { oauth, client, presented, .. } = *attempt;
            let pepper = oauth.ledger.secrets().pepper();
            let is_it =
                |secret: &Option<Secret>| secret.as_ref().is_some_and(|s| client.is_proven_by(s.expose(), pepper));
            let basic = presented.basic.as_ref().filter(|basic| basic.secret.is_some());
            // Both readings are tried, even when the first one matches.
            match basic.map(|basic| is_it(&basic.secret) | is_it(&basic.decoded)) {
                Some(true) => Ok(Proof::Lasting),
                _ => Err(SECRET_BASIC_INVALID),
            }
        })
    }
}

/// Form-decodes a value; none when it has nothing to decode or cannot be decoded.
fn form_decoded(text: &str) -> Option<String> {
    if !text.bytes().any(|b| matches!(b, b'%' | b'+')) {
        return None;
    }
    // A `%` that is not followed by two hex digits: the text was not encoded.
    let encoded = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !text.split('%').skip(1).all(encoded) {
        return None;
    }
    let bytes = percent_decode_str(&text.replace('+', " ")).collect();
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pair: &str) -> Option<BasicCredentials> {
        BasicCredentials::parse(&format!("Basic {}", STANDARD.encode(pair)))
    }

    #[test]
    fn the_pair_splits_at_the_first_colon() {
        let basic = parse("app:se:cret").unwrap();
        assert_eq!(basic.client_id(), "app");
        assert_eq!(basic.secret.unwrap().expose(), "se:cret");
    }

    #[test]
    fn both_readings_of_an_encoded_secret_are_kept() {
        let basic = parse("a%3Ap:s%20x+y").unwrap();
        assert_eq!(basic.client_id(), "a:p");
        assert_eq!(basic.secret.unwrap().expose(), "s%20x+y");
        assert_eq!(basic.decoded.unwrap().expose(), "s x y");
    }

    #[test]
    fn what_does_not_decode_has_one_reading() {
        for pair in ["app:100%", "app:100%+", "app:%zz+1", "app:%ff+", "app:%2"] {
            assert!(parse(pair).unwrap().decoded.is_none(), "{pair}");
        }
    }

    #[test]
    fn empty_credentials_count_as_absent() {
        assert!(BasicCredentials::parse("Basic ").is_none());
        assert!(parse(":").is_none());
        assert!(BasicCredentials::parse("Bearer abc").is_none());
    }
}
