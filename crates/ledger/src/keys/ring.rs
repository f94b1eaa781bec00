//! The keys of one service.

use std::sync::{Arc, OnceLock};

use jeton_jose::digest::constant_time_eq;
use jeton_jose::jws::{self, CompactJws, Header, PreparedHeader};
use jeton_jose::seal::SealKey;
use jeton_jose::{Algorithm, JwkSet, SigningKey, VerifyingKey};

use super::sealed::{associated, corrupt, unpacked};
use crate::formats::jwt::{ACCESS_TYP, access_mark};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::KeyRecord;

/// A key that is ready to sign.
pub struct LoadedKey {
    /// Its record.
    pub record: KeyRecord,
    /// The parsed key.
    pub key: SigningKey,
    /// Header of access tokens.
    pub access_header: PreparedHeader,
    /// Header of ID tokens and other JWTs.
    pub plain_header: PreparedHeader,
    /// The header of access tokens that state the type `JWT`.
    pub marked_header: PreparedHeader,
    /// Verifies what it signed; read from its public part when first needed.
    verifying: OnceLock<Option<VerifyingKey>>,
}

impl LoadedKey {
    /// Whether it signed this.
    pub(super) fn has_signed(&self, token: &CompactJws<'_>) -> bool {
        let alg = self.key.alg();
        let read = || self.key.public_jwk().and_then(|public| VerifyingKey::from_jwk(&public, alg).ok());
        match self.verifying.get_or_init(read) {
            Some(key) => jws::verify(token, key).is_ok(),
            // A key without a public part makes the same signature again.
            None => {
                let again = self.key.sign(token.signing_input().as_bytes());
                token.header().alg() == alg && again.is_ok_and(|again| constant_time_eq(&again, token.signature()))
            }
        }
    }
}

/// The keys of one service, newest first.
#[derive(Default)]
pub struct Ring {
    keys: Vec<Arc<LoadedKey>>,
}

impl Ring {
    /// Decrypts the records' private parts.
    pub(super) fn load(records: Vec<KeyRecord>, seal: &SealKey) -> Result<Arc<Self>, Refusal> {
        let keys = records.into_iter().map(|record| open(record, seal).map(Arc::new));
        let mut keys = keys.collect::<Result<Vec<_>, _>>()?;
        keys.sort_by_key(|k| std::cmp::Reverse((k.record.active, k.record.generation)));
        Ok(Arc::new(Self { keys }))
    }

    /// The key that signs with `alg` now. With a clock that stands before all of them, the first one: a clock that was set back must
    /// not keep anybody from signing.
    #[must_use]
    pub fn signer(&self, alg: Algorithm, now: Timestamp) -> Option<Arc<LoadedKey>> {
        let signs = |at: Timestamp| self.keys.iter().find(|k| k.key.alg() == alg && signs(&k.record, at));
        signs(now).or_else(|| signs(self.moment(alg, now))).cloned()
    }

    /// The time for the keys of an algorithm: now, or when the first of them began to sign, if the clock stands before that.
    fn moment(&self, alg: Algorithm, now: Timestamp) -> Timestamp {
        let ever = |k: &&Arc<LoadedKey>| k.key.alg() == alg && signs(&k.record, k.record.active);
        let first = self.keys.iter().filter(ever).map(|k| k.record.active).min();
        first.map_or(now, |first| now.max(first))
    }

    /// Whether a key is published now.
    fn is_published(&self, key: &LoadedKey, now: Timestamp) -> bool {
        let at = self.moment(key.key.alg(), now);
        key.record.published <= at && lives(&key.record, at)
    }

    /// The key of this name, if it signs with `alg` now; else the one that signs with `alg`.
    #[must_use]
    pub fn signer_named(&self, name: Option<&str>, alg: Algorithm, now: Timestamp) -> Option<Arc<LoadedKey>> {
        let Some(name) = name else { return self.signer(alg, now) };
        let at = self.moment(alg, now);
        let named =
            self.keys.iter().find(|k| k.key.kid() == name && k.key.alg() == alg && signs(&k.record, at)).cloned();
        named.or_else(|| self.signer(alg, now))
    }

    /// The public keys to publish now.
    #[must_use]
    pub fn published(&self, now: Timestamp) -> JwkSet {
        let shown = self.keys.iter().filter(|k| self.is_published(k, now));
        JwkSet { keys: shown.filter_map(|k| k.key.public_jwk()).collect() }
    }

    /// The algorithms that have a signing key now, newest keys first, each once.
    #[must_use]
    pub fn algorithms(&self, now: Timestamp) -> Vec<Algorithm> {
        let mut out: Vec<Algorithm> = Vec::new();
        for key in &self.keys {
            let alg = key.key.alg();
            if signs(&key.record, self.moment(alg, now)) && !out.contains(&alg) {
                out.push(alg);
            }
        }
        out
    }

    /// The published key of this `kid`.
    pub(super) fn verifier(&self, kid: &str, now: Timestamp) -> Option<Arc<LoadedKey>> {
        self.keys.iter().find(|k| k.key.kid() == kid && self.is_published(k, now)).cloned()
    }

    /// All keys, newest first.
    #[must_use]
    pub fn all(&self) -> &[Arc<LoadedKey>] {
        &self.keys
    }
}

/// Whether a key may sign at this time.
fn signs(record: &KeyRecord, at: Timestamp) -> bool {
    record.active <= at && lives(record, at)
}

fn lives(record: &KeyRecord, now: Timestamp) -> bool {
    record.retired.is_none_or(|at| now < at)
}

fn open(record: KeyRecord, seal: &SealKey) -> Result<LoadedKey, Refusal> {
    let alg: Algorithm = record.alg.parse().map_err(|_| corrupt())?;
    let bytes = seal.open(&associated(record.id), &record.sealed)?;
    let (kid, private) = unpacked(&record, &bytes)?;
    let key = SigningKey::from_private_bytes(alg, Some(&kid), private)?;
    Ok(LoadedKey {
        access_header: Header::for_key(&key).typ(ACCESS_TYP).prepare(),
        plain_header: Header::for_key(&key).typ("JWT").prepare(),
        marked_header: Header::for_key(&key).typ("JWT").with(access_mark()).prepare(),
        record,
        key,
        verifying: OnceLock::new(),
    })
}
