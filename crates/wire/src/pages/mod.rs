//! The pages that people see: their frame and style, the headers that keep them safe to show, and what such a page answers.
//!
//! A face has its pages as typed structs with a template that extends `base.html`; [`respond`] turns one into a response that
//! nobody can frame, keep, script or leak. They need no JavaScript, so that their policy can forbid it.
//!
//! What arrives here from strangers (a client's name, a username typed wrong) is text: the templates escape it,
//! [`ClientName`] keeps it from dressing up as something else.

mod client_name;
mod error;
mod form_targets;
mod outcome;
mod respond;
mod source_hash;
mod style;

#[cfg(test)]
mod tests;

pub use client_name::ClientName;
pub use error::ErrorPage;
pub use form_targets::FormTargets;
pub use outcome::{SignInFirst, below_issuer, finish, finish_apart, refusal_page, refused, see_other, signed_in};
pub use respond::{apart, respond, respond_with_script, send};
pub use source_hash::source_hash;
pub use style::{STYLE, STYLE_SOURCE};
