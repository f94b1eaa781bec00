//! Public keys of others: of clients, by value or by URL, and of other issuers.
//!
//! Keys are parsed once and shared. Those at a URL are fetched through [`crate::outbound`] within a budget, kept as long as
//! their server says (bounded below and above), asked for anew when a signature names a key that is not among them, and never
//! asked for twice at once or too often, so that nobody can make this server knock at a stranger's door.

mod error;
mod fetch;
mod key_set;
mod place;

use std::sync::Arc;

use jeton_jose::JwkSet;
use quick_cache::sync::Cache;

pub use error::KeysError;
pub use key_set::{KeySet, MAX_KEYS};

use crate::Ledger;
use crate::clock::Timestamp;
use crate::ids::ClientKey;
use crate::model::Client;
use crate::outbound::Reach;
use place::Place;

/// How many clients' own keys are remembered.
const CLIENTS: usize = 10_000;
/// How many addresses are remembered.
const ADDRESSES: usize = 4_096;

/// What is remembered of others' keys.
pub(crate) struct TrustedKeys {
    by_value: Cache<ClientKey, (Timestamp, Arc<KeySet>)>,
    by_url: Cache<(Reach, Arc<str>), Arc<Place>>,
}

impl Default for TrustedKeys {
    fn default() -> Self {
        Self { by_value: Cache::new(CLIENTS), by_url: Cache::new(ADDRESSES) }
    }
}

impl Ledger {
    /// The keys a client has registered: `jwks`, or what is at its `jwks_uri`. `kid`: the key that a signature names, so that
    /// a set without it is asked for anew.
    ///
    /// # Errors
    /// [`KeysError::None`] when it has registered neither; [`KeysError`] as of [`Ledger::keys_at`].
    pub async fn keys_of(&self, client: &Client, kid: Option<&str>) -> Result<Arc<KeySet>, KeysError> {
        if let Some((version, keys)) = self.trusted_keys.by_value.get(&client.key)
            && version == client.updated
        {
            return Ok(keys);
        }
        if let Some(jwks) = client.metadata.get("jwks") {
            let set: JwkSet = serde_json::from_value(jwks.clone()).map_err(|_| KeysError::Malformed)?;
            let keys = Arc::new(KeySet::new(set)?);
            self.trusted_keys.by_value.insert(client.key, (client.updated, Arc::clone(&keys)));
            return Ok(keys);
        }
        let url = client.metadata.get("jwks_uri").and_then(|url| url.as_str()).ok_or(KeysError::None)?;
        let reach = Reach::of(client);
        self.keys_at(url, reach, kid).await
    }

    /// The keys at a URL. `kid` as above.
    ///
    /// # Errors
    /// [`KeysError::Unavailable`] when they cannot be had now, [`KeysError::Malformed`] when what is there is no set of keys.
    pub async fn keys_at(&self, url: &str, reach: Reach, kid: Option<&str>) -> Result<Arc<KeySet>, KeysError> {
        if url.len() > LONGEST_URL {
            return Err(KeysError::Malformed);
        }
        let key = (reach, Arc::<str>::from(url));
        let place = match self.trusted_keys.by_url.get(&key) {
            Some(place) => place,
            None => {
                let made: Result<_, std::convert::Infallible> =
                    self.trusted_keys.by_url.get_or_insert_with(&key, || Ok(Arc::default()));
                let Ok(place) = made;
                place
            }
        };
        place.keys(self, &key.1, reach, kid).await
    }
}

/// The longest address that is asked, in bytes.
const LONGEST_URL: usize = 2048;
