//! Fetches keys.

use std::time::Duration;

use jeton_jose::JwkSet;

use super::{KeySet, KeysError};
use crate::OAuth;
use jeton_model::outbound::{OutboundRequest, UrlTrust};

/// The time limit of a request, name lookup included.
const BUDGET: Duration = Duration::from_secs(3);
/// The largest answer, in bytes.
const LIMIT: usize = 256 * 1024;
/// How long keys are kept when their server does not say.
const USUAL: Duration = Duration::from_secs(600);
/// The shortest and the longest time they are kept, whatever their server says.
const BOUNDS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(86_400));

/// Fetches the keys at a URL; also returns how long they are valid.
pub(super) async fn fetch(oauth: &OAuth, url: &str, trust: UrlTrust) -> Result<(KeySet, Duration), KeysError> {
    let request = OutboundRequest::get(url, trust, "application/jwk-set+json, application/json", (LIMIT, BUDGET));
    let reply = oauth.outbound.send(request).await.map_err(|error| {
        tracing::info!(url, %error, "cannot fetch keys");
        KeysError::Unavailable
    })?;
    if reply.status != 200 || reply.body.len() > LIMIT {
        tracing::info!(url, status = reply.status, "cannot fetch keys");
        return Err(KeysError::Unavailable);
    }
    let set: JwkSet = serde_json::from_slice(&reply.body).map_err(|_| KeysError::Malformed)?;
    let kept = reply.max_age.unwrap_or(USUAL).clamp(BOUNDS.0, BOUNDS.1);
    Ok((KeySet::new(set)?, kept))
}
