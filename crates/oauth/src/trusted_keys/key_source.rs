//! The keys at one URL.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use super::fetch::fetch;
use super::{Asker, KeySet, KeysError};
use crate::OAuth;
use jeton_model::clock::Timestamp;
use jeton_model::outbound::UrlTrust;

/// How long to wait after a failed fetch before the next.
const RESPITE: Duration = Duration::from_secs(30);
/// How long expired keys still count when their server does not answer: for signatures that name one of them.
const STALE: Duration = Duration::from_secs(3600);

/// The state of a URL.
#[derive(Default)]
pub(super) struct KeySource {
    known: ArcSwapOption<Known>,
    /// Held during a fetch: other callers wait for its result instead of fetching too.
    asking: Mutex<()>,
}

/// The last result.
struct Known {
    /// When it was fetched.
    asked: Timestamp,
    /// The last keys that were found, and until when they are valid.
    keys: Option<(Arc<KeySet>, Timestamp)>,
    /// Why the last fetch failed.
    failed: Option<KeysError>,
}

/// The next step for a caller that wants keys.
enum Next {
    /// Return this.
    Say(Result<Arc<KeySet>, KeysError>),
    /// Fetch.
    Ask,
    /// Fetch if the caller may, since a new key may have been published; else return this.
    AskIfAllowed(Arc<KeySet>),
}

impl KeySource {
    /// The keys, fetched if needed.
    pub(super) async fn keys(
        &self,
        oauth: &OAuth,
        (url, trust): (&Arc<str>, UrlTrust),
        asker: Asker,
        kid: Option<&str>,
    ) -> Result<Arc<KeySet>, KeysError> {
        let seen = self.known.load_full();
        if let Next::Say(answer) = next(seen.as_deref(), oauth.ledger.now(), kid) {
            return answer;
        }
        let _asking = self.asking.lock().await;
        let (before, now) = (self.known.load_full(), oauth.ledger.now());
        // If another caller fetched meanwhile, that result is recent enough.
        let is_news = before.as_ref().map(Arc::as_ptr) != seen.as_ref().map(Arc::as_ptr);
        match next(before.as_deref(), now, kid) {
            Next::Say(answer) => return answer,
            Next::AskIfAllowed(keys) if is_news || !oauth.trusted_keys.may_ask(asker, url, now) => {
                return Ok(keys);
            }
            Next::AskIfAllowed(_) | Next::Ask => {}
        }
        let known = match fetch(oauth, url, trust).await {
            Ok((keys, kept)) => Known { asked: now, keys: Some((Arc::new(keys), now + kept)), failed: None },
            Err(error) => {
                let keys = before.as_ref().and_then(|known| known.keys.clone());
                Known { asked: now, keys, failed: Some(error) }
            }
        };
        let answer = match next(Some(&known), now, kid) {
            Next::Say(answer) => answer,
            Next::AskIfAllowed(keys) => Ok(keys),
            Next::Ask => Err(KeysError::Unavailable),
        };
        self.known.store(Some(Arc::new(known)));
        answer
    }
}

/// Decides the next step from the known state.
fn next(known: Option<&Known>, now: Timestamp, kid: Option<&str>) -> Next {
    let Some(known) = known else { return Next::Ask };
    let rested = now >= known.asked + RESPITE;
    let has = |keys: &KeySet| kid.is_some_and(|kid| keys.has(kid));
    match &known.keys {
        Some((keys, until)) if now < *until => {
            let is_missing = kid.is_some_and(|kid| !keys.has(kid));
            // While the server does not answer, the pause applies to everybody.
            let may_ask = known.failed.is_none() || rested;
            if is_missing && may_ask { Next::AskIfAllowed(Arc::clone(keys)) } else { Next::Say(Ok(Arc::clone(keys))) }
        }
        _ if rested => Next::Ask,
        Some((keys, until)) if now < *until + STALE && has(keys) => Next::Say(Ok(Arc::clone(keys))),
        _ => Next::Say(Err(known.failed.unwrap_or(KeysError::Unavailable))),
    }
}
