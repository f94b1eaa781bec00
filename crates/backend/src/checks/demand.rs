//! What a resource server demands of a token, and what a token lacks.

use jeton_ledger::ledger::Inactive;
use jeton_ledger::refusals::{BEARER_INVALID, BEARER_MISSING, BEARER_SCOPE};
use jeton_model::Refusal;

use crate::dpop::DpopProof;
use crate::refusals::{
    TOKEN_CERTIFICATE_UNPROVEN, TOKEN_EXPIRED, TOKEN_KEY_UNPROVEN, TOKEN_RESOURCE_FOREIGN, TOKEN_SIGN_IN_INSUFFICIENT,
    TOKEN_SUBJECT_FOREIGN,
};

/// What a resource server demands of a token.
#[derive(Default)]
pub struct Demand<'a> {
    /// Scopes that the token must have.
    pub scopes: Vec<&'a str>,
    /// The subject that it must be for.
    pub subject: Option<&'a str>,
    /// SHA-256 of the certificate with which the token was sent.
    pub certificate: Option<[u8; 32]>,
    /// The proof of a key with which the token was sent (RFC 9449).
    pub dpop: Option<DpopProof<'a>>,
    /// The addresses of resources, one of which it must be for where it has an audience (RFC 8707).
    pub resources: Vec<&'a str>,
    /// Authentication contexts, one of which the sign-in must have had (RFC 9470).
    pub acr_values: Vec<&'a str>,
    /// How old the sign-in may be, in seconds (RFC 9470).
    pub max_age: Option<u64>,
    /// Whether the key of a bound token was proven in an earlier call.
    pub is_proven: bool,
}

impl Demand<'_> {
    /// A demand of a caller that has proven the token's key before.
    #[must_use]
    pub fn unbound() -> Self {
        Self { is_proven: true, ..Self::default() }
    }
}

/// What a token lacks. The first that is found is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The call has no token.
    Missing,
    /// It does not exist, or has ended for another reason than its expiry.
    Unknown(Inactive),
    /// It has expired.
    Expired,
    /// It lacks scopes.
    Scopes(String),
    /// It is for another subject, or for none.
    Subject,
    /// It is bound to a certificate, and the call has none, or another one.
    Certificate {
        /// Whether a certificate was sent.
        sent: bool,
    },
    /// It is bound to a key, and the call has no proof of it, or a wrong one.
    Dpop {
        /// Whether a proof was sent.
        sent: bool,
    },
    /// It is for other resources.
    Resources,
    /// The sign-in had none of the authentication contexts, or is too old (RFC 9470).
    Authentication,
}

impl Lack {
    /// The refusal to record, and to tell the client.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Missing => BEARER_MISSING,
            Self::Unknown(_) => BEARER_INVALID,
            Self::Expired => TOKEN_EXPIRED,
            Self::Scopes(words) => BEARER_SCOPE.with(words.clone()),
            Self::Subject => TOKEN_SUBJECT_FOREIGN,
            Self::Certificate { .. } => TOKEN_CERTIFICATE_UNPROVEN,
            Self::Dpop { .. } => TOKEN_KEY_UNPROVEN,
            Self::Resources => TOKEN_RESOURCE_FOREIGN,
            Self::Authentication => TOKEN_SIGN_IN_INSUFFICIENT,
        }
    }
}
