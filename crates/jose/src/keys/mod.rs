//! Keys that sign and keys that verify, parsed once.

mod error;
mod family;
mod import;
mod private;
pub(crate) mod public;
mod rsa_public;
mod signing;
mod verifying;

pub use error::{SignError, VerifyError};
pub(crate) use private::{LONGEST_SIGNATURE, rsa_refusal};
pub use signing::SigningKey;
pub use verifying::VerifyingKey;
