//! Endpoints that people see.
//!
//! 1. `/authorization` reads the request; nobody signed in: the sign-in page, with a ticket bound to this browser.
//! 2. The sign-in page posts ticket, name and password: a session starts, under a new browser secret.
//! 3. The consent page posts ticket and decision: the ticket is used up, the code written, the browser sent back.

mod authorize;
mod check_session;
mod consent;
mod cookies;
mod device;
mod end_session;
mod outcome;
mod owner;
mod problem;
mod sign_in;
mod way_back;

pub(crate) use authorize::{authorize_get, authorize_post};
pub(crate) use check_session::check_session;
pub(crate) use consent::consent;
pub(crate) use device::{device_get, device_post};
pub(crate) use end_session::{end_session_confirm, end_session_get, end_session_post};
pub(crate) use owner::{owner_get, owner_post};
pub(crate) use sign_in::sign_in;
pub(crate) use way_back::sign_in_and_back;
