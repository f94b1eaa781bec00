//! Introspection responses as JWTs (RFC 9701) on behalf of an authorization server: it knows the resource server that asks, and
//! says how the response is made (`docs/contracts/authlete.md` section 4.1).

use jeton_jose::jwe::{ContentEncryption, EncryptionKey, KeyAlgorithm};
use jeton_jose::{Algorithm, Jwk};
use jeton_ledger::ledger::Recipient;
use jeton_model::Refusal;
use jeton_model::records::Service;
use jeton_model::refusals::{INVALID, PARAMETER_MISSING};
use jeton_oauth::introspection_jwt::JwtForm;
use serde::Deserialize as _;
use serde_json::{Map, Value};

use crate::Backend;
use crate::clients::encryption_name;
use crate::refusals::INTROSPECTION_KEY_MISSING;

/// What a call says of the response, with the contract's constants.
pub struct JwtDemand<'a> {
    /// `rsUri`: the resource server.
    pub resource_server: Option<&'a str>,
    /// `introspectionSignAlg`; none: `RS256`.
    pub alg: Option<&'a str>,
    /// `introspectionSignatureKeyId`; none: the service's.
    pub key: Option<&'a str>,
    /// `introspectionEncryptionAlg`; none: not encrypted.
    pub encryption_alg: Option<&'a str>,
    /// `introspectionEncryptionEnc`; none: `A128CBC_HS256`.
    pub encryption_enc: Option<&'a str>,
    /// `publicKeyForEncryption`: a JWK.
    pub public_key: Option<Map<String, Value>>,
}

impl Backend {
    /// How the response is made that a call demands. No key is made for it.
    ///
    /// # Errors
    /// [`PARAMETER_MISSING`], [`INVALID`] for what is not served, [`INTROSPECTION_KEY_MISSING`], or a fault.
    pub async fn introspection_form<'a>(
        &self,
        service: &'a Service,
        demand: &JwtDemand<'a>,
    ) -> Result<JwtForm<'a>, Refusal> {
        let audience = demand.resource_server.ok_or_else(|| PARAMETER_MISSING.with("rsUri"))?;
        let alg = match demand.alg {
            None => Algorithm::RS256,
            Some(name) => {
                let known = name.parse().ok().filter(|alg: &Algorithm| !alg.is_symmetric());
                known.ok_or_else(|| INVALID.with("`introspectionSignAlg` must be an algorithm with a public key"))?
            }
        };
        let signs = match demand.key {
            None => self.ledger.signing_algorithms(service).await?.contains(&alg),
            Some(name) => {
                let ring = self.ledger.keys().ring(service.id).await?;
                ring.signer_named(Some(name), alg, self.ledger.now()).is_some_and(|found| found.key.kid() == name)
            }
        };
        if !signs {
            return Err(INTROSPECTION_KEY_MISSING.with(alg.as_str()));
        }
        let key = demand.key.or(service.settings.backend.introspection_key.as_deref());
        Ok(JwtForm { audience, alg, key, recipient: recipient(demand)? })
    }
}

fn recipient(demand: &JwtDemand<'_>) -> Result<Option<Recipient>, Refusal> {
    let Some(alg) = demand.encryption_alg else {
        return match demand.encryption_enc {
            None => Ok(None),
            Some(_) => Err(INVALID.with("`introspectionEncryptionEnc` needs `introspectionEncryptionAlg`")),
        };
    };
    let alg = encryption_name(alg).parse().ok().filter(|alg: &KeyAlgorithm| !alg.is_symmetric());
    let alg = alg.ok_or_else(|| INVALID.with("`introspectionEncryptionAlg` must be RSA_OAEP_256 or one of ECDH_ES"))?;
    let enc = match demand.encryption_enc {
        None => ContentEncryption::A128CBCHS256,
        Some(name) => {
            let known = encryption_name(name).parse().ok();
            known.ok_or_else(|| INVALID.with("`introspectionEncryptionEnc` is not served"))?
        }
    };
    let jwk = demand.public_key.as_ref().ok_or_else(|| PARAMETER_MISSING.with("publicKeyForEncryption"))?;
    let key = Jwk::deserialize(jwk).ok().and_then(|jwk| EncryptionKey::from_jwk(&jwk, alg).ok());
    let unfit = || INVALID.with("`publicKeyForEncryption` must be a JWK for `introspectionEncryptionAlg`");
    Ok(Some(Recipient::new(key.ok_or_else(unfit)?, enc)))
}
