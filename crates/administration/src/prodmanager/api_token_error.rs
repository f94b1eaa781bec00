//! Why a presented token is not taken.

use std::fmt;

/// What an `Authorization` header must look like: any word, blanks, a compact JWT.
pub const PATTERN: &str = r"^\S+ +[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+\.[A-Za-z0-9_=+/-]+$";

/// Why a presented token is not taken. Displayed, it is the contract's text (section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiTokenError {
    /// The header has not the shape of [`PATTERN`].
    Shape,
    /// The token names another algorithm.
    Algorithm,
    /// The token is none of ours: wrongly signed, altered, or not in the ledger.
    Signature,
    /// A claim that must be there is not.
    Missing(&'static str),
    /// A claim is not of its type.
    Type(&'static str),
    /// A moment lies ahead.
    NotYet(&'static str),
    /// It has ended: by its time, or because somebody revoked it.
    Ended,
    /// Another issuer made it.
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
