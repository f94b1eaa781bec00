//! Clients of the configuration: what it says nothing about never gives more than is stored.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::NewClient;
use crate::{Administration, Caller};
use jeton_model::Refusal;
use jeton_model::records::{AuthMethod, Client, Rotation, Settings};
use jeton_model::refusals::NOT_FOUND;

/// Metadata that, where it is true, narrows what a client may do.
const NARROWING: &[&str] = &[
    "strict_assertion_aud",
    "tls_client_certificate_bound_access_tokens",
    "dpop_bound_access_tokens",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "clear_access_tokens_on_refresh",
];

impl Administration {
    /// Writes a client of the configuration: creates it, or replaces the stored one. `says`: the members that stand in the
    /// configuration. What does not stand there means its default, but never more than is stored: nobody is enabled, no demand on the
    /// client is given up, no life gets longer.
    ///
    /// # Errors
    /// As of [`Self::put_client`].
    pub async fn declare_client(
        &self,
        caller: &Caller,
        new: NewClient,
        says: &BTreeSet<String>,
    ) -> Result<Arc<Client>, Refusal> {
        let service = self.ledger.directory().service(new.client.service).ok_or_else(|| NOT_FOUND.with("service"))?;
        let narrow = |client: &mut Client, old: &Client| narrow(client, old, &service.settings, says);
        self.put_client_with(caller, new, true, narrow).await
    }
}

fn narrow(client: &mut Client, old: &Client, settings: &Settings, says: &BTreeSet<String>) {
    let silent = |name: &str| !says.contains(name);
    if silent("enabled") {
        client.enabled = old.enabled;
    }
    client.require_pkce |= silent("require_pkce") && old.require_pkce;
    if silent("grant_types") {
        client.grant_types.retain(|grant| old.may_use(grant));
    }
    if silent("response_types") {
        client.response_types.retain(|kind| old.response_types.contains(kind));
    }
    for name in NARROWING {
        if silent(name) && old.metadata.get(*name) == Some(&Value::Bool(true)) {
            client.metadata.insert((*name).to_owned(), Value::Bool(true));
        }
    }
    narrow_values(client, old, silent);
    narrow_tokens(client, old, settings, silent);
}

/// Metadata whose value is a bound.
fn narrow_values(client: &mut Client, old: &Client, silent: impl Fn(&str) -> bool) {
    let same = |name: &str| client.metadata.get(name) == old.metadata.get(name);
    // With other keys an algorithm may be one that they cannot sign with.
    let same_keys =
        same("jwks") && same("jwks_uri") && client.token_endpoint_auth_method == old.token_endpoint_auth_method;
    let by_key = client.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt;
    let bounds = [
        ("default_max_age", true),
        ("token_endpoint_auth_signing_alg", same_keys && by_key),
        ("request_object_signing_alg", same_keys),
    ];
    for (name, stays) in bounds {
        if stays
            && silent(name)
            && let Some(value) = old.metadata.get(name).filter(|value| *value != "none")
        {
            client.metadata.insert(name.to_owned(), value.clone());
        }
    }
}

/// How long its tokens live, for whom they are, and whether refresh tokens rotate: instead of the service's only where that is less.
fn narrow_tokens(client: &mut Client, old: &Client, settings: &Settings, silent: impl Fn(&str) -> bool) {
    let shorter = |old: Option<Duration>, service: Duration| old.filter(|old| *old < service);
    if silent("access_token_lifetime") {
        client.access_token_lifetime = shorter(old.access_token_lifetime, settings.access_token_lifetime);
    }
    if silent("refresh_token_lifetime") {
        client.refresh_token_lifetime = shorter(old.refresh_token_lifetime, settings.refresh_token_lifetime);
    }
    if silent("id_token_lifetime") {
        client.id_token_lifetime = shorter(old.id_token_lifetime, settings.id_token_lifetime);
    }
    if silent("refresh_rotation") {
        client.rotation = old.rotation.filter(|rotation| *rotation == Rotation::Always);
        if old.metadata.get("reuse_refresh_token") == Some(&Value::Bool(false)) {
            client.metadata.insert("reuse_refresh_token".to_owned(), Value::Bool(false));
        }
    }
    if silent("audience") {
        // Without an audience of client and service a token is for whomever its client names.
        let within = |old: &str| old.split(' ').all(|word| settings.audience.split(' ').any(|known| known == word));
        let narrower = |old: &str| !old.is_empty() && (settings.audience.is_empty() || within(old));
        client.audience = old.audience.clone().filter(|old| narrower(old));
    }
}
