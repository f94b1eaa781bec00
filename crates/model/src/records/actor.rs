//! Who did something.

use serde::{Deserialize, Serialize};

use crate::ids::{ClientKey, UserKey};

/// Who caused an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The server itself (a sweep, a rotation by schedule, detection of reuse).
    System,
    /// The configuration file.
    Configuration,
    /// An authenticated client.
    Client(ClientKey),
    /// A signed-in person.
    User(UserKey),
    /// An administrator over the local socket or with an admin token; what is known of them.
    Admin(String),
}
