//! Calls with an API token that is bound to a key (RFC 9449): `Authorization: DPoP`, and a proof that was made for this call.

use jeton_model::Refusal;
use jeton_model::ids::ServiceId;

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
    /// Its address without scheme, query and fragment: `//host/path`.
    pub address: String,
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
        let checked = DpopProof { proof, method: Some(&sent.method), address: Some(&sent.address) };
        let thumbprint = checked.check(Some(text), self.ledger.now()).map_err(|fault| {
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
}
