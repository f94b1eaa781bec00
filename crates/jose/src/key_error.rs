//! Why a key was refused.

use crate::random::RandomError;

/// A key cannot be made or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes or members are not a key of the expected form.
    #[error("malformed key")]
    Malformed,
    /// The key is of another type or on another curve than the algorithm needs (RFC 7518 §3.1).
    #[error("the key does not fit the algorithm")]
    WrongType,
    /// The key's own members forbid verifying signatures of this algorithm (RFC 7517 §4.2 to §4.4).
    #[error("the key is not meant for this use")]
    WrongUse,
    /// The key is too short for its algorithm (RFC 7518 §3.2 and §3.3) or absurdly long.
    #[error("the key's size is out of range")]
    Size,
    /// A symmetric key needs an id from its owner: a digest of a secret is not one to publish.
    #[error("a symmetric key needs a key id")]
    KidRequired,
    /// No random bytes for a new key.
    #[error("no randomness for a new key")]
    Random(#[from] RandomError),
    /// The cryptographic library failed to make or to write out a key.
    #[error("the key could not be made or written out")]
    Failed,
}
