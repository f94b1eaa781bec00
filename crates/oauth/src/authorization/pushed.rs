//! A pushed authorization request, stored until a browser presents the reference (RFC 9126 section 4).

use std::borrow::Cow;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use crate::OAuth;
use crate::authorization::refusals::REQUEST_URI_INVALID;
use crate::token_endpoint::Params;
use jeton_model::Refusal;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Client, DeclaredSingleUse, Service, SingleUseKey};
use jeton_model::store::{Command, Outcome, Precondition};

/// A pushed request. Public clients can push, so requests without authentication can create these entries.
pub const PUSHED_REQUEST: DeclaredSingleUse =
    DeclaredSingleUse::new(10, "pushed_request").open_to_unauthenticated(8 * 1024, 64 << 20);

/// RFC 9126 section 2.2.
pub(super) const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The stored form.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) client: ClientKey,
    pub(super) signed: bool,
    pub(super) pairs: Vec<(String, String)>,
}

/// Whether a `request_uri` is a reference to a pushed request.
pub(super) fn is_ours(uri: &str) -> bool {
    uri.starts_with(PREFIX)
}

/// Returns the parameters of a reference and whether the client signed them; uses up the reference.
pub(super) async fn take(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    uri: &str,
) -> Result<(Params<'static>, bool), Refusal> {
    let (kind, key) = (PUSHED_REQUEST.kind, key_of(uri));
    let entry = oauth.ledger.store().single_use(kind, key).await?.filter(|entry| entry.service == service.id);
    let kept: Kept = serde_json::from_slice(&entry.ok_or(REQUEST_URI_INVALID)?.payload)?;
    // A reference presented with another client's id is not used up.
    if kept.client != client.key {
        return Err(REQUEST_URI_INVALID);
    }
    let when = Some(Precondition::Consume { kind, key, now: oauth.ledger.now() });
    match oauth.ledger.apply(Command { when, writes: Vec::new() }).await? {
        Outcome::Done { .. } => {}
        Outcome::Lost(_) => return Err(REQUEST_URI_INVALID),
    }
    let pairs = kept.pairs.into_iter().map(|(name, value)| (Cow::Owned(name), Cow::Owned(value)));
    Ok((Params::lenient(pairs), kept.signed))
}

/// The key of a pushed request's entry.
pub(super) fn key_of(uri: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(uri.as_bytes()))
}
