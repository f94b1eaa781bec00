//! A public client that leaves out its `client_id`, where its service lets it: the code or the refresh token says whose request it
//! is.

use super::Params;
use crate::OAuth;
use crate::client_auth::Presented;
use jeton_model::Refusal;
use jeton_model::records::Service;

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
    let grant = params.get("grant_type").and_then(|name| oauth.grant(name));
    let Some(found) = grant.and_then(|grant| grant.client_of(oauth, service, params)) else { return Ok(None) };
    let client = found.await?;
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
