//! Private keys in the form of a JSON Web Key (RFC 7518 section 6, RFC 8037 section 2): how they come from another server.

use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use serde::Deserialize as _;
use serde_json::Value;
use zeroize::Zeroizing;

use super::family::{ED25519, Family};
use super::private::{PrivateKey, rsa_refusal};
use super::public::{ec_point, okp_key};
use super::rsa_public::RsaPublic;
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::jwk::Jwk;
use crate::key_error::KeyError;

impl PrivateKey {
    /// Reads a key pair. The library checks that its halves belong together.
    pub(super) fn from_jwk(alg: Algorithm, jwk: &Value) -> Result<Self, KeyError> {
        let public = Jwk::deserialize(jwk).map_err(|_| KeyError::Malformed)?;
        let malformed = |_| KeyError::Malformed;
        match Family::of(alg) {
            Family::Hmac(_) => Err(KeyError::WrongType),
            Family::Rsa { signing, .. } => {
                if public.kty != "RSA" {
                    return Err(KeyError::WrongType);
                }
                Ok(Self::Rsa { pair: rsa(jwk)?, encoding: signing })
            }
            Family::Ecdsa(curve) => {
                let point = ec_point(&public, curve.name, curve.coordinate)?;
                let number = member(jwk, "d")?;
                if number.len() != curve.coordinate {
                    return Err(KeyError::Malformed);
                }
                let pair = EcdsaKeyPair::from_private_key_and_public_key(curve.signing, &number, &point);
                Ok(Self::Ecdsa { pair: pair.map_err(malformed)?, curve })
            }
            Family::Ed25519 => {
                let (seed, key) = (member(jwk, "d")?, okp_key(&public, ED25519)?);
                Ok(Self::Ed25519(Ed25519KeyPair::from_seed_and_public_key(&seed, &key).map_err(malformed)?))
            }
        }
    }
}

fn member(jwk: &Value, name: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let text = jwk.get(name).and_then(Value::as_str).ok_or(KeyError::Malformed)?;
    base64url::decode(text).map(Zeroizing::new).map_err(|_| KeyError::Malformed)
}

/// An RSA key of two primes.
fn rsa(jwk: &Value) -> Result<RsaKeyPair, KeyError> {
    if jwk.get("oth").is_some() {
        return Err(KeyError::Malformed);
    }
    let numbers = KeyPairComponents {
        public_key: PublicKeyComponents { n: member(jwk, "n")?, e: member(jwk, "e")? },
        d: member(jwk, "d")?,
        p: member(jwk, "p")?,
        q: member(jwk, "q")?,
        dP: member(jwk, "dp")?,
        dQ: member(jwk, "dq")?,
        qInv: member(jwk, "qi")?,
    };
    RsaPublic::from_members(&numbers.public_key.n, &numbers.public_key.e).check_size()?;
    RsaKeyPair::from_components(&numbers).map_err(rsa_refusal)
}
