//! JWTs signed by another party: client assertions and authorization grants (RFC 7523), ID tokens of other issuers,
//! request objects.
//!
//! All of them are read and checked here, strictly and in one way; each caller chooses which checks it needs, in which order,
//! and maps the errors to its own refusals:
//!
//! 1. [`Assertion::parse`]: one canonical compact JWS, header and claims without repeated members.
//! 2. [`Assertion::verify`]: signed by one of these keys, with an algorithm that the caller allows.
//! 3. [`Assertion::is_for`], [`Assertion::check_times`], [`Assertion::check_type`], and the names in [`Claims`].
//!
//! No header member (`jwk`, `jku`, `x5c`, `x5u`) is ever used to find a key, and `crit` is refused. This code uses no clock
//! and no network: the caller passes the time and the keys.

mod claims;
mod error;
mod times;

use jeton_jose::jws::{JwsHeader, ParseError, parse_compact};
use jeton_jose::{Algorithm, Secret, base64url, json};

pub use claims::{Claims, Malformed};
pub use error::AssertionError;
pub use times::SKEW;

use crate::trusted_keys::KeySet;
use jeton_ledger::formats::jwt::is_access;
use jeton_model::records::Service;

/// A parsed JWT. Its content is untrusted until [`Assertion::verify`] has accepted it.
pub struct Assertion {
    text: Secret,
    /// How many bytes of the text were signed.
    signed: usize,
    header: JwsHeader,
    signature: Vec<u8>,
    claims: Claims,
}

impl Assertion {
    /// Parses a compact JWS.
    ///
    /// # Errors
    /// [`AssertionError::NotJws`] when there is no valid header (`alg: none` and `crit` included),
    /// [`AssertionError::Payload`] when the content is not a JSON object without repeated members,
    /// [`AssertionError::Signature`] when the last part is not base64url.
    pub fn parse(text: Secret) -> Result<Self, AssertionError> {
        let parsed = parse_compact(text.expose()).map_err(|error| refine(text.expose(), &error))?;
        let (header, payload, signed, signature) = parsed.into_parts();
        let claims = Claims::new(json::parse_object(&payload).map_err(|_| AssertionError::Payload)?);
        Ok(Self { text, signed, header, signature, claims })
    }

    /// The header, for choosing among keys that are already trusted.
    #[must_use]
    pub fn header(&self) -> &JwsHeader {
        &self.header
    }

    /// The claims.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &Secret {
        &self.text
    }

    /// The signed part: header and payload as they were sent. Only this part identifies an assertion without `jti`, since
    /// anybody can rewrite some signatures without the key (ECDSA: `(r, n - s)` for `(r, s)`).
    #[must_use]
    pub fn signed(&self) -> &str {
        self.text.expose().get(..self.signed).unwrap_or_default()
    }

    /// Whether one of these keys signed it, with an algorithm that `allowed` accepts.
    ///
    /// # Errors
    /// [`AssertionError::Algorithm`], [`AssertionError::UnknownKey`] when no key has the header's `kid` and type,
    /// [`AssertionError::Signature`].
    pub fn verify(&self, keys: &KeySet, allowed: impl Fn(Algorithm) -> bool) -> Result<(), AssertionError> {
        let alg = self.header.alg();
        if !allowed(alg) {
            return Err(AssertionError::Algorithm);
        }
        let signed = self.text.expose().as_bytes().get(..self.signed).ok_or(AssertionError::NotJws)?;
        let mut verdict = AssertionError::UnknownKey;
        for key in keys.candidates(self.header.kid(), alg) {
            match key.verify(signed, &self.signature) {
                Ok(()) => return Ok(()),
                Err(_) => verdict = AssertionError::Signature,
            }
        }
        Err(verdict)
    }

    /// Checks that `typ` is this media type (RFC 8725 section 3.11); an absent one is refused.
    ///
    /// # Errors
    /// [`AssertionError::Type`].
    pub fn check_type(&self, expected: &str) -> Result<(), AssertionError> {
        if self.header.is_typ(expected) { Ok(()) } else { Err(AssertionError::Type) }
    }

    /// Checks that `typ` names no other kind of JWT (RFC 8725 section 3.12): it is absent, this media type, or one that names no
    /// kind, such as `JWT`.
    ///
    /// # Errors
    /// [`AssertionError::Type`].
    pub fn check_not_another_kind(&self, own: &str) -> Result<(), AssertionError> {
        let names_kind = |typ: &str| typ.len() > 4 && typ.to_ascii_lowercase().ends_with("+jwt");
        if is_access(&self.header) || self.header.typ().is_some_and(names_kind) { self.check_type(own) } else { Ok(()) }
    }

    /// Checks that one of its audiences is exactly one of these.
    ///
    /// # Errors
    /// [`AssertionError::Audience`] when none matches, or `aud` is absent, empty or malformed.
    pub fn is_for(&self, accepted: &[&str]) -> Result<(), AssertionError> {
        let audience = self.claims.aud().map_err(|_| AssertionError::Audience)?;
        let meant = audience.iter().any(|one| accepted.contains(one));
        if meant { Ok(()) } else { Err(AssertionError::Audience) }
    }

    /// Checks that it is for a service (RFC 7523 section 3): for the issuer, the token endpoint, or the endpoint that was called.
    /// Whoever calls at an internal address may name these endpoints there, too, as discovery does: `internal` is its URL. A
    /// service with an authorization server of its own has its endpoints there.
    ///
    /// # Errors
    /// [`AssertionError::Audience`].
    pub fn is_for_service(
        &self,
        service: &Service,
        called: &str,
        internal: Option<&str>,
    ) -> Result<(), AssertionError> {
        let issuer: &str = &service.issuer;
        let elsewhere = &service.settings.backend.endpoints;
        if !elsewhere.is_empty() {
            let all: Vec<&str> = elsewhere.iter().map(String::as_str).chain([issuer]).collect();
            return self.is_for(&all);
        }
        let base = issuer.trim_end_matches('/');
        let met = self.is_for(&[issuer, &format!("{base}/token"), &format!("{base}{called}")]);
        let Some(internal) = internal.filter(|_| met.is_err()) else { return met };
        let path = base.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
        let base = format!("{internal}{}", path.unwrap_or_default());
        self.is_for(&[&format!("{base}/token"), &format!("{base}{called}")])
    }

    /// Checks that its audience is exactly this one, written as a single string.
    ///
    /// # Errors
    /// [`AssertionError::Audience`].
    pub fn is_only_for(&self, accepted: &str) -> Result<(), AssertionError> {
        let only = self.claims.get("aud").and_then(|value| value.as_str()) == Some(accepted);
        if only { Ok(()) } else { Err(AssertionError::Audience) }
    }
}

impl std::fmt::Debug for Assertion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assertion").field("alg", &self.header.alg()).finish_non_exhaustive()
    }
}

/// Which part of the text is invalid.
fn refine(text: &str, error: &ParseError) -> AssertionError {
    match error {
        ParseError::Payload => AssertionError::Payload,
        // The header or the signature.
        ParseError::Base64(_) if text.split('.').next().is_some_and(|part| base64url::decode(part).is_ok()) => {
            AssertionError::Signature
        }
        _ => AssertionError::NotJws,
    }
}

#[cfg(test)]
mod tests;
