//! Calls with an API token that is bound to a key (RFC 9449): `Authorization: DPoP`, and a proof that was made for this call.

use jeton_model::Refusal;
use jeton_model::ids::ServiceId;

use super::DEFAULT_SERVICE;
use crate::Backend;
use crate::dpop::{DpopProof, ProofFault};
use crate::refusals::{API_CREDENTIAL_UNPROVEN, API_PROOF_INVALID, API_PROOF_MISSING};

/// The proof of a key that came with a call.
#[derive(Clone, Debug)]
pub struct CallProof {
    /// The `DPoP` header; none: there is none, or several.
    pub proof: Option<String>,
    /// The method of the call.
    pub method: String,
    /// Its path, without the query.
    pub path: String,
}

/// Why a proof is not valid, as refusals of [`API_PROOF_INVALID`] say it.
pub mod why {
    /// It is no proof for this call.
    pub const INVALID: &str = "it is not for this call, or too old";
    /// It was used before.
    pub const REPLAYED: &str = "it was used before";
    /// Its algorithm cannot be used.
    pub const ALGORITHM: &str = "its algorithm cannot be used";
    /// It has no `alg`.
    pub const NO_ALGORITHM: &str = "its header has no alg";
    /// It has no `jwk`.
    pub const NO_KEY: &str = "its header has no public jwk";
}

impl Backend {
    /// Checks that a call proves the key that an API token is bound to, and uses the proof up.
    pub(super) async fn check_proof(
        &self,
        service: ServiceId,
        (text, print): (&str, [u8; 32]),
        sent: Option<&CallProof>,
    ) -> Result<(), Refusal> {
        let sent = sent.ok_or(API_PROOF_MISSING)?;
        let proof = sent.proof.as_deref().ok_or(API_PROOF_MISSING)?;
        let check = |address: &str| {
            let checked = DpopProof { proof, method: Some(&sent.method), address: Some(address) };
            checked.check(Some(text), self.ledger.now())
        };
        let [first, second] = self.addresses(&sent.path);
        let thumbprint = check(&first).or_else(|fault| match fault {
            ProofFault::Invalid => check(&second),
            other => Err(other),
        });
        let thumbprint = thumbprint.map_err(|fault| {
            API_PROOF_INVALID.with(match fault {
                ProofFault::Invalid => why::INVALID,
                ProofFault::Algorithm => why::ALGORITHM,
                ProofFault::NoAlgorithm => why::NO_ALGORITHM,
                ProofFault::NoKey => why::NO_KEY,
            })
        })?;
        if thumbprint != print {
            return Err(API_CREDENTIAL_UNPROVEN);
        }
        match self.is_first_use(service, proof).await? {
            true => Ok(()),
            false => Err(API_PROOF_INVALID.with(why::REPLAYED)),
        }
    }

    /// The addresses that a call to this path may have been sent to: below the origin of this server's own issuer and, where a proxy
    /// takes the issuer's path off, below the issuer. The configuration says them; what a request says of its host was chosen by
    /// whoever sent it, maybe to relay a proof that was made for them.
    fn addresses(&self, path: &str) -> [String; 2] {
        let service = self.ledger.entities().service(DEFAULT_SERVICE);
        let issuer = service.as_ref().map_or("", |service| &service.issuer).trim_end_matches('/');
        let host = issuer.find("://").map_or(0, |at| at + 3);
        let end = issuer.get(host..).and_then(|rest| rest.find('/')).map_or(issuer.len(), |at| host + at);
        let origin = issuer.get(..end).unwrap_or_default();
        [format!("{origin}{path}"), format!("{issuer}{path}")]
    }
}
