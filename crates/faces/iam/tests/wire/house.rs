//! A ledger with people, clients and tokens, and requests to it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use jeton_core::administration::{Caller, NewClient, NewUser};
use jeton_core::ids::{ClientId, ServiceId, TokenId};
use jeton_core::ledger::{Family, NewGrant, Plan, TokenPlan, Verdict};
use jeton_core::model::{AuthMethod, Client, Document, Service, Settings, TokenFormat, TokenKind, User};
use jeton_core::people::start_session;
use jeton_core::store::{Command, Write};
use jeton_core::{Jeton, Secret, Store, SystemEntropy};
use jeton_core::{Options, Ports};
use jeton_face_iam::{IamRules, IamState, router};
use jeton_jose::seal::SealKey;
use jeton_store_postgres::PostgresStore;
use jeton_store_sqlite::SqliteStore;
use jeton_testkit::postgres::PostgresServer;
use jeton_testkit::{FakeClock, ModelStore, sample};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const ISSUER: &str = "https://id.example";
/// How long tokens of these tests live, unless one says otherwise.
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) struct House {
    pub(crate) jeton: Arc<Jeton>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) service: ServiceId,
    store: Arc<dyn Store>,
    router: Router,
    _folder: Option<TempDir>,
}

/// A minted token.
#[derive(Clone, Debug)]
pub(crate) struct Minted {
    pub(crate) id: u64,
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The numbers of the tokens of a page.
    pub(crate) fn ids(&self) -> Vec<u64> {
        let page = self.json();
        let items = page.get("Resources").or(page.get("resources")).unwrap_or(&page);
        items.as_array().unwrap().iter().map(|token| token["id"].as_u64().unwrap()).collect()
    }

    pub(crate) fn total(&self) -> u64 {
        self.json()["totalResults"].as_u64().unwrap()
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(IamRules::default(), Settings::default()).await
    }

    pub(crate) async fn with(rules: IamRules, settings: Settings) -> Self {
        Self::open(Arc::new(ModelStore::new()), Arc::default(), None, rules, settings).await
    }

    /// The same on each store.
    pub(crate) async fn everywhere() -> [Self; 3] {
        [Self::new().await, Self::on_sqlite().await, Self::on_postgresql().await]
    }

    async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<FakeClock> = Arc::default();
        let now: Arc<dyn jeton_core::Clock> = clock.clone();
        let options = jeton_store_sqlite::Options { clock: now, ..Default::default() };
        let store = SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap();
        Self::open(Arc::new(store), clock, Some(folder), IamRules::default(), Settings::default()).await
    }

    async fn on_postgresql() -> Self {
        let clock: Arc<FakeClock> = Arc::default();
        let now: Arc<dyn jeton_core::Clock> = clock.clone();
        let mut options = jeton_store_postgres::Options::default();
        options.clock = now;
        let url = PostgresServer::shared().database();
        let store = PostgresStore::connect(&url, options).await.unwrap();
        Self::open(Arc::new(store), clock, None, IamRules::default(), Settings::default()).await
    }

    async fn open(
        store: Arc<dyn Store>,
        clock: Arc<FakeClock>,
        folder: Option<TempDir>,
        rules: IamRules,
        settings: Settings,
    ) -> Self {
        let ports = Ports::new(Arc::clone(&store), clock.clone(), Arc::new(SystemEntropy));
        let seal = SealKey::from_bytes(&[7; 32]).unwrap();
        let jeton = Jeton::open(ports, seal, Options::default()).await.unwrap();
        let service =
            jeton.administration.put_service(&Caller::local(), None, "one", ISSUER, settings).await.unwrap().id;
        let router = router(IamState { oauth: Arc::clone(&jeton.oauth), service, rules: rules.into() });
        let house = Self { jeton, clock, service, store, router, _folder: folder };
        house.client("app", |_| ()).await;
        let of_ops = "openid read write iam:admin.read iam:admin.write scim:read";
        house.client("ops", |client| client.scope = sample::scope(of_ops)).await;
        house.person("rosa", &[]).await;
        house.person("otto", &[]).await;
        house.person("root", &["admin"]).await;
        house
    }

    pub(crate) fn service(&self) -> Arc<Service> {
        self.jeton.ledger.directory().service(self.service).unwrap()
    }

    /// Changes the issuer's settings.
    pub(crate) async fn set(&self, change: impl FnOnce(&mut Settings)) {
        let service = self.service();
        let mut settings = service.settings.clone();
        change(&mut settings);
        let (id, name, issuer) = (Some(service.id), &service.name, &service.issuer);
        self.jeton.administration.put_service(&Caller::local(), id, name, issuer, settings).await.unwrap();
    }

    pub(crate) async fn client(&self, name: &str, change: impl FnOnce(&mut Client)) -> Arc<Client> {
        let mut client = Client {
            service: self.service,
            client_id: ClientId::new(name),
            token_endpoint_auth_method: AuthMethod::ClientSecretBasic,
            scope: sample::scope("openid read write iam:admin.read iam:admin.write profile email"),
            metadata: serde_json::Map::new(),
            ..sample::client(0)
        };
        change(&mut client);
        let new = NewClient { client, secret: Some(Secret::new("a secret of more than sixteen")) };
        self.jeton.administration.put_client(&Caller::local(), new, true).await.unwrap()
    }

    pub(crate) async fn person(&self, name: &str, roles: &[&str]) -> Arc<User> {
        let user = User {
            service: self.service,
            sub: format!("73d0a0a1-5c0e-4d0b-8a55-{name:0>12}"),
            username: name.into(),
            password: None,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..sample::user(0)
        };
        self.jeton.administration.put_user(&Caller::local(), NewUser { user, password: None }, true).await.unwrap()
    }

    pub(crate) async fn user(&self, name: &str) -> Arc<User> {
        Arc::new(self.jeton.administration.show_user(self.service, name).await.unwrap())
    }

    /// A plan for a client, in a person's name unless that is empty.
    async fn plan(&self, client: &str, user: &str) -> Plan {
        let client = Arc::new(self.jeton.administration.show_client(self.service, client).await.unwrap());
        let plan = Plan::new(self.service(), Some(client));
        if user.is_empty() { plan } else { plan.of_user(self.user(user).await) }
    }

    /// A token without a family.
    pub(crate) async fn token(&self, client: &str, user: &str, scope: &str, life: Option<Duration>) -> Minted {
        self.kind(TokenKind::Access, client, user, scope, life).await
    }

    /// One of any kind.
    pub(crate) async fn kind(
        &self,
        kind: TokenKind,
        client: &str,
        user: &str,
        scope: &str,
        life: Option<Duration>,
    ) -> Minted {
        let token = TokenPlan::new(kind, TokenFormat::Opaque, sample::scope(scope), life);
        self.mint(Plan { tokens: vec![token], ..self.plan(client, user).await }).await.remove(0)
    }

    /// An access token and its refresh token.
    pub(crate) async fn family(&self, client: &str, user: &str, scope: &str) -> (Minted, Minted) {
        let token = |kind, life| TokenPlan::new(kind, TokenFormat::Opaque, sample::scope(scope), Some(life));
        let family = Family::New(Box::new(NewGrant::new("password", sample::scope(scope), "".into())));
        let tokens = vec![token(TokenKind::Access, HOUR), token(TokenKind::Refresh, HOUR * 24)];
        let mut minted = self.mint(Plan { family, tokens, ..self.plan(client, user).await }).await;
        (minted.remove(0), minted.remove(0))
    }

    async fn mint(&self, plan: Plan) -> Vec<Minted> {
        let issued = self.jeton.ledger.mint(plan).await.unwrap();
        let minted = issued.tokens.iter();
        minted.map(|token| Minted { id: token.id.get(), text: token.text.expose().to_owned() }).collect()
    }

    /// A token with the scopes for reading and writing, in nobody's name: no list that is filtered by `app` or a person has it.
    pub(crate) async fn operator(&self) -> String {
        self.token("ops", "", "iam:admin.read iam:admin.write", Some(HOUR * 9000)).await.text
    }

    /// The cookie of a person's session.
    pub(crate) async fn session(&self, user: &str) -> String {
        let text = start_session(&self.jeton.ledger, &self.service(), self.user(user).await).await.unwrap();
        format!("__Host-jeton_session={}", text.expose())
    }

    pub(crate) async fn is_live(&self, token: &Minted) -> bool {
        matches!(self.jeton.ledger.inspect(self.service, &token.text).await.unwrap(), Verdict::Live(_))
    }

    pub(crate) async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send_with(method, path, headers, Body::empty()).await
    }

    /// Asks with a JSON body.
    pub(crate) async fn tell(&self, method: Method, path: &str, token: &str, body: &Value) -> Reply {
        let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
        self.send_with(method, path, &headers, Body::from(body.to_string())).await
    }

    async fn send_with(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        Reply { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, token: &str) -> Reply {
        self.send(method, path, &[("authorization", &format!("Bearer {token}"))]).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Reply {
        self.ask(Method::GET, path, token).await
    }

    pub(crate) async fn delete(&self, path: &str, token: &str) -> Reply {
        self.ask(Method::DELETE, path, token).await
    }

    /// The refusal that a reply's reference leads to.
    pub(crate) fn refusal(&self, reply: &Reply) -> &'static str {
        self.jeton.ledger.refusals().find(reply.header("jeton-refusal")).unwrap().id
    }

    /// Writes a document.
    pub(crate) async fn write(&self, document: Document) {
        let write = Write::Document(Box::new(document));
        self.store.apply(Command::of(vec![write])).await.unwrap();
    }

    /// The row of a token.
    pub(crate) async fn row(&self, id: u64) -> Arc<jeton_core::model::Token> {
        self.jeton.ledger.token_by_number(self.service, TokenId::new(id)).await.unwrap().unwrap()
    }
}

/// The contract's 403.
pub(crate) fn denied() -> Value {
    json!({ "error": "access_denied", "error_description": "Access is denied" })
}
