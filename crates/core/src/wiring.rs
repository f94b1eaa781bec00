//! The wired product: the ledger and all features.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::seal::SealKey;

use jeton_administration::{Administration, Capabilities};
use jeton_backend::Backend;
use jeton_backend::services::BackendRule;
use jeton_ledger::uses::TrackUse;
use jeton_ledger::{Ledger, ledger};
use jeton_model::outbound::{NoOutbound, Outbound};
use jeton_model::{Clock, Entropy, Refusal, Store};
use jeton_oauth::logout::Queues;
use jeton_oauth::registration::{ClientUse, UseOfClients};
use jeton_oauth::token_endpoint::{GrantType, names_of};
use jeton_oauth::{Given, IdTokenRule, OAuth, ProfileRule};
use jeton_people::confirmation::{Limits, NoSender, Sender};
use jeton_people::participation::LogoutNotices;
use jeton_people::{People, PeopleOptions, UnauthenticatedLimits};
use jeton_robots::{RobotRenewals, Robots, SharedSettings};

use crate::{grants, kinds, refusals};

/// The ledger and its features. Each holds those below it.
pub struct Jeton {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// People and their sessions.
    pub people: Arc<People>,
    /// Administration.
    pub administration: Arc<Administration>,
    /// OAuth, OpenID Connect and UMA.
    pub oauth: Arc<OAuth>,
    /// The backend of other authorization servers.
    pub backend: Arc<Backend>,
    /// Robots.
    pub robots: Arc<Robots>,
}

/// The settings that an operator can change.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bound of the in-memory cache, in tokens.
    pub max_tokens: usize,
    /// How late another node's revocation may be noticed; zero: every inspection reads the store.
    pub revocation_bound: Duration,
    /// How many passwords are hashed at the same time.
    pub hashing: usize,
    /// How many confirmation codes are sent, and to which numbers.
    pub confirmation: Limits,
    /// For which tokens uses are recorded.
    pub track_use: TrackUse,
    /// The limits on writes by unauthenticated callers.
    pub unauthenticated: UnauthenticatedLimits,
}

impl Default for Options {
    fn default() -> Self {
        let (ledger, people) = (ledger::Options::default(), PeopleOptions::default());
        Self {
            max_tokens: ledger.max_tokens,
            revocation_bound: ledger.revocation_bound,
            hashing: people.hashing,
            confirmation: people.confirmation,
            track_use: ledger.track_use,
            unauthenticated: UnauthenticatedLimits::of(kinds::single_use_kinds()),
        }
    }
}

/// What the product needs from outside.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub entropy: Arc<dyn Entropy>,
    /// The network.
    pub outbound: Arc<dyn Outbound>,
    /// The telephone network.
    pub sender: Arc<dyn Sender>,
}

impl Ports {
    /// Ports without a network: every request is refused until `outbound` is set, and no code is sent until `sender` is.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { store, clock, entropy, outbound: Arc::new(NoOutbound), sender: Arc::new(NoSender) }
    }
}

/// What a feature outside these crates adds.
#[derive(Default)]
pub struct Additions {
    /// Hooks that run after the product's own.
    pub hooks: ledger::Hooks,
    /// Grants beside those of [`served`](grants::served), which take precedence over one of the same name.
    pub grants: Vec<&'static dyn GrantType>,
}

impl Jeton {
    /// Opens the ledger and connects its features: reads services and keys, nothing that grows with the number of tokens.
    ///
    /// # Errors
    /// When the store fails or the seal key does not open the signing keys.
    pub async fn open(ports: Ports, seal: SealKey, options: Options) -> Result<Arc<Self>, Refusal> {
        Self::open_with(ports, seal, options, Additions::default()).await
    }

    /// The same, with additional features.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(
        ports: Ports,
        seal: SealKey,
        options: Options,
        more: Additions,
    ) -> Result<Arc<Self>, Refusal> {
        let Ports { store, clock, entropy, outbound, sender } = ports;
        let Options { max_tokens, revocation_bound, hashing, confirmation, track_use, unauthenticated } = options;
        let (queues, client_use) = (Queues::default(), Arc::new(ClientUse::default()));
        let robot_settings = SharedSettings::default();
        let mut hooks = ledger::Hooks {
            mint_rules: vec![Box::new(BackendRule), Box::new(ProfileRule), Box::new(IdTokenRule)],
            end_rules: vec![Box::new(LogoutNotices::new(queues.bell()))],
            observers: vec![Box::new(UseOfClients(Arc::clone(&client_use)))],
            renewals: vec![Box::new(RobotRenewals(Arc::clone(&robot_settings)))],
            refusals: refusals::kinds().collect(),
        };
        hooks.extend(more.hooks);
        let ledger_options = ledger::Options { max_tokens, revocation_bound, track_use };
        let ledger = Ledger::open(ledger::Ports { store, clock, entropy }, &seal, ledger_options, hooks).await?;
        let people_options = PeopleOptions { hashing, confirmation, unauthenticated };
        let people = Arc::new(People::new(Arc::clone(&ledger), sender, &seal, people_options)?);
        let grants: Vec<_> = grants::served().chain(more.grants).collect();
        let grant_types = grants.iter().copied().flat_map(names_of).collect();
        let capabilities = Capabilities { grant_types, response_types: crate::grants::response_types() };
        let administration = Arc::new(Administration::new(Arc::clone(&people), capabilities));
        let permissions: Option<&'static dyn jeton_oauth::introspection::Permissions> = Some(&jeton_uma::Reported);
        let given = Given { outbound: Arc::clone(&outbound), queues, client_use, grants, permissions };
        let oauth = Arc::new(OAuth::new(Arc::clone(&administration), given));
        let backend = Arc::new(Backend::new(Arc::clone(&oauth)));
        let robots = Arc::new(Robots::new(Arc::clone(&administration), outbound, robot_settings));
        Ok(Arc::new(Self { ledger, people, administration, oauth, backend, robots }))
    }
}
