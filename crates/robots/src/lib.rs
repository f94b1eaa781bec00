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
mod robot;
pub mod settings;
mod text;

use std::sync::Arc;

use arc_swap::ArcSwap;

use jeton_administration::Administration;
use jeton_ledger::Ledger;
use jeton_model::Refusal;
use jeton_model::outbound::Outbound;
use jeton_model::records::Service;
use jeton_model::refusal::Kind;
use jeton_model::refusals::NOT_FOUND;
use jeton_people::People;

use accounts::SignUps;

pub use aws::{NotSts, StsOptions, StsSettings};
pub use presented::{Bundle, Presented, StsCredentials};
pub use settings::RobotSettings;
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
    settings: ArcSwap<RobotSettings>,
    pub(crate) sign_ups: SignUps,
}

impl Robots {
    /// Robots of a ledger, with the default settings: no app key is known.
    #[must_use]
    pub fn new(administration: Arc<Administration>, outbound: Arc<dyn Outbound>) -> Self {
        Self {
            ledger: Arc::clone(&administration.ledger),
            people: Arc::clone(&administration.people),
            administration,
            outbound,
            settings: ArcSwap::default(),
            sign_ups: SignUps::default(),
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
    /// [`NOT_FOUND`] when it was deleted.
    pub(crate) fn service(&self) -> Result<Arc<Service>, Refusal> {
        let id = self.settings.load().service;
        self.ledger.entities().service(id).ok_or_else(|| NOT_FOUND.with("service"))
    }
}
