//! Compact JWE (RFC 7516 §7.1): encrypting to a client, and reading strictly what a client encrypted.
//!
//! | to | use |
//! | --- | --- |
//! | encrypt to a client's public key | [`EncryptionKey::from_jwk`], [`Header::for_key`], [`encrypt_compact`] |
//! | encrypt under a client's secret | [`symmetric_key_from_secret`], [`EncryptionKey::from_shared`], [`encrypt_compact`] |
//! | decrypt | [`parse_compact`], [`DecryptionKey`], [`decrypt`] |
//!
//! What is on and off, and why, is in `docs/decisions/0011-jwe.md`.

mod agreement;
mod algorithm;
mod cbc_hmac;
mod content;
mod curve;
mod decrypt;
mod decryption_key;
mod encrypt;
mod encryption;
mod encryption_key;
mod error;
mod gcm;
mod gcm_wrap;
mod header;
mod key_wrap;
mod parse;
mod private;
mod read_header;
mod recipient;
mod rsa;
mod shared_key;
#[cfg(test)]
mod wycheproof;

pub use crate::jws::MAX_COMPACT_LEN;
pub use algorithm::{KeyAlgorithm, UnknownKeyAlgorithm};
pub use decrypt::decrypt;
pub use decryption_key::DecryptionKey;
pub use encrypt::encrypt_compact;
pub use encryption::{ContentEncryption, UnknownEncryption};
pub use encryption_key::EncryptionKey;
pub use error::{DecryptError, EncryptError, ParseError};
pub use header::Header;
pub use parse::{CompactJwe, parse_compact};
pub use read_header::JweHeader;
pub use shared_key::symmetric_key_from_secret;
