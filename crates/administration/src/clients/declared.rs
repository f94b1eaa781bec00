//! Clients of the configuration: a member that it omits never gets a value that gives more than the stored one.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::NewClient;
use crate::{Administration, Caller};
use jeton_model::Refusal;
use jeton_model::records::{AuthMethod, Client, ClientMetadata, Mark, Rotation, Settings, client_properties};
use jeton_model::refusals::NOT_FOUND;

impl Administration {
    /// Writes a client of the configuration: creates it, or replaces the stored one. `says`: the members that the configuration
    /// has. An omitted member gets its default, but never one that gives more than the stored value: it does not enable a client,
    /// drop a requirement on it, or lengthen a lifetime.
    ///
    /// # Errors
    /// As [`Self::put_client`].
    pub async fn declare_client(
        &self,
        caller: &Caller,
        mut new: NewClient,
        says: &BTreeSet<String>,
    ) -> Result<Arc<Client>, Refusal> {
        let service = self.ledger.entities().service(new.client.service).ok_or_else(|| NOT_FOUND.with("service"))?;
        new.client.operator_urls = fetched_urls(&new.client.metadata).map(str::to_owned).collect();
        let narrow = |client: &mut Client, old: &Client| narrow(client, old, &service.settings, says);
        self.put_client_with(caller, new, true, narrow).await
    }
}

/// The URLs in a client's metadata that this server sends requests to.
pub(super) fn fetched_urls(metadata: &ClientMetadata) -> impl Iterator<Item = &str> {
    let several = metadata.request_uris.iter().flatten().map(|url| &**url);
    let one = [metadata.jwks_uri.as_deref(), metadata.backchannel_logout_uri.as_deref()];
    one.into_iter().flatten().chain(several)
}

fn narrow(client: &mut Client, old: &Client, settings: &Settings, says: &BTreeSet<String>) {
    let silent = |name: &str| !says.contains(name);
    if silent("enabled") {
        client.enabled = old.enabled;
    }
    // A client of before named none either, and goes on with the header alone.
    client.method_unnamed = silent("token_endpoint_auth_method")
        && (old.method_unnamed || old.token_endpoint_auth_method != client.token_endpoint_auth_method);
    if silent("grant_types") {
        client.grant_types.retain(|grant| old.may_use(grant));
    }
    if silent("response_types") {
        client.response_types.retain(|kind| old.response_types.contains(kind));
    }
    keep_protections(client, old, silent);
    narrow_tokens(client, old, settings, silent);
}

/// Keeps the protections in the stored record: flags that are on, and values that are limits. `lets`: whether a member may be
/// kept.
pub fn keep_protections(client: &mut Client, old: &Client, lets: impl Fn(&str) -> bool) {
    for property in client_properties().filter(|property| property.is(Mark::Narrows) && lets(property.name)) {
        if property.of(old) == Some(Value::Bool(true)) {
            property.copy(client, old);
        }
    }
    let same_method = client.token_endpoint_auth_method == old.token_endpoint_auth_method;
    let by_key = client.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt;
    let (new, old) = (&mut client.metadata, &old.metadata);
    if lets("default_max_age") {
        new.default_max_age = old.default_max_age.into_iter().chain(new.default_max_age).min();
    }
    // With other keys the client may be unable to sign with the stored algorithm.
    let same_keys = same_method && new.jwks == old.jwks && new.jwks_uri == old.jwks_uri;
    let kept = |alg: &Option<Box<str>>| alg.clone().filter(|alg| same_keys && &**alg != "none");
    if lets("token_endpoint_auth_signing_alg") && by_key {
        new.token_endpoint_auth_signing_alg =
            kept(&old.token_endpoint_auth_signing_alg).or(new.token_endpoint_auth_signing_alg.take());
    }
    if lets("request_object_signing_alg") {
        new.request_object_signing_alg =
            kept(&old.request_object_signing_alg).or(new.request_object_signing_alg.take());
    }
}

/// The lifetimes and audience of its tokens, and the rotation of refresh tokens: kept only where they are narrower than the
/// service's.
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
        if old.metadata.reuse_refresh_token == Some(false) {
            client.metadata.reuse_refresh_token = Some(false);
        }
    }
    if silent("audience") {
        // Without an audience of client and service, the client chooses the audience.
        let within = |old: &str| old.split(' ').all(|word| settings.audience.split(' ').any(|known| known == word));
        let narrower = |old: &str| !old.is_empty() && (settings.audience.is_empty() || within(old));
        client.audience = old.audience.clone().filter(|old| narrower(old));
    }
}
