//! All faces in one process, as the binary merges them, and requests to them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use http_body_util::BodyExt as _;
use jeton_core::administration::Caller;
use jeton_core::ids::ServiceId;
use jeton_core::model::Settings;
use jeton_core::prodmanager::{self, Desk};
use jeton_core::{Jeton, Secret, Store, SystemEntropy};
use jeton_core::{Options, Ports};
use jeton_face_admin::{AdminState, LocalOwner};
use jeton_face_api_tokens::ApiTokensState;
use jeton_face_iam::{IamRules, IamState};
use jeton_face_oauth::OauthState;
use jeton_jose::Algorithm;
use jeton_jose::seal::SealKey;
use jeton_store_sqlite::SqliteStore;
use jeton_testkit::{FakeClock, FaultyStore, ModelStore};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// The clients.
pub(crate) const CLIENTS: [&str; 2] = ["one", "two"];
const SECRET: &str = "a secret of more than sixteen";
pub(crate) const PASSWORD: &str = "a-password-of-more-than-sixteen";
/// The secret of ProdManager's face.
pub(crate) const SHOP: &str = "0123456789abcdef0123456789abcdef";

pub(crate) struct House {
    pub(crate) jeton: Arc<Jeton>,
    pub(crate) clock: Arc<FakeClock>,
    router: Router,
    service: ServiceId,
    /// Reads and ends tokens at INDIGO IAM's face.
    pub(crate) watch: String,
    store: Arc<dyn Store>,
    folder: Option<Arc<TempDir>>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Value,
}

impl House {
    /// On the model, with faults.
    pub(crate) async fn that_fails() -> (Self, Arc<FaultyStore>) {
        let store = FaultyStore::over(Arc::new(ModelStore::new()));
        (Self::open(Arc::clone(&store) as _, Arc::default(), None).await, store)
    }

    pub(crate) async fn on_the_model() -> Self {
        Self::open(Arc::new(ModelStore::new()), Arc::default(), None).await
    }

    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<FakeClock> = Arc::default();
        let now: Arc<dyn jeton_core::Clock> = clock.clone();
        let options = jeton_store_sqlite::Options { clock: now, ..Default::default() };
        let store = SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap();
        Self::open(Arc::new(store), clock, Some(folder)).await
    }

    /// On SQLite, with faults.
    pub(crate) async fn on_sqlite_that_fails() -> (Self, Arc<FaultyStore>) {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<FakeClock> = Arc::default();
        let now: Arc<dyn jeton_core::Clock> = clock.clone();
        let options = jeton_store_sqlite::Options { clock: now, ..Default::default() };
        let store = FaultyStore::over(Arc::new(SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap()));
        (Self::open(Arc::clone(&store) as _, clock, Some(folder)).await, store)
    }

    /// On PostgreSQL.
    pub(crate) async fn on_postgresql(url: &str) -> Self {
        let clock: Arc<FakeClock> = Arc::default();
        let store = Self::postgresql(url, &clock).await;
        Self::open(store, clock, None).await
    }

    /// A separate store on a PostgreSQL database.
    pub(crate) async fn postgresql(url: &str, clock: &Arc<FakeClock>) -> Arc<dyn Store> {
        let mut options = jeton_store_postgres::Options::default();
        options.clock = Arc::clone(clock) as _;
        Arc::new(jeton_store_postgres::PostgresStore::connect(url, options).await.unwrap())
    }

    async fn open(store: Arc<dyn Store>, clock: Arc<FakeClock>, folder: Option<TempDir>) -> Self {
        let mut house = Self::serve(store, clock, folder.map(Arc::new), Options::default()).await;
        house.furnish().await;
        house
    }

    /// Another node on the same store, or this one after a restart: nothing is remembered.
    pub(crate) async fn another(&self, store: Arc<dyn Store>) -> Self {
        // Never behind the first.
        let options = Options { revocation_bound: std::time::Duration::ZERO, ..Options::default() };
        let mut house = Self::serve(store, Arc::clone(&self.clock), self.folder.clone(), options).await;
        house.watch.clone_from(&self.watch);
        house
    }

    /// The same after its process was stopped, and started again on its files.
    pub(crate) async fn restarted(&self) -> Self {
        self.jeton.ledger.close().await.unwrap();
        let now: Arc<dyn jeton_core::Clock> = self.clock.clone();
        let options = jeton_store_sqlite::Options { clock: now, ..Default::default() };
        let path = self.folder.as_ref().unwrap().path().join("jeton.db");
        self.another(Arc::new(SqliteStore::open(&path, options).unwrap())).await
    }

    /// What stands behind it.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    async fn serve(
        store: Arc<dyn Store>,
        clock: Arc<FakeClock>,
        folder: Option<Arc<TempDir>>,
        options: Options,
    ) -> Self {
        let ports = Ports::new(Arc::clone(&store), clock.clone(), Arc::new(SystemEntropy));
        let jeton = Jeton::open(ports, SealKey::from_bytes(&[7; 32]).unwrap(), options).await.unwrap();
        let admin = Caller::local();
        let service = jeton
            .administration
            .put_service(&admin, None, "one", "https://id.example", Settings::default())
            .await
            .unwrap();
        let (service, _shared) = (service.id, || Arc::clone(&jeton));
        jeton.administration.ensure_key(service, Algorithm::HS256).await.unwrap();
        let desk = Arc::new(Desk::open(shop()).unwrap());
        let router = Router::new()
            .merge(jeton_face_oauth::router(OauthState { oauth: Arc::clone(&jeton.oauth), service }))
            .merge(jeton_face_iam::router(IamState {
                oauth: Arc::clone(&jeton.oauth),
                service,
                rules: IamRules::default().into(),
            }))
            .merge(jeton_face_api_tokens::router(Some(ApiTokensState {
                administration: Arc::clone(&jeton.administration),
                service,
                desk,
            })))
            .merge(jeton_face_admin::router(AdminState { administration: Arc::clone(&jeton.administration), service }));
        Self { jeton, clock, router, service, watch: String::new(), store, folder }
    }

    async fn furnish(&mut self) {
        for name in CLIENTS.into_iter().chain(["ops"]) {
            let client = json!({ "client_id": name, "client_secret": SECRET, "default_scope": "read",
                "grant_types": ["client_credentials", "password", "refresh_token"],
                "scope": "openid offline_access read iam:admin.read iam:admin.write" });
            assert_eq!(self.admin("POST", "/clients", Some(client)).await.status, 201);
        }
        let alice = json!({ "username": "alice", "password": PASSWORD });
        assert_eq!(self.admin("POST", "/users", Some(alice)).await.status, 201);
        // Without an end, so that it is in no list of those that have one.
        let watch = json!({ "client_id": "ops", "format": "opaque", "lifetime": "never",
            "scope": "iam:admin.read iam:admin.write" });
        let minted = self.admin("POST", "/tokens", Some(watch)).await;
        self.watch = minted.body["token"].as_str().unwrap_or_else(|| panic!("{minted:?}")).to_owned();
    }

    pub(crate) async fn send(&self, request: http::request::Builder, body: String) -> Reply {
        let answer = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Reply { status, retry_after, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// `/admin/v1`, as the owner of the local socket.
    pub(crate) async fn admin(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let request = Request::builder().method(method).uri(format!("/admin/v1{path}")).extension(LocalOwner);
        self.send(request, body.map_or_else(String::new, |body| body.to_string())).await
    }

    /// A form, as a client.
    pub(crate) async fn form(&self, client: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder().method("POST").uri(path).header("authorization", basic(client));
        self.send(request.header("content-type", "application/x-www-form-urlencoded"), body).await
    }

    /// The issuer.
    pub(crate) fn service(&self) -> ServiceId {
        self.service
    }

    /// Any path, as the holder of a token.
    pub(crate) async fn ask(&self, token: &str, method: &str, path: &str) -> Reply {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        self.send(request.header("content-type", "application/json"), String::new()).await
    }

    /// `/iam/api`, as a caller that may read and revoke everything.
    pub(crate) async fn iam(&self, method: &str, path: &str) -> Reply {
        self.iam_by(&self.watch, method, path).await
    }

    /// `/iam/api`, as the holder of a token.
    pub(crate) async fn iam_by(&self, token: &str, method: &str, path: &str) -> Reply {
        let request = Request::builder().method(method).uri(format!("/iam/api/{path}"));
        self.send(request.header("authorization", format!("Bearer {token}")), String::new()).await
    }

    /// The numbers in a list of INDIGO IAM's face, page by page; their count must equal the total.
    pub(crate) async fn listed(&self, list: &str) -> Vec<u64> {
        let (mut ids, mut total) = (Vec::new(), u64::MAX);
        while (ids.len() as u64) < total {
            let page = self.iam("GET", &format!("{list}?count=20&startIndex={}", ids.len() + 1)).await;
            let resources = page.body.get("Resources").or(page.body.get("resources"));
            let resources = resources.and_then(Value::as_array).unwrap_or_else(|| panic!("{page:?}"));
            total = page.body["totalResults"].as_u64().unwrap();
            assert!(!resources.is_empty() || ids.len() as u64 == total, "a page is empty: {page:?}");
            ids.extend(resources.iter().map(|token| token["id"].as_u64().unwrap()));
        }
        ids.sort_unstable();
        ids
    }

    /// The numbers of live tokens of these kinds in the administrators' list.
    pub(crate) async fn administered(&self, kinds: &str) -> Vec<u64> {
        let page = self.admin("GET", &format!("/tokens?kind={kinds}&state=live&limit=1000"), None).await;
        let ids: Vec<_> = page.body["items"].as_array().unwrap().iter().map(|t| t["id"].as_u64().unwrap()).collect();
        assert_eq!(page.body["total"], ids.len(), "{page:?}");
        ids
    }

    /// Tokens by a grant of the token endpoint: their texts.
    pub(crate) async fn granted(&self, client: &str, fields: &[(&str, &str)]) -> Option<Vec<String>> {
        let reply = self.form(client, "/token", fields).await;
        let texts = ["access_token", "refresh_token"].map(|name| reply.body[name].as_str().map(str::to_owned));
        (reply.status == 200).then(|| texts.into_iter().flatten().collect())
    }

    pub(crate) async fn by_credentials(&self, client: &str) -> Vec<String> {
        self.granted(client, &[("grant_type", "client_credentials")]).await.unwrap()
    }

    pub(crate) async fn by_password(&self, client: &str) -> Vec<String> {
        self.by_password_with(client, "read").await
    }

    pub(crate) async fn by_password_with(&self, client: &str, scope: &str) -> Vec<String> {
        let reply = self.ask_by_password(client, scope).await;
        let texts = ["access_token", "refresh_token"].map(|name| reply.body[name].as_str().map(str::to_owned));
        assert_eq!(reply.status, 200, "{reply:?}");
        texts.into_iter().flatten().collect()
    }

    pub(crate) async fn ask_by_password(&self, client: &str, scope: &str) -> Reply {
        let form = [("grant_type", "password"), ("username", "alice"), ("password", PASSWORD), ("scope", scope)];
        self.form(client, "/token", &form).await
    }

    /// Reports a text as leaked.
    pub(crate) async fn leaked(&self, text: &str) -> Reply {
        let request = Request::builder().method("POST").uri("/leaked").header("content-type", "application/json");
        self.send(request, json!({ "token": text }).to_string()).await
    }

    pub(crate) async fn by_administrator(&self, client: &str, kind: &str) -> Vec<String> {
        let minted = self.admin("POST", "/tokens", Some(json!({ "client_id": client, "kind": kind }))).await;
        vec![minted.body["token"].as_str().unwrap_or_else(|| panic!("{minted:?}")).to_owned()]
    }

    pub(crate) async fn ask_shop(&self, secret: &str) -> Reply {
        let fields = [("secret", secret), ("name", "nightly-report"), ("description", "Nightly report job")];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder().method("POST").uri("/api/token/create");
        self.send(request.header("content-type", "application/x-www-form-urlencoded"), body).await
    }

    pub(crate) async fn by_shop(&self) -> Vec<String> {
        let made = self.ask_shop(SHOP).await;
        vec![made.body.as_str().unwrap_or_else(|| panic!("{made:?}")).to_owned()]
    }

    /// Whether ProdManager's face takes the token.
    pub(crate) async fn shop_takes(&self, text: &str) -> bool {
        let request = Request::builder().uri("/api/token/whoami").header("authorization", format!("Bearer {text}"));
        self.send(request, String::new()).await.status == 200
    }

    /// What the administrators' face knows of a text.
    pub(crate) async fn inspected(&self, text: &str) -> Value {
        self.admin("POST", "/tokens/inspect", Some(json!({ "token": text }))).await.body
    }

    /// Whether the token is active, according to introspection by its client.
    pub(crate) async fn is_active(&self, client: &str, text: &str) -> bool {
        let reply = self.form(client, "/introspect", &[("token", text)]).await;
        reply.body["active"].as_bool().unwrap_or_else(|| panic!("{reply:?}"))
    }

    /// Suspends what a filter means; the number of the suspension, none when it means nothing.
    pub(crate) async fn suspended(&self, filter: Value, window: u64) -> Option<u64> {
        let order = json!({ "filter": filter, "reason": "test", "undo_window": window });
        let made = self.admin("POST", "/revocations", Some(order)).await;
        assert!(matches!(made.status, 201 | 404), "{made:?}");
        made.body["id"].as_u64()
    }

    /// What the server's background does.
    pub(crate) async fn end_suspended(&self) {
        self.jeton.administration.suspensions.end_due().await.unwrap();
    }
}

/// The header that proves a client.
pub(crate) fn basic(client: &str) -> String {
    basic_with(client, SECRET)
}

/// The same with another secret.
pub(crate) fn basic_with(client: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client}:{secret}")))
}

fn shop() -> prodmanager::Options {
    prodmanager::Options {
        secret: Secret::new(SHOP),
        issuer: "ProdManager".into(),
        permissions: vec!["token_api".into()],
        algorithm: Algorithm::HS256,
        shared_secret: false,
        strict_lengths: false,
        rate: None,
    }
}
