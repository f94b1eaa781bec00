//! Whether the time of a refusal tells what exists in another service: medians of 10,000 calls with an identifier that exists there,
//! and of two equal runs with one that does not, taken in turns. By hand:
//! `cargo run --release -p jeton-face-authlete --example refusals`.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "it measures time, and may stop at the first surprise"
)]

#[path = "../tests/wire/api.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod api;

use std::time::{Duration, Instant};

use jeton_core::ids::ServiceId;
use jeton_jose::{base64url, digest};
use jeton_served::{Engine, House, Opening};
use serde_json::{Value, json};

use api::{ORGANIZATION_TOKEN, SECRET, SERVICE_TOKEN, bearer, call, give_credentials};

const CALLS: usize = 10_000;

/// A call with `$` for the identifier, one that exists in the other service, and one that does not.
struct Place {
    what: &'static str,
    method: &'static str,
    path: &'static str,
    body: Value,
    identifiers: [String; 2],
}

fn with(body: &Value, identifier: &str) -> Option<Value> {
    (!body.is_null()).then(|| serde_json::from_str(&body.to_string().replace('$', identifier)).unwrap())
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

fn hash(text: &str) -> String {
    base64url::encode(digest::sha256(text.as_bytes()))
}

async fn at_other(house: &House, service: ServiceId, path: &str, body: Value) -> Value {
    let path = format!("/api/{service}{path}");
    let reply = call(house, &bearer(ORGANIZATION_TOKEN), ("POST", &path), Some(body)).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// A service besides the one whose credential calls, with a client, a token and a ticket.
struct Other {
    service: ServiceId,
    access: String,
    token_id: String,
    ticket: String,
}

impl Other {
    async fn of(house: &House) -> Self {
        let made =
            call(house, &bearer(ORGANIZATION_TOKEN), ("POST", "/api/service/create"), Some(json!({}))).await.json();
        let service = ServiceId::new(made["apiKey"].as_u64().unwrap());
        let other = house.of_issuer(service);
        other.client("4712", Some(SECRET), |_| ()).await;
        let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4712, "subject": "bob", "scopes": ["read"] });
        let token = at_other(&other, service, "/auth/token/create", body).await;
        let request = "client_id=4712&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=read";
        let ticket = at_other(&other, service, "/auth/authorization", json!({ "parameters": request })).await;
        let text = |of: &Value, name: &str| of[name].as_str().unwrap().to_owned();
        Self {
            service,
            access: text(&token, "accessToken"),
            token_id: text(&token, "tokenId"),
            ticket: text(&ticket, "ticket"),
        }
    }
}

async fn house() -> House {
    let house = Opening::on(Engine::Sqlite).await.open().await;
    give_credentials(&house);
    house.client("4711", Some(SECRET), |_| ()).await;
    house
}

async fn places(house: &House) -> Vec<Place> {
    let Other { service, access, token_id, ticket } = Other::of(house).await;
    // Of the same form, but made elsewhere: by a server with other keys, of whose secrets nothing is here.
    let absent = Other::of(&self::house().await).await;
    let of = |existing: &str, absent: &str| [existing.to_owned(), absent.to_owned()];
    let post = |what, path, body, identifiers| Place { what, method: "POST", path, body, identifiers };
    let get = |what, path, identifiers| Place { what, method: "GET", path, body: Value::Null, identifiers };
    let wrong =
        json!({ "parameters": "grant_type=client_credentials&scope=read", "clientId": "$", "clientSecret": "wrong" });
    vec![
        post("token", "/auth/introspection", json!({ "token": "$" }), of(&access, &absent.access)),
        post(
            "hash",
            "/auth/token/update",
            json!({ "accessTokenHash": "$" }),
            of(&hash(&access), &hash(&absent.access)),
        ),
        post("token id", "/auth/token/update", json!({ "tokenId": "$" }), of(&token_id, "7777777")),
        post("ticket", "/auth/authorization/ticket/info", json!({ "ticket": "$" }), of(&ticket, &absent.ticket)),
        get("client", "/client/get/$", of("4712", "4999")),
        get("subject", "/auth/token/get/list?subject=$", of("bob", "eve")),
        get("service", "/service/get/$", of(&service.to_string(), "7777777")),
        post("client's secret", "/auth/token", wrong, of("4712", "4999")),
    ]
}

async fn timed(house: &House, place: &Place, identifier: &str) -> Duration {
    // Only a path of version 2 names a service.
    let prefix = if place.path.starts_with("/service") { "/api".to_owned() } else { format!("/api/{}", house.service) };
    let path = format!("{prefix}{}", place.path.replace('$', identifier));
    let body = with(&place.body, identifier);
    let begun = Instant::now();
    call(house, &bearer(SERVICE_TOKEN), (place.method, &path), body).await;
    begun.elapsed()
}

#[tokio::main]
async fn main() {
    let house = house().await;
    println!(
        "{:<16} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "identifier of", "absent", "again", "noise", "existing", "differs"
    );
    for place in places(&house).await {
        let [existing, absent] = &place.identifiers;
        let mut series = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..CALLS {
            for (times, identifier) in series.iter_mut().zip([absent, existing, absent]) {
                times.push(timed(&house, &place, identifier).await);
            }
        }
        let [first, existing, again] = series.map(|times| median(times).as_nanos());
        let (noise, differs) = (first.abs_diff(again), existing.abs_diff(u128::midpoint(first, again)));
        println!("{:<16} {first:>10} {again:>10} {noise:>10} {existing:>10} {differs:>10}", place.what);
    }
    println!("nanoseconds; medians of {CALLS} calls each");
}
