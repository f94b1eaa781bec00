//! Whether a JWT was signed by a service or by a client of it, and is valid now (`docs/contracts/authlete.md` section 4.2).

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::{Secret, VerifyingKey};
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};
use jeton_oauth::assertion::{Assertion, AssertionError, Claims};
use jeton_oauth::trusted_keys::{KeySet, KeysError};

use crate::Backend;

/// What a JWT must be.
pub struct JoseDemand<'a> {
    /// The client that it concerns: with an algorithm that has no public key, its secret is the key.
    pub client: Option<&'a Client>,
    /// Whether the client signed it; otherwise the service did.
    pub is_of_client: bool,
    /// Claims that must be there.
    pub mandatory: &'a [&'a str],
    /// How far clocks may differ.
    pub skew: Duration,
}

/// What was found.
#[derive(Debug, Default)]
pub struct JoseVerdict {
    /// Whether the signature is right.
    pub is_signed: bool,
    /// Mandatory claims that are absent.
    pub missing: Vec<String>,
    /// Claims about time that are malformed, or say that it is not valid now.
    pub invalid: Vec<&'static str>,
    /// What is wrong, in words.
    pub faults: Vec<String>,
}

impl JoseVerdict {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.is_signed && self.faults.is_empty()
    }
}

impl Backend {
    /// Checks a compact JWS: signature, mandatory claims, `exp`, `nbf`, `iat`. A text that is none is not valid.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn verify_jose(
        &self,
        service: &Arc<Service>,
        text: Secret,
        demand: &JoseDemand<'_>,
    ) -> Result<JoseVerdict, Refusal> {
        let mut verdict = JoseVerdict::default();
        let assertion = match Assertion::parse(text) {
            Ok(assertion) => assertion,
            Err(error) => {
                verdict.faults.push(unreadable(error).to_owned());
                return Ok(verdict);
            }
        };
        match self.keys_for(service, &assertion, demand).await {
            Err(KeysError::None) => verdict.faults.push("there is no key for this algorithm".to_owned()),
            Err(_) => verdict.faults.push("the keys of the client cannot be read now".to_owned()),
            Ok(keys) => match assertion.verify(&keys, |_| true) {
                Ok(()) => verdict.is_signed = true,
                Err(AssertionError::UnknownKey) => verdict.faults.push("no key fits the header".to_owned()),
                Err(_) => verdict.faults.push("the signature is wrong".to_owned()),
            },
        }
        self.check_claims(assertion.claims(), demand, &mut verdict);
        Ok(verdict)
    }

    /// The keys that may have signed it. A secret is never tried as a public key, nor the other way round.
    async fn keys_for(
        &self,
        service: &Service,
        assertion: &Assertion,
        demand: &JoseDemand<'_>,
    ) -> Result<Arc<KeySet>, KeysError> {
        let alg = assertion.header().alg();
        if alg.is_symmetric() {
            let client = demand.client.ok_or(KeysError::None)?;
            let secret = self.administration.secret_itself(client).ok_or(KeysError::None)?;
            let key = VerifyingKey::from_client_secret(alg, &secret).map_err(|_| KeysError::None)?;
            return Ok(Arc::new(KeySet::of(key)));
        }
        match demand.client {
            Some(client) if demand.is_of_client => self.oauth.keys_of(client, None, assertion.header().kid()).await,
            _ => {
                let ring = self.ledger.keys().ring(service.id).await.map_err(|_| KeysError::Unavailable)?;
                let published = ring.published(self.ledger.now());
                KeySet::new(published).map(Arc::new)
            }
        }
    }

    fn check_claims(&self, claims: &Claims, demand: &JoseDemand<'_>, verdict: &mut JoseVerdict) {
        let missing = demand.mandatory.iter().filter(|name| claims.get(name).is_none());
        verdict.missing = missing.map(|name| (*name).to_owned()).collect();
        verdict.faults.extend(verdict.missing.iter().map(|name| format!("the claim {name} is missing")));
        let (now, skew) = (self.ledger.now(), demand.skew);
        for (name, moment, is_good) in [
            ("exp", claims.exp(), (|end, now, skew| now < end + skew) as fn(_, _, Duration) -> bool),
            ("nbf", claims.nbf(), |begin, now, skew| begin <= now + skew),
            ("iat", claims.iat(), |begin, now, skew| begin <= now + skew),
        ] {
            let fault = match moment {
                Err(_) => "is no time",
                Ok(Some(moment)) if !is_good(moment, now, skew) => "says that it is not valid now",
                Ok(_) => continue,
            };
            verdict.invalid.push(name);
            verdict.faults.push(format!("the claim {name} {fault}"));
        }
    }
}

fn unreadable(error: AssertionError) -> &'static str {
    match error {
        AssertionError::Payload => "the content is not a JSON object with each member once",
        AssertionError::Signature => "the signature is not base64url",
        _ => "this is no compact JWS with a supported algorithm (encrypted objects are not read)",
    }
}
