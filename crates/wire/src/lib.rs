//! What the HTTP faces share and no contract fixes: how a list of routes is written, where a request's bearer token and
//! its session are.
//!
//! Nothing here knows the ledger.

mod bearer;
mod cookie;
mod routes;

pub use bearer::{Bearer, bearer};
pub use cookie::{cookie, is_cross_site, is_from_elsewhere, known_cookie, session_cookie};
pub use routes::RouteDoc;

#[doc(hidden)]
pub use axum;
