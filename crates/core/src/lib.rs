//! The wired product: the ledger and all features, for the binary and the tests.
//!
//! Each crate can also be used separately; here they are available under one name.

pub mod grants;
pub mod kinds;
pub mod refusals;
mod wiring;

pub use jeton_administration::{self as administration, Administration};
pub use jeton_administration::{api_tokens, filter, prodmanager, redirect_uri, suspension, tokens};
pub use jeton_backend::{self as backend, Backend};
pub use jeton_jose::Secret;
pub use jeton_ledger::{
    Ledger, RequestSource, catalog, entity_cache, formats, keys, ledger, refusal_log, request_source, rights,
    scope_policies,
};
pub use jeton_model::{
    Clock, Entropy, Outbound, Refusal, Scope, Store, StoreReads, SystemClock, SystemEntropy, Timestamp, WorkerLoss,
    capability, clock, entropy, ids, name_key, outbound, readable, records as model, refusal, scope, store, terms,
    type_error, worker_loss,
};
pub use jeton_oauth::{
    Dialect, OAuth, assertion, authorization, claims, client_alias, client_auth, client_documents, device, exchange,
    id_token, introspection, introspection_jwt, logout, profiles, registration, revocation, trusted_issuers,
    trusted_keys, userinfo,
};
pub use jeton_people::{self as people, People, UnauthenticatedLimits, confirmation};
pub use jeton_robots::{self as robots, Robots};
pub use jeton_uma as uma;
pub use wiring::{Additions, Jeton, Options, Ports};
