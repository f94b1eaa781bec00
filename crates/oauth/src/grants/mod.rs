//! Grants: one file and one line in [`GRANTS`] each. Discovery, metrics and docs are derived from that list.

mod authorization_code;
mod client_credentials;
mod jwt_bearer;
mod password;
mod password_ticket;
mod refresh_token;
pub mod refusals;
mod token_exchange;

pub use password_ticket::PasswordTicket;
pub use refresh_token::EXPIRED;

use crate::device::DeviceCode;
use crate::token_endpoint::GrantType;

/// The grants of this crate. The wiring serves them together with those of other features.
pub const GRANTS: &[&dyn GrantType] = &[
    &authorization_code::AuthorizationCode,
    &client_credentials::ClientCredentials,
    &DeviceCode,
    &jwt_bearer::JwtBearer,
    &password::Password,
    &refresh_token::RefreshToken,
    &token_exchange::TokenExchange,
];
