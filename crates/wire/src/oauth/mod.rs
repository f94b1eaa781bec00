//! The forms of OAuth 2.0 that several contracts use: client credentials, client registration, the answers with device codes and
//! a JWK Set, and the errors of all of them.

mod authorization_response;
mod by_client;
mod credentials;
mod device_codes;
mod error;
mod indigo;
mod introspection_document;
mod introspection_type;
mod jwk_set;
mod more;
mod refuse;
mod registration;
mod token_response;
mod unserved;

pub use authorization_response::{AuthorizationResponse, Sent, targets};
pub use by_client::{Asked, ByClient};
pub use credentials::of_parameters;
pub use device_codes::device_codes;
pub use error::{code_of, sanitized, status_of};
pub use introspection_document::introspection_document;
pub use introspection_type::{INTROSPECTION_JWT, prefers_jwt};
pub use jwk_set::jwk_set;
pub use refuse::{CHALLENGED, USUAL, Words, refuse};
pub use registration::RegistrationEndpoint;
pub use token_response::{token_response, token_type};
pub use unserved::{other_method, unknown};
