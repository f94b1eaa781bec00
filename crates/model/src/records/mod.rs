//! The ledger's records. `docs/ledger.md` shows how each contract's terms map to them.

mod actor;
mod api_token_policy;
mod backend_client;
mod backend_settings;
mod bytes_text;
mod client;
mod client_members;
mod client_metadata;
mod client_value;
mod device;
mod document;
mod event;
mod grant;
mod grid_settings;
mod key;
mod phone;
mod registration_policy;
mod service;
mod single_use;
mod token;
mod token_use;
mod user;

pub use actor::Actor;
pub use api_token_policy::ApiTokenPolicy;
pub use backend_client::BackendClient;
pub use backend_settings::{BackendSettings, ScopeLifetimes};
pub use client::{
    AuthMethod, Client, CompatibilityMode, Introspect, ResponseScope, Rotation, SealedSecret, SecretVerifier,
    UnnamedAlg,
};
pub use client_members::{CLIENT_MEMBERS, client_properties, client_property};
pub use client_metadata::{CLIENT_PROPERTIES, ClientKeys, ClientMetadata, ClientProperty, Mark, Shape};
pub use device::Device;
pub use document::{Document, DocumentKind};
pub use event::{Event, EventKind};
pub use grant::{Authentication, Exchanged, Grant, GrantDetails, GrantState, Vouched};
pub use grid_settings::GridSettings;
pub use key::{KeyRecord, KeyUse};
pub use phone::PhoneNumber;
pub use registration_policy::RegistrationPolicy;
pub use service::{RoleAccess, Service, Settings, UmaDefault, UmaSettings};
pub use single_use::{DeclaredSingleUse, SingleUse, SingleUseKey, SingleUseKind, UnauthenticatedLimit};
pub use token::{
    AccessTokenTyp, Binding, Permission, Property, Reason, Subject, Token, TokenDetails, TokenFormat, TokenKind,
    TokenState, Verifier,
};
pub use token_use::TokenUse;
pub use user::User;
