//! The UMA protection API and UMA's discovery document (`docs/contracts/oauth-token-endpoint.md` sections 12.1 to 12.3).
//!
//! Each handler authenticates the caller by a bearer token, reads JSON in either spelling, calls one function of the core, and
//! writes.

mod body;
mod call;
mod discovery;
mod permissions;
mod policies;
mod resources;

pub(crate) use discovery::discovery;
pub(crate) use permissions::ask as ask_permission;
pub(crate) use policies::{
    add as add_to_policy, create as create_policy, delete as delete_policy, list as list_policies, put as put_policy,
    read as read_policy, remove as remove_from_policy, search as search_policies, update as update_policy,
};
pub(crate) use resources::{
    create as create_resource, delete as delete_resource, list as list_resources, put as put_resource,
    read as read_resource, search as search_resources, update as update_resource,
};
