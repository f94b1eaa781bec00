//! A store that fails: at every write of every operation, before its commit, in it, or after it with the answer lost. The answer is
//! the face's own, nothing is half done, what was answered is kept, and what was ended does not come back.

use std::sync::Arc;

use jeton_core::Secret;
use jeton_core::ids::ServiceId;
use jeton_core::model::{DocumentKind, TokenKind};
use jeton_core::store::TokenFilter;
use jeton_served::{CHALLENGE, Engine, House, Opening, Reply, VERIFIER};
use jeton_testkit::{Fault, FaultyStore};
use serde_json::{Value, json};

use crate::api::{ORGANIZATION_TOKEN, bearer, call};

const SECRET: &str = "a-secret-that-nobody-guesses";
const BACK: &str = "https%3A%2F%2Fapp.example%2Fcb";

/// A service with a client and some tokens, and a store that can fail.
struct Stage {
    house: House,
    store: Arc<FaultyStore>,
    service: ServiceId,
    /// Access and refresh tokens of joe, in records of their own.
    records: Vec<[String; 2]>,
    ticket: String,
    password: String,
    code: String,
    device: String,
    user: String,
    registered: Value,
}

impl Stage {
    async fn set(opening: Opening) -> Self {
        let (opening, store) = opening.that_fails();
        let house = opening.open().await;
        house.jeton.backend.credentials.set(Some(&Secret::new(ORGANIZATION_TOKEN)), &[]);
        let mut stage = Self {
            house,
            store,
            service: ServiceId::new(0),
            records: Vec::new(),
            ticket: String::new(),
            password: String::new(),
            code: String::new(),
            device: String::new(),
            user: String::new(),
            registered: Value::Null,
        };
        let made = stage.done("POST", "/api/service/create", service("shop", &["read", "pay", "openid"])).await;
        stage.service = ServiceId::new(made["apiKey"].as_u64().unwrap());
        let client = json!({ "clientId": 4711, "clientSecret": SECRET, "clientName": "app", "clientIdAlias": "app",
            "clientIdAliasEnabled": true, "redirectUris": ["https://app.example/cb"], "grantTypes": GRANTS,
            "responseTypes": ["CODE"] });
        stage.done("POST", "/client/create", client).await;
        for _ in 0..3 {
            let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "joe",
                "scopes": ["read", "pay"] });
            let made = stage.done("POST", "/auth/token/create", body).await;
            stage.records.push(["accessToken", "refreshToken"].map(|name| text(&made[name])));
        }
        stage.ticket = stage.new_ticket().await;
        let password = "grant_type=password&username=joe&password=x&scope=read";
        stage.password = text(&stage.done("POST", "/auth/token", by_client(password)).await["ticket"]);
        let issue = json!({ "ticket": stage.new_ticket().await, "subject": "joe" });
        stage.code = text(&stage.done("POST", "/auth/authorization/issue", issue).await["authorizationCode"]);
        let device = stage.done("POST", "/device/authorization", by_client("scope=read")).await;
        (stage.device, stage.user) = (text(&device["deviceCode"]), text(&device["userCode"]));
        let metadata = json!({ "redirect_uris": ["https://r.example/cb"], "client_name": "registered",
            "scope": "read pay" })
        .to_string();
        let made = stage.done("POST", "/client/registration", json!({ "json": metadata })).await;
        stage.registered = serde_json::from_str(made["responseContent"].as_str().unwrap()).unwrap();
        stage
    }

    async fn new_ticket(&self) -> String {
        let parameters = format!(
            "client_id=4711&response_type=code&redirect_uri={BACK}&scope=read&code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        text(&self.done("POST", "/auth/authorization", json!({ "parameters": parameters })).await["ticket"])
    }

    /// Calls as the organization; paths without `/api` are the service's.
    async fn ask(&self, method: &str, path: &str, body: Value) -> Reply {
        self.ask_at(&self.house, method, path, body).await
    }

    async fn ask_at(&self, house: &House, method: &str, path: &str, body: Value) -> Reply {
        let path = if path.starts_with("/api/") { path.to_owned() } else { format!("/api/{}{path}", self.service) };
        call(house, &bearer(ORGANIZATION_TOKEN), (method, &path), Some(body).filter(|body| !body.is_null())).await
    }

    async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let reply = self.ask(method, path, body).await;
        assert!(is_done(&reply), "{path}: {} {}", reply.status, reply.text());
        if reply.body.is_empty() { Value::Null } else { reply.json() }
    }

    /// What can be seen through a node, without what differs from run to run.
    async fn seen(&self, house: &House) -> Value {
        let get = async |path: &str| self.ask_at(house, "GET", path, Value::Null).await;
        let services = get("/api/service/get/list?start=0&end=100").await.json();
        let services = services["services"].as_array().unwrap();
        let services: Vec<_> = services.iter().map(|each| json!([each["serviceName"], names(each, "name")])).collect();
        let mut seen = json!({ "services": services });
        if get("/service/get").await.status != 200 {
            // The service is deleted.
            return seen;
        }
        let clients = get("/client/get/list?start=0&end=20").await.json();
        let mut all = Vec::new();
        for client in clients["clients"].as_array().into_iter().flatten() {
            let stored = house.jeton.administration.show_client(self.service, &client["clientId"].to_string()).await;
            let stored = stored.unwrap();
            let own = house.jeton.administration.secret_itself(&stored);
            let is_first = own.is_some_and(|own| own.expose() == SECRET);
            all.push(json!([client["clientName"], client["clientIdAlias"], stored.enabled, stored.scope, is_first]));
        }
        all.sort_by_key(Value::to_string);
        seen["clients"] = all.into();
        let tokens = get("/auth/token/get/list?start=0&end=20").await.json();
        let mut all: Vec<_> = tokens["accessTokens"].as_array().into_iter().flatten().map(record).collect();
        assert_eq!(tokens["totalCount"], all.len(), "{tokens}");
        all.sort_by_key(Value::to_string);
        seen["records"] = all.into();
        let mut states = Vec::new();
        for text in self.records.iter().flatten() {
            let said = self.ask_at(house, "POST", "/auth/introspection", json!({ "token": text })).await.json();
            states.push(json!([said["action"], said["scopes"], said["properties"]]));
        }
        seen["states"] = states.into();
        let granted = get("/client/granted_scopes/get/4711?subject=joe").await.json();
        seen["granted"] = json!([granted["latestGrantedScopes"], granted["mergedGrantedScopes"]]);
        let store = house.jeton.ledger.store();
        let api = TokenFilter {
            kinds: vec![TokenKind::Api],
            live_at: Some(house.jeton.ledger.now()),
            ..TokenFilter::default()
        };
        let own = TokenFilter { kinds: vec![TokenKind::Registration], ..api.clone() };
        seen["registrations"] = store.tokens_after(&own, 0, 100).await.unwrap().len().into();
        seen["secrets"] = store.tokens_after(&api, 0, 100).await.unwrap().len().into();
        let scopes = store.documents_of_all(DocumentKind::Scope, None, 0, 100).await.unwrap();
        let mut scopes: Vec<_> = scopes.iter().map(|scope| json!([scope.name, scope.body["description"]])).collect();
        scopes.sort_by_key(Value::to_string);
        seen["scopes"] = scopes.into();
        seen
    }
}

const GRANTS: [&str; 6] =
    ["AUTHORIZATION_CODE", "REFRESH_TOKEN", "CLIENT_CREDENTIALS", "PASSWORD", "DEVICE_CODE", "TOKEN_EXCHANGE"];

fn service(name: &str, scopes: &[&str]) -> Value {
    let scopes: Vec<_> =
        scopes.iter().map(|name| json!({ "name": name, "description": format!("to {name}") })).collect();
    json!({ "serviceName": name, "supportedScopes": scopes, "supportedGrantTypes": GRANTS,
        "clientIdAliasEnabled": true, "dynamicRegistrationSupported": true })
}

fn by_client(parameters: &str) -> Value {
    json!({ "parameters": parameters, "clientId": "4711", "clientSecret": SECRET })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

fn names(object: &Value, member: &str) -> Vec<Value> {
    let all = object["supportedScopes"].as_array();
    all.map(|all| all.iter().map(|each| each[member].clone()).collect()).unwrap_or_default()
}

fn record(each: &Value) -> Value {
    let refreshes = each.get("refreshTokenHash").is_some();
    json!([each["clientId"], each["subject"], each["scopes"], each["grantType"], each["properties"], refreshes])
}

/// Whether an operation was carried out.
fn is_done(reply: &Reply) -> bool {
    if reply.body.is_empty() {
        return reply.status == 204;
    }
    let action = reply.json()["action"].as_str().map(str::to_owned);
    let good = ["OK", "LOCATION", "INTERACTION", "CREATED", "UPDATED", "DELETED", "SUCCESS", "PASSWORD"];
    reply.status == 200 && action.is_none_or(|action| good.contains(&&*action))
}

/// How a fault of the store is answered: never by an `action`, which would be a statement about the client's request.
fn is_fault(reply: &Reply) -> bool {
    let said = reply.json();
    let code = said["resultCode"].as_str() == Some("A001101");
    let message = said["resultMessage"].as_str().is_some_and(|text| text.starts_with("[A001101]"));
    matches!(reply.status, 500 | 503) && code && message && said.get("action").is_none()
}

/// An operation: its name and how it is called. Each writes.
type Act = (&'static str, fn(&Stage) -> (&'static str, String, Value));

const ACTS: &[Act] = &[
    ("token create", |_| {
        let body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "ann", "scopes": ["read"] });
        ("POST", "/auth/token/create".into(), body)
    }),
    ("token create with texts", |_| {
        let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "ann",
            "accessToken": "an-access-token-from-elsewhere-000000", "refreshToken": "a-refresh-token-from-elsewhere-00000" });
        ("POST", "/auth/token/create".into(), body)
    }),
    ("token update", |stage| {
        let body = json!({ "accessToken": stage.records[0][0], "scopes": ["pay"],
            "properties": [{ "key": "p", "value": "1", "hidden": false }] });
        ("POST", "/auth/token/update".into(), body)
    }),
    ("token update to another value", |stage| {
        let body = json!({ "accessToken": stage.records[0][0], "accessTokenValueUpdated": true });
        ("POST", "/auth/token/update".into(), body)
    }),
    ("token delete", |stage| ("DELETE", format!("/auth/token/delete/{}", stage.records[0][0]), Value::Null)),
    ("token revoke", |stage| {
        ("POST", "/auth/token/revoke".into(), json!({ "accessTokenIdentifier": stage.records[1][0] }))
    }),
    ("token endpoint, client credentials", |_| {
        ("POST", "/auth/token".into(), by_client("grant_type=client_credentials&scope=read"))
    }),
    ("token endpoint, code", |stage| {
        let code = &stage.code;
        let form = format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}");
        ("POST", "/auth/token".into(), by_client(&form))
    }),
    ("token endpoint, refresh", |stage| {
        let form = format!("grant_type=refresh_token&refresh_token={}", stage.records[0][1]);
        ("POST", "/auth/token".into(), by_client(&form))
    }),
    ("token issue", |stage| {
        ("POST", "/auth/token/issue".into(), json!({ "ticket": stage.password, "subject": "joe" }))
    }),
    ("authorization issue", |stage| {
        ("POST", "/auth/authorization/issue".into(), json!({ "ticket": stage.ticket, "subject": "ann" }))
    }),
    ("revocation", |stage| ("POST", "/auth/revocation".into(), by_client(&format!("token={}", stage.records[2][1])))),
    ("revocation of an access token", |stage| {
        ("POST", "/auth/revocation".into(), by_client(&format!("token={}", stage.records[2][0])))
    }),
    ("device complete", |stage| {
        let body = json!({ "userCode": stage.user, "result": "AUTHORIZED", "subject": "joe" });
        ("POST", "/device/complete".into(), body)
    }),
    ("service create", |_| ("POST", "/api/service/create".into(), service("other", &["one", "two"]))),
    ("service update", |_| ("POST", "/service/update".into(), service("renamed", &["read", "more"]))),
    ("service delete", |_| ("DELETE", "/service/delete".into(), Value::Null)),
    ("client create", |_| {
        let body = json!({ "clientName": "second", "clientIdAlias": "second", "clientIdAliasEnabled": true });
        ("POST", "/client/create".into(), body)
    }),
    ("client update", |_| {
        let body = json!({ "clientName": "renamed", "clientIdAlias": "other", "clientIdAliasEnabled": true });
        ("POST", "/client/update/4711".into(), body)
    }),
    ("client delete", |_| ("DELETE", "/client/delete/4711".into(), Value::Null)),
    ("client lock", |_| ("POST", "/client/lock_flag/update/4711".into(), json!({ "clientLocked": true }))),
    ("client secret", |_| ("GET", "/client/secret/refresh/4711".into(), Value::Null)),
    ("requestable scopes", |_| {
        let body = json!({ "requestableScopes": ["read"] });
        ("POST", "/client/extension/requestable_scopes/update/4711".into(), body)
    }),
    ("client authorization update", |_| {
        ("POST", "/client/authorization/update/4711".into(), json!({ "subject": "joe", "scopes": ["pay"] }))
    }),
    ("client authorization delete", |_| {
        ("DELETE", "/client/authorization/delete/4711?subject=joe".into(), Value::Null)
    }),
    ("granted scopes delete", |_| ("DELETE", "/client/granted_scopes/delete/4711?subject=joe".into(), Value::Null)),
    ("registration", |_| {
        let metadata = json!({ "redirect_uris": ["https://s.example/cb"], "client_name": "second" }).to_string();
        ("POST", "/client/registration".into(), json!({ "json": metadata }))
    }),
    ("registration delete", |stage| {
        let own = &stage.registered;
        let body = json!({ "clientId": own["client_id"], "token": own["registration_access_token"] });
        ("POST", "/client/registration/delete".into(), body)
    }),
    ("registration update", |stage| {
        let own = &stage.registered;
        let metadata = json!({ "client_id": own["client_id"], "redirect_uris": ["https://r.example/cb"],
            "client_name": "changed", "scope": "read" });
        let body = json!({ "clientId": own["client_id"], "token": own["registration_access_token"],
            "json": metadata.to_string() });
        ("POST", "/client/registration/update".into(), body)
    }),
];

async fn each_fault(opening: impl AsyncFn() -> Opening) {
    for (name, act) in ACTS {
        let whole = Stage::set(opening().await).await;
        let untouched = whole.seen(&whole.house).await;
        let (method, path, body) = act(&whole);
        whole.done(method, &path, body).await;
        let done = whole.seen(&whole.house).await;
        for fault in Fault::ALL {
            for after in 0.. {
                let stage = Stage::set(opening().await).await;
                let (method, path, body) = act(&stage);
                stage.store.fail_write(after, fault);
                let reply = stage.ask(method, &path, body.clone()).await;
                let failed = stage.store.heal();
                if failed {
                    // Of a write whose outcome is unknown, what is remembered is read again in the background.
                    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
                }
                let what = format!("{name}, {fault:?} write {after}: {} {}", reply.status, reply.text());
                let seen = stage.seen(&stage.house).await;
                let another = Opening::on_store(stage.store.clone()).by(Arc::clone(&stage.house.clock)).open().await;
                another.jeton.backend.credentials.set(Some(&Secret::new(ORGANIZATION_TOKEN)), &[]);
                assert_eq!(seen, stage.seen(&another).await, "{what}: memory differs from the store");
                if is_done(&reply) {
                    // What may be missing is the memory of what was granted.
                    let (mut seen, mut done) = (seen, done.clone());
                    if failed {
                        (seen["granted"], done["granted"]) = (Value::Null, Value::Null);
                    }
                    assert_eq!(seen, done, "{what}");
                } else {
                    assert!(failed && is_fault(&reply), "{what}");
                    assert!(seen == untouched || seen == done, "{what}: half of it was done:\n{seen:#}\nof\n{done:#}");
                    // What is written after the first commit is the record that a secret was shown.
                    assert!(fault == Fault::After || after > 0 || seen == untouched, "{what}: it was done");
                    let again = stage.ask(method, &path, body).await;
                    assert!(again.status < 500, "{what}, and then {} {}", again.status, again.text());
                }
                if !failed {
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_write_that_fails_leaves_nothing_half_done() {
    each_fault(async || Opening::default()).await;
}

#[tokio::test]
async fn a_write_that_fails_leaves_nothing_half_done_on_sqlite() {
    each_fault(async || Opening::on(Engine::Sqlite).await).await;
}

#[tokio::test]
async fn while_the_store_is_away_every_operation_says_so_and_does_nothing() {
    let stage = Stage::set(Opening::default()).await;
    let before = stage.seen(&stage.house).await;
    for (name, act) in ACTS {
        let (method, path, body) = act(&stage);
        stage.store.set_away(true);
        let reply = stage.ask(method, &path, body).await;
        stage.store.set_away(false);
        assert!(is_fault(&reply) && reply.status == 503, "{name}: {} {}", reply.status, reply.text());
        assert!(reply.header("retry-after").is_some(), "{name}");
        assert_eq!(stage.seen(&stage.house).await, before, "{name}");
    }
}
