//! The ledger and its six verbs: mint, inspect, list, amend, exchange, revoke.
//!
//! Features call these and nothing else:
//!
//! - **The verbs**: [`mint`](Ledger::mint), [`exchange`](Ledger::exchange), [`inspect`](Ledger::inspect) (and
//!   [`admit`](Ledger::admit), for what this server protects itself), [`list`](Ledger::list), [`amend`](Ledger::amend),
//!   [`revoke`](Ledger::revoke) (a [family](Ledger::revoke_family), or [many](Ledger::revoke_matching)).
//! - **The reads**: one [`token`](Ledger::token) or [`grant`](Ledger::grant), services, clients and users in the
//!   [`entities`](Ledger::entities), everything else in the [`store`](Ledger::store), which only reads.
//! - **The one way to write records**: [`apply`](Ledger::apply), which also updates the caches of this process;
//!   [`applied`](Ledger::applied) for writes without a precondition, [`put_over`](Ledger::put_over) for writes that replace a
//!   record that was read.
//! - **What it gives access to**: [`keys`](Ledger::keys), [`secrets`](Ledger::secrets), [`uses`](Ledger::uses),
//!   [`suspended`](Ledger::suspended), [`single_use`](Ledger::single_use), [`replies`](Ledger::replies),
//!   [`refusals`](Ledger::refusals).
//!
//! Grants and administrators describe what they decide in a [`Plan`]; the executor in `mint.rs` is the only code that makes a
//! token, and `inspect.rs` the only code that decides whether one is valid.

mod admit;
mod amend;
pub(crate) mod check;
mod client_mac;
mod descent;
mod device;
pub mod documents;
mod ending;
mod ends;
mod following;
mod given;
mod holds;
mod hooks;
mod ids;
mod inspect;
mod inspection;
mod last_used;
mod list;
mod memory;
mod mint;
mod mint_together;
mod named_text;
mod one_at_a_time;
mod open;
mod orphaned;
mod permitted;
mod plan;
mod properties;
mod recipient;
mod reconciliation;
mod refuse;
mod reply;
mod reserved;
mod revoke;
mod revoke_many;
mod sealed;
mod secrets;
mod settle;
mod signed_copy;
mod signing;
pub mod single_use;
mod subjects;
mod succession;
mod successor;
mod text;
mod touched;
mod unanswered;
mod unchanged;
mod values;

use std::sync::Arc;

pub use admit::Relying;

pub use amend::{Amended, AmendedFamily, Amendment, FamilyAmendment};
pub use check::LONGEST_LIFETIME;
pub use client_mac::sign_jwt_for;
pub use descent::Lineage;
pub use device::DeviceChange;
pub use ending::{Ending, RevocationScope};
pub use hooks::{EndRule, Hooks, MintObserver, MintRule, Renewal};
pub use inspection::{Inactive, Inspection, Verdict};
pub use last_used::Uses;
use memory::Memory;
pub use mint::Exchanged;
pub use mint_together::{NotMinted, Trial};
pub use open::{Options, Ports, Remembered};
pub use plan::{
    CompleteDevice, Family, Given, GivenText, IdTokenPlan, Issued, MintPrecondition, MintedToken, NewGrant, Plan,
    TokenPlan,
};
pub use recipient::{IdTokenReader, Recipient};
pub use refuse::Denial;
pub use reply::Replies;
pub use revoke::Revocation;
pub use revoke_many::Turn;
pub use secrets::Secrets;
use settle::Kept;
pub use single_use::SingleUses;
pub use succession::ROTATED_TO;
pub use unchanged::Attempts;

use crate::entity_cache::EntityCache;
use crate::keys::Keyring;
use crate::refusal_log::RefusalLog;
use crate::suspension::Active;
use jeton_model::Refusal;
use jeton_model::clock::{Clock, Timestamp};
use jeton_model::entropy::Entropy;
use jeton_model::records::DeclaredSingleUse;
use jeton_model::store::StoreReads;

/// The single-use kinds of the ledger's verbs.
pub(crate) const SINGLE_USE_KINDS: &[DeclaredSingleUse] =
    &[amend::NEW_TEXT, reply::REFRESH_REPLY, single_use::ASSERTION_ID, succession::SUCCESSION, unanswered::UNANSWERED];

/// The ledger. Shared by [`Arc`].
pub struct Ledger {
    store: Kept,
    entropy: Arc<dyn Entropy>,
    ids: ids::IdBlocks,
    hooks: Hooks,
    secrets: Secrets,
    refusals: RefusalLog,
    single_use: SingleUses,
    last_look: subjects::LastLook,
    uses: Uses,
    turns: one_at_a_time::Turns,
}

impl Ledger {
    /// The time by the injected clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.store.memory.clock.now()
    }

    /// Services, clients and users.
    #[must_use]
    pub fn entities(&self) -> &EntityCache {
        &self.store.memory.entities
    }

    /// Signing keys.
    #[must_use]
    pub fn keys(&self) -> &Keyring {
        &self.store.memory.keys
    }

    /// The random source.
    #[must_use]
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// The latest refusals.
    #[must_use]
    pub fn refusals(&self) -> &RefusalLog {
        &self.refusals
    }

    /// The store, for reading. Writes go through [`Self::apply`], which also updates the caches of this process:
    ///
    /// ```compile_fail,E0599
    /// fn past_memory(ledger: &jeton_ledger::Ledger, command: jeton_model::store::Command) {
    ///     drop(ledger.store().apply(command));
    /// }
    /// ```
    #[must_use]
    pub fn store(&self) -> &dyn StoreReads {
        &*self.store
    }

    /// What this process caches.
    fn memory(&self) -> &Memory {
        &self.store.memory
    }

    /// The active suspensions.
    pub fn suspended(&self) -> &Active {
        &self.store.memory.suspended
    }

    /// When tokens were last used.
    #[must_use]
    pub fn uses(&self) -> &Uses {
        &self.uses
    }

    /// The keys derived for one purpose each, and what is encrypted with them.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// What may be presented only once.
    #[must_use]
    pub fn single_use(&self) -> &SingleUses {
        &self.single_use
    }

    /// Earlier answers, to repeat them.
    #[must_use]
    pub fn replies(&self) -> Replies<'_> {
        Replies { ledger: self }
    }

    /// A number for a new record of any kind.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn new_number(&self) -> Result<u64, Refusal> {
        Ok(self.ids.next().await?)
    }

    /// The clock itself, for callers that read it more than once.
    pub fn clock(&self) -> &dyn Clock {
        &*self.store.memory.clock
    }
}
