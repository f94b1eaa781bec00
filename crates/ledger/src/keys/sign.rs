//! Signing with a service's keys.

use std::sync::Arc;

use jeton_jose::digest::constant_time_eq;
use jeton_jose::jws::Header;
use jeton_jose::{Algorithm, Secret, SigningKey, base64url, jws};

use super::{Keyring, LoadedKey};
use crate::formats::jwt::{ACCESS_MARK, is_access};
use crate::formats::named_api::{self, NamedSigner};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{AccessTokenTyp, Client, Service};
use jeton_model::refusals::FAULT;

/// The `typ` of a JWT's header.
pub(crate) enum Typ {
    Access,
    /// `JWT`, for an access token.
    AccessAsJwt,
    Plain,
    /// `JWT`, in a header that names no key.
    Bare,
    Other(&'static str),
    /// As `Plain`, with these further members.
    With(serde_json::Map<String, serde_json::Value>),
}

impl Typ {
    /// That of the access tokens of a service, or of one of its clients.
    pub(crate) fn of_access(service: &Service, client: Option<&Client>) -> Self {
        let own = client.and_then(|client| client.access_token_typ);
        match own.unwrap_or(service.settings.access_token_typ) {
            AccessTokenTyp::AtJwt => Self::Access,
            AccessTokenTyp::Jwt => Self::AccessAsJwt,
        }
    }

    /// As [`Self::Plain`] with further members, none of which says that it is an access token.
    pub(crate) fn plain_with(mut members: serde_json::Map<String, serde_json::Value>) -> Self {
        members.remove(ACCESS_MARK);
        if members.is_empty() { Self::Plain } else { Self::With(members) }
    }
}

impl Keyring {
    /// Signs; expensive algorithms run outside the async threads, few at once ([`Places`](super::places::Places)).
    pub(crate) async fn sign(&self, key: Arc<LoadedKey>, payload: Vec<u8>, typ: Typ) -> Result<Secret, Refusal> {
        let is_expensive = key.key.alg().is_expensive();
        let sign = move || match typ {
            Typ::Access => jws::sign_compact(&key.access_header, &payload, &key.key),
            Typ::AccessAsJwt => jws::sign_compact(&key.marked_header, &payload, &key.key),
            Typ::Plain => jws::sign_compact(&key.plain_header, &payload, &key.key),
            Typ::Bare => jws::sign_compact(&named_api::header(key.key.alg()), &payload, &key.key),
            Typ::Other(typ) => jws::sign_compact(&Header::for_key(&key.key).typ(typ).prepare(), &payload, &key.key),
            Typ::With(members) => {
                jws::sign_compact(&Header::for_key(&key.key).typ("JWT").with(members).prepare(), &payload, &key.key)
            }
        };
        let signed = if is_expensive { self.places.run(sign).await? } else { sign() };
        Ok(Secret::new(signed?))
    }

    /// Whether a text is a JWT access token with the signature of one of a service's keys that is published now.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn has_signed_access(
        &self,
        service: ServiceId,
        text: &str,
        now: Timestamp,
    ) -> Result<bool, Refusal> {
        let Ok(token) = jws::parse_compact(text) else { return Ok(false) };
        let Some(kid) = token.header().kid().filter(|_| is_access(token.header())) else { return Ok(false) };
        let key = match self.ring(service).await?.verifier(kid, now) {
            Some(key) => Some(key),
            // Another node may have made it a moment ago.
            None => self.read(service).await?.verifier(kid, now),
        };
        Ok(key.is_some_and(|key| key.has_signed(&token)))
    }

    /// Whether a text carries the signature of an API token's key. It may still be a token that the ledger does not know.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn has_signed(
        &self,
        service: ServiceId,
        signer: &NamedSigner,
        text: &str,
        now: Timestamp,
    ) -> Result<bool, Refusal> {
        let Some((signed, signature)) = text.rsplit_once('.') else { return Ok(false) };
        let of = |key: &SigningKey| key.sign(signed.as_bytes()).ok();
        let expected = match signer {
            NamedSigner::Shared(key) => of(key),
            NamedSigner::OfService(alg) => {
                self.ring(service).await?.signer(*alg, now).and_then(|loaded| of(&loaded.key))
            }
        };
        let presented = base64url::decode(signature).ok();
        Ok(expected.zip(presented).is_some_and(|(expected, presented)| constant_time_eq(&expected, &presented)))
    }
}

/// The refusal when a service has no key for an algorithm that it signs with.
pub(crate) fn no_key(alg: Algorithm) -> Refusal {
    FAULT.because(format!("no {} key", alg.as_str()))
}
