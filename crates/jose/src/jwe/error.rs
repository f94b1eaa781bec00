//! Why nothing was encrypted or decrypted.

use crate::random::RandomError;

/// A token cannot be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptError {
    /// A `dir` key has another length than the content encryption takes (RFC 7518 §4.5).
    #[error("the key does not fit the content encryption")]
    WrongKey,
    /// No random bytes for a content key or an initialization vector.
    #[error("no randomness for encrypting")]
    Random(#[from] RandomError),
    /// The cryptographic library failed.
    #[error("the token could not be encrypted")]
    Failed,
}

/// A token cannot be decrypted.
///
/// Another algorithm, another key, a changed part, bad padding: all the same. Whoever could tell them apart could use
/// the reader to decrypt for him (RFC 7516 §11.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token cannot be decrypted")]
pub struct DecryptError;
