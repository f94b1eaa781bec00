//! The ledger and its six verbs: mint, inspect, list, amend, exchange, revoke.
//!
//! Faces call the verbs and nothing else. What a grant or an administrator decides arrives as a [`Plan`]; the executor
//! in `mint.rs` is the only code that makes a token, `inspect.rs` the only code that says whether one is valid.

mod admit;
mod amend;
pub(crate) mod check;
mod descent;
mod doubts;
mod ending;
mod fallen;
mod following;
mod holds;
mod hooks;
mod ids;
mod inspect;
mod list;
mod mint;
mod named_text;
mod open;
mod permitted;
mod plan;
mod recipient;
mod refuse;
mod reply;
mod reserved;
mod revoke;
mod revoke_many;
mod secrets;
mod settle;
pub(crate) mod single_use;
mod subjects;
mod succession;
mod successor;
mod text;
mod touched;
mod unanswered;
mod unchanged;
mod values;

use std::sync::Arc;

use jeton_jose::digest::MacKey;

pub use amend::Amendment;
pub(crate) use descent::Lineage;
pub use ending::{Ending, Reach};
pub use hooks::{EndRule, Hooks, MintObserver, MintRule};
pub use inspect::{Dead, Inspection, Verdict};
pub use mint::Exchanged;
pub use open::{Options, Ports};
pub use plan::{Family, Given, IdTokenPlan, Issued, MintedToken, NewGrant, Plan, Spend, TokenPlan};
pub use recipient::{IdTokenReader, Recipient};
pub use refuse::Denial;
pub use revoke::Revocation;
pub(crate) use revoke_many::Turn;
use secrets::Secrets;
pub(crate) use settle::Kept;
use settle::Memory;
pub(crate) use succession::ROTATED_TO;
pub(crate) use unchanged::Anew;

use crate::api_tokens::{LeakReports, Uses};
use crate::client_auth::SecretGuesses;
use crate::clock::{Clock, Timestamp};
use crate::confirmation::Confirmation;
use crate::device::DeviceMemory;
use crate::directory::Directory;
use crate::entropy::Entropy;
use crate::keys::Keyring;
use crate::logout::Queues;
use crate::outbound::Outbound;
use crate::people::{Guesses, Hashing};
use crate::refusal_log::RefusalLog;
use crate::registration::Registrations;
use crate::strangers::Strangers;
use crate::suspension::Active;
use crate::trusted_keys::TrustedKeys;
use crate::uma::providers::Providers;

/// The product. Cheap to share by [`Arc`].
pub struct Ledger {
    store: Kept,
    entropy: Arc<dyn Entropy>,
    ids: ids::IdBlocks,
    hooks: Hooks,
    secrets: Secrets,
    /// Password hashing takes a core each: as many at once as there are cores.
    hashing: Arc<Hashing>,
    guesses: Guesses,
    /// Wrong secrets of clients and programs.
    secret_guesses: SecretGuesses,
    /// Marks the browsers in which somebody signed in.
    known_browsers: MacKey,
    devices: DeviceMemory,
    refusals: RefusalLog,
    outbound: Arc<dyn Outbound>,
    pub(crate) trusted_keys: TrustedKeys,
    registrations: Registrations,
    used_up: single_use::UsedUp,
    last_look: subjects::LastLook,
    pub(crate) providers: Providers,
    pub(crate) confirmation: Confirmation,
    uses: Uses,
    leak_reports: LeakReports,
    /// Records of people are read, changed and written one after another, so that no change takes back another.
    user_writes: tokio::sync::Mutex<()>,
    pub(crate) strangers: Strangers,
    pub(crate) queues: Queues,
}

impl Ledger {
    /// Now, by the injected clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.store.memory.clock.now()
    }

    /// Services, clients and users.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.store.memory.directory
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

    /// The network.
    #[must_use]
    pub fn outbound(&self) -> &dyn Outbound {
        &*self.outbound
    }

    pub(crate) fn store(&self) -> &Kept {
        &self.store
    }

    /// What this process remembers.
    fn memory(&self) -> &Memory {
        &self.store.memory
    }

    /// Which suspensions are active.
    pub(crate) fn suspended(&self) -> &Active {
        &self.store.memory.suspended
    }

    pub(crate) fn notices(&self) -> &tokio::sync::Notify {
        self.queues.rung()
    }

    pub(crate) fn registrations(&self) -> &Registrations {
        &self.registrations
    }

    pub(crate) fn guesses(&self) -> &Guesses {
        &self.guesses
    }

    pub(crate) fn devices(&self) -> &DeviceMemory {
        &self.devices
    }

    pub(crate) fn uses(&self) -> &Uses {
        &self.uses
    }

    pub(crate) fn leak_reports(&self) -> &LeakReports {
        &self.leak_reports
    }

    pub(crate) fn user_writes(&self) -> &tokio::sync::Mutex<()> {
        &self.user_writes
    }

    pub(crate) fn secret_guesses(&self) -> &SecretGuesses {
        &self.secret_guesses
    }

    pub(crate) fn known_browsers(&self) -> &MacKey {
        &self.known_browsers
    }

    pub(crate) fn hashing(&self) -> &Arc<Hashing> {
        &self.hashing
    }

    /// The clock itself, for who looks at it more than once.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.store.memory.clock
    }
}
