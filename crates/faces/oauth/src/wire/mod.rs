//! The wire forms that the endpoints share.

mod answer;
mod credentials;
mod entity;
mod error;
mod form;
mod json;
mod more;
mod source;

pub(crate) use answer::{empty, empty_ok, json, json_body};
pub(crate) use credentials::{bearer, presented, sole_bearer};
pub(crate) use entity::Entity;
pub(crate) use error::{code_of, sanitized, status_of, wire_error};
pub(crate) use form::{form, lenient_form, query};
pub(crate) use json::json_object;
pub(crate) use source::Source;
