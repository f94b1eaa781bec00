//! Pushed authorization requests, RFC 9126: an authenticated client sends the request itself, and the browser carries only a
//! reference to it.

use std::sync::Arc;
use std::time::Duration;

use super::SignsIn;
use super::dpop_jkt::{self, DPOP_JKT};
use super::pushed::{Kept, PREFIX, PUSHED_REQUEST, key_of};
use super::request::read_for;
use super::source::{self, Source};
use crate::OAuth;
use crate::client_auth::{self, Presented, Purpose, Refused};
use crate::token_endpoint::Params;
use jeton_ledger::formats::reference;
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service, SingleUse};
use jeton_model::refusals::BUSY;
use jeton_model::store::Outcome;
use jeton_people::unauthenticated::WrittenFor;

/// How long the reference is valid, unless the service says otherwise.
const LIFETIME: Duration = Duration::from_secs(60);
/// Parameters that authenticate the client and are not part of the request.
const CREDENTIALS: [&str; 4] = ["client_secret", "client_assertion", "client_assertion_type", "request"];

/// An accepted request.
#[derive(Debug)]
pub struct PushedRequest {
    /// The reference for the browser to carry.
    pub request_uri: String,
    /// Its lifetime in seconds.
    pub expires_in: u64,
    /// The client that sent it.
    pub client: Arc<Client>,
}

/// Accepts a request: the client authenticates as at the token endpoint, and the request is checked as `/authorization` would.
/// `proven`: the SHA-256 thumbprint of the key that is proven with the request, to which the code is bound (RFC 9449 section 10.1).
///
/// # Errors
/// The refusals of client authentication, then those of [`read`](super::read); `DPOP_JKT_FOREIGN`, `REQUEST_TOO_LARGE`,
/// `REQUEST_PACE`.
pub async fn push(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    params: &Params<'_>,
    signs_in: SignsIn,
    proven: Option<[u8; 32]>,
) -> Result<PushedRequest, Refused> {
    let claimed = client_auth::claimed(oauth, service.id, presented).await?;
    let profile = claimed.profile();
    let refused = |refusal| Refused::new(refusal, profile);
    let client = client_auth::authenticate(oauth, service, claimed, presented, Purpose::Push).await.map_err(refused)?;
    take_in(oauth, service, (&client.record(), &presented.origin), (params, signs_in, proven)).await.map_err(refused)
}

async fn take_in(
    oauth: &OAuth,
    service: &Arc<Service>,
    (client, origin): (&Arc<Client>, &RequestSource),
    (params, signs_in, proven): (&Params<'_>, SignsIn, Option<[u8; 32]>),
) -> Result<PushedRequest, Refusal> {
    let Source { params: own, signed, .. } = source::of_push(oauth, service, client, params).await?;
    let params = own.as_ref().unwrap_or(params);
    read_for(oauth, service, (client, signs_in), params).await.map_err(|error| error.refusal)?;
    let key = dpop_jkt::of_push(params, proven)?.map(|key| (DPOP_JKT.to_owned(), key));
    let pairs = params.iter().filter(|(name, _)| !CREDENTIALS.contains(name) && *name != DPOP_JKT);
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).chain(key).collect();
    let payload = serde_json::to_vec(&Kept { client: client.key, signed, pairs })?;
    let text = reference::mint_with("par", oauth.ledger.new_number().await?, oauth.ledger.entropy())?;
    let request_uri = format!("{PREFIX}{}", text.expose());
    let lifetime = service.settings.backend.pushed_request_lifetime.map_or(LIFETIME, Duration::from_secs);
    let entry = SingleUse {
        kind: PUSHED_REQUEST.kind,
        key: key_of(&request_uri),
        service: service.id,
        grant: None,
        expires: oauth.ledger.now() + lifetime,
        used: None,
        payload,
    };
    match oauth.people.write_for(WrittenFor::of(client, origin), vec![entry]).await? {
        Outcome::Done { .. } => {}
        Outcome::Lost(_) => return Err(BUSY),
    }
    Ok(PushedRequest { request_uri, expires_in: lifetime.as_secs(), client: Arc::clone(client) })
}
