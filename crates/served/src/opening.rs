//! Opens a house: chooses the store, the issuer and the ports.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::confirmation::{Limits, Sender};
use jeton_core::model::Settings;
use jeton_core::prodmanager::{self, TokenApi};
use jeton_core::{Entropy, Options, Outbound, Store, SystemEntropy, UnauthenticatedLimits};
use jeton_face_iam::{IamRules, LiveRules};
use jeton_store_postgres::PostgresStore;
use jeton_store_sqlite::SqliteStore;
use jeton_testkit::postgres::PostgresServer;
use jeton_testkit::{FakeClock, FakeOutbound, FaultyStore, ModelStore, TestLedger};
use jeton_wire::Addresses;
use tempfile::TempDir;

use crate::{House, ISSUER, PASSWORD, Phones, USER, router};

/// The store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The reference store in memory.
    Model,
    /// A file in its own folder.
    Sqlite,
    /// Its own database on the server that the tests share.
    Postgresql,
}

/// The settings of a house. By default: the model store, [`ISSUER`], the usual settings, and alice as the only user.
pub struct Opening {
    store: Option<Arc<dyn Store>>,
    clock: Arc<FakeClock>,
    folder: Option<Arc<TempDir>>,
    issuer: String,
    settings: Settings,
    options: Options,
    entropy: Arc<dyn Entropy>,
    network: Arc<FakeOutbound>,
    outbound: Option<Arc<dyn Outbound>>,
    sender: Option<Arc<dyn Sender>>,
    rules: IamRules,
    api_tokens: Option<prodmanager::Options>,
    has_alice: bool,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            store: None,
            clock: Arc::default(),
            folder: None,
            issuer: ISSUER.to_owned(),
            settings: Settings::default(),
            options: Options::default(),
            entropy: Arc::new(SystemEntropy),
            network: Arc::default(),
            outbound: None,
            sender: None,
            rules: IamRules::default(),
            api_tokens: None,
            has_alice: true,
        }
    }
}

impl Opening {
    /// On an engine.
    pub async fn on(engine: Engine) -> Self {
        match engine {
            Engine::Model => Self::default(),
            Engine::Sqlite => Self::on_files(Arc::new(tempfile::tempdir().unwrap()), Arc::default()),
            Engine::Postgresql => Self::on_database(&PostgresServer::shared().database(), Arc::default()).await,
        }
    }

    /// On SQLite, in a folder that may contain a database.
    pub fn on_files(folder: Arc<TempDir>, clock: Arc<FakeClock>) -> Self {
        let options = jeton_store_sqlite::Options { clock: clock.clone(), ..Default::default() };
        let store = SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap();
        Self { clock, folder: Some(folder), ..Self::on_store(Arc::new(store)) }
    }

    /// On a PostgreSQL database.
    pub async fn on_database(url: &str, clock: Arc<FakeClock>) -> Self {
        let mut options = jeton_store_postgres::Options::default();
        options.clock = clock.clone();
        Self { clock, ..Self::on_store(Arc::new(PostgresStore::connect(url, options).await.unwrap())) }
    }

    /// On a store.
    pub fn on_store(store: Arc<dyn Store>) -> Self {
        Self { store: Some(store), ..Self::default() }
    }

    /// With a store that can be made to fail.
    #[must_use]
    pub fn that_fails(mut self) -> (Self, Arc<FaultyStore>) {
        let faulty = FaultyStore::over(self.store.take().unwrap_or_else(|| Arc::new(ModelStore::new())));
        (Self { store: Some(faulty.clone()), ..self }, faulty)
    }

    /// With another clock, which the store must use as well.
    #[must_use]
    pub fn by(self, clock: Arc<FakeClock>) -> Self {
        Self { clock, ..self }
    }

    /// For another issuer.
    #[must_use]
    pub fn issuer(self, issuer: &str) -> Self {
        Self { issuer: issuer.to_owned(), ..self }
    }

    /// With other settings.
    #[must_use]
    pub fn settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// With another limit on how late a node may notice a revocation.
    #[must_use]
    pub fn revocation_bound(self, revocation_bound: Duration) -> Self {
        let options = Options { revocation_bound, ..self.options };
        Self { options, ..self }
    }

    /// With other limits on entries that requests without authentication create.
    #[must_use]
    pub fn unauthenticated(self, unauthenticated: UnauthenticatedLimits) -> Self {
        let options = Options { unauthenticated, ..self.options };
        Self { options, ..self }
    }

    /// With another source of randomness.
    #[must_use]
    pub fn entropy(self, entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy, ..self }
    }

    /// With another port for outgoing requests.
    #[must_use]
    pub fn outbound(self, outbound: Arc<dyn Outbound>) -> Self {
        Self { outbound: Some(outbound), ..self }
    }

    /// With a sender of messages, and limits on what it sends.
    #[must_use]
    pub fn sender(self, sender: Arc<dyn Sender>, confirmation: Limits) -> Self {
        let options = Options { confirmation, ..self.options };
        Self { sender: Some(sender), options, ..self }
    }

    /// With other rules for INDIGO IAM's face.
    #[must_use]
    pub fn rules(self, rules: IamRules) -> Self {
        Self { rules, ..self }
    }

    /// With `ProdManager`'s face.
    #[must_use]
    pub fn api_tokens(self, options: prodmanager::Options) -> Self {
        Self { api_tokens: Some(options), ..self }
    }

    /// Without alice.
    #[must_use]
    pub fn empty(self) -> Self {
        Self { has_alice: false, ..self }
    }

    /// Opens the house.
    pub async fn open(self) -> House {
        let model = self.store.is_none().then(|| Arc::new(ModelStore::new()));
        let store = self.store.or_else(|| model.clone().map(|model| model as Arc<dyn Store>)).unwrap();
        let outbound = self.outbound.unwrap_or_else(|| self.network.clone());
        let ledger = TestLedger::on(Arc::clone(&store), &self.clock);
        let sender = self.sender.unwrap_or_else(|| Arc::clone(&ledger.sender));
        let ledger = TestLedger { entropy: self.entropy, outbound, sender, options: self.options, ..ledger };
        let jeton = ledger.open().await;
        let mut all = jeton.ledger.entities().services().into_iter();
        let known = all.find(|service| *service.issuer == *self.issuer);
        let is_new = known.is_none();
        let service = match known {
            Some(service) => service.id,
            None => {
                let (local, administration) = (Caller::local(), &jeton.administration);
                administration.put_service(&local, None, "Harbour", &self.issuer, self.settings).await.unwrap().id
            }
        };
        let token_api = match self.api_tokens {
            Some(options) => {
                jeton.administration.ensure_key(service, options.algorithm).await.unwrap();
                Some(Arc::new(TokenApi::open(options).unwrap()))
            }
            None => None,
        };
        let router = router(&jeton, service, LiveRules::from(self.rules), token_api);
        let house = House {
            jeton,
            clock: self.clock,
            store,
            service,
            router,
            addresses: Addresses::default(),
            network: self.network,
            folder: self.folder,
            model,
        };
        house.also_serves(&[]);
        if is_new && self.has_alice {
            house.person(USER, PASSWORD).await;
        }
        house
    }
}

impl House {
    /// On the model store.
    pub async fn new() -> Self {
        Self::on_the_model().await
    }

    /// On the model store.
    pub async fn on_the_model() -> Self {
        Opening::default().open().await
    }

    /// On a file.
    pub async fn on_sqlite() -> Self {
        Opening::on(Engine::Sqlite).await.open().await
    }

    /// On a database.
    pub async fn on_postgresql() -> Self {
        Opening::on(Engine::Postgresql).await.open().await
    }

    /// On the model store, with faults.
    pub async fn that_fails() -> (Self, Arc<FaultyStore>) {
        let (opening, store) = Opening::default().that_fails();
        (opening.open().await, store)
    }

    /// On the model store, with another issuer or other settings.
    pub async fn with(issuer: &str, settings: Settings) -> Self {
        Opening::default().issuer(issuer).settings(settings).open().await
    }

    /// The house on SQLite after a restart of its process.
    pub async fn restarted(self) -> Self {
        self.jeton.ledger.close().await.unwrap();
        let (clock, folder) = (Arc::clone(&self.clock), self.folder.clone().unwrap());
        drop(self);
        Opening::on_files(folder, clock).open().await
    }

    /// Another ledger on the same store, as after a restart or on a second node.
    pub async fn another_node(&self, phones: &Arc<Phones>, limits: Limits) -> Self {
        let opening = Opening::on_store(Arc::clone(&self.store)).by(Arc::clone(&self.clock));
        let sender: Arc<dyn Sender> = phones.clone();
        Self { folder: self.folder.clone(), ..opening.sender(sender, limits).open().await }
    }
}
