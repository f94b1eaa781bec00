//! A token service as small as it can be: random-free tokens in sets, rotation, revocation.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use jeton_bench::bare;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) const SECRET: &str = "s3cr:t+ö";
pub(crate) const PASSWORD: &str = "pass word";
pub(crate) const LIST_TOKEN: &str = "lister";
pub(crate) const BACKEND_TOKEN: &str = "backend";
/// `a:b` and the secret, each form-encoded, joined by a colon, in base64.
const BASIC: &str = "Basic YSUzQWI6czNjciUzQXQlMkIlQzMlQjY=";

/// A running service, a bare server, and a folder for files.
pub(crate) struct Service {
    pub(crate) url: String,
    pub(crate) bare: String,
    state: Arc<Ledger>,
    folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

#[derive(Default)]
struct Ledger {
    url: String,
    /// Every n-th token request is refused; 0: none.
    refuse_every: u64,
    count: AtomicU64,
    refused: AtomicU64,
    access: Mutex<HashSet<String>>,
    refresh: Mutex<HashSet<String>>,
}

type Fields = HashMap<String, String>;

impl Service {
    pub(crate) fn start(refuse_every: u64) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (service, bare) = runtime.block_on(async {
            (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap())
        });
        let address = |l: &TcpListener| format!("http://{}", l.local_addr().unwrap());
        let (url, bare_url) = (address(&service), address(&bare));
        let state = Arc::new(Ledger { url: url.clone(), refuse_every, ..Ledger::default() });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/oauth/token", post(token))
            .route("/oauth/introspect", post(introspect))
            .route("/oauth/revoke", post(revoke))
            .route("/list", get(list))
            .route("/api/1/auth/token/create", post(create))
            .route("/api/1/auth/introspection", post(check))
            .with_state(state.clone());
        runtime.spawn(async move { axum::serve(service, router).await });
        runtime.spawn(bare::serve_on(bare, bare::Sizes::default()));
        Self { url, bare: bare_url, state, folder: tempfile::tempdir().unwrap(), _runtime: runtime }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// How many token requests were refused for being the so-many-th.
    pub(crate) fn refused(&self) -> u64 {
        self.state.refused.load(Ordering::Relaxed)
    }

    /// So many good refresh tokens, one a line.
    pub(crate) fn refresh_tokens(&self, count: usize) -> String {
        (0..count).map(|_| self.state.refresh_token() + "\n").collect()
    }
}

impl Ledger {
    fn name(&self, kind: &str) -> String {
        // Characters that a form has to encode.
        format!("{kind}+/={:09}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    fn refresh_token(&self) -> String {
        let token = self.name("rt");
        self.refresh.lock().unwrap().insert(token.clone());
        token
    }
}

fn refusal(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

fn is_client(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|v| v == BASIC)
}

async fn discovery(State(ledger): State<Arc<Ledger>>) -> Json<serde_json::Value> {
    let url = &ledger.url;
    Json(json!({
        "issuer": url,
        "token_endpoint": format!("{url}/oauth/token"),
        "introspection_endpoint": format!("{url}/oauth/introspect"),
        "revocation_endpoint": format!("{url}/oauth/revoke"),
    }))
}

async fn token(State(ledger): State<Arc<Ledger>>, headers: HeaderMap, Form(form): Form<Fields>) -> Response {
    if !is_client(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let refresh_token = match field("grant_type") {
        "client_credentials" => None,
        "password" if field("username") == "alice" && field("password") == PASSWORD => Some(ledger.refresh_token()),
        "refresh_token" if ledger.refresh.lock().unwrap().remove(field("refresh_token")) => {
            Some(ledger.refresh_token())
        }
        _ => return refusal(StatusCode::BAD_REQUEST, "invalid_grant"),
    };
    let token = ledger.name("at");
    let number: u64 = token.rsplit('=').next().unwrap().parse().unwrap();
    if ledger.refuse_every > 0 && number % ledger.refuse_every == ledger.refuse_every - 1 {
        ledger.refused.fetch_add(1, Ordering::Relaxed);
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable");
    }
    ledger.access.lock().unwrap().insert(token.clone());
    let mut answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 60 });
    if let Some(refresh_token) = refresh_token {
        answer["refresh_token"] = refresh_token.into();
    }
    Json(answer).into_response()
}

async fn introspect(State(ledger): State<Arc<Ledger>>, headers: HeaderMap, Form(form): Form<Fields>) -> Response {
    if !is_client(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let active = ledger.access.lock().unwrap().contains(&form["token"]);
    Json(json!({ "active": active })).into_response()
}

/// Stricter than RFC 7009, so that a token revoked twice is seen.
async fn revoke(State(ledger): State<Arc<Ledger>>, headers: HeaderMap, Form(form): Form<Fields>) -> Response {
    if is_client(&headers) && ledger.access.lock().unwrap().remove(&form["token"]) {
        StatusCode::OK.into_response()
    } else {
        refusal(StatusCode::BAD_REQUEST, "unknown")
    }
}

async fn list(headers: HeaderMap) -> Response {
    if headers.get("authorization").is_some_and(|v| v == format!("Bearer {LIST_TOKEN}").as_str()) {
        Json(vec!["token"; 100]).into_response()
    } else {
        refusal(StatusCode::UNAUTHORIZED, "invalid_token")
    }
}

fn is_server(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|v| v == format!("Bearer {BACKEND_TOKEN}").as_str())
}

async fn create(State(ledger): State<Arc<Ledger>>, headers: HeaderMap, Json(order): Json<Value>) -> Response {
    if !is_server(&headers) || order["clientIdentifier"] != "a:b" {
        return Json(json!({ "action": "BAD_REQUEST" })).into_response();
    }
    let token = ledger.name("at");
    ledger.access.lock().unwrap().insert(token.clone());
    Json(json!({ "action": "OK", "accessToken": token })).into_response()
}

async fn check(State(ledger): State<Arc<Ledger>>, headers: HeaderMap, Json(asked): Json<Value>) -> Response {
    let found = ledger.access.lock().unwrap().contains(asked["token"].as_str().unwrap());
    let action = if found && is_server(&headers) { "OK" } else { "UNAUTHORIZED" };
    Json(json!({ "action": action })).into_response()
}
