//! Why a signature or a check was refused.

/// A signature cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The header names another algorithm or key id than the key has.
    #[error("the header was prepared for another key")]
    WrongKey,
    /// The cryptographic library failed.
    #[error("the signature could not be made")]
    Failed,
}

/// A signature was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The token names another algorithm than the key is for (RFC 8725 §3.1).
    #[error("the key is for another algorithm")]
    WrongAlgorithm,
    /// The signature is not one by this key over this message.
    #[error("bad signature")]
    BadSignature,
}
