//! Where the parameters of a request come from: the request itself, a pushed request (RFC 9126), or a request object
//! (RFC 9101) by value or from a registered address.

use std::sync::Arc;

use jeton_jose::Secret;

use super::pushed::PushedReference;
use super::{SignsIn, pushed, request_object};
use crate::OAuth;
use crate::authorization::refusals::{PUSHED_REQUEST_REQUIRED, REQUEST_OBJECT_REQUIRED};
use crate::token_endpoint::Params;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};
use jeton_model::refusals::PARAMETER_INVALID;

/// The effective parameters of a request, and how they are authenticated.
pub(super) struct Source<'p> {
    /// The parameters; none: those of the request itself.
    pub(super) params: Option<Params<'p>>,
    /// Whether the client signed them.
    pub(super) signed: bool,
    /// Whether the client pushed them.
    pub(super) pushed: bool,
    /// The reference by which they came, if it is not used up yet.
    pub(super) reference: Option<PushedReference>,
}

/// The effective parameters of a request to `/authorization`.
pub(super) async fn of_request(
    oauth: &OAuth,
    service: &Arc<Service>,
    client: &Client,
    (params, signs_in): (&Params<'_>, SignsIn),
) -> Result<Source<'static>, Refusal> {
    if params.is_repeated("request") || params.is_repeated("request_uri") {
        params.once()?;
    }
    let source = match (params.get("request"), params.get("request_uri")) {
        (Some(_), Some(_)) => return Err(PARAMETER_INVALID.with("request_uri")),
        (None, Some(uri)) if pushed::is_ours(uri) => {
            let opened = pushed::open(oauth, service, client, (uri, signs_in)).await?;
            let (params, reference) = (Some(opened.params), opened.reference);
            Source { params, signed: opened.signed, pushed: true, reference }
        }
        (None, Some(uri)) => {
            let text = request_object::fetched(oauth, client, uri).await?;
            signed(request_object::read(oauth, service, client, text).await?)
        }
        (Some(text), None) => signed(request_object::read(oauth, service, client, Secret::new(text)).await?),
        (None, None) => Source { params: None, signed: false, pushed: false, reference: None },
    };
    demanded(service, client, &source).map(|()| source)
}

/// The effective parameters of a request that is being pushed.
pub(super) async fn of_push(
    oauth: &OAuth,
    service: &Arc<Service>,
    client: &Client,
    params: &Params<'_>,
) -> Result<Source<'static>, Refusal> {
    // RFC 9126 section 2.1: a pushed request must not contain a `request_uri`.
    if params.get("request_uri").is_some() {
        return Err(PARAMETER_INVALID.with("request_uri"));
    }
    let source = match params.get("request") {
        Some(text) => signed(request_object::read(oauth, service, client, Secret::new(text)).await?),
        None => Source { params: None, signed: false, pushed: false, reference: None },
    };
    let source = Source { pushed: true, ..source };
    demanded(service, client, &source).map(|()| source)
}

fn signed(params: Params<'static>) -> Source<'static> {
    Source { params: Some(params), signed: true, pushed: false, reference: None }
}

/// Checks whether client and service require a signed or a pushed request.
fn demanded(service: &Service, client: &Client, source: &Source<'_>) -> Result<(), Refusal> {
    let push = service.settings.require_pushed_authorization_requests
        || client.metadata.require_pushed_authorization_requests == Some(true);
    if push && !source.pushed {
        return Err(PUSHED_REQUEST_REQUIRED);
    }
    if client.metadata.require_signed_request_object == Some(true) && !source.signed {
        return Err(REQUEST_OBJECT_REQUIRED);
    }
    Ok(())
}
