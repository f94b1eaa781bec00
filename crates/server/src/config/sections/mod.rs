//! The tables of the file, one module each.

mod admin;
mod api_tokens;
mod claims;
mod client;
mod client_metadata;
mod http;
mod index;
mod json_object;
mod keys;
mod metrics;
mod organization;
mod registration;
mod service;
mod sms;
mod store;
mod tokens;
mod user;
mod vector;

pub use admin::Admin;
pub use api_tokens::ApiTokens;
pub use claims::{Address, Claims};
pub use client::{Client, ClientProfile, IntrospectScope, TokenResponseScope};
pub use client_metadata::ClientMetadata;
pub use http::Http;
pub use index::Index;
pub use json_object::JsonObject;
pub use keys::Keys;
pub use metrics::Metrics;
pub use organization::Organization;
pub use registration::Registration;
pub use service::Service;
pub use sms::Sms;
pub use store::{Engine, Store};
pub use tokens::{AccessTokenFormat, RefreshRotation, Tokens};
pub use user::User;
pub use vector::{AppKey, Vector};
