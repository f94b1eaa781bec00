//! A pushed authorization request, stored until a browser presents the reference (RFC 9126 section 4).

use std::borrow::Cow;
use std::time::Duration;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use super::SignsIn;
use super::claim::{INTERACTION, claim_of};
use crate::OAuth;
use crate::authorization::refusals::REQUEST_URI_INVALID;
use crate::token_endpoint::Params;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::{Client, DeclaredSingleUse, Service, SingleUse, SingleUseKey};
use jeton_model::store::{Command, Outcome, Precondition};

/// A pushed request. Public clients can push, so requests without authentication can create these entries.
pub const PUSHED_REQUEST: DeclaredSingleUse =
    DeclaredSingleUse::new(10, "pushed_request").open_to_unauthenticated(8 * 1024, 64 << 20);

/// RFC 9126 section 2.2.
pub(super) const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// A page may be open longer than the reference that opened it.
const LONGEST_PAGE: Duration = Duration::from_secs(60 * 60);

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

/// What a reference leads to.
pub(super) struct Opened {
    pub(super) params: Params<'static>,
    /// Whether the client signed them.
    pub(super) signed: bool,
    /// What the answer uses up; none: it is used up already.
    pub(super) reference: Option<PushedReference>,
}

/// The reference that a request came by, until somebody signs in with it or it is answered. Browsers open an address again: when
/// they are restored, when a page is reloaded, after a look at another page (RFC 9126 section 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedReference {
    key: [u8; 32],
    /// Since when it cannot be opened any more.
    closed: Timestamp,
}

impl PushedReference {
    /// The entry that makes it count once: all pages that it opened have the same.
    pub(super) fn claim(&self, service: ServiceId, now: Timestamp) -> Box<SingleUse> {
        claim_of((service, self.claim_key()), self.closed + LONGEST_PAGE, now)
    }

    fn claim_key(&self) -> SingleUseKey {
        SingleUseKey(digest::sha256(&self.key))
    }
}

/// Opens a reference. Where people sign in here, it can be opened again until somebody did; another page's caller gets it once.
///
/// # Errors
/// [`REQUEST_URI_INVALID`] when it is unknown, expired, used, or another client's.
pub(super) async fn open(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    (uri, signs_in): (&str, SignsIn),
) -> Result<Opened, Refusal> {
    let (kind, key, now) = (PUSHED_REQUEST.kind, key_of(uri), oauth.ledger.now());
    let entry = oauth.ledger.store().single_use(kind, key).await?.filter(|entry| entry.service == service.id);
    let entry = entry.filter(|entry| entry.used.is_none() && now < entry.expires).ok_or(REQUEST_URI_INVALID)?;
    let kept: Kept = serde_json::from_slice(&entry.payload)?;
    // A reference presented with another client's id is not used up.
    if kept.client != client.key {
        return Err(REQUEST_URI_INVALID);
    }
    let pairs = kept.pairs.into_iter().map(|(name, value)| (Cow::Owned(name), Cow::Owned(value)));
    let (params, signed) = (Params::lenient(pairs), kept.signed);
    let reference = match signs_in {
        SignsIn::Here => {
            let reference = PushedReference { key: key.0, closed: entry.expires };
            if oauth.ledger.store().single_use(INTERACTION.kind, reference.claim_key()).await?.is_some() {
                return Err(REQUEST_URI_INVALID);
            }
            Some(reference)
        }
        SignsIn::Elsewhere => {
            let when = Some(Precondition::Consume { kind, key, now });
            match oauth.ledger.apply(Command { when, writes: Vec::new() }).await? {
                Outcome::Done { .. } => None,
                Outcome::Lost(_) => return Err(REQUEST_URI_INVALID),
            }
        }
    };
    Ok(Opened { params, signed, reference })
}

/// The key of a pushed request's entry.
pub(super) fn key_of(uri: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(uri.as_bytes()))
}
