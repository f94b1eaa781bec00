//! `client_secret_basic`, RFC 6749 section 2.3.1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_jose::Secret;

use futures::future::BoxFuture;

use super::{Attempt, Method, Proof, proves};
use jeton_ledger::refusal::Refusal;
use jeton_model::records::AuthMethod;

/// Id and secret of an `Authorization: Basic` header, split at the first colon.
///
/// RFC 6749 wants both form-encoded; some clients send them raw. Both readings are kept.
pub struct BasicCredentials {
    raw_id: String,
    id: String,
    secret: Secret,
    decoded: Option<Secret>,
}

impl BasicCredentials {
    /// Reads the value of an `Authorization` header. None: another scheme, or no credentials in it
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
            secret: Secret::new(secret),
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

    /// The secret as it was sent; empty when there was none.
    pub(super) fn secret(&self) -> &str {
        self.secret.expose()
    }

    /// Whether a secret came along; a public client sends an empty one.
    pub(super) fn has_secret(&self) -> bool {
        !self.secret.is_empty()
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
        Box::pin(std::future::ready(check(attempt)))
    }
}

fn check(attempt: &Attempt<'_>) -> Result<Proof, Refusal> {
    let Attempt { oauth, client, presented, .. } = *attempt;
    let refused = Refusal::SecretBasicInvalid;
    let Some(basic) = presented.basic.as_ref().filter(|b| b.has_secret()) else { return Err(refused) };
    let raw = proves(oauth, client, basic.secret.expose());
    let decoded = basic.decoded.as_ref().is_some_and(|s| proves(oauth, client, s.expose()));
    if raw | decoded { Ok(Proof::Lasting) } else { Err(refused) }
}

/// Form-decodes a value; none when it has nothing to decode or does not decode.
fn form_decoded(text: &str) -> Option<String> {
    if !text.bytes().any(|b| matches!(b, b'%' | b'+')) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        match b {
            b'+' => out.push(b' '),
            b'%' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                out.push(u8::try_from(high * 16 + low).ok()?);
            }
            other => out.push(other),
        }
    }
    String::from_utf8(out).ok()
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
        assert_eq!(basic.secret.expose(), "se:cret");
    }

    #[test]
    fn both_readings_of_an_encoded_secret_are_kept() {
        let basic = parse("a%3Ap:s%20x+y").unwrap();
        assert_eq!(basic.client_id(), "a:p");
        assert_eq!(basic.secret.expose(), "s%20x+y");
        assert_eq!(basic.decoded.unwrap().expose(), "s x y");
    }

    #[test]
    fn empty_credentials_count_as_absent() {
        assert!(BasicCredentials::parse("Basic ").is_none());
        assert!(parse(":").is_none());
        assert!(BasicCredentials::parse("Bearer abc").is_none());
    }
}
