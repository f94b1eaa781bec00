//! Why there are no keys.

/// Why there are no keys to check with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// None are registered.
    #[error("no keys are registered")]
    None,
    /// What is registered, or at the address, is no set of at most 64 keys.
    #[error("not a set of keys")]
    Malformed,
    /// The address does not answer now.
    #[error("the keys cannot be fetched now")]
    Unavailable,
}
