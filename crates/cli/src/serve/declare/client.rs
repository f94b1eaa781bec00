//! `[[client]]` as the ledger's client: through the same document that the admin API reads.

use std::collections::BTreeSet;
use std::time::Duration;

use jeton_core::Refusal;
use jeton_core::administration::{NewClient, read_client};
use jeton_core::grants::capabilities;
use jeton_server::config::{Client, ClientProfile, Config, TokenResponseScope};
use serde_json::{Value, json};

use super::DEFAULT_SERVICE;

/// The client, and the members that the file sets.
pub(super) fn read(config: &Config, client: &Client) -> Result<(NewClient, BTreeSet<String>), Refusal> {
    let mut document = client.metadata.document();
    let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
    let seconds = |life: Option<Duration>| life.map(|life| life.as_secs());
    let profile = client.profile.unwrap_or(config.tokens.profile);
    set("client_id", json!(client.client_id));
    set("client_secret", json!(client.client_secret.as_ref().map(|secret| secret.expose())));
    set("enabled", json!(client.enabled));
    set("token_endpoint_auth_method", json!(client.token_endpoint_auth_method));
    set("grant_types", json!(client.grant_types));
    set("response_types", json!(client.response_types));
    set("redirect_uris", listed(&client.redirect_uris));
    set("post_logout_redirect_uris", listed(&client.post_logout_redirect_uris));
    set("scope", json!(client.scope));
    set("id_token_signed_response_alg", json!(client.id_token_signed_response_alg));
    set("default_scope", json!(client.default_scope));
    set("access_token_format", json!(client.access_token_format));
    set("access_token_lifetime", json!(seconds(client.access_token_lifetime)));
    set("refresh_token_lifetime", json!(seconds(client.refresh_token_lifetime)));
    set("id_token_lifetime", json!(seconds(client.id_token_lifetime)));
    set("refresh_rotation", json!(client.refresh_rotation));
    set("profile", json!(profile));
    set("introspect", json!(client.introspect));
    set("token_response_scope", json!(response_scope(client, profile)));
    set("require_pkce", json!(client.require_pkce));
    set("allow_plain_pkce", json!(client.allow_plain_pkce));
    set("skip_consent", json!(client.skip_consent));
    set("uma_public", json!(client.uma_public));
    set("audience", listed(&client.audience));
    let says = document.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.clone()).collect();
    Ok((read_client(DEFAULT_SERVICE, document, &capabilities())?, says))
}

/// An empty list says nothing.
fn listed(items: &[String]) -> Value {
    if items.is_empty() { Value::Null } else { json!(items) }
}

/// A key that is left out follows the profile; the file cannot set it to its default explicitly, but the string is what
/// a standard client gets anyway.
fn response_scope(client: &Client, profile: ClientProfile) -> Option<TokenResponseScope> {
    match (client.token_response_scope, profile) {
        (TokenResponseScope::String, ClientProfile::Classic) => None,
        (chosen, _) => Some(chosen),
    }
}
