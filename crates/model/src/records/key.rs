//! A signing key as it is stored.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{KeyId, ServiceId};

/// A key with its private part sealed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// Primary key.
    pub id: KeyId,
    /// Its `kid`: the thumbprint of its public part (RFC 7638), or a random text where it has none; none: it is named by its
    /// number, or by what is sealed with it.
    #[serde(default)]
    pub kid: Option<Box<str>>,
    /// Whose key.
    pub service: ServiceId,
    /// JWA name of the algorithm.
    pub alg: String,
    /// The nth key of this service and algorithm, from 1. Two nodes that rotate at once collide here.
    pub generation: i64,
    /// What it is for.
    pub usage: KeyUse,
    /// The private part, sealed for this record.
    pub sealed: Vec<u8>,
    /// Published from here on.
    pub published: Timestamp,
    /// Signs from here on.
    pub active: Timestamp,
    /// No longer published from here on; none: until the next rotation decides.
    pub retired: Option<Timestamp>,
}

impl std::fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRecord({} {} #{})", self.id, self.alg, self.generation)
    }
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyUse {
    /// Signatures of tokens.
    Signature,
    /// The same, by a key that was made elsewhere: its name is sealed with it.
    Foreign,
}
