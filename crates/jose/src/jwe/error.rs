//! Why nothing was encrypted, read or decrypted.

use crate::random::RandomError;
use crate::{base64url, json};

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

/// A token is not an acceptable compact JWE. This says nothing about its content.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Longer than [`MAX_COMPACT_LEN`](super::MAX_COMPACT_LEN).
    #[error("the token is too long")]
    TooLong,
    /// Not five parts separated by dots (RFC 7516 §7.1).
    #[error("a compact JWE has five parts")]
    Parts,
    /// A part is not canonical unpadded base64url (RFC 7515 §2).
    #[error("a part of the token is not canonical base64url")]
    Base64(#[from] base64url::NotBase64Url),
    /// The header is not a JSON object with unique members (RFC 7516 §4).
    #[error("the token's header is not a JSON object with unique members")]
    Header(#[from] json::JsonError),
    /// A header member has the wrong JSON type or length, or one that the algorithm needs is missing.
    #[error("a member of the token's header is malformed")]
    Member,
    /// `alg` is missing, unknown or refused (RFC 7516 §4.1.1).
    #[error("the token's key management algorithm is missing, unknown or refused")]
    Algorithm,
    /// `enc` is missing or unknown (RFC 7516 §4.1.2).
    #[error("the token's content encryption is missing or unknown")]
    Encryption,
    /// `crit` is there: extensions that must be understood, of which Jeton understands none (RFC 7516 §4.1.13).
    #[error("the token's header demands an extension")]
    Critical,
    /// `zip` is present (RFC 7516 §4.1.3). A few bytes could decompress to fill the memory, and the length of
    /// compressed content reveals information about it (RFC 8725 §3.6).
    #[error("compressed tokens are refused")]
    Compressed,
}

/// A token cannot be decrypted.
///
/// Another algorithm, another key, a changed part, bad padding: all have the same error. An attacker who could
/// distinguish them could use the reader as a decryption oracle (RFC 7516 §11.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token cannot be decrypted")]
pub struct DecryptError;
