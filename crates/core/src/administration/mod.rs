//! What administrators do: clients, users, keys, services. Every call takes an [`AdminCaller`] and leaves an event.

mod caller;
mod client_document;
mod client_keys;
mod client_secret;
mod clients;
mod groups;
mod iam_door;
mod keys;
mod members;
mod passwords;
mod policies;
mod scope_policies;
mod scopes;
mod services;
mod silence;
mod tokens;
mod user_document;
mod users;

pub use crate::rights::{ADMIN_ROLE, ADMIN_SCOPE, MANAGER_ROLE, MANAGER_SCOPE, opens_this_server};
pub use caller::AdminCaller;
pub use client_document::{METADATA, OPERATOR_FLAGS, client_document, read_client};
pub use clients::NewClient;
pub use iam_door::{Credential, IamDoor, TokenOwner, TokenReader};
pub use members::Members;
pub use passwords::KeepTokens;
pub use scopes::read_scope;
pub use silence::keep_enabled;
pub(crate) use tokens::may_put;
pub use tokens::{TokenName, TokenOrder};
pub use user_document::{read_user, user_document};
pub use users::NewUser;

/// The longest life an administrator may give to a token, 10 years; the executor holds every plan to it.
const LONGEST_LIFE: std::time::Duration = std::time::Duration::from_secs(10 * 366 * 86_400);
