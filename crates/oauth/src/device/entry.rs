//! What the entries of a device authorization hold.

use std::sync::Arc;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use jeton_model::ids::{ClientKey, GrantId, ServiceId, UserKey};
use jeton_model::records::{Authentication, DeclaredSingleUse, SingleUseKey};
use jeton_model::scope::Scope;

/// RFC 8628 device code. Whoever has proven nothing may have some written, with their user codes: devices are public clients.
pub const DEVICE_CODE: DeclaredSingleUse =
    DeclaredSingleUse::new(8, "device_code").open_to_strangers(4 * 1024, 32 << 20);
/// RFC 8628 user code: written and counted with its device code.
pub(crate) const USER_CODE: DeclaredSingleUse =
    DeclaredSingleUse::new(9, "user_code").open_to_strangers(4 * 1024, 32 << 20);
/// What a person said about a device code.
pub(crate) const DEVICE_ANSWER: DeclaredSingleUse = DeclaredSingleUse::new(12, "device_answer");

/// The single-use kinds of the device flow.
pub(crate) const SINGLE_USE_KINDS: &[DeclaredSingleUse] = &[DEVICE_CODE, USER_CODE, DEVICE_ANSWER];

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
pub(crate) fn device_key(code: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(code.as_bytes()))
}

/// Where a user code is found: the same letters may be out at two issuers.
pub(super) fn user_key(service: ServiceId, letters: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(format!("user code {service} {letters}").as_bytes()))
}
