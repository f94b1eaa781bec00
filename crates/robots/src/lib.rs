//! Vector robots (`docs/contracts/vector.md`): what the token manager of these robots decides, on Jeton's ledger. Nothing here
//! knows HTTP or protobuf.
//!
//! - A robot is a [device](jeton_model::records::Device): its name is proven by its factory certificate ([`identity`]), and its
//!   record holds its owner and the hashes of its last JWTs ([`robot`]).
//! - [`calls`] are the calls of robots and of the services around them.
//! - [`documents`] are what a robot reads: the tokens of its apps, and its settings.
//! - [`accounts`] are its owner's sessions.
//! - [`administer`] is what administrators see and do.
//!
//! The owner's association with a robot is a grant. The robot's JWTs and the tokens of its apps belong to it, so whoever ends one
//! JWT, through any API, ends all of them.

pub mod accounts;
pub mod administer;
mod app_key;
mod app_token;
mod aws;
pub mod calls;
pub mod documents;
pub mod identity;
mod minted;
mod presented;
pub mod refusals;
mod renewals;
mod robot;
pub mod settings;
mod text;

use std::sync::Arc;

use jeton_administration::Administration;
use jeton_ledger::Ledger;
use jeton_ledger::refusals::SERVICE_DISABLED;
use jeton_model::Refusal;
use jeton_model::outbound::Outbound;
use jeton_model::records::Service;
use jeton_model::refusal::Kind;
use jeton_people::People;

use accounts::{AccountLimits, SignUps};

pub use aws::{NotSts, StsOptions, StsSettings};
pub use presented::{Bundle, Presented, StsCredentials};
pub use renewals::RobotRenewals;
pub use settings::{RobotSettings, SharedSettings};
pub use text::timestamp_text;

/// The refusals that are declared in this crate, by file.
pub const REFUSALS: &[&[&Kind]] = &[refusals::KINDS];

/// Robots, their owners' accounts and their apps. Made by the wiring.
pub struct Robots {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// The people who own robots.
    pub people: Arc<People>,
    pub(crate) administration: Arc<Administration>,
    /// Outgoing requests.
    pub(crate) outbound: Arc<dyn Outbound>,
    settings: SharedSettings,
    pub(crate) sign_ups: SignUps,
    pub(crate) account_limits: AccountLimits,
}

impl Robots {
    /// Robots of a ledger. `settings`: what [`Self::configure`] replaces; by default no app key is known.
    #[must_use]
    pub fn new(administration: Arc<Administration>, outbound: Arc<dyn Outbound>, settings: SharedSettings) -> Self {
        Self {
            ledger: Arc::clone(&administration.ledger),
            people: Arc::clone(&administration.people),
            administration,
            outbound,
            settings,
            sign_ups: SignUps::default(),
            account_limits: AccountLimits::default(),
        }
    }

    /// Replaces the settings. The next call uses them.
    pub fn configure(&self, settings: RobotSettings) {
        self.settings.store(Arc::new(settings));
    }

    /// The settings now.
    #[must_use]
    pub fn settings(&self) -> Arc<RobotSettings> {
        self.settings.load_full()
    }

    /// The service that robots belong to.
    ///
    /// # Errors
    /// [`SERVICE_DISABLED`] while it is disabled, or deleted.
    pub(crate) fn service(&self) -> Result<Arc<Service>, Refusal> {
        let id = self.settings.load().service;
        self.ledger.entities().service(id).filter(|service| service.enabled).ok_or(SERVICE_DISABLED)
    }
}
