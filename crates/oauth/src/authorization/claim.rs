//! The entry that makes an answer count once: written as used when a page, or a caller's ticket, is answered.

use jeton_jose::digest;

use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{DeclaredSingleUse, SingleUse, SingleUseKey};

/// A page shown to a person, or a ticket given to a caller, claimed when it is answered.
pub(super) const INTERACTION: DeclaredSingleUse = DeclaredSingleUse::new(2, "interaction");

/// The entry of a nonce, which must not exist yet.
pub(crate) fn claim((service, nonce): (ServiceId, &[u8; 16]), expires: Timestamp, now: Timestamp) -> Box<SingleUse> {
    claim_of((service, SingleUseKey(digest::sha256(nonce))), expires, now)
}

/// The same for a key.
pub(super) fn claim_of(
    (service, key): (ServiceId, SingleUseKey),
    expires: Timestamp,
    now: Timestamp,
) -> Box<SingleUse> {
    Box::new(SingleUse {
        kind: INTERACTION.kind,
        key,
        service,
        grant: None,
        expires,
        used: Some(now),
        payload: Vec::new(),
    })
}
