//! Device authorization, RFC 8628: a device without a browser shows a code, a person types it in elsewhere.
//!
//! 1. [`authorize`]: the device gets a device code and a user code, each a single-use entry.
//! 2. [`find`]: a signed-in person typed a user code; the page asks.
//! 3. [`answer`]: the answer uses the user code up and is written as an entry beside the device code.
//! 4. The grant (`grant.rs`) finds the answer when the device polls, and uses the device code up.
//!
//! So nobody answers twice, no device redeems twice, on any number of nodes.

mod answer;
mod authorize;
mod entry;
mod grant;
mod memory;
pub mod refusals;
mod ticket;
mod user_code;

pub use answer::{Question, answer, find};
pub use authorize::{DeviceAuthorization, authorize};
pub use entry::DEVICE_CODE;
pub use ticket::DeviceTicket;

pub(crate) use entry::SINGLE_USE_KINDS;
pub(crate) use grant::DeviceCode;
pub(crate) use memory::DeviceMemory;
