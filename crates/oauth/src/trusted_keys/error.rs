//! Why keys are unavailable.

/// Why there are no keys to verify with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// None are registered.
    #[error("no keys are registered")]
    None,
    /// The registered or fetched document is not a set of at most 64 keys.
    #[error("not a set of keys")]
    Malformed,
    /// The URL does not answer now.
    #[error("the keys cannot be fetched now")]
    Unavailable,
}
