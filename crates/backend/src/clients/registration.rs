//! Dynamic registration (RFC 7591, RFC 7592) that an authorization server sends on.

use std::sync::Arc;

use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::ids::ClientKey;
use jeton_model::records::{AuthMethod, BackendClient, Client, Service};
use jeton_oauth::Dialect;
use jeton_oauth::registration::refusals::CLIENT_METADATA_INVALID;
use jeton_oauth::registration::{self, Registered};
use serde_json::{Map, Value, json};

use super::read::works;
use super::write::with_scopes;
use crate::Backend;
use crate::refusals::REGISTRATION_UNSUPPORTED;

/// A client with the answer for its registrant.
pub struct RegisteredClient {
    /// The record.
    pub client: Arc<Client>,
    /// The client information response (RFC 7591 section 3.2.1, RFC 7592 section 3).
    pub document: Map<String, Value>,
}

impl Backend {
    /// Registers a client. The authorization server decides who may; a token that it sends on must be an initial access token.
    ///
    /// # Errors
    /// [`REGISTRATION_UNSUPPORTED`], and those of [`registration::register`].
    pub async fn register_client(
        &self,
        service: &Arc<Service>,
        (bearer, origin): (Option<&str>, &RequestSource),
        mut metadata: Map<String, Value>,
    ) -> Result<RegisteredClient, Refusal> {
        supports(service)?;
        can_authenticate(service, &metadata)?;
        let number = self.new_client_number().await?;
        let asked = scope_of(&mut metadata);
        let complete = |client: &mut Client| {
            let own = BackendClient { requestable_scopes: asked, ..BackendClient::default() };
            client.backend = Some(Box::new(own));
            client.key = ClientKey::new(number);
            *client = with_scopes(service, client);
        };
        let id = number.to_string();
        let made = registration::register_for(&self.oauth, service, (bearer, origin), &id, metadata, complete).await?;
        Ok(answer(service, made))
    }

    /// A registered client, by its registration access token.
    ///
    /// # Errors
    /// Those of [`registration::show`].
    pub async fn registered_client(
        &self,
        service: &Service,
        bearer: Option<&str>,
        client_id: &str,
    ) -> Result<RegisteredClient, Refusal> {
        supports(service)?;
        Ok(answer(service, registration::show(&self.oauth, service, bearer, client_id).await?))
    }

    /// Replaces the metadata of a registered client.
    ///
    /// # Errors
    /// Those of [`registration::update`].
    pub async fn update_registered_client(
        &self,
        service: &Service,
        by: (Option<&str>, &RequestSource),
        client_id: &str,
        mut metadata: Map<String, Value>,
    ) -> Result<RegisteredClient, Refusal> {
        supports(service)?;
        can_authenticate(service, &metadata)?;
        let asked = scope_of(&mut metadata);
        let complete = |client: &mut Client| {
            let Some(asked) = &asked else { return };
            let mut own = client.backend.as_deref().cloned().unwrap_or_default();
            // A registrant gives scopes up, and takes none.
            let known = |word: &&String| client.scope.words().any(|known| known == *word);
            own.requestable_scopes = Some(asked.iter().filter(known).cloned().collect());
            client.backend = Some(Box::new(own));
            *client = with_scopes(service, client);
        };
        let written = (metadata, Dialect::Standard);
        let done = registration::update_for(&self.oauth, service, by, client_id, written, complete).await?;
        Ok(answer(service, done))
    }

    /// Deletes a registered client.
    ///
    /// # Errors
    /// Those of [`registration::delete`].
    pub async fn delete_registered_client(
        &self,
        service: &Service,
        bearer: Option<&str>,
        client_id: &str,
    ) -> Result<(), Refusal> {
        supports(service)?;
        registration::delete(&self.oauth, service, bearer, client_id).await
    }
}

/// The scopes that a registrant asks for: those that are open to registration are the service's.
fn scope_of(metadata: &mut Map<String, Value>) -> Option<Vec<String>> {
    match metadata.remove("scope") {
        Some(Value::String(words)) => Some(words.split(' ').map(str::to_owned).collect()),
        _ => None,
    }
}

/// As for the documents of clients.
fn can_authenticate(service: &Service, metadata: &Map<String, Value>) -> Result<(), Refusal> {
    let named = metadata.get("token_endpoint_auth_method").and_then(Value::as_str);
    let method = AuthMethod::ALL.into_iter().find(|method| named == Some(method.name()));
    let done = method.map_or(Ok(()), |method| works(service, method));
    done.map_err(|what| CLIENT_METADATA_INVALID.with(format!("`token_endpoint_auth_method` must be {what}")))
}

/// A managed service says whether it supports registration.
fn supports(service: &Service) -> Result<(), Refusal> {
    let rules = &service.settings.backend;
    let is_open = service.settings.registration.open || rules.dynamic_registration || !rules.is_managed;
    if is_open { Ok(()) } else { Err(REGISTRATION_UNSUPPORTED) }
}

fn answer(service: &Service, registered: Registered) -> RegisteredClient {
    let ends = registered.secret_expires_at();
    let Registered { client, secret, access, .. } = registered;
    let mut document = registration::registered_document(&client, &service.settings);
    let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
    if let Some(secret) = secret {
        set("client_secret", secret.expose().into());
    }
    if let Some(ends) = ends {
        set("client_secret_expires_at", json!(ends));
    }
    let endpoint = service.settings.other.get("registrationEndpoint").and_then(Value::as_str);
    let base = match endpoint.filter(|text| !text.is_empty()) {
        Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
        None => format!("{}/register", service.issuer.trim_end_matches('/')),
    };
    set("registration_client_uri", format!("{base}/{}", client.client_id).into());
    set("registration_access_token", access.expose().into());
    RegisteredClient { client, document }
}
