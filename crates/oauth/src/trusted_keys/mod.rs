//! Public keys of other parties: of clients, by value or by URL, and of other issuers.
//!
//! Keys are parsed once and shared. Those at a URL are fetched through [`jeton_model::outbound`] with a time limit and kept as
//! long as their server says, within bounds. They are fetched again when a signature names an unknown key, but never twice at
//! once or too often, so that nobody can use this server to flood another: each client has a small allowance of such fetches for
//! each address it comes from, and each URL has one for all callers. So a rotated key is found at once, or, when the URL's
//! allowance is spent, a few seconds later, and the result of one fetch is shared by everybody.

mod error;
mod fetch;
mod key_set;
mod key_source;
pub mod providers;
mod recipient;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jeton_jose::JwkSet;
use quick_cache::sync::Cache;
use serde::Deserialize as _;

pub use error::KeysError;
pub use jeton_administration::MAX_KEYS;
pub use key_set::KeySet;
pub(crate) use recipient::{Encrypted, reader_of_id_tokens};

use crate::OAuth;
use jeton_ledger::request_source::party;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ClientKey;
use jeton_model::outbound::UrlTrust;
use jeton_model::records::{Client, ClientKeys};
use jeton_people::rate_limit::{Allowance, LimitKey, RateLimiter, WhenFull};
use key_source::KeySource;
use providers::Providers;

/// How many clients' own keys are remembered.
const CLIENTS: usize = 10_000;
/// How many addresses are remembered.
const ADDRESSES: usize = 4_096;

/// The cached keys of other parties.
pub(crate) struct TrustedKeys {
    by_value: Cache<ClientKey, (Timestamp, Arc<KeySet>)>,
    by_url: Cache<(UrlTrust, Arc<str>), Arc<KeySource>>,
    /// Fetches because of an unknown key: per client and address, and per URL.
    by_asker: RateLimiter,
    at_url: RateLimiter,
    /// Where other issuers publish their keys.
    providers: Providers,
}

/// Such fetches by one client from one address: three at once, then one every ten seconds.
const OF_ASKER: Allowance = Allowance { burst: 3, refill: Duration::from_secs(10) };
/// By all callers at one URL: twelve at once, then one every five seconds.
const AT_URL: Allowance = Allowance { burst: 12, refill: Duration::from_secs(5) };

/// How many callers and URLs are remembered for these limits.
const REMEMBERED: usize = 10_000;

/// On whose behalf keys are fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Asker {
    /// The client, or the one that the request claims to be.
    pub client: Option<ClientKey>,
    /// The address of its request, as far as it is known.
    pub address: Option<IpAddr>,
}

impl Asker {
    /// A client, from any address.
    #[must_use]
    pub fn client(client: ClientKey) -> Self {
        Self { client: Some(client), address: None }
    }

    /// The key of its allowance at a URL.
    fn at(self, url: &str) -> LimitKey {
        let client = self.client.map(|client| client.get().to_be_bytes());
        LimitKey::of(&[client.as_ref().map_or(&[], |key| &key[..]), party(self.address).as_bytes(), url.as_bytes()])
    }
}

impl TrustedKeys {
    /// Whether a URL may be fetched for an unknown key. The URL's allowance is charged only if the caller's own is not spent.
    fn may_ask(&self, asker: Asker, url: &str, now: Timestamp) -> bool {
        self.by_asker.take(asker.at(url), 1, now).is_ok()
            && self.at_url.take(LimitKey::of(&[url.as_bytes()]), 1, now).is_ok()
    }
}

impl Default for TrustedKeys {
    fn default() -> Self {
        Self {
            by_value: Cache::new(CLIENTS),
            by_url: Cache::new(ADDRESSES),
            by_asker: RateLimiter::new(OF_ASKER, REMEMBERED, WhenFull::Forgive),
            at_url: RateLimiter::new(AT_URL, REMEMBERED, WhenFull::Forgive),
            providers: Providers::default(),
        }
    }
}

impl OAuth {
    /// The keys a client has registered: `jwks`, or those at its `jwks_uri`. `address`: where the request comes from. `kid`:
    /// the key that a signature names; a set without it is fetched again.
    ///
    /// # Errors
    /// [`KeysError::None`] when it has registered neither; those of [`Ledger::keys_at`].
    pub async fn keys_of(
        &self,
        client: &Client,
        address: Option<IpAddr>,
        kid: Option<&str>,
    ) -> Result<Arc<KeySet>, KeysError> {
        // A client that is not in the ledger yet has no number.
        let is_kept = client.key.get() != 0;
        if let Some((version, keys)) = self.trusted_keys.by_value.get(&client.key).filter(|_| is_kept)
            && version == client.updated
        {
            return Ok(keys);
        }
        if let Some(ClientKeys(jwks)) = &client.metadata.jwks {
            let set = JwkSet::deserialize(jwks).map_err(|_| KeysError::Malformed)?;
            let keys = Arc::new(KeySet::new(set)?);
            if is_kept {
                self.trusted_keys.by_value.insert(client.key, (client.updated, Arc::clone(&keys)));
            }
            return Ok(keys);
        }
        let url = client.metadata.jwks_uri.as_deref().ok_or(KeysError::None)?;
        let trust = if is_kept { UrlTrust::of(client, url) } else { UrlTrust::Stranger };
        self.keys_at(url, trust, Asker { client: Some(client.key), address }, kid).await
    }

    /// The keys at a URL. `asker`: on whose behalf; `kid` as above.
    ///
    /// # Errors
    /// [`KeysError::Unavailable`] when they cannot be fetched now, [`KeysError::Malformed`] when the document is not a set
    /// of keys.
    pub async fn keys_at(
        &self,
        url: &str,
        trust: UrlTrust,
        asker: Asker,
        kid: Option<&str>,
    ) -> Result<Arc<KeySet>, KeysError> {
        if url.len() > LONGEST_URL {
            return Err(KeysError::Malformed);
        }
        let key = (trust, Arc::<str>::from(url));
        let place = match self.trusted_keys.by_url.get(&key) {
            Some(place) => place,
            None => {
                let made: Result<_, std::convert::Infallible> =
                    self.trusted_keys.by_url.get_or_insert_with(&key, || Ok(Arc::default()));
                let Ok(place) = made;
                place
            }
        };
        place.keys(self, (&key.1, trust), asker, kid).await
    }
}

/// The longest URL that is fetched, in bytes.
const LONGEST_URL: usize = 2048;
