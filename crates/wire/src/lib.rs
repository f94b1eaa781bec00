//! What the HTTP faces share: how a list of routes is written, how requests are read, how answers are written.
//!
//! | module | holds |
//! | --- | --- |
//! | here | requests (bodies, forms, queries, the bearer token, cookies, where they come from) and JSON answers that any origin may read, and [the answer](refused()) to a refused request |
//! | [`private`] | JSON answers for the caller alone |
//! | [`oauth`] | the forms of RFC 6749 and its companions, which several contracts build on |
//! | [`pages`] | the frame and the headers of the pages that people see, and what such a page answers |
//!
//! What one contract alone fixes stays in its face.

// So that the templates name the stylesheet the same way here as in the faces that extend them.
extern crate self as jeton_wire;

mod answer;
mod bearer;
mod cookie;
mod entity;
mod form;
mod issuer;
mod json;
pub mod oauth;
pub mod pages;
mod preflight;
pub mod private;
mod refused;
mod routes;
mod source;

pub use answer::{empty, empty_ok, json, json_body};
pub use bearer::{Bearer, bearer, first_bearer, sole_bearer};
pub use cookie::{cookie, is_cross_site, is_from_elsewhere, known_cookie, session_cookie};
pub use entity::Entity;
pub use form::{form, lenient_form, media_type, query};
pub use issuer::Issuer;
pub use json::json_object;
pub use preflight::preflight;
pub use refused::{exception, page_status, refused};
pub use routes::{Face, RouteDoc};
pub use source::Source;

#[doc(hidden)]
pub use axum;
