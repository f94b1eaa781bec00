//! Keys, JWK, JWS, JWE and the sealing of secrets at rest.
//!
//! All cryptography in Jeton happens here, with one library (`aws-lc-rs`; the reasons are in
//! `docs/decisions/0002-jose-on-aws-lc.md`). Callers get keys that are already parsed, and results that do not say
//! *why* a signature or a sealed value was refused.
//!
//! | to | use |
//! | --- | --- |
//! | sign a token | [`SigningKey`], [`jws::Header`], [`jws::sign_compact`] |
//! | check a token | [`jws::parse_compact`], [`VerifyingKey`], [`jws::verify`] |
//! | encrypt a token, or open one | [`jwe`] |
//! | publish or read public keys | [`Jwk`], [`JwkSet`] |
//! | keep something secret in the store | [`seal::SealKey`] |
//! | hide a number in a name | [`block::BlockKey`] |
//! | recognise a secret without keeping it | [`digest::sha256`], [`digest::MacKey`] |
//! | carry a secret through the program | [`Secret`] |
//!
//! Randomness is drawn only by [`SigningKey::generate`], [`seal::SealKey::random`], [`seal::SealKey::seal`],
//! [`jwe::encrypt_compact`], [`jwe::DecryptionKey::generate`] and [`random::fill_random`], and inside the schemes that
//! need it. There is no clock and no input or output.

#[macro_use]
mod names;

pub mod base64url;
pub mod block;
pub mod digest;
pub mod json;
pub mod jwe;
pub mod jws;
pub mod random;
pub mod seal;

mod algorithm;
mod jwk;
mod key_error;
mod keys;
mod media_type;
mod secret;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use jwk::{Jwk, JwkSet};
pub use key_error::KeyError;
pub use keys::{SignError, SigningKey, VerifyError, VerifyingKey};
pub use secret::Secret;
