//! Where clients are registered: the same under each path that some contract gives it.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jeton_core::client_auth::Refused;
use jeton_core::model::{Profile, Service};
use jeton_core::refusal::Refusal;
use jeton_core::registration::{self, Registered, registered_document};
use jeton_core::{Dialect, Origin};
use serde_json::{Value, json};

use super::refuse::{Words, refuse_in};
use crate::state::OauthState;
use crate::wire::{Entity, empty, json_body, json_object, sole_bearer};

/// An address of registration.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// Its path; clients are below it.
    pub(crate) path: &'static str,
    /// Whose rules it keeps.
    pub(crate) dialect: Dialect,
    /// How it says no.
    pub(crate) words: Words,
}

impl Desk {
    /// Registers a client.
    pub(crate) async fn register(
        self,
        state: &OauthState,
        origin: &Origin,
        headers: &HeaderMap,
        body: &Entity,
    ) -> Response {
        let work = async {
            let service = state.service()?;
            let document = json_object(headers, body.bytes()?)?;
            let bearer = sole_bearer(headers)?;
            let made = registration::register(&state.oauth, &service, bearer, origin, document, self.dialect).await?;
            // SimpleIdServer clients expect 200 and a string (`docs/contracts/oauth-token-endpoint.md` section 13).
            let classic = service.settings.profile == Profile::Classic && self.dialect == Dialect::Standard;
            let status = if classic { StatusCode::OK } else { StatusCode::CREATED };
            Ok(json_body(status, self.document_of(&service, &made)))
        };
        self.said(state, headers, work.await)
    }

    /// Shows a client to its registrant.
    pub(crate) async fn show(self, state: &OauthState, client: &str, headers: &HeaderMap) -> Response {
        let work = async {
            let service = state.service()?;
            let found = registration::show(&state.oauth, &service, sole_bearer(headers)?, client).await?;
            Ok(json_body(StatusCode::OK, self.document_of(&service, &found)))
        };
        self.said(state, headers, work.await)
    }

    /// Replaces a client's metadata.
    pub(crate) async fn update(
        self,
        state: &OauthState,
        origin: &Origin,
        client: &str,
        (headers, body): (&HeaderMap, &Entity),
    ) -> Response {
        let work = async {
            let service = state.service()?;
            let document = json_object(headers, body.bytes()?)?;
            let caller = (sole_bearer(headers)?, origin);
            let done = registration::update(&state.oauth, &service, caller, client, document, self.dialect).await?;
            Ok(json_body(StatusCode::OK, self.document_of(&service, &done)))
        };
        self.said(state, headers, work.await)
    }

    /// Deletes a client.
    pub(crate) async fn delete(self, state: &OauthState, client: &str, headers: &HeaderMap) -> Response {
        let work = async {
            let service = state.service()?;
            registration::delete(&state.oauth, &service, sole_bearer(headers)?, client).await?;
            Ok(empty(StatusCode::NO_CONTENT))
        };
        self.said(state, headers, work.await)
    }

    fn said(self, state: &OauthState, headers: &HeaderMap, done: Result<Response, Refusal>) -> Response {
        done.unwrap_or_else(|refusal| refuse_in(self.words, state, headers, &Refused::from(refusal), (self.path, None)))
    }

    /// The client information response, RFC 7591 section 3.2.1 and RFC 7592 section 3.
    fn document_of(self, service: &Service, registered: &Registered) -> Vec<u8> {
        let Registered { client, secret, access } = registered;
        let mut document = registered_document(client);
        let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
        if let Some(secret) = secret {
            set("client_secret", secret.expose().into());
            set("client_secret_expires_at", json!(0));
        }
        if client.profile == Profile::Classic {
            set("client_id_issued_at", client.created.seconds().to_string().into());
        }
        let base = service.issuer.trim_end_matches('/');
        set("registration_client_uri", format!("{base}{}/{}", self.path, client.client_id).into());
        set("registration_access_token", access.expose().into());
        serde_json::to_vec(&document).unwrap_or_default()
    }
}
