//! What administrators do: clients, users, keys, services. Every call takes an [`AdminCaller`] and leaves an event.

mod caller;
mod clients;
mod keys;
mod services;
mod users;

pub use caller::{ADMIN_SCOPE, AdminCaller};
pub use clients::NewClient;
pub use users::NewUser;
