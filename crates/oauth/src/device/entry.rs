//! The content of a device authorization's entries.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use crate::authorization::stored_subject;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, GrantId, ServiceId};
use jeton_model::records::{Authentication, DeclaredSingleUse, GrantDetails, SingleUseKey, Subject};
use jeton_model::scope::Scope;

/// RFC 8628 device code. Devices are public clients, so requests without authentication can create these entries, with their
/// user codes.
pub const DEVICE_CODE: DeclaredSingleUse =
    DeclaredSingleUse::new(8, "device_code").open_to_unauthenticated(4 * 1024, 32 << 20);
/// RFC 8628 user code: written and counted with its device code.
pub(crate) const USER_CODE: DeclaredSingleUse =
    DeclaredSingleUse::new(9, "user_code").open_to_unauthenticated(4 * 1024, 32 << 20);
/// The user's decision about a device code.
pub(crate) const DEVICE_ANSWER: DeclaredSingleUse = DeclaredSingleUse::new(12, "device_answer");

/// The single-use kinds of the device flow.
pub(crate) const SINGLE_USE_KINDS: &[DeclaredSingleUse] = &[DEVICE_CODE, USER_CODE, DEVICE_ANSWER];

/// How long a person has to decide, unless the service says otherwise.
pub(super) const LIFETIME: Duration = Duration::from_secs(600);

/// The content of a device code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeviceEntry {
    /// The client it was issued to.
    pub(crate) client: ClientKey,
    /// The number that the family will have.
    pub(crate) grant: GrantId,
    /// The requested scope.
    pub(crate) scope: Scope,
    /// The audience, space-separated; none: as configured.
    pub(crate) audience: Option<Arc<str>>,
    /// When it was issued; none: [`LIFETIME`] before it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) issued: Option<Timestamp>,
}

/// The content of a user code: the SHA-256 of its device code.
#[derive(Serialize, Deserialize)]
pub(super) struct UserCodeEntry {
    pub(super) device: [u8; 32],
}

/// The user's decision. Its key is the device code's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum DeviceAnswer {
    /// Approved.
    Approved {
        /// The person.
        #[serde(rename = "user", with = "stored_subject")]
        subject: Subject,
        /// How the person was authenticated.
        authentication: Authentication,
        /// The scope that the person consented to; none: the requested one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<Scope>,
        /// What the family keeps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<Box<GrantDetails>>,
    },
    /// Denied.
    Denied,
}

/// The key of a device code's entry.
pub(crate) fn device_key(code: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(code.as_bytes()))
}

/// The key of a user code's entry, per issuer: two issuers may use the same letters.
pub(super) fn user_key(service: ServiceId, letters: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(format!("user code {service} {letters}").as_bytes()))
}
