//! Proofs of possession of a key, RFC 9449.
//!
//! Whoever receives the proof sends it here with the method and the address of its request. It is accepted for five minutes: with a
//! token at a resource once, with a token request, which is used up itself, again.

use jeton_jose::digest::{constant_time_eq, sha256};
use jeton_jose::jws::{CompactJws, ParseError};
use jeton_jose::{Jwk, VerifyingKey, base64url, json, jws};
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
    /// `htm`: the method of the request; none: it is not known, and no proof is for it.
    pub method: Option<&'a str>,
    /// `htu`: the address of the request, where query and fragment do not count; none: it is not known, and no proof is for it.
    pub address: Option<&'a str>,
}

/// What is wrong with a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofFault {
    /// It is no proof, is not signed by its key, or is for another request, token or time.
    Invalid,
    /// Its header names an algorithm that is unknown, symmetric, or not that of its key.
    Algorithm,
    /// Its header names no algorithm.
    NoAlgorithm,
    /// Its header has no public key.
    NoKey,
}

impl DpopProof<'_> {
    /// The SHA-256 thumbprint of the key that a token request proves, to which its tokens are bound.
    ///
    /// # Errors
    /// [`DPOP_PROOF_INVALID`].
    pub fn proven(&self, now: Timestamp) -> Result<[u8; 32], Refusal> {
        self.thumbprint(None, now).ok_or(DPOP_PROOF_INVALID)
    }

    /// The SHA-256 thumbprint of the key, when the proof is valid now. `token`: the access token that it must be for.
    #[must_use]
    pub fn thumbprint(&self, token: Option<&str>, now: Timestamp) -> Option<[u8; 32]> {
        self.check(token, now).ok()
    }

    /// The SHA-256 thumbprint of the key of a valid proof (RFC 9449 section 4.3), or what is wrong with it. `token`: the access
    /// token that it must be for.
    ///
    /// # Errors
    /// [`ProofFault`].
    pub fn check(&self, token: Option<&str>, now: Timestamp) -> Result<[u8; 32], ProofFault> {
        let proof = jws::parse_compact(self.proof).map_err(|error| match error {
            ParseError::Algorithm if names_no_algorithm(self.proof) => ProofFault::NoAlgorithm,
            ParseError::Algorithm => ProofFault::Algorithm,
            _ => ProofFault::Invalid,
        })?;
        if !proof.header().is_typ("dpop+jwt") {
            return Err(ProofFault::Invalid);
        }
        if proof.header().alg().is_symmetric() {
            return Err(ProofFault::Algorithm);
        }
        // The key is no authority of its own: it counts only because a token is bound to its thumbprint.
        let jwk = proof.header().danger_embedded_jwk().ok().flatten().ok_or(ProofFault::NoKey)?;
        if !jwk.permits_verifying(proof.header().alg()) {
            return Err(ProofFault::Algorithm);
        }
        let key = VerifyingKey::from_jwk(&jwk, proof.header().alg()).map_err(|_| ProofFault::Algorithm)?;
        jws::verify(&proof, &key).map_err(|_| ProofFault::Invalid)?;
        self.stated(&proof, &jwk, (token, now)).ok_or(ProofFault::Invalid)
    }

    /// What a signed proof states, if that is right.
    fn stated(&self, proof: &CompactJws<'_>, jwk: &Jwk, (token, now): (Option<&str>, Timestamp)) -> Option<[u8; 32]> {
        let claims = proof.claims().ok()?;
        let text = |name: &str| claims.get(name).and_then(|value| value.as_str());
        let made = claims.get("iat")?.as_i64()?;
        let is_now = made.checked_sub(now.seconds())?.checked_abs()? <= WINDOW;
        let method = self.method.is_some_and(|method| text("htm") == Some(method));
        let address = self.address.is_some_and(|address| text("htu").is_some_and(|htu| is_at(htu, address)));
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

/// Whether the header of a text has no `alg` at all.
fn names_no_algorithm(text: &str) -> bool {
    let header = text.split('.').next().and_then(|part| base64url::decode(part).ok());
    header.and_then(|bytes| json::parse_object(&bytes).ok()).is_some_and(|members| !members.contains_key("alg"))
}

/// Whether `htu` is an address: query, fragment, the case of the host and the usual port aside (RFC 9449 section 4.3).
fn is_at(htu: &str, address: &str) -> bool {
    let (htu, address) = (bare(htu), bare(address));
    let schemes = [("https://", ":443"), ("http://", ":80")];
    htu == address
        || schemes.iter().any(|(scheme, port)| match (htu.strip_prefix(scheme), address.strip_prefix(scheme)) {
            (Some(htu), Some(address)) => is_place(htu, address, port),
            _ => false,
        })
}

/// Whether two texts name the same host, where case and the usual port do not count, and the same path.
fn is_place(one: &str, other: &str, port: &str) -> bool {
    let (one_host, one_path) = one.split_at(one.find('/').unwrap_or(one.len()));
    let (other_host, other_path) = other.split_at(other.find('/').unwrap_or(other.len()));
    let host = |host: &str| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
    one_path == other_path && host(one_host) == host(other_host)
}

/// An address without query and fragment.
fn bare(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}
