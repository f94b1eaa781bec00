//! Reads an authorization request from the request itself, a pushed request or a request object.

use std::net::IpAddr;
use std::sync::Arc;

use super::request::{error_to, read_for};
use super::{AuthorizationError, AuthorizationRequest, SignsIn, source};
use crate::OAuth;
use crate::client_alias;
use crate::client_documents::described;
use crate::token_endpoint::Params;
use jeton_administration::redirect_uri;
use jeton_ledger::refusals::CLIENT_UNKNOWN;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};

/// Reads a request. Client and redirect URI come first, since nothing may be sent to a URI that is not the client's. Where people
/// sign in here, a client may be known by a document only; `address`: on whose behalf that is read.
///
/// # Errors
/// With `return_to` once client and redirect URI are valid.
pub async fn read(
    oauth: &OAuth,
    service: &Arc<Service>,
    params: &Params<'_>,
    (signs_in, address): (SignsIn, Option<IpAddr>),
) -> Result<(AuthorizationRequest, Arc<Client>), AuthorizationError> {
    if params.is_repeated("client_id") || params.is_repeated("redirect_uri") {
        params.once()?;
    }
    let id = params.required("client_id")?;
    let found = client_alias::named(&oauth.ledger, service.id, id).await?.filter(|c| c.service == service.id);
    if let Some(client) = &found
        && !oauth.ledger.entities().is_active(client).await.map_err(Refusal::from)?
    {
        return Err(CLIENT_UNKNOWN.into());
    }
    let (client, document) = match signs_in {
        SignsIn::Here => described(oauth, service, (id, found), address).await?,
        SignsIn::Elsewhere => (found.ok_or(CLIENT_UNKNOWN)?, None),
    };
    let source = source::of_request(oauth, service, &client, (params, signs_in)).await;
    let source = source.map_err(|refusal| told_beside(service, params, &client, refusal))?;
    let params = source.params.as_ref().unwrap_or(params);
    let request = read_for(oauth, service, (&client, signs_in), params).await.map_err(|error| *error)?;
    Ok((AuthorizationRequest { pushed: source.reference, document, ..request }, client))
}

/// If the pushed request or request object is refused, the request's own parameters may still name a redirect URI to send
/// the error to.
fn told_beside(service: &Service, params: &Params<'_>, client: &Client, refusal: Refusal) -> AuthorizationError {
    let beside = params.get("redirect_uri").filter(|uri| redirect_uri::may_return(service, client, uri));
    let beside = beside.filter(|_| !params.is_repeated("redirect_uri"));
    let return_to = beside.map(|uri| error_to(params, client, uri.to_owned()));
    AuthorizationError { refusal, return_to, profile: client.profile }
}
