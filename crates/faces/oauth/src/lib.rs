//! The OAuth 2.0 and OpenID Connect face: `docs/contracts/oauth-token-endpoint.md` sections 1 to 10.
//!
//! A face speaks its wire form and decides nothing: each handler reads, calls one function of the core, and writes.
//! `machine/` holds the endpoints that programs call, `browser/` those that people see, `wire/` the forms they share.

mod browser;
mod grid;
mod machine;
mod management;
pub mod pages;
mod routes;
mod state;
mod uma;
mod wire;

pub use routes::{ROUTES, parameters_of, router};
pub use state::OauthState;
