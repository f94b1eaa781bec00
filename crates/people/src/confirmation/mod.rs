//! Confirmation codes: six digits sent to a telephone number and given back in place of a password
//! (`docs/contracts/oauth-token-endpoint.md` section 11).
//!
//! Who asks is told the same, as fast, whether the number is somebody's or not: sending does not look at the users.
//!
//! What protects a person is in the store, so it holds over nodes and restarts: the gap between two codes and the codes a day
//! of one number ([`sends`]), the tries of one code and its single use ([`code`]). What keeps one address from using up a
//! number's codes, and what protects the operator's bill, is counted in memory, per node ([`volume`]).
//!
//! No limit closes a number, an address or a day for long: beyond it a code still goes out now and then. That code reaches
//! the number's owner whoever asked for it, and signs them in.

mod ask;
mod code;
mod limits;
mod redeem;
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

/// What a ledger holds for it.
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
