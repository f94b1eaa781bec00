//! The shapes that several operations share: names of grants, properties, authorization details, thumbprints.

pub(crate) mod auth_time;
pub(crate) mod authorization_details;
pub(crate) mod authorizer;
pub(crate) mod client;
pub(crate) use jeton_core::backend::grant_types as grant_type;
pub(crate) mod property;
pub(crate) mod scope;
pub(crate) mod scopes;
pub(crate) mod thumbprint;
