//! What the HTTP faces share: declaring routes, reading requests, and writing answers.
//!
//! | module | holds |
//! | --- | --- |
//! | here | requests (paths, bodies, forms, queries, the bearer token, cookies, their source), JSON answers that any origin may read,
//! and [the answer](refused()) to a refused request |
//! | here | [the service](Addresses) that a request is addressed to, and [own addresses](own_url) |
//! | [`cross_origin`] | the endpoints that pages of any origin may call |
//! | [`private`] | JSON answers that only the caller may read |
//! | [`oauth`] | the forms of RFC 6749 and its companions, which several contracts build on |
//! | [`pages`] | the frame and the headers of the pages that people see, and their answers |
//!
//! What only one contract defines is in its face.

// So that the templates here and in the faces refer to the stylesheet by the same path.
extern crate self as jeton_wire;

mod accept;
mod addresses;
mod answer;
mod bearer;
mod cookie;
pub mod cross_origin;
mod entity;
mod form;
mod internal_url;
mod issuer;
mod json;
pub mod oauth;
mod own_address;
pub mod pages;
mod path;
pub mod private;
mod refused;
mod routes;
mod source;

pub use accept::{accepted, accepts_html, media_ranges};
pub use addresses::{
    Addressed, Addresses, OfService, Served, ServiceRef, addressed, is_same_address, replace_path, sent_path,
};
pub use answer::{empty, empty_ok, json, json_body};
pub use bearer::{Bearer, bearer, first_bearer, sole_bearer};
pub use cookie::{CookieName, cookie, cookie_path, is_cross_site, is_from_elsewhere, known_cookie, session_cookie};
pub use entity::Entity;
pub use form::{form, lenient_form, media_type, query, without_line_end};
pub use internal_url::{InternalOnly, InternalUrl, reachable_url};
pub use issuer::Issuer;
pub use json::json_object;
pub use own_address::{base_of, own_path, own_url};
pub use path::{Path, PathParameters};
pub use refused::{exception, json_status, page_status, refused};
pub use routes::{Face, RouteDoc};
pub use source::Source;

#[doc(hidden)]
pub use axum;
