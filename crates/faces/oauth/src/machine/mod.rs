//! Endpoints that programs call.

mod by_client;
mod code;
mod desk;
mod device_authorization;
mod discovery;
mod introspect;
mod jwks;
mod par;
mod preflight;
mod refuse;
pub(crate) mod registration;
mod revoke;
mod token;
mod userinfo;

pub(crate) use by_client::ByClient;
pub(crate) use code::code;
pub(crate) use desk::Desk;
pub(crate) use device_authorization::{device_authorization, device_codes};
pub(crate) use discovery::discovery;
pub(crate) use introspect::introspect;
pub(crate) use jwks::jwks;
pub(crate) use par::par;
pub(crate) use preflight::preflight;
pub(crate) use refuse::refuse;
pub(crate) use revoke::revoke;
pub(crate) use token::token;
pub(crate) use userinfo::userinfo;
