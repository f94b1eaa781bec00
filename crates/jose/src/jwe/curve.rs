//! The curves of key agreement, and their keys as JWK (RFC 7518 §6.2, RFC 8037 §2).

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521, ParsedPublicKey, UnparsedPublicKey, X25519};

use crate::jwk::Jwk;
use crate::key_error::KeyError;
use crate::keys::public::{ec_jwk, ec_point, okp_jwk, okp_key};

/// A curve on which ECDH-ES is spoken (RFC 7518 §4.6.1.1, RFC 8037 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
    X25519,
}

impl Curve {
    pub(super) const ALL: [Self; 4] = [Self::P256, Self::P384, Self::P521, Self::X25519];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::X25519 => "X25519",
        }
    }

    pub(super) const fn algorithm(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &ECDH_P256,
            Self::P384 => &ECDH_P384,
            Self::P521 => &ECDH_P521,
            Self::X25519 => &X25519,
        }
    }

    /// The curve that a public key names.
    pub(super) fn of(jwk: &Jwk) -> Result<Self, KeyError> {
        let name = jwk.crv.as_deref().ok_or(KeyError::WrongType)?;
        Self::ALL.into_iter().find(|curve| curve.name() == name).ok_or(KeyError::WrongType)
    }

    /// Reads a public key on this curve. The library checks that the point is on it, which prevents an attacker from
    /// extracting a private key with invalid points (RFC 7518 §8.8 and §4.6.1.1).
    pub(super) fn read(self, jwk: &Jwk) -> Result<ParsedPublicKey, KeyError> {
        let bytes = match self.coordinate() {
            Some(coordinate) => ec_point(jwk, self.name(), coordinate)?,
            None => okp_key(jwk, self.name())?.to_vec(),
        };
        UnparsedPublicKey::new(self.algorithm(), bytes).try_into().map_err(|_| KeyError::Malformed)
    }

    /// Writes a public key on this curve.
    pub(super) fn write(self, key: &agreement::PublicKey) -> Result<Jwk, KeyError> {
        match self.coordinate() {
            Some(coordinate) => ec_jwk(self.name(), coordinate, key.as_ref()),
            None => Ok(okp_jwk(self.name(), key.as_ref())),
        }
    }

    /// Bytes of one coordinate; `None` where the key is one number.
    pub(super) const fn coordinate(self) -> Option<usize> {
        match self {
            Self::P256 => Some(32),
            Self::P384 => Some(48),
            Self::P521 => Some(66),
            Self::X25519 => None,
        }
    }
}
