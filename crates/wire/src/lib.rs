//! What the HTTP faces share and no contract fixes: how a list of routes is written, where a request's bearer token is.
//!
//! Nothing here knows the ledger.

mod bearer;
mod routes;

pub use bearer::{Bearer, bearer};
pub use routes::RouteDoc;

#[doc(hidden)]
pub use axum;
