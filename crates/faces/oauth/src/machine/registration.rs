//! `/registration`: RFC 7591 and RFC 7592.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use jeton_core::client_auth::Refused;
use jeton_core::model::{Profile, Service};
use jeton_core::refusal::Refusal;
use jeton_core::registration::{self, Registered, registered_document};
use serde_json::{Value, json};

use super::refuse::refuse;
use crate::state::OauthState;
use crate::wire::{Answer, Entity, Source, json_object, sole_bearer};

const PATH: &str = "/registration";

/// Registers a client.
pub(crate) async fn register(
    State(state): State<OauthState>,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    let work = async {
        let service = state.service()?;
        let document = json_object(&headers, body.bytes()?)?;
        let made = registration::register(&state.ledger, &service, sole_bearer(&headers)?, &source.0, document).await?;
        // Classic clients look for 200 and a text (contract section 13).
        let classic = service.settings.profile == Profile::Classic;
        let status = if classic { StatusCode::OK } else { StatusCode::CREATED };
        Ok(Answer::new(status, document_of(&service, &made)).into_response())
    };
    said(&state, &headers, work.await)
}

/// Shows a client to its registrant.
pub(crate) async fn show(State(state): State<OauthState>, Path(client): Path<String>, headers: HeaderMap) -> Response {
    let work = async {
        let service = state.service()?;
        let found = registration::show(&state.ledger, &service, sole_bearer(&headers)?, &client).await?;
        Ok(Answer::new(StatusCode::OK, document_of(&service, &found)).into_response())
    };
    said(&state, &headers, work.await)
}

/// Replaces a client's metadata.
pub(crate) async fn update(
    State(state): State<OauthState>,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    let work = async {
        let service = state.service()?;
        let document = json_object(&headers, body.bytes()?)?;
        let done = registration::update(&state.ledger, &service, sole_bearer(&headers)?, &client, document).await?;
        Ok(Answer::new(StatusCode::OK, document_of(&service, &done)).into_response())
    };
    said(&state, &headers, work.await)
}

/// Deletes a client.
pub(crate) async fn delete(
    State(state): State<OauthState>,
    Path(client): Path<String>,
    headers: HeaderMap,
) -> Response {
    let work = async {
        let service = state.service()?;
        registration::delete(&state.ledger, &service, sole_bearer(&headers)?, &client).await?;
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    };
    said(&state, &headers, work.await)
}

fn said(state: &OauthState, headers: &HeaderMap, done: Result<Response, Refusal>) -> Response {
    done.unwrap_or_else(|refusal| refuse(state, headers, &Refused::from(refusal), PATH, None))
}

/// The client information response, RFC 7591 section 3.2.1 and RFC 7592 section 3.
fn document_of(service: &Service, registered: &Registered) -> Vec<u8> {
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
    set("registration_client_uri", format!("{base}{PATH}/{}", client.client_id).into());
    set("registration_access_token", access.expose().into());
    serde_json::to_vec(&document).unwrap_or_default()
}
