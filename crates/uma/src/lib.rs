//! User-Managed Access 2.0 (Kantara UMA 2.0 Grant and Federated Authorization; `docs/contracts/oauth-token-endpoint.md`
//! section 12).
//!
//! 1. A resource server has a PAT ([`admit`]) and registers [`resources`] for their owner, and [`policies`] on them.
//! 2. When a client calls it without a token, it requests a [`permission ticket`](ticket) that names the permissions needed.
//! 3. The client redeems the ticket with the grant `uma_ticket`; [`decision`] evaluates the policies for the client and the
//!    requesting [`party`].
//! 4. Where a rule requires the owner's consent, the [`requests`] wait for it.
//!
//! Resources, policies and requests are documents of the ledger, tickets are single-use entries, RPTs and PCTs are tokens.

pub mod decision;
mod grant;
mod limits;
pub mod need_info;
pub mod owner;
pub mod party;
pub mod permissions;
pub mod policies;
mod policy;
mod protector;
pub mod refusals;
pub mod requests;
mod resource;
pub mod resources;
mod search;
pub mod ticket;

pub use grant::UmaTicket;
pub use permissions::Reported;
pub use policy::{Policy, Rule, RuleClaim};
pub use protector::admit;
pub use resource::{Owner, Resource, ResourceDescription};
pub use search::{Found, Search};

use jeton_model::records::DeclaredSingleUse;
use jeton_model::refusal::Kind;
pub use jeton_model::scope::PROTECTION_SCOPE;

/// The single-use kinds of UMA.
pub const SINGLE_USE_KINDS: &[&[DeclaredSingleUse]] = &[&[ticket::TICKET]];

/// The refusals that this crate declares, by file.
pub const REFUSALS: &[&[&Kind]] = &[refusals::KINDS];

/// The only claim token format: an OpenID Connect ID token.
pub const ID_TOKEN_FORMAT: &str = "http://openid.net/specs/openid-connect-core-1_0.html#IDToken";

/// The grant's name in UMA 2.0.
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:uma-ticket";

/// SimpleIdServer's name of the same grant.
pub const CLASSIC_GRANT_TYPE: &str = "uma_ticket";
