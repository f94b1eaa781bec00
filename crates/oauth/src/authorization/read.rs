//! Reads an authorization request from the request itself, a pushed request or a request object.

use std::sync::Arc;

use super::request::{error_to, read_for};
use super::{AuthorizationError, AuthorizationRequest, SignsIn, source};
use crate::OAuth;
use crate::client_alias;
use crate::token_endpoint::Params;
use jeton_administration::redirect_uri;
use jeton_ledger::refusals::CLIENT_UNKNOWN;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};

/// Reads a request. Client and redirect URI come first, since nothing may be sent to a URI that is not the client's.
///
/// # Errors
/// With `return_to` once client and redirect URI are valid.
pub async fn read(
    oauth: &OAuth,
    service: &Arc<Service>,
    params: &Params<'_>,
    signs_in: SignsIn,
) -> Result<(AuthorizationRequest, Arc<Client>), AuthorizationError> {
    if params.is_repeated("client_id") || params.is_repeated("redirect_uri") {
        params.once()?;
    }
    let id = params.required("client_id")?;
    let client = client_alias::named(&oauth.ledger, service.id, id).await?;
    let client = oauth.ledger.entities().active(client).await.map_err(Refusal::from)?;
    let client = client.filter(|c| c.service == service.id).ok_or(CLIENT_UNKNOWN)?;
    let source = source::of_request(oauth, service, &client, (params, signs_in)).await;
    let source = source.map_err(|refusal| told_beside(service, params, &client, refusal))?;
    let params = source.params.as_ref().unwrap_or(params);
    let request = read_for(oauth, service, (&client, signs_in), params).await.map_err(|error| *error)?;
    Ok((AuthorizationRequest { pushed: source.reference, ..request }, client))
}

/// If the pushed request or request object is refused, the request's own parameters may still name a redirect URI to send
/// the error to.
fn told_beside(service: &Service, params: &Params<'_>, client: &Client, refusal: Refusal) -> AuthorizationError {
    let beside = params.get("redirect_uri").filter(|uri| redirect_uri::may_return(service, client, uri));
    let beside = beside.filter(|_| !params.is_repeated("redirect_uri"));
    let return_to = beside.map(|uri| error_to(params, client, uri.to_owned()));
    AuthorizationError { refusal, return_to, profile: client.profile }
}
