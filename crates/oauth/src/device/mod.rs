//! Device authorization, RFC 8628: a device without a browser shows a code, and a user enters it on another device.
//!
//! 1. [`authorize`]: the device gets a device code and a user code, each a single-use entry.
//! 2. [`find`]: a signed-in user entered a user code; the page asks for a decision.
//! 3. [`answer`], or [`decide`] for a trusted caller: uses up the user code and writes the decision as an entry beside the
//!    device code.
//! 4. The grant (`grant.rs`) finds the decision when the device polls, and uses up the device code.
//!
//! So a request is decided once and redeemed once, on any number of nodes.

mod answer;
mod authorize;
mod entry;
mod grant;
mod memory;
pub mod refusals;
mod ticket;
mod user_code;

pub use answer::{Question, UserCode, answer, decide, find, look_up};
pub use authorize::{DeviceAuthorization, authorize};
pub use entry::DEVICE_CODE;
pub use ticket::DeviceTicket;

pub(crate) use entry::SINGLE_USE_KINDS;
pub(crate) use grant::DeviceCode;
pub(crate) use memory::DeviceMemory;
