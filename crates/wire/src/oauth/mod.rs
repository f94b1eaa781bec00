//! The forms of OAuth 2.0 that more than one contract builds on: how a client says who it is, how clients are registered, how a
//! device and a JWK Set are answered, and how all of them are refused.

mod by_client;
mod credentials;
mod device_codes;
mod error;
mod jwk_set;
mod more;
mod refuse;
mod registration;

pub use by_client::{Asked, ByClient};
pub use device_codes::device_codes;
pub use error::{code_of, sanitized, status_of};
pub use jwk_set::jwk_set;
pub use refuse::{USUAL, Words, refuse};
pub use registration::RegistrationEndpoint;
