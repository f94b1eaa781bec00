//! Nothing of one service is visible through another's address: at every route of the native faces, identifiers of another service
//! get the same answer as identifiers that nothing has.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "these are all tests, their helpers too")]

use std::collections::BTreeMap;

use http::Method;
use jeton_core::administration::Caller;
use jeton_core::model::{Client, Settings, TokenFormat};
use jeton_served::{Ask, House, PASSWORD, Reply, routes};
use jeton_testkit::sample;

const SECRET: &str = "a secret of more than sixteen";
/// Everything that a token of a service can be for.
const SCOPE: &str = "openid offline_access read jeton:admin jeton:tokens manager iam:admin.read iam:admin.write scim:read \
                     uma_protection register_client";

/// Parameters that mean a number of rows or have a least length, and are no identifiers.
const PAGE: &[&str] = &["client_name", "count", "startIndex", "start_index", "limit", "after"];

/// A service, and what is in it.
struct Tenant {
    house: House,
    base: String,
    /// Its own names and numbers.
    names: BTreeMap<&'static str, String>,
    /// Bearer tokens of its strongest callers.
    bearer: String,
}

impl Tenant {
    async fn new(root: &House, name: &str) -> Self {
        let (issuer, admin) = (format!("https://id.example/{name}"), Caller::local());
        let made =
            root.jeton.administration.put_service(&admin, None, name, &issuer, Settings::default()).await.unwrap();
        let others = root.jeton.ledger.entities().services();
        let others = others.iter().map(|service| service.id).filter(|id| *id != root.service);
        root.also_serves(&others.collect::<Vec<_>>());
        let mut house = root.knocker();
        house.service = made.id;
        let base = format!("/{name}");
        let change = |client: &mut Client| {
            client.scope = sample::scope(SCOPE);
            client.access_token_format = Some(TokenFormat::Opaque);
        };
        let client = format!("client-{name}");
        house.client(&client, Some(SECRET), change).await;
        let person = format!("person-{name}");
        house.person(&person, PASSWORD).await;
        house.change_person(&person, |user| user.roles = vec!["admin".into()]).await;
        let mut tenant = Self { house, base, names: BTreeMap::new(), bearer: String::new() };
        let form = [("grant_type", "password"), ("username", &*person), ("password", PASSWORD), ("scope", SCOPE)];
        let minted = tenant.ask(Ask::post("/token"), |ask| ask.basic(&client, SECRET).form(&form)).await.ok().json();
        let text = |member: &str| minted[member].as_str().unwrap().to_owned();
        tenant.bearer = text("access_token");
        let inspected = serde_json::json!({ "token": tenant.bearer });
        let shown = tenant.ask(Ask::post("/admin/v1/tokens/inspect"), |ask| ask.json(&inspected)).await.ok().json();
        let resource = serde_json::json!({ "name": format!("photos-{name}"), "resource_scopes": ["view"] });
        let resource = tenant.ask(Ask::post("/rs/resource_set"), |ask| ask.json(&resource)).await.json();
        tenant.names = BTreeMap::from([
            ("client", client),
            ("sub", format!("sub-of-{person}")),
            ("person", person),
            ("access token", text("access_token")),
            ("refresh token", text("refresh_token")),
            ("number", shown["id"].to_string()),
            ("resource", resource["_id"].as_str().unwrap().to_owned()),
            ("service", tenant.house.service.get().to_string()),
        ]);
        tenant
    }

    /// Sends a request to this service's address, with its own bearer token unless `with` shows other credentials.
    async fn ask(&self, ask: Ask, with: impl FnOnce(Ask) -> Ask) -> Reply {
        let ask = with(ask.below(&self.base));
        let ask = if self.bearer.is_empty() || ask.has("authorization") { ask } else { ask.bearer(&self.bearer) };
        ask.answered(&self.house).await
    }

    /// The token is alive, and client and person are as they were.
    async fn check_untouched(&self) {
        let form = [("token", &*self.names["access token"])];
        let seen = self.ask(Ask::post("/introspect"), |ask| ask.basic(&self.names["client"], SECRET).form(&form)).await;
        assert_eq!(seen.ok().json()["active"], true, "{}", self.base);
        let form = [("grant_type", "refresh_token"), ("refresh_token", &*self.names["refresh token"])];
        self.ask(Ask::post("/token"), |ask| ask.basic(&self.names["client"], SECRET).form(&form)).await.ok();
        let person =
            self.house.jeton.administration.show_user(self.house.service, &self.names["person"]).await.unwrap();
        assert!(person.enabled && person.roles == ["admin"]);
    }
}

/// What no service has, of the same form.
fn nobody(kind: &str, of_other: &str) -> String {
    match kind {
        "access token" | "refresh token" => {
            let (head, tail) = of_other.split_at(of_other.len() - 8);
            format!("{head}{}", tail.chars().rev().collect::<String>())
        }
        "number" => "8007199254740991".to_owned(),
        "service" => "8007199254740993".to_owned(),
        "resource" => "8007199254740995".to_owned(),
        _ => {
            let letter = kind.chars().next().unwrap();
            of_other.chars().map(|c| if c.is_ascii_lowercase() { letter } else { c }).collect()
        }
    }
}

/// An answer without the names asked for, and without what differs from one answer to the next.
fn comparable(reply: &Reply, [real, fake]: [&str; 2]) -> (u16, String) {
    let text = String::from_utf8_lossy(&reply.body).replace(fake, "<asked>").replace(real, "<asked>");
    let mut out = String::new();
    let mut rest = &*text;
    // References, tokens, and what the fields of a form hold.
    while let Some(at) = ["rf_", "jtn_", "value=\""].iter().filter_map(|mark| rest.find(mark)).min() {
        let behind = &rest[at..];
        let value = behind.strip_prefix("value=\"").map(|value| 7 + value.find('"').unwrap());
        let word = || behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(behind.len());
        out.push_str(&rest[..at]);
        out.push_str("<new>");
        rest = &behind[value.unwrap_or_else(word)..];
    }
    out.push_str(rest);
    (reply.status, out)
}

/// Whether a route is of a face that each service has. Authlete's names services itself, ProdManager's and the robots' are the
/// default service's.
fn is_native(path: &str) -> bool {
    // The last one is a page that shows a code again as a person reads it.
    let others = ["/token/create", "/token/whoami", "/1/", "/ok", "/vic", "/session-certs", "/device"];
    let below_api = ["tokens/", "clients", "resource_owners", "scopes", "claims", "approved/"];
    match path.strip_prefix("/api/") {
        Some(rest) => below_api.iter().any(|own| rest.starts_with(own)),
        None => !others.iter().any(|other| path.starts_with(other)) || path == "/device_authorization",
    }
}

#[tokio::test]
async fn identifiers_of_another_service_are_those_of_nothing() {
    let root = House::new().await;
    let (one, two) = (Tenant::new(&root, "one").await, Tenant::new(&root, "two").await);
    one.check_untouched().await;
    let mut wrong = Vec::new();
    let mut asked = 0;
    for route in routes().filter(|route| is_native(route.path)) {
        for method in route.methods.split(' ') {
            for (kind, name) in &two.names {
                let (mut seen, is_number) = (Vec::new(), name.bytes().all(|byte| byte.is_ascii_digit()));
                let both = [name.clone(), nobody(kind, name)];
                for name in &both {
                    let segments = route.path.split('/').map(|part| if part.starts_with('{') { &**name } else { part });
                    let mut path = segments.collect::<Vec<_>>().join("/");
                    let fields = route.parameters.iter().filter(|field| !is_number || !PAGE.contains(field));
                    let fields: Vec<_> = fields.map(|field| (*field, &**name)).collect();
                    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
                    if *kind == "service" && path.starts_with("/admin/") {
                        path = format!("{path}?service={name}");
                    } else if route.takes == "query" {
                        path = format!("{path}?{query}");
                    }
                    let method: Method = method.parse().unwrap();
                    let ask = Ask::new(method, &path);
                    let reply = one
                        .ask(ask, |ask| match route.takes {
                            "form" => ask.basic(&one.names["client"], SECRET).form(&fields),
                            "json" => ask.json(&fields.iter().map(|(n, v)| (*n, serde_json::json!(v))).collect()),
                            _ => ask,
                        })
                        .await;
                    asked += 1;
                    for marker in ["person-two", "client-two", "photos-two", "id.example/two"] {
                        let text = String::from_utf8_lossy(&reply.body).replace(&**name, "");
                        if text.contains(marker) {
                            wrong.push(format!("{} {kind}: shows {marker}", route.path));
                        }
                    }
                    seen.push(comparable(&reply, [&both[0], &both[1]]));
                }
                if seen[0] != seen[1] {
                    wrong.push(format!("{method} {} {kind}: {:?}", route.path, seen));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}: {wrong:#?}", wrong.len());
    two.check_untouched().await;
}

/// A session of one service signs nobody in at another, although the browser sends both cookies.
#[tokio::test]
async fn a_session_counts_at_its_own_service_only() {
    let root = House::new().await;
    let (_one, two) = (Tenant::new(&root, "one").await, Tenant::new(&root, "two").await);
    let at_root = root.session("alice").await;
    let session = two.house.session("person-two").await.replace("__Host-", "__Secure-");
    for (base, own) in [("/two", true), ("/one", false), ("", false)] {
        let cookies =
            if base.is_empty() { session.replace("__Secure-", "__Host-") } else { format!("{session}; {at_root}") };
        let ask = Ask::get("/account/v1/tokens").below(base).header("cookie", cookies);
        let reply = ask.header("sec-fetch-site", "same-origin").answered(&root).await;
        assert_eq!(reply.status == 200, own, "{base}: {}", reply.show());
    }
}
