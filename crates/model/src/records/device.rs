//! A device: a robot with its certificate.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{DeviceId, ServiceId, UserKey};

/// A robot or another device that tokens are issued to (`docs/contracts/vector.md` section 3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Primary key.
    pub id: DeviceId,
    /// The issuer it talks to.
    pub service: ServiceId,
    /// Its own name: the factory certificate's CN, `vic:<serial>`. Unique in the service.
    pub name: String,
    /// Its owner.
    pub owner: Option<UserKey>,
    /// SHA-256 of the public key pinned at first association.
    pub key_pin: Option<[u8; 32]>,
    /// PEM of the certificate it serves apps with (`session_certificate`).
    pub session_certificate: Option<Vec<u8>>,
    /// A disabled device gets nothing (`RevokeFactoryCertificate`).
    pub enabled: bool,
    /// When it was first seen.
    pub created: Timestamp,
    /// What the feature that issues tokens to it keeps with it, by its own names.
    #[serde(default)]
    pub other: serde_json::Map<String, serde_json::Value>,
}
