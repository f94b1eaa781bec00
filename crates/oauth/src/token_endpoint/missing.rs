//! A public client that leaves out its `client_id`, where its service lets it: the code or the refresh token says whose request it
//! is.

use super::Params;
use crate::OAuth;
use crate::authorization::{CODE, CodePayload, code_key};
use crate::client_auth::Presented;
use jeton_model::Refusal;
use jeton_model::records::{Service, TokenKind};

/// The request as if it named its client; none: it names one, or must name one.
///
/// # Errors
/// When the store fails.
pub(super) async fn client_of(
    oauth: &OAuth,
    service: &Service,
    presented: &Presented,
    params: &Params<'_>,
) -> Result<Option<Presented>, Refusal> {
    let is_allowed = service.settings.backend.missing_client_id_allowed;
    if !is_allowed || presented.claimed().is_some() || presented.has_proof() || presented.several_headers {
        return Ok(None);
    }
    let client = match params.get("grant_type") {
        Some("authorization_code") => {
            let Some(code) = params.get("code") else { return Ok(None) };
            let entry = oauth.ledger.store().single_use(CODE.kind, code_key(code)).await?;
            let Some(entry) = entry.filter(|entry| entry.service == service.id) else { return Ok(None) };
            Some(serde_json::from_slice::<CodePayload>(&entry.payload)?.client)
        }
        Some("refresh_token") => {
            let Some(text) = params.get("refresh_token") else { return Ok(None) };
            let token = oauth.ledger.find(service.id, text).await?;
            token.filter(|token| token.kind == TokenKind::Refresh).and_then(|token| token.client)
        }
        _ => None,
    };
    let client = match client {
        Some(key) => oauth.ledger.entities().client(key).await?,
        None => None,
    };
    Ok(client.filter(|client| client.is_public()).map(|client| Presented {
        client_id: Some(client.client_id.to_string()),
        endpoint: presented.endpoint,
        origin: presented.origin.clone(),
        ..Presented::default()
    }))
}
