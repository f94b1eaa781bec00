//! The pages of OAuth and OpenID Connect: sign-in, consent, devices, sign-out.
//!
//! Each page is a typed struct; `render` turns it into a whole response with the headers of [`jeton_wire::pages`]. A page
//! decides nothing.

mod about;
mod check_session;
mod consent;
mod device;
mod home;
mod login;
mod scope_line;
mod sign_out;
mod signed_out;

#[cfg(test)]
mod tests;

pub use about::AboutClient;
pub use check_session::{CHECK_SESSION, check_session_page};
pub use consent::ConsentPage;
pub use device::{DeviceAnsweredPage, DeviceAskPage, DeviceCodePage};
pub use home::HomePage;
pub use login::LoginPage;
pub use scope_line::ScopeLine;
pub use sign_out::SignOutPage;
pub use signed_out::{SignOutOutcome, SignedOutPage, WayBack};
