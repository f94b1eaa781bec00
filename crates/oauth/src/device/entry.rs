//! What the entries of a device authorization hold.

use std::sync::Arc;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use jeton_model::ids::{ClientKey, GrantId, ServiceId, UserKey};
use jeton_model::records::{Authentication, OnceKey};
use jeton_model::scope::Scope;

/// What a device code stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeviceEntry {
    /// To whom it was issued.
    pub(crate) client: ClientKey,
    /// The number of the family to be.
    pub(crate) grant: GrantId,
    /// What was asked for.
    pub(crate) scope: Scope,
    /// For whom, space-separated; none: as configured.
    pub(crate) audience: Option<Arc<str>>,
}

/// What a user code stands for: the SHA-256 of its device code.
#[derive(Serialize, Deserialize)]
pub(super) struct UserCodeEntry {
    pub(super) device: [u8; 32],
}

/// What the person said. Its key is the device code's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum DeviceAnswer {
    /// Yes.
    Approved {
        /// Who.
        user: UserKey,
        /// How the person was authenticated.
        authentication: Authentication,
    },
    /// No.
    Denied,
}

/// Where a device code is found.
pub(crate) fn device_key(code: &str) -> OnceKey {
    OnceKey(digest::sha256(code.as_bytes()))
}

/// Where a user code is found: the same letters may be out at two issuers.
pub(super) fn user_key(service: ServiceId, letters: &str) -> OnceKey {
    OnceKey(digest::sha256(format!("user code {service} {letters}").as_bytes()))
}
