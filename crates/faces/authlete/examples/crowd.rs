//! Ten thousand services in one ledger: how long it takes to start, what each costs in memory, and whether calls stay fast. By hand:
//! `cargo run --release -p jeton-face-authlete --example crowd`; with ` -- postgresql` on a PostgreSQL server that it starts.

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
use jeton_core::model::Service;
use jeton_core::store::{Command, Write};
use jeton_served::{Engine, House, Opening};
use serde_json::{Value, json};

use api::{ORGANIZATION_TOKEN, bearer, call};

const SERVICES: u64 = 10_000;
const CALLS: usize = 2_000;
const CHANGES: usize = 200;
const FIRST: u64 = 1_000_000;

/// The memory of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Median and 99th percentile.
fn spread(mut all: Vec<Duration>) -> (Duration, Duration) {
    all.sort();
    (all[all.len() / 2], all[all.len() * 99 / 100])
}

async fn organization(house: &House, method: &str, path: &str, body: Value) -> Value {
    let reply = call(house, &bearer(ORGANIZATION_TOKEN), (method, path), Some(body)).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// How long creating and introspecting tokens of some services takes.
async fn measure(house: &House, label: &str, services: &[ServiceId]) {
    let (mut create, mut introspect) = (Vec::new(), Vec::new());
    for number in 0..CALLS {
        let service = services[number % services.len()];
        let body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe", "scopes": ["read"] });
        let begun = Instant::now();
        let made = organization(house, "POST", &format!("/api/{service}/auth/token/create"), body).await;
        create.push(begun.elapsed());
        assert_eq!(made["action"], "OK", "{made}");
        let body = json!({ "token": made["accessToken"] });
        let begun = Instant::now();
        let seen = organization(house, "POST", &format!("/api/{service}/auth/introspection"), body).await;
        introspect.push(begun.elapsed());
        assert_eq!(seen["action"], "OK", "{seen}");
    }
    println!("{label}: create (p50, p99) {:?}, introspect (p50, p99) {:?}", spread(create), spread(introspect));
}

async fn with_client(house: &House, service: ServiceId) {
    house.of_issuer(service).client("4711", Some("a secret that nobody guesses"), |_| ()).await;
}

fn credentialed(house: House) -> House {
    house.jeton.backend.credentials.set(Some(&jeton_core::Secret::new(ORGANIZATION_TOKEN)), &[]);
    house
}

/// How long changes of services take: replacing the document of one, creating another, and then deleting it.
async fn changes(house: &House, label: &str, services: &[ServiceId]) {
    let [mut update, mut create, mut delete] = [const { Vec::new() }; 3];
    for number in 0..CHANGES {
        let service = services[number % services.len()];
        let body = json!({ "serviceName": format!("renamed {number}") });
        let begun = Instant::now();
        organization(house, "POST", &format!("/api/{service}/service/update"), body).await;
        update.push(begun.elapsed());
        let begun = Instant::now();
        let made = organization(house, "POST", "/api/service/create", json!({})).await;
        create.push(begun.elapsed());
        let path = format!("/api/{}/service/delete", made["apiKey"]);
        let begun = Instant::now();
        let gone = call(house, &bearer(ORGANIZATION_TOKEN), ("DELETE", &path), None).await;
        assert_eq!(gone.status, 204, "{}", gone.text());
        delete.push(begun.elapsed());
    }
    let [update, create, delete] = [update, create, delete].map(spread);
    println!("{label}: service update (p50, p99) {update:?}, create {create:?}, delete {delete:?}");
}

/// How long one round of each background task takes.
async fn background(house: &House, label: &str) {
    let begun = Instant::now();
    house.jeton.oauth.deliver_notices().await.unwrap();
    house.jeton.oauth.notices_pending().await.unwrap();
    house.jeton.oauth.tidy_sessions(0).await.unwrap();
    house.jeton.oauth.end_unused_clients().await.unwrap();
    house.jeton.administration.suspensions.end_due().await.unwrap();
    house.wait(600);
    house.jeton.ledger.sweep(1_000).await.unwrap();
    println!("{label}: a round of all background tasks {:?}", begun.elapsed());
}

/// How long the first and the second reading of the keys of services takes: the first makes them.
async fn keys(house: &House, label: &str, services: &[ServiceId]) {
    let mut spent = [Duration::ZERO; 2];
    for service in services {
        for spent in &mut spent {
            let begun = Instant::now();
            let path = format!("/api/{service}/service/jwks/get");
            let set = call(house, &bearer(ORGANIZATION_TOKEN), ("GET", &path), None).await;
            assert_eq!(set.status, 200, "{}", set.text());
            *spent += begun.elapsed();
        }
    }
    let count = u32::try_from(services.len()).unwrap();
    println!("{label}: first reading of keys {:?}, second {:?}", spent[0] / count, spent[1] / count);
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let engine = if std::env::args().any(|word| word == "postgresql") { Engine::Postgresql } else { Engine::Sqlite };
    let few = credentialed(Opening::on(engine).await.open().await);
    let made = organization(&few, "POST", "/api/service/create", json!({ "serviceName": "first" })).await;
    let first = ServiceId::new(made["apiKey"].as_u64().unwrap());
    with_client(&few, first).await;
    measure(&few, "2 services", &[first]).await;
    changes(&few, "2 services", &[first]).await;
    background(&few, "2 services").await;

    let pattern = few.jeton.ledger.entities().service(first).unwrap();
    let begun = Instant::now();
    for from in (0..SERVICES).step_by(500) {
        let services = (from..from + 500).map(|number| Service {
            id: ServiceId::new(FIRST + number),
            name: format!("service {number}"),
            issuer: format!("https://{number}.example").as_str().into(),
            ..Service::clone(&pattern)
        });
        let writes = services.map(|service| Write::Service(Box::new(service))).collect();
        few.jeton.ledger.apply(Command { when: None, writes }).await.unwrap();
    }
    println!("writing {SERVICES} services, 500 at a time: {:?}", begun.elapsed());

    let (before, begun) = (resident(), Instant::now());
    let opening = Opening::on_store(few.store.clone()).by(few.clock.clone());
    let many = credentialed(opening.open().await);
    println!("start with {SERVICES} services: {:?}", begun.elapsed());
    println!("memory: {} bytes a service", (resident().saturating_sub(before)) * 1024 / SERVICES);
    let some: Vec<_> = (0..20).map(|number| ServiceId::new(FIRST + number * 499)).collect();
    for service in &some {
        with_client(&many, *service).await;
    }
    measure(&many, "10,000 services, one of them", &some[..1]).await;
    measure(&many, "10,000 services, twenty of them", &some).await;
    changes(&many, "10,000 services", &some).await;
    keys(&many, "10,000 services", &some).await;
    background(&many, "10,000 services").await;
    let begun = Instant::now();
    let list =
        call(&many, &bearer(ORGANIZATION_TOKEN), ("GET", "/api/service/get/list?start=5000&end=5020"), None).await;
    println!("a page of services: {:?} ({})", begun.elapsed(), list.json()["totalCount"]);
    let (mut existing, mut absent) = (Vec::new(), Vec::new());
    let token = json!({ "token": "x" });
    for number in 0..CALLS {
        for (service, spent) in [(FIRST + (number as u64 % SERVICES), &mut existing), (9_000_000, &mut absent)] {
            let begun = Instant::now();
            let path = format!("/api/{service}/auth/introspection");
            call(&many, &bearer("an unknown token"), ("POST", &path), Some(token.clone())).await;
            spent.push(begun.elapsed());
        }
    }
    println!("refusals (p50, p99): existing service {:?}, absent {:?}", spread(existing), spread(absent));
}
