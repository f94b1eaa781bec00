//! Used assertions are stored, and anybody can register a client that makes them: each counts against the limits of
//! entries created without authentication.

use jeton_core::Options;
use jeton_core::confirmation::Limits;
use jeton_core::ledger::single_use::ASSERTION_ID;
use jeton_core::model::AuthMethod;
use jeton_jose::{Algorithm, SigningKey};
use serde_json::json;

use jeton_served::{Ask, Assertion, House, Opening, Reply, jwks, key};

const PACE: &str = "too many requests come from there, try again later";
const DAY: u64 = 86_400;
/// How many small entries an address may create at once.
const AT_ONCE: usize = 1024;
/// The size that a small entry counts with, in bytes.
const ENTRY: u64 = 256;

/// How many entries the store had, counted when all have expired.
async fn kept(house: &House) -> u64 {
    house.wait(2 * DAY);
    let mut swept = 0;
    loop {
        match house.store.sweep(house.jeton.ledger.now(), 10_000).await.unwrap() {
            0 => return swept,
            more => swept += more,
        }
    }
}

/// A client of open registration, and its key.
async fn registered(house: &House) -> (String, SigningKey) {
    let own = key(Algorithm::ES256);
    let metadata = json!({
        "redirect_uris": ["https://app.example/cb"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": jwks(&[&own]),
    });
    let made = Ask::post("/registration").json(&metadata).send(house).await;
    assert_eq!(made.status, 201, "{}", made.show());
    (made.member("client_id"), own)
}

async fn ask(house: &House, address: &str, text: &str) -> Reply {
    Ask::asserting_at("/introspect", text, &[("token", "x")]).at(address).send(house).await
}

#[tokio::test]
async fn assertions_of_a_client_that_anybody_could_register_are_paced() {
    let house = House::new().await;
    house.set(|s| s.registration.open = true).await;
    let (id, own) = registered(&house).await;
    let assertion = || Assertion::of(&house, &id, &own).sign(&own);
    let mut taken = 0;
    let refused = loop {
        let reply = ask(&house, "2001:db8::1", &assertion()).await;
        if reply.status != 200 {
            break reply;
        }
        taken += 1;
    };
    assert_eq!(taken, AT_ONCE);
    refused.refused(429, "temporarily_unavailable", PACE);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    let fields = [("token", "x"), ("grant_type", "refresh_token"), ("refresh_token", "x")];
    for path in ["/introspect", "/token/revoke", "/token", "/par"] {
        let ask = Ask::asserting_at(path, &assertion(), &fields);
        let ask = ask.at("2001:db8::ff");
        assert_eq!(ask.send(&house).await.status, 429, "{path}");
    }
    ask(&house, "2001:db8:0:1::1", &assertion()).await.ok();
    // An invalid assertion writes nothing and does not count.
    let other = key(Algorithm::ES256);
    for _ in 0..10 {
        assert_eq!(ask(&house, "2001:db8:0:2::1", &assertion().replace('.', "..")).await.status, 401);
        assert_eq!(ask(&house, "2001:db8:0:2::1", &Assertion::of(&house, &id, &own).sign(&other)).await.status, 401);
    }
    house.wait(wait);
    ask(&house, "2001:db8::1", &assertion()).await.ok();

    // A client that the operator registered is not limited.
    house
        .client("app", None, |c| {
            c.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            c.metadata.set("jwks", jwks(&[&own]));
        })
        .await;
    for _ in 0..AT_ONCE / 4 {
        ask(&house, "2001:db8::1", &Assertion::of(&house, "app", &own).sign(&own)).await.ok();
    }
}

#[tokio::test]
async fn an_assertion_of_a_client_that_anybody_could_register_lives_an_hour_at_most() {
    let house = House::new().await;
    house.set(|s| s.registration.open = true).await;
    let (id, own) = registered(&house).await;
    house
        .client("app", None, |c| {
            c.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            c.metadata.set("jwks", jwks(&[&own]));
        })
        .await;
    let now = house.clock_seconds();
    for (client, life, good) in [
        (id.as_str(), 3_600, true),
        (&id, 4_000, false),
        (&id, 86_000, false),
        ("app", 86_000, true),
        ("app", 90_000, false),
    ] {
        let text = Assertion::of(&house, client, &own).claim("exp", now + life).sign(&own);
        let reply = ask(&house, "192.0.2.1", &text).await;
        match good {
            true => drop(reply.ok()),
            false => reply.refused(401, "invalid_client", "the received JWT is valid for too long"),
        }
    }
}

#[tokio::test]
async fn at_the_total_of_assertions_nobody_is_refused_and_who_has_most_gives_way() {
    let assertions = 100 * ENTRY;
    let house = Opening::default()
        .unauthenticated(Options::default().unauthenticated.with_total(ASSERTION_ID, assertions))
        .open()
        .await;
    house.set(|s| s.registration.open = true).await;
    let ((id, own), (other_id, other)) = (registered(&house).await, registered(&house).await);
    kept(&house).await;
    let long = |id: &str, own: &SigningKey| {
        Assertion::of(&house, id, own).claim("exp", house.clock_seconds() + 3_600).sign(own)
    };
    let honest = long(&other_id, &other);
    ask(&house, "192.0.2.1", &honest).await.ok();
    for n in 0..250 {
        ask(&house, &format!("10.0.0.{n}"), &long(&id, &own)).await.ok();
    }
    let second = house.another_node(&Default::default(), Limits::default()).await;
    let replayed = ask(&second, "192.0.2.1", &honest).await;
    replayed.refused(401, "invalid_client", "the received JWT has been used before");
    let kept = kept(&house).await;
    assert!((90..=100).contains(&kept), "{kept}");
}
