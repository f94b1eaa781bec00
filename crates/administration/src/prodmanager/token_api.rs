//! The operator's settings for these tokens.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use jeton_jose::{Algorithm, Secret, SigningKey};

use super::rate_limit::{Rate, RateLimit};
use jeton_ledger::formats::named_api::NamedSigner;
use jeton_model::Refusal;
use jeton_model::refusals::INVALID;

/// The lifetime of a token that is requested without an expiry (`docs/contracts/prodmanager.md` section 2.5).
pub(super) const USUAL_LIFETIME: Duration = Duration::from_secs(3600);

/// The settings (`docs/contracts/prodmanager.md` section 7).
#[derive(Debug)]
pub struct Options {
    /// The secret that a caller sends to create a token.
    pub secret: Secret,
    /// `iss`: a plain name.
    pub issuer: Arc<str>,
    /// The permissions that exist.
    pub permissions: Vec<String>,
    /// HS256, HS384 or HS512.
    pub algorithm: Algorithm,
    /// Whether `secret` is also the signing key; else the service's key is used.
    pub shared_secret: bool,
    /// Whether names have 8 to 16 and descriptions 12 to 32 characters, as in the original; else 1 to 255 both.
    pub strict_lengths: bool,
    /// The rate limit of one caller; none: unlimited.
    pub rate: Option<Rate>,
}

/// Creates and checks these tokens for one issuer: secret, key, limits, and the recent requests of each caller, in memory. Opened
/// where the face is wired.
pub struct TokenApi {
    pub(super) secret: Secret,
    pub(super) issuer: Arc<str>,
    pub(super) permissions: Vec<String>,
    pub(super) signer: NamedSigner,
    pub(super) name_length: RangeInclusive<usize>,
    pub(super) description_length: RangeInclusive<usize>,
    pub(super) rate_limit: Option<RateLimit>,
}

impl TokenApi {
    /// Opens it.
    ///
    /// # Errors
    /// [`INVALID`] for an algorithm that is not symmetric or a secret that is empty, or when the key cannot be read.
    pub fn open(options: Options) -> Result<Self, Refusal> {
        let alg = options.algorithm;
        if !alg.is_symmetric() || options.secret.expose().is_empty() {
            return Err(INVALID.with("these tokens need a secret, and HS256, HS384 or HS512"));
        }
        let signer = match options.shared_secret {
            false => NamedSigner::OfService(alg),
            true => NamedSigner::Shared(Arc::new(shared_key(alg, options.secret.expose().as_bytes())?)),
        };
        let (name_length, description_length) = match options.strict_lengths {
            true => (8..=16, 12..=32),
            false => (1..=255, 1..=255),
        };
        Ok(Self {
            secret: options.secret,
            issuer: options.issuer,
            permissions: options.permissions,
            signer,
            name_length,
            description_length,
            rate_limit: options.rate.map(RateLimit::new),
        })
    }
}

/// The secret as a key. A short one, which is accepted only with `allow_weak_secret`, is padded with zeros: HMAC does the same
/// (RFC 2104 section 2), so anyone who knows the secret computes the same signatures.
fn shared_key(alg: Algorithm, secret: &[u8]) -> Result<SigningKey, Refusal> {
    let least = match alg {
        Algorithm::HS512 => 64,
        Algorithm::HS384 => 48,
        _ => 32,
    };
    let mut bytes = zeroize::Zeroizing::new(secret.to_vec());
    if bytes.len() < least {
        bytes.resize(least, 0);
    }
    Ok(SigningKey::from_private_bytes(alg, Some("shared"), &bytes)?)
}
