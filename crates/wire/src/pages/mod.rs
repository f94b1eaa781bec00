//! The pages that people see: their frame and style, their security headers, and their answers.
//!
//! A face defines its pages as typed structs with a template that extends `base.html`; [`respond`] turns one into a response that
//! nobody can frame, cache, script or leak. They need no JavaScript, so their policy can forbid it.
//!
//! Text from unauthenticated requests (a client's name, a mistyped username) remains text: the templates escape it, and
//! [`ClientName`] prevents it from imitating the page.

mod client_name;
mod error;
mod form_post;
mod form_targets;
mod outcome;
mod respond;
mod source_hash;
mod sources;
mod style;
mod words;

#[cfg(test)]
mod tests;

pub use client_name::ClientName;
pub use error::ErrorPage;
pub use form_post::{AUTO_SUBMIT, FormPostPage};
pub use form_targets::FormTargets;
pub use outcome::{
    SignInFirst, below_issuer, finish, finish_apart, no_such_page, other_method, refusal_page, refused, see_other,
    signed_in,
};
pub use respond::{apart, respond, respond_with, respond_with_script, send};
pub use source_hash::source_hash;
pub use sources::Sources;
pub use style::{STYLE, STYLE_SOURCE};
