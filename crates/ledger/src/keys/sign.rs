//! Signing with a service's keys.

use jeton_jose::digest::constant_time_eq;
use jeton_jose::jws::Header;
use jeton_jose::{Algorithm, Secret, SigningKey, base64url, jws};

use super::Keyring;
use crate::formats::jwt::ACCESS_TYP;
use crate::formats::named_api::{self, NamedSigner};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::refusals::FAULT;

/// The `typ` of a JWT's header.
pub(crate) enum Typ {
    Access,
    Plain,
    /// `JWT`, in a header that names no key.
    Bare,
    Other(&'static str),
    /// As `Plain`, with these further members.
    With(serde_json::Map<String, serde_json::Value>),
}

impl Keyring {
    /// Signs a JWT that is not a token of the ledger, such as user info or a logout token.
    ///
    /// # Errors
    /// A fault when the service has no such key.
    pub async fn sign_jwt(
        &self,
        (service, alg): (ServiceId, Algorithm),
        typ: &'static str,
        claims: &serde_json::Map<String, serde_json::Value>,
        now: Timestamp,
    ) -> Result<Secret, Refusal> {
        self.sign((service, None), alg, now, serde_json::to_vec(claims)?, Typ::Other(typ)).await
    }

    /// Signs, with the key of this name if it is of the algorithm; expensive algorithms run outside the async threads, few at once
    /// ([`Places`](super::places::Places)).
    pub(crate) async fn sign(
        &self,
        (service, name): (ServiceId, Option<&str>),
        alg: Algorithm,
        now: Timestamp,
        payload: Vec<u8>,
        typ: Typ,
    ) -> Result<Secret, Refusal> {
        let key = self.ring(service).signer_named(name, alg, now).ok_or_else(|| no_key(alg))?;
        let sign = move || match typ {
            Typ::Access => jws::sign_compact(&key.access_header, &payload, &key.key),
            Typ::Plain => jws::sign_compact(&key.plain_header, &payload, &key.key),
            Typ::Bare => jws::sign_compact(&named_api::header(alg), &payload, &key.key),
            Typ::Other(typ) => jws::sign_compact(&Header::for_key(&key.key).typ(typ).prepare(), &payload, &key.key),
            Typ::With(members) => {
                jws::sign_compact(&Header::for_key(&key.key).typ("JWT").with(members).prepare(), &payload, &key.key)
            }
        };
        let signed = if alg.is_expensive() { self.places.run(sign).await? } else { sign() };
        Ok(Secret::new(signed?))
    }

    /// Whether a text is a JWT access token with the signature of one of a service's keys that is published now.
    #[must_use]
    pub(crate) fn has_signed_access(&self, service: ServiceId, text: &str, now: Timestamp) -> bool {
        let Ok(token) = jws::parse_compact(text) else { return false };
        let key = token.header().kid().and_then(|kid| self.ring(service).verifier(kid, now));
        token.header().is_typ(ACCESS_TYP) && key.is_some_and(|key| key.has_signed(&token))
    }

    /// Whether a text carries the signature of an API token's key. It may still be a token that the ledger does not know.
    #[must_use]
    pub fn has_signed(&self, service: ServiceId, signer: &NamedSigner, text: &str, now: Timestamp) -> bool {
        let Some((signed, signature)) = text.rsplit_once('.') else { return false };
        let of = |key: &SigningKey| key.sign(signed.as_bytes()).ok();
        let expected = match signer {
            NamedSigner::Shared(key) => of(key),
            NamedSigner::OfService(alg) => self.ring(service).signer(*alg, now).and_then(|loaded| of(&loaded.key)),
        };
        let presented = base64url::decode(signature).ok();
        expected.zip(presented).is_some_and(|(expected, presented)| constant_time_eq(&expected, &presented))
    }
}

/// The refusal when a service has no key for an algorithm that it signs with.
pub(crate) fn no_key(alg: Algorithm) -> Refusal {
    FAULT.because(format!("no {} key", alg.as_str()))
}
