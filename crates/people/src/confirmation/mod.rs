//! Confirmation codes: six digits sent to a telephone number and entered in place of a password
//! (`docs/contracts/oauth-token-endpoint.md` section 11).
//!
//! The answer to a request for a code is the same, in the same time, whether the number has an account or not: sending
//! does not look at users.
//!
//! Limits that protect a person are in the store, so they hold across nodes and restarts: the gap between two codes and
//! the codes per day of one number ([`sends`]), the attempts at one code and its single use ([`code`]). Limits that
//! keep one address from using up a number's codes, and that limit the operator's costs, are counted in memory, per
//! node ([`volume`]).
//!
//! No limit blocks a number, an address or a day for long: beyond it a code is still sent from time to time. That code
//! goes to the number's owner, whoever asked for it, and signs them in.

mod ask;
mod code;
mod limits;
mod redeem;
pub mod refusals;
mod sender;
mod sends;
mod volume;

pub use ask::ask;
pub use code::CONFIRMATION_CODE;
pub use limits::Limits;
pub use sender::{Message, NoSender, SendError, Sender};

pub(crate) use redeem::{Redeemed, redeem};
use std::sync::Arc;

use jeton_jose::digest::MacKey;
use jeton_jose::seal::{SealError, SealKey};

use volume::Volume;

/// The state of the confirmation codes.
pub(crate) struct Confirmation {
    sender: Arc<dyn Sender>,
    limits: Limits,
    /// Hides numbers and codes in the store.
    mac: MacKey,
    volume: Volume,
}

impl Confirmation {
    pub(crate) fn new(sender: Arc<dyn Sender>, limits: Limits, seal: &SealKey) -> Result<Self, SealError> {
        let mac = seal.derive_mac("jeton confirmation codes")?;
        let volume = Volume::new(&limits);
        Ok(Self { sender, limits, mac, volume })
    }
}
