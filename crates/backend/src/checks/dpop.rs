//! Proofs of possession of a key, RFC 9449.
//!
//! Whoever receives the proof sends it here with the method and the address of its request. It is accepted for five minutes: with a
//! token at a resource once, with a token request, which is used up itself, again.

use jeton_jose::digest::{constant_time_eq, sha256};
use jeton_jose::{VerifyingKey, base64url, jws};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;

use crate::refusals::DPOP_PROOF_INVALID;

/// How far the clock of the sender may be off, and how long a proof is accepted, in seconds.
pub(super) const WINDOW: i64 = 300;

/// A proof, with the request that it was sent with.
#[derive(Clone, Copy, Debug)]
pub struct DpopProof<'a> {
    /// The proof: a JWT.
    pub proof: &'a str,
    /// `htm`: the method of the request; none: any.
    pub method: Option<&'a str>,
    /// `htu`: the address of the request without query and fragment; none: any.
    pub address: Option<&'a str>,
}

impl DpopProof<'_> {
    /// The SHA-256 thumbprint of the key that a token request proves, to which its tokens are bound.
    ///
    /// # Errors
    /// [`DPOP_PROOF_INVALID`].
    pub fn proven(&self, now: Timestamp) -> Result<[u8; 32], Refusal> {
        self.thumbprint(None, now).ok_or(DPOP_PROOF_INVALID)
    }

    /// The SHA-256 thumbprint of the key, when the proof is valid now (RFC 9449 section 4.3). `token`: the access token that it
    /// must be for.
    #[must_use]
    pub fn thumbprint(&self, token: Option<&str>, now: Timestamp) -> Option<[u8; 32]> {
        let proof = jws::parse_compact(self.proof).ok()?;
        if !proof.header().is_typ("dpop+jwt") || proof.header().alg().is_symmetric() {
            return None;
        }
        // The key is no authority of its own: it counts only because a token is bound to its thumbprint.
        let jwk = proof.header().danger_embedded_jwk().ok()??;
        let is_private = proof.header().member("jwk").is_some_and(|jwk| jwk.get("d").is_some());
        if is_private || !jwk.permits_verifying(proof.header().alg()) {
            return None;
        }
        let key = VerifyingKey::from_jwk(&jwk, proof.header().alg()).ok()?;
        jws::verify(&proof, &key).ok()?;
        let claims = proof.claims().ok()?;
        let text = |name: &str| claims.get(name).and_then(|value| value.as_str());
        let is_now = (claims.get("iat")?.as_i64()? - now.seconds()).abs() <= WINDOW;
        let method = self.method.is_none_or(|method| text("htm") == Some(method));
        let address = self.address.is_none_or(|address| text("htu").is_some_and(|htu| bare(htu) == bare(address)));
        let hash = match token {
            None => true,
            Some(token) => {
                let expected = base64url::encode(sha256(token.as_bytes()));
                text("ath").is_some_and(|ath| constant_time_eq(ath.as_bytes(), expected.as_bytes()))
            }
        };
        let named = text("jti").is_some_and(|jti| !jti.is_empty());
        if !(is_now && method && address && hash && named) {
            return None;
        }
        base64url::decode(&jwk.thumbprint().ok()?).ok()?.try_into().ok()
    }
}

/// An address without query and fragment.
fn bare(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}
