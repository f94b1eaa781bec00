//! The pages a person sees: sign in, consent, errors, sign out.
//!
//! Each page is a typed struct; `render` turns it into a whole response with every header that keeps
//! it from being framed, cached, scripted or leaked. They need no JavaScript, so that their policy can
//! forbid it (the one exception, [`FormPostPage`], allows exactly one known line and works without it).
//!
//! A page decides nothing. What arrives here from strangers (a client's name, a username typed wrong)
//! is text: the templates escape it, [`ClientName`] keeps it from dressing up as something else.

mod check_session;
mod client_name;
mod consent;
mod device;
mod error;
mod form_post;
mod form_targets;
mod login;
mod owner;
mod respond;
mod scope_line;
mod sign_out;
mod signed_out;
mod source_hash;
mod style;

#[cfg(test)]
mod tests;

pub use check_session::{CHECK_SESSION, check_session_page};
pub use client_name::ClientName;
pub use consent::ConsentPage;
pub use device::{DeviceAnsweredPage, DeviceAskPage, DeviceCodePage};
pub use error::ErrorPage;
pub use form_post::{AUTO_SUBMIT, FormPostPage};
pub use form_targets::FormTargets;
pub use login::LoginPage;
pub use owner::{OwnerPage, RequestLine, ResourceLine, RuleLine};
pub use scope_line::ScopeLine;
pub use sign_out::SignOutPage;
pub use signed_out::{SignedOutPage, WayBack};
pub use style::STYLE;
