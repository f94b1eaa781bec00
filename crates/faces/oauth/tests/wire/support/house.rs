//! A ledger with one service, one person, and the clients a test asks for.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jeton_core::administration::{Caller, NewClient, NewUser};
use jeton_core::confirmation::{Limits, Sender};
use jeton_core::ids::{ClientId, ServiceId};
use jeton_core::model::{AuthMethod, Client, Settings, User};
use jeton_core::store::{Page, TokenFilter};
use jeton_core::{Entropy, Jeton, Outbound, Secret, Store, StrangerLimits, SystemEntropy};
use jeton_core::{Options, Ports};
use jeton_face_oauth::{OauthState, router};
use jeton_jose::seal::SealKey;
use jeton_store_postgres::PostgresStore;
use jeton_store_sqlite::SqliteStore;
use jeton_testkit::postgres::PostgresServer;
use jeton_testkit::{FakeClock, FakeOutbound, FaultyStore, ModelStore, sample};
use tempfile::TempDir;

use super::{Ask, Jwt, Phones, Reply};

pub(crate) const ISSUER: &str = "https://id.example";
/// The grant of RFC 8628.
pub(crate) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The grant of RFC 8693.
pub(crate) const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// The grant of RFC 7523 section 2.1.
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub(crate) const USER: &str = "alice";
pub(crate) const PASSWORD: &str = "correct horse + battery";

/// What is behind the port.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Engine {
    Model,
    Sqlite,
    Postgresql,
}

/// What a test talks to.
pub(crate) struct House {
    pub(crate) jeton: Arc<Jeton>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) service: ServiceId,
    pub(crate) router: Router,
    /// Where the ledger's questions to other machines go.
    pub(crate) network: Arc<FakeOutbound>,
    folder: Option<Arc<TempDir>>,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::on_the_model().await
    }

    pub(crate) async fn on_the_model() -> Self {
        Self::with(ISSUER, Settings::default()).await
    }

    /// On the model, with faults.
    pub(crate) async fn that_fails() -> (Self, Arc<FaultyStore>) {
        let store = FaultyStore::over(Arc::new(ModelStore::new()));
        let shared: Arc<dyn Store> = store.clone();
        let settings = (ISSUER, Settings::default());
        (Self::open(shared, Arc::default(), None, settings, Arc::new(SystemEntropy)).await, store)
    }

    /// On the model, with another issuer or policy.
    pub(crate) async fn with(issuer: &str, settings: Settings) -> Self {
        Self::open(Arc::new(ModelStore::new()), Arc::default(), None, (issuer, settings), Arc::new(SystemEntropy)).await
    }

    /// On the model, with another source of randomness.
    pub(crate) async fn drawing_from(entropy: Arc<dyn Entropy>) -> Self {
        Self::open(Arc::new(ModelStore::new()), Arc::default(), None, (ISSUER, Settings::default()), entropy).await
    }

    /// On the model, where strangers have less written.
    pub(crate) async fn bounding(strangers: StrangerLimits) -> Self {
        let clock: Arc<FakeClock> = Arc::default();
        let ports = Ports::new(Arc::new(ModelStore::new()), clock.clone(), Arc::new(SystemEntropy));
        let options = Options { strangers, ..Options::default() };
        Self::on((ports, Arc::default()), options, clock, None, (ISSUER, Settings::default())).await
    }

    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<FakeClock> = Arc::default();
        let now: Arc<dyn jeton_core::Clock> = clock.clone();
        let options = jeton_store_sqlite::Options { clock: now, ..Default::default() };
        let store = SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap();
        let settings = Settings::default();
        Self::open(Arc::new(store), clock, Some(folder), (ISSUER, settings), Arc::new(SystemEntropy)).await
    }

    pub(crate) async fn on_postgresql() -> Self {
        let clock: Arc<FakeClock> = Arc::default();
        let now: Arc<dyn jeton_core::Clock> = clock.clone();
        let mut options = jeton_store_postgres::Options::default();
        options.clock = now;
        let url = PostgresServer::shared().database();
        let store = Arc::new(PostgresStore::connect(&url, options).await.unwrap());
        Self::open(store, clock, None, (ISSUER, Settings::default()), Arc::new(SystemEntropy)).await
    }

    /// The house on SQLite after its process was stopped and started again.
    pub(crate) async fn restarted(self) -> Self {
        self.jeton.ledger.close().await.unwrap();
        let (clock, folder) = (Arc::clone(&self.clock), self.folder.clone().unwrap());
        drop(self);
        let now: Arc<dyn jeton_core::Clock> = clock.clone();
        let options = jeton_store_sqlite::Options { clock: now, ..Default::default() };
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap());
        let network: Arc<FakeOutbound> = Arc::default();
        let entropy = Arc::new(SystemEntropy);
        let ports = Ports { outbound: network.clone(), ..Ports::new(Arc::clone(&store), clock.clone(), entropy) };
        let seal = SealKey::from_bytes(&[7; 32]).unwrap();
        let jeton = Jeton::open(ports, seal, Options::default()).await.unwrap();
        let service = jeton.ledger.directory().service_by_issuer(ISSUER).unwrap().id;
        let router = router(OauthState { oauth: Arc::clone(&jeton.oauth), service });
        Self { jeton, clock, store, service, router, network, folder: Some(folder) }
    }

    async fn open(
        store: Arc<dyn Store>,
        clock: Arc<FakeClock>,
        folder: Option<TempDir>,
        (issuer, settings): (&str, Settings),
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let network: Arc<FakeOutbound> = Arc::default();
        let ports = Ports { outbound: network.clone(), ..Ports::new(store, clock.clone(), entropy) };
        Self::on((ports, network), Options::default(), clock, folder, (issuer, settings)).await
    }

    /// On the model, with a network.
    pub(crate) async fn reaching(outbound: Arc<dyn Outbound>) -> Self {
        let clock: Arc<FakeClock> = Arc::default();
        let ports = Ports::new(Arc::new(ModelStore::new()), clock.clone(), Arc::new(SystemEntropy));
        Self::on(
            (Ports { outbound, ..ports }, Arc::default()),
            Options::default(),
            clock,
            None,
            (ISSUER, Settings::default()),
        )
        .await
    }

    /// On these ports.
    async fn on(
        (ports, network): (Ports, Arc<FakeOutbound>),
        options: Options,
        clock: Arc<FakeClock>,
        folder: Option<TempDir>,
        (issuer, settings): (&str, Settings),
    ) -> Self {
        let store = Arc::clone(&ports.store);
        let jeton = Jeton::open(ports, SealKey::from_bytes(&[7; 32]).unwrap(), options).await.unwrap();
        let admin = Caller::local();
        let service = jeton.administration.put_service(&admin, None, "Harbour", issuer, settings).await.unwrap().id;
        let router = router(OauthState { oauth: Arc::clone(&jeton.oauth), service });
        let house = Self { jeton, clock, store, service, router, network, folder: folder.map(Arc::new) };
        house.person(USER, PASSWORD).await;
        house
    }

    /// On SQLite, with telephones.
    pub(crate) async fn with_phones(phones: &Arc<Phones>, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<FakeClock> = Arc::default();
        let options = jeton_store_sqlite::Options { clock: clock.clone(), ..Default::default() };
        let store = Arc::new(SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap());
        Self::with_phones_on(store, clock, Some(folder), phones, limits).await
    }

    /// On PostgreSQL, with telephones.
    pub(crate) async fn with_phones_on_postgresql(phones: &Arc<Phones>, limits: Limits) -> Self {
        let clock: Arc<FakeClock> = Arc::default();
        let mut options = jeton_store_postgres::Options::default();
        options.clock = clock.clone();
        let store = Arc::new(PostgresStore::connect(&PostgresServer::shared().database(), options).await.unwrap());
        Self::with_phones_on(store, clock, None, phones, limits).await
    }

    async fn with_phones_on(
        store: Arc<dyn Store>,
        clock: Arc<FakeClock>,
        folder: Option<TempDir>,
        phones: &Arc<Phones>,
        limits: Limits,
    ) -> Self {
        let sender: Arc<dyn Sender> = phones.clone();
        let ports = Ports { sender, ..Ports::new(store, clock.clone(), Arc::new(SystemEntropy)) };
        let options = Options { confirmation: limits, ..Options::default() };
        Self::on((ports, Arc::default()), options, clock, folder, (ISSUER, Settings::default())).await
    }

    /// On any engine, with faults and telephones.
    pub(crate) async fn on_what_fails(
        engine: Engine,
        phones: &Arc<Phones>,
        limits: Limits,
    ) -> (Self, Arc<FaultyStore>) {
        let clock: Arc<FakeClock> = Arc::default();
        let mut folder = None;
        let inner: Arc<dyn Store> = match engine {
            Engine::Model => Arc::new(ModelStore::new()),
            Engine::Sqlite => {
                let path = folder.insert(tempfile::tempdir().unwrap()).path().join("jeton.db");
                let options = jeton_store_sqlite::Options { clock: clock.clone(), ..Default::default() };
                Arc::new(SqliteStore::open(&path, options).unwrap())
            }
            Engine::Postgresql => {
                let mut options = jeton_store_postgres::Options::default();
                options.clock = clock.clone();
                Arc::new(PostgresStore::connect(&PostgresServer::shared().database(), options).await.unwrap())
            }
        };
        let store = FaultyStore::over(inner);
        (Self::with_phones_on(store.clone(), clock, folder, phones, limits).await, store)
    }

    /// Another ledger on the same store, as after a restart or on a second node.
    pub(crate) async fn another_node(&self, phones: &Arc<Phones>, limits: Limits) -> Self {
        let sender: Arc<dyn Sender> = phones.clone();
        let ports =
            Ports { sender, ..Ports::new(Arc::clone(&self.store), self.clock.clone(), Arc::new(SystemEntropy)) };
        let options = Options { confirmation: limits, ..Options::default() };
        let jeton = Jeton::open(ports, SealKey::from_bytes(&[7; 32]).unwrap(), options).await.unwrap();
        let router = router(OauthState { oauth: Arc::clone(&jeton.oauth), service: self.service });
        Self { jeton, router, ..self.knocker() }
    }

    /// The same house, for another task to knock at.
    pub(crate) fn knocker(&self) -> Self {
        Self {
            jeton: Arc::clone(&self.jeton),
            clock: Arc::clone(&self.clock),
            store: Arc::clone(&self.store),
            service: self.service,
            router: self.router.clone(),
            network: Arc::clone(&self.network),
            folder: self.folder.clone(),
        }
    }

    /// Where the store's files are.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.as_ref().unwrap().path()
    }

    /// Writes a person.
    pub(crate) async fn person(&self, name: &str, password: &str) -> Arc<User> {
        let claims = serde_json::json!({
            "name": "Alice Doe", "email": "alice@example.org", "email_verified": true, "phone_number": null,
        });
        let user = User {
            service: self.service,
            sub: format!("sub-of-{name}"),
            username: name.into(),
            claims: claims.as_object().unwrap().clone(),
            ..sample::user(0)
        };
        let new = NewUser { user, password: Some(Secret::new(password)) };
        self.jeton.administration.put_user(&Caller::local(), new, true).await.unwrap()
    }

    /// Changes the person.
    pub(crate) async fn change_person(&self, name: &str, change: impl FnOnce(&mut User)) {
        let mut user = self.jeton.administration.show_user(self.service, name).await.unwrap();
        change(&mut user);
        self.jeton.administration.put_user(&Caller::local(), NewUser { user, password: None }, true).await.unwrap();
    }

    /// Writes a client that may do everything, unless `change` says otherwise. With a secret it is registered for
    /// `client_secret_basic`, without one it is public.
    pub(crate) async fn client(
        &self,
        name: &str,
        secret: Option<&str>,
        change: impl FnOnce(&mut Client),
    ) -> Arc<Client> {
        let grants = [
            "authorization_code",
            "client_credentials",
            "password",
            "refresh_token",
            DEVICE_CODE,
            TOKEN_EXCHANGE,
            JWT_BEARER,
        ];
        let mut client = Client {
            service: self.service,
            client_id: ClientId::new(name),
            token_endpoint_auth_method: if secret.is_some() { AuthMethod::ClientSecretBasic } else { AuthMethod::None },
            grant_types: grants.map(str::to_owned).to_vec(),
            response_types: vec!["code".into()],
            redirect_uris: vec!["https://app.example/cb".into()],
            scope: sample::scope("openid profile email offline_access read write"),
            ..sample::client(0)
        };
        change(&mut client);
        let new = NewClient { client, secret: secret.map(Secret::new) };
        self.jeton.administration.put_client(&Caller::local(), new, true).await.unwrap()
    }

    /// Changes a client.
    pub(crate) async fn change_client(&self, name: &str, change: impl FnOnce(&mut Client)) {
        let mut client = self.jeton.administration.show_client(self.service, name).await.unwrap();
        change(&mut client);
        self.jeton.administration.put_client(&Caller::local(), NewClient { client, secret: None }, true).await.unwrap();
    }

    /// Changes the service's policy.
    pub(crate) async fn set(&self, change: impl FnOnce(&mut Settings)) {
        let service = self.jeton.ledger.directory().service(self.service).unwrap();
        let mut settings = service.settings.clone();
        change(&mut settings);
        let admin = Caller::local();
        self.jeton
            .administration
            .put_service(&admin, Some(self.service), &service.name, &service.issuer, settings)
            .await
            .unwrap();
    }

    /// Now, in seconds since 1970.
    pub(crate) fn clock_seconds(&self) -> i64 {
        self.jeton.ledger.now().seconds()
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// How many tokens of any kind were ever written.
    pub(crate) async fn rows(&self) -> u64 {
        self.store.tokens(&TokenFilter::default(), Page::first(0)).await.unwrap().total
    }

    /// Asks the token endpoint.
    pub(crate) async fn token(&self, client: (&str, &str), form: &[(&str, &str)]) -> Reply {
        Ask::post("/token").basic(client.0, client.1).form(form).send(self).await
    }

    /// Asks the token endpoint as a public client.
    pub(crate) async fn public_token(&self, form: &[(&str, &str)]) -> Reply {
        Ask::post("/token").form(form).send(self).await
    }

    /// Whether a token is worth anything, by the words of a client that sees all. Makes that client.
    pub(crate) async fn is_active(&self, token: &str) -> bool {
        self.introspected(token).await["active"].as_bool().unwrap()
    }

    /// What introspection says of a token.
    pub(crate) async fn introspected(&self, token: &str) -> serde_json::Value {
        let any = jeton_core::model::Introspect::Any;
        self.client("watcher", Some("watcher-secret"), |c| c.introspect = any).await;
        let reply =
            Ask::post("/introspect").basic("watcher", "watcher-secret").form(&[("token", token)]).send(self).await;
        assert_eq!(reply.status, 200, "{}", reply.show());
        reply.json()
    }

    /// A JWT's content, its signature verified with the published keys.
    pub(crate) async fn verified(&self, text: &str) -> Jwt {
        let keys = Ask::get("/jwks").send(self).await;
        Jwt::verified(text, &serde_json::from_slice(&keys.body).unwrap())
    }
}
