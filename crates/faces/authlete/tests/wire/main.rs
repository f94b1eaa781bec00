//! The Authlete face over the wire.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod administrative;
mod api;
mod api_proofs;
mod batch_notices;
mod batches;
mod bodies;
mod callers;
mod certificates;
mod checks;
mod chosen;
mod clients;
mod clients_grants;
mod clients_limits;
mod clients_paths;
mod clients_registration;
mod clients_secrets;
mod codes;
mod declared;
mod devices;
mod documented;
mod dpop;
mod faults;
mod faulty;
mod flows;
mod hot_path;
mod introspection_jwt;
mod issuers;
mod jose;
mod keys;
mod later;
mod proofs;
mod refreshes;
mod replaced;
mod rights;
mod same;
mod sent_on;
mod services;
mod shrinking;
mod sizes;
mod system;
mod tenants;
mod tokens;
mod typed;
