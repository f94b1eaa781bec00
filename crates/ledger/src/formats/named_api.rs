//! ProdManager's API tokens: the claims of their text (`docs/contracts/prodmanager.md` section 3).

use std::sync::Arc;

use jeton_jose::jws::{Header, PreparedHeader};
use jeton_jose::{Algorithm, SigningKey};
use serde::Serialize;

use jeton_model::clock::Timestamp;

/// The version of this layout of claims; not a count of tokens.
pub const VERSION: u8 = 1;

/// The claims, in the order they are written.
#[derive(Debug, Serialize)]
pub struct NamedApiClaims<'a> {
    /// Issuer: a plain name, not a URL.
    pub iss: &'a str,
    /// The token's name.
    pub aud: &'a str,
    /// The token's description.
    pub sub: &'a str,
    /// Start, seconds.
    pub nbf: i64,
    /// End, seconds.
    pub exp: i64,
    /// Issued, seconds.
    pub iat: i64,
    /// Identifies the row.
    pub jti: &'a str,
    /// [`VERSION`].
    pub version: u8,
    /// Names of permissions, in the order of the request.
    pub permissions: Vec<&'a str>,
}

/// What a plan fixes for such a token; the rest is in the plan's details.
#[derive(Clone, Debug)]
pub struct NamedApi {
    /// `iss`.
    pub issuer: Arc<str>,
    /// The signing key.
    pub signer: NamedSigner,
    /// The expiry. It may lie in the past, or beyond the limit for other tokens.
    pub ends: Timestamp,
}

/// The key of such tokens. Both are symmetric, so neither is published.
#[derive(Clone, Debug)]
pub enum NamedSigner {
    /// The service's own key of this algorithm.
    OfService(Algorithm),
    /// A key that the operator shares with other systems.
    Shared(Arc<SigningKey>),
}

impl NamedSigner {
    /// The algorithm.
    #[must_use]
    pub fn alg(&self) -> Algorithm {
        match self {
            Self::OfService(alg) => *alg,
            Self::Shared(key) => key.alg(),
        }
    }
}

/// `{"alg":…,"typ":"JWT"}`: these tokens name no key.
#[must_use]
pub fn header(alg: Algorithm) -> PreparedHeader {
    Header::new(alg).typ("JWT").prepare()
}
