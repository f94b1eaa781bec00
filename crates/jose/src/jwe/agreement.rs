//! From two keys on a curve to one shared secret key (RFC 7518 §4.6).

use aws_lc_rs::agreement::{ParsedPublicKey, PrivateKey, agree};
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use zeroize::Zeroizing;

use super::algorithm::{KeyAlgorithm, Management};
use super::encryption::ContentEncryption;

/// What the agreed key is bound to, besides the two keys (RFC 7518 §4.6.2).
#[derive(Clone, Copy)]
pub(super) struct Purpose<'a> {
    /// The content encryption's name with `ECDH-ES`, the key management's otherwise.
    pub(super) algorithm: &'a str,
    /// Bytes of the agreed key.
    pub(super) length: usize,
    /// The writer's information about itself.
    pub(super) apu: &'a [u8],
    /// The writer's information about the reader.
    pub(super) apv: &'a [u8],
}

/// Agrees on a key; `None` when the keys are on different curves or the shared point is a trivial one.
pub(super) fn agreed_key(
    private: &PrivateKey,
    public: &ParsedPublicKey,
    purpose: Purpose<'_>,
) -> Option<Zeroizing<Vec<u8>>> {
    agree(private, public.clone(), (), |secret| purpose.derive(secret).ok_or(())).ok()
}

impl<'a> Purpose<'a> {
    /// The purpose of the key that an algorithm of ECDH-ES agrees on.
    pub(super) fn of(alg: KeyAlgorithm, enc: ContentEncryption, apu: &'a [u8], apv: &'a [u8]) -> Self {
        let (algorithm, length) = match alg.management() {
            Management::AgreementAndWrap(length) => (alg.as_str(), length),
            _ => (enc.as_str(), enc.key_len()),
        };
        Self { algorithm, length, apu, apv }
    }

    /// The Concat KDF with SHA-256, which is NIST SP 800-56C's one-step key derivation.
    pub(super) fn derive(self, secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let kdf = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)?;
        let mut key = Zeroizing::new(vec![0; self.length]);
        sskdf_digest(kdf, secret, &self.info()?, &mut key).ok()?;
        Some(key)
    }

    /// AlgorithmID, PartyUInfo, PartyVInfo and SuppPubInfo, one after another.
    fn info(self) -> Option<Vec<u8>> {
        let mut info = Vec::new();
        for part in [self.algorithm.as_bytes(), self.apu, self.apv] {
            info.extend_from_slice(&u32::try_from(part.len()).ok()?.to_be_bytes());
            info.extend_from_slice(part);
        }
        let bits = u32::try_from(self.length).ok()?.checked_mul(8)?;
        info.extend_from_slice(&bits.to_be_bytes());
        Some(info)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::agreement::ECDH_P256;
    use serde_json::json;

    use super::*;
    use crate::base64url;
    use crate::jwe::curve::Curve;

    /// RFC 7518 §C.
    #[test]
    fn the_example_of_rfc_7518() {
        let ephemeral = base64url::decode("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo").unwrap();
        let bob = serde_json::from_value(json!({
            "kty": "EC",
            "crv": "P-256",
            "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
            "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
        }))
        .unwrap();
        let purpose = Purpose { algorithm: "A128GCM", length: 16, apu: b"Alice", apv: b"Bob" };
        let private = PrivateKey::from_private_key(&ECDH_P256, &ephemeral).unwrap();
        let key = agreed_key(&private, &Curve::P256.read(&bob).unwrap(), purpose).unwrap();
        assert_eq!(base64url::encode(&*key), "VqqN6vgjbSBcIijNcacQGg");
    }

    /// Points of small order: the shared secret would be zero whatever the private key (RFC 7748 §6.1).
    #[test]
    fn a_trivial_point_is_refused() {
        let private = PrivateKey::generate(Curve::X25519.algorithm()).unwrap();
        let purpose = Purpose { algorithm: "A128GCM", length: 16, apu: b"", apv: b"" };
        for first in [0, 1] {
            let mut point = [0; 32];
            point[0] = first;
            let jwk = serde_json::from_value(json!({
                "kty": "OKP", "crv": "X25519", "x": base64url::encode(point),
            }))
            .unwrap();
            let agreed = Curve::X25519.read(&jwk).ok().and_then(|public| agreed_key(&private, &public, purpose));
            assert!(agreed.is_none(), "{first}");
        }
    }
}
