//! One table from algorithm names to what the cryptographic library calls them.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self as lc, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm};
use aws_lc_rs::signature::{RsaParameters, RsaSignatureEncoding};

use crate::algorithm::Algorithm;

/// What kind of key an algorithm takes, with the parameters of both directions.
pub(super) enum Family {
    Hmac(hmac::Algorithm),
    Rsa { signing: &'static RsaSignatureEncoding, verifying: &'static RsaParameters },
    Ecdsa(Curve),
    Ed25519,
}

/// An elliptic curve with its one permitted digest (RFC 7518 §3.4).
pub(super) struct Curve {
    pub(super) name: &'static str,
    /// Bytes of one coordinate; a signature has two numbers of this size.
    pub(super) coordinate: usize,
    pub(super) signing: &'static EcdsaSigningAlgorithm,
    pub(super) verifying: &'static EcdsaVerificationAlgorithm,
}

/// The name of the curve of `EdDSA` keys (RFC 8037 §2).
pub(super) const ED25519: &str = "Ed25519";

impl Family {
    pub(super) const fn of(alg: Algorithm) -> Self {
        match alg {
            Algorithm::HS256 => Self::Hmac(hmac::HMAC_SHA256),
            Algorithm::HS384 => Self::Hmac(hmac::HMAC_SHA384),
            Algorithm::HS512 => Self::Hmac(hmac::HMAC_SHA512),
            Algorithm::RS256 => Self::rsa(&lc::RSA_PKCS1_SHA256, &lc::RSA_PKCS1_2048_8192_SHA256),
            Algorithm::RS384 => Self::rsa(&lc::RSA_PKCS1_SHA384, &lc::RSA_PKCS1_2048_8192_SHA384),
            Algorithm::RS512 => Self::rsa(&lc::RSA_PKCS1_SHA512, &lc::RSA_PKCS1_2048_8192_SHA512),
            Algorithm::PS256 => Self::rsa(&lc::RSA_PSS_SHA256, &lc::RSA_PSS_2048_8192_SHA256),
            Algorithm::PS384 => Self::rsa(&lc::RSA_PSS_SHA384, &lc::RSA_PSS_2048_8192_SHA384),
            Algorithm::PS512 => Self::rsa(&lc::RSA_PSS_SHA512, &lc::RSA_PSS_2048_8192_SHA512),
            Algorithm::ES256 => Self::Ecdsa(Curve {
                name: "P-256",
                coordinate: 32,
                signing: &lc::ECDSA_P256_SHA256_FIXED_SIGNING,
                verifying: &lc::ECDSA_P256_SHA256_FIXED,
            }),
            Algorithm::ES384 => Self::Ecdsa(Curve {
                name: "P-384",
                coordinate: 48,
                signing: &lc::ECDSA_P384_SHA384_FIXED_SIGNING,
                verifying: &lc::ECDSA_P384_SHA384_FIXED,
            }),
            Algorithm::ES512 => Self::Ecdsa(Curve {
                name: "P-521",
                coordinate: 66,
                signing: &lc::ECDSA_P521_SHA512_FIXED_SIGNING,
                verifying: &lc::ECDSA_P521_SHA512_FIXED,
            }),
            Algorithm::EdDSA => Self::Ed25519,
        }
    }

    const fn rsa(signing: &'static RsaSignatureEncoding, verifying: &'static RsaParameters) -> Self {
        Self::Rsa { signing, verifying }
    }
}
