//! Other issuers whose ID tokens are accepted: finds their keys.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;

use super::{Asker, KeySet, KeysError};
use crate::OAuth;
use jeton_model::clock::Timestamp;
use jeton_model::outbound::{OutboundRequest, UrlTrust};

/// The suffix of a discovery document's URL (OIDC Discovery section 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";
/// How many providers are remembered.
const REMEMBERED: usize = 1_024;
/// How long a success and a failure are cached.
const KEPT: (Duration, Duration) = (Duration::from_secs(3_600), Duration::from_secs(30));
const BUDGET: Duration = Duration::from_secs(3);
const LIMIT: usize = 256 * 1024;

/// The key URLs of providers: URL of the discovery document, until when the entry
/// counts, `jwks_uri`.
pub(super) struct Providers(Cache<Arc<str>, (Timestamp, Option<Arc<str>>)>);

impl Default for Providers {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

/// The issuer whose discovery document has this URL; none when it is not such a URL.
#[must_use]
pub fn issuer_of(provider: &str) -> Option<&str> {
    provider.strip_suffix(WELL_KNOWN).filter(|issuer| !issuer.is_empty() && !issuer.ends_with('/'))
}

/// Whether two issuers are the same: a trailing slash makes no difference to the URL of a discovery document.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// The keys of the issuer that this discovery document describes. Its URL is untrusted: whoever registers
/// resources chose it.
///
/// # Errors
/// [`KeysError`] when the document or the keys cannot be fetched or are invalid.
pub async fn keys(oauth: &OAuth, provider: &str, asker: Asker, kid: Option<&str>) -> Result<Arc<KeySet>, KeysError> {
    let jwks_uri = match oauth.trusted_keys.providers.0.get(provider) {
        Some((until, answer)) if oauth.ledger.now() < until => answer,
        _ => {
            let answer = ask(oauth, provider).await;
            let kept = if answer.is_some() { KEPT.0 } else { KEPT.1 };
            oauth.trusted_keys.providers.0.insert(provider.into(), (oauth.ledger.now() + kept, answer.clone()));
            answer
        }
    };
    let jwks_uri = jwks_uri.ok_or(KeysError::Unavailable)?;
    oauth.keys_at(&jwks_uri, UrlTrust::Untrusted, asker, kid).await
}

/// `jwks_uri` of the discovery document, if it is one and names the issuer that its URL implies.
async fn ask(oauth: &OAuth, provider: &str) -> Option<Arc<str>> {
    let request = OutboundRequest::get(provider, UrlTrust::Untrusted, "application/json", (LIMIT, BUDGET));
    let reply = oauth.outbound.send(request).await.ok().filter(|reply| reply.status == 200)?;
    let document: serde_json::Value = serde_json::from_slice(&reply.body).ok()?;
    let text = |name: &str| document.get(name).and_then(serde_json::Value::as_str);
    let is_theirs = text("issuer").is_some_and(|issuer| issuer_of(provider).is_some_and(|own| is_same(own, issuer)));
    text("jwks_uri").filter(|_| is_theirs).map(Arc::from)
}

#[cfg(test)]
mod tests {
    use super::issuer_of;

    #[test]
    fn an_issuer_is_the_address_without_its_end() {
        let address = "https://idp.example/realm/.well-known/openid-configuration";
        assert_eq!(issuer_of(address), Some("https://idp.example/realm"));
        for bad in
            ["https://idp.example", "/.well-known/openid-configuration", "https://a//.well-known/openid-configuration"]
        {
            assert_eq!(issuer_of(bad), None, "{bad}");
        }
    }
}
