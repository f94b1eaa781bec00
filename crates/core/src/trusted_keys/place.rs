//! The keys at one address.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use super::fetch::fetch;
use super::{KeySet, KeysError};
use crate::Ledger;
use crate::clock::Timestamp;
use crate::outbound::Reach;

/// How long to wait after one question before the next that only an unknown `kid` or a failure asks for.
const RESPITE: Duration = Duration::from_secs(30);
/// How long keys that have expired still count when their server does not answer: for signatures that name one of them.
const STALE: Duration = Duration::from_secs(3600);

/// What is known of an address.
#[derive(Default)]
pub(super) struct Place {
    known: ArcSwapOption<Known>,
    /// Held while it is asked: others wait for that answer instead of asking too.
    asking: Mutex<()>,
}

/// The last answer.
struct Known {
    /// When it was asked for.
    asked: Timestamp,
    /// The last keys that were there, and until when they are good.
    keys: Option<(Arc<KeySet>, Timestamp)>,
    /// Why the last question failed.
    failed: Option<KeysError>,
}

impl Place {
    /// The keys, asked for if need be.
    pub(super) async fn keys(
        &self,
        ledger: &Ledger,
        url: &str,
        reach: Reach,
        kid: Option<&str>,
    ) -> Result<Arc<KeySet>, KeysError> {
        if let Some(answer) = self.answer(ledger.now(), kid) {
            return answer;
        }
        let _asking = self.asking.lock().await;
        // Somebody may have asked meanwhile.
        let now = ledger.now();
        if let Some(answer) = self.answer(now, kid) {
            return answer;
        }
        let before = self.known.load_full();
        let known = match fetch(ledger, url, reach).await {
            Ok((keys, kept)) => Known { asked: now, keys: Some((Arc::new(keys), now + kept)), failed: None },
            Err(error) => {
                let keys = before.as_ref().and_then(|known| known.keys.clone());
                Known { asked: now, keys, failed: Some(error) }
            }
        };
        let answer = known.answer(now, kid).unwrap_or(Err(KeysError::Unavailable));
        self.known.store(Some(Arc::new(known)));
        answer
    }

    fn answer(&self, now: Timestamp, kid: Option<&str>) -> Option<Result<Arc<KeySet>, KeysError>> {
        self.known.load().as_ref()?.answer(now, kid)
    }
}

impl Known {
    /// What to say without asking; none when it must be asked.
    fn answer(&self, now: Timestamp, kid: Option<&str>) -> Option<Result<Arc<KeySet>, KeysError>> {
        let rested = now >= self.asked + RESPITE;
        let has = |keys: &KeySet| kid.is_some_and(|kid| keys.has(kid));
        match &self.keys {
            Some((keys, until)) if now < *until => {
                // A new key may have come.
                let asks = rested && kid.is_some_and(|kid| !keys.has(kid));
                (!asks).then(|| Ok(Arc::clone(keys)))
            }
            _ if rested => None,
            Some((keys, until)) if now < *until + STALE && has(keys) => Some(Ok(Arc::clone(keys))),
            _ => Some(Err(self.failed.unwrap_or(KeysError::Unavailable))),
        }
    }
}
