//! Why a presented token is not accepted.

use std::fmt;

/// The required form of an `Authorization` header: any word, spaces, a compact JWT.
pub const PATTERN: &str = r"^\S+ +[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+\.[A-Za-z0-9_=+/-]+$";

/// Why a presented token is not accepted. Its `Display` is the contract's text (section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiTokenError {
    /// The header does not match [`PATTERN`].
    Shape,
    /// The token names another algorithm.
    Algorithm,
    /// The token is not ours: wrongly signed, altered, or not in the ledger.
    Signature,
    /// A required claim is missing.
    Missing(&'static str),
    /// A claim has the wrong type.
    Type(&'static str),
    /// A time lies in the future.
    NotYet(&'static str),
    /// It has ended: expired or revoked.
    Ended,
    /// It has another issuer.
    Issuer,
    /// Its claims are of another version.
    Version,
}

impl fmt::Display for ApiTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => write!(f, "Token has not the right format or type. expected : {PATTERN}"),
            Self::Algorithm => f.write_str("The specified alg value is not allowed"),
            Self::Signature => f.write_str("Signature verification failed"),
            Self::Missing(claim) => write!(f, "Token is missing the \"{claim}\" claim"),
            Self::Type(claim) => write!(f, "The \"{claim}\" claim is not of its type"),
            Self::NotYet(claim) => write!(f, "The token is not yet valid ({claim})"),
            Self::Ended => f.write_str("Signature has expired"),
            Self::Issuer => f.write_str("Invalid issuer"),
            Self::Version => f.write_str("Token has not the right version. expected : 1"),
        }
    }
}
