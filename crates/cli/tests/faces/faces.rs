//! All faces in one process, as the binary merges them, and requests to them.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use jeton_core::Secret;
use jeton_core::ids::ServiceId;
use jeton_core::prodmanager;
use jeton_face_admin::LocalOwner;
use jeton_jose::Algorithm;
use jeton_served::{Engine, Opening, basic as basic_pair};
use jeton_testkit::FaultyStore;
use serde_json::{Value, json};

use crate::robot;

/// The clients.
pub(crate) const CLIENTS: [&str; 2] = ["one", "two"];
pub(crate) const SECRET: &str = "a secret of more than sixteen";
pub(crate) const PASSWORD: &str = "a-password-of-more-than-sixteen";
/// The secret of ProdManager's face.
pub(crate) const SHOP: &str = "0123456789abcdef0123456789abcdef";

/// A house with all faces served, two clients, alice, and an operator's token.
pub(crate) struct Faces {
    faces: jeton_served::House,
    /// Reads and ends tokens at INDIGO IAM's face.
    pub(crate) watch: String,
}

impl Deref for Faces {
    type Target = jeton_served::House;

    fn deref(&self) -> &Self::Target {
        &self.faces
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    /// The reference of a refusal.
    pub(crate) reference: Option<String>,
    pub(crate) body: Value,
}

impl Faces {
    /// On the model, with faults.
    pub(crate) async fn that_fails() -> (Self, Arc<FaultyStore>) {
        let (opening, store) = Opening::default().that_fails();
        (Self::open(opening).await, store)
    }

    pub(crate) async fn on_the_model() -> Self {
        Self::open(Opening::default()).await
    }

    pub(crate) async fn on_sqlite() -> Self {
        Self::open(Opening::on(Engine::Sqlite).await).await
    }

    /// On SQLite, with faults.
    pub(crate) async fn on_sqlite_that_fails() -> (Self, Arc<FaultyStore>) {
        let (opening, store) = Opening::on(Engine::Sqlite).await.that_fails();
        (Self::open(opening).await, store)
    }

    /// On a database of PostgreSQL.
    pub(crate) async fn on_postgresql(url: &str) -> Self {
        Self::open(Opening::on_database(url, Arc::default()).await).await
    }

    async fn open(opening: Opening) -> Self {
        let faces = opening.empty().api_tokens(shop()).open().await;
        robot::let_in(&faces);
        let mut faces = Self { faces, watch: String::new() };
        faces.furnish().await;
        faces
    }

    /// Another node with this opening, or this one after a restart: nothing is remembered, and it is never behind the first.
    async fn another(&self, opening: Opening) -> Self {
        let opening = opening.api_tokens(shop()).revocation_bound(Duration::ZERO);
        Self { faces: opening.open().await, watch: self.watch.clone() }
    }

    /// Another node on the same store.
    pub(crate) async fn on_the_same_store(&self) -> Self {
        self.another(Opening::on_store(Arc::clone(&self.store)).by(Arc::clone(&self.clock))).await
    }

    /// Another node with a store of its own on the same database.
    pub(crate) async fn on_the_same_database(&self, url: &str) -> Self {
        self.another(Opening::on_database(url, Arc::clone(&self.clock)).await).await
    }

    /// The same after its process was stopped, and started again on its files.
    pub(crate) async fn restarted(&self) -> Self {
        self.jeton.ledger.close().await.unwrap();
        self.another(Opening::on_files(Arc::clone(self.folder()), Arc::clone(&self.clock))).await
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
        let reply = self.faces.send(request.body(Body::from(body)).unwrap()).await;
        let [retry_after, reference] =
            ["retry-after", "jeton-refusal"].map(|name| reply.header(name).map(str::to_owned));
        Reply {
            status: reply.status,
            retry_after,
            reference,
            body: serde_json::from_slice(&reply.body).unwrap_or(Value::Null),
        }
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
        self.faces.service
    }

    /// Any path, as the holder of a token.
    pub(crate) async fn ask(&self, token: &str, method: &str, path: &str) -> Reply {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        self.send(request.header("content-type", "application/json"), String::new()).await
    }

    /// `/iam/api`, as one who may read and end everything.
    pub(crate) async fn iam(&self, method: &str, path: &str) -> Reply {
        self.iam_by(&self.watch, method, path).await
    }

    /// `/iam/api`, as the holder of a token.
    pub(crate) async fn iam_by(&self, token: &str, method: &str, path: &str) -> Reply {
        let request = Request::builder().method(method).uri(format!("/iam/api/{path}"));
        self.send(request.header("authorization", format!("Bearer {token}")), String::new()).await
    }

    /// The numbers in a list of INDIGO IAM's face, page by page, which must be as many as it says.
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

    /// Whether the token is active, as its client is told.
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
    basic_pair(&format!("{client}:{secret}"))
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
