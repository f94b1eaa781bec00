//! Every grant that is served, with its implementation.

use jeton_administration::Capabilities;
use jeton_oauth::authorization::ResponseType;
pub use jeton_oauth::grants::{EXPIRED, GRANTS, PasswordTicket};
pub use jeton_oauth::token_endpoint::*;

/// Every grant, UMA's included.
pub fn served() -> impl Iterator<Item = &'static dyn GrantType> {
    GRANTS.iter().copied().chain([&jeton_uma::UmaTicket as &dyn GrantType])
}

/// What clients may be registered for.
#[must_use]
pub fn capabilities() -> Capabilities {
    Capabilities { grant_types: names().collect(), response_types: response_types() }
}

/// The parameters of `POST /token` that only some grants read, for the documents.
pub fn parameters() -> impl Iterator<Item = &'static str> {
    served().flat_map(|grant| grant.parameters().iter().copied())
}

/// Every name of every grant, for what a client may list.
pub fn names() -> impl Iterator<Item = &'static str> {
    served().flat_map(names_of)
}

/// The names of all response types.
pub(crate) fn response_types() -> Vec<&'static str> {
    ResponseType::ALL.iter().map(|(name, _)| *name).collect()
}
