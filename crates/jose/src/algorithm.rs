//! The signature algorithms Jeton knows (RFC 7518 §3.1, RFC 8037 §3.1).

use std::str::FromStr;

/// A JWS algorithm (RFC 7518 §3.1; `EdDSA` from RFC 8037 §3.1, with Ed25519 only).
///
/// There is no `none`: an unsigned token cannot be expressed, so it cannot be accepted by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    HS256,
    /// HMAC with SHA-384.
    HS384,
    /// HMAC with SHA-512.
    HS512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// RSASSA-PSS with SHA-384.
    PS384,
    /// RSASSA-PSS with SHA-512.
    PS512,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// ECDSA on P-521 with SHA-512.
    ES512,
    /// Ed25519.
    EdDSA,
}

/// The name is not that of an algorithm Jeton accepts. `none` is such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown or refused signature algorithm")]
pub struct UnknownAlgorithm;

impl Algorithm {
    /// Every algorithm, in the order in which metadata documents list them.
    pub const ALL: [Self; 13] = [
        Self::HS256,
        Self::HS384,
        Self::HS512,
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::ES512,
        Self::EdDSA,
    ];

    /// The registered name, as it stands in an `alg` member (RFC 7518 §3.1).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::ES512 => "ES512",
            Self::EdDSA => "EdDSA",
        }
    }

    /// Whether signer and verifier share one secret (RFC 7518 §3.2).
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::HS256 | Self::HS384 | Self::HS512)
    }

    /// Whether one signature costs so much that it must be made off the async threads.
    ///
    /// RSA and the two larger curves take 80 to 300 µs. HMAC, ES256 and Ed25519 take 1 to 15 µs, about what handing the
    /// work to another thread would.
    #[must_use]
    pub const fn is_expensive(self) -> bool {
        !matches!(self, Self::HS256 | Self::HS384 | Self::HS512 | Self::ES256 | Self::EdDSA)
    }
}

by_name!(Algorithm);

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Names are compared exactly: RFC 7515 §4.1.1 makes them case-sensitive. `Ed25519` (RFC 9864 §2.2) is what `EdDSA` means
    /// here; newer clients write it.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name == "Ed25519" {
            return Ok(Self::EdDSA);
        }
        Self::ALL.into_iter().find(|alg| alg.as_str() == name).ok_or(UnknownAlgorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_are_exact() {
        for alg in Algorithm::ALL {
            assert_eq!(alg.as_str().parse(), Ok(alg));
            assert_eq!(serde_json::to_value(alg).ok(), Some(alg.as_str().into()));
        }
        assert_eq!("Ed25519".parse(), Ok(Algorithm::EdDSA), "RFC 9864");
        for refused in ["none", "None", "", "rs256", "RS256 ", "ES256K", "RSA1_5", "Ed448", "ed25519"] {
            assert_eq!(refused.parse::<Algorithm>(), Err(UnknownAlgorithm), "{refused:?}");
            assert!(serde_json::from_value::<Algorithm>(refused.into()).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn cheap_algorithms_are_the_ones_signed_in_place() {
        let cheap: Vec<_> = Algorithm::ALL.into_iter().filter(|alg| !alg.is_expensive()).collect();
        assert_eq!(cheap, [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512, Algorithm::ES256, Algorithm::EdDSA]);
    }
}
