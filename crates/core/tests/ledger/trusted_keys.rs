//! Keys of other issuers, from a network whose answers the test sets.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::ids::ClientKey;
use jeton_core::outbound::UrlTrust;
use jeton_core::trusted_keys::{Asker, KeysError};
use jeton_jose::{Algorithm, SigningKey};
use jeton_testkit::{FakeOutbound, sample};
use serde_json::{Value, json};

use crate::fixture::Fixture;

const URL: &str = "https://client.example/jwks";

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::ES256).unwrap()
}

fn set(keys: &[&SigningKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.public_jwk().unwrap()).collect::<Vec<_>>() })
}

async fn fixture() -> (Fixture, Arc<FakeOutbound>) {
    let network = Arc::new(FakeOutbound::default());
    (Fixture::reaching(network.clone()).await, network)
}

#[tokio::test]
async fn keys_are_asked_for_once_and_kept_as_long_as_their_server_says() {
    let (fixture, network) = fixture().await;
    let key = key();
    network.answer(URL, 200, set(&[&key]).to_string(), Some(Duration::from_secs(300)));
    for _ in 0..3 {
        let keys =
            fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), Some(key.kid())).await.unwrap();
        assert!(keys.has(key.kid()));
    }
    assert_eq!(network.count(URL), 1);
    fixture.clock.advance(Duration::from_secs(299));
    fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), None).await.unwrap();
    assert_eq!(network.count(URL), 1);
    fixture.clock.advance(Duration::from_secs(1));
    fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), None).await.unwrap();
    assert_eq!(network.count(URL), 2);
}

#[tokio::test]
async fn the_life_of_keys_is_bounded_on_both_sides() {
    for (said, kept) in [(0, 60), (10, 60), (9_999_999, 86_400)] {
        let (fixture, network) = fixture().await;
        network.answer(URL, 200, set(&[&key()]).to_string(), Some(Duration::from_secs(said)));
        for (wait, asked) in [(0, 1), (kept - 1, 1), (1, 2)] {
            fixture.clock.advance(Duration::from_secs(wait));
            fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), None).await.unwrap();
            assert_eq!(network.count(URL), asked, "max-age={said}, {wait} s later");
        }
    }
}

/// Looks up a key for a client at an address; returns whether it was found.
async fn finds(fixture: &Fixture, client: u64, address: [u8; 4], kid: &str) -> bool {
    let asker = Asker { client: Some(ClientKey::new(client)), address: Some(address.into()) };
    fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, asker, Some(kid)).await.unwrap().has(kid)
}

#[tokio::test]
async fn a_rotated_key_is_found_at_once_whoever_asked_before() {
    let (fixture, network) = fixture().await;
    let (old, new, newest) = (key(), key(), key());
    let (one, other) = ([192, 0, 2, 1], [198, 51, 100, 1]);
    network.json(URL, &set(&[&old]));
    assert!(finds(&fixture, 1, one, old.kid()).await);
    network.json(URL, &set(&[&old, &new]));
    assert!(finds(&fixture, 2, one, new.kid()).await, "in the moment of another client's question");
    // A caller who claims to be the client, from another address, uses up only their own allowance.
    for n in 0..10 {
        assert!(!finds(&fixture, 2, other, &format!("invented-{n}")).await);
    }
    assert_eq!(network.count(URL), 2 + 3);
    network.json(URL, &set(&[&newest]));
    assert!(finds(&fixture, 2, one, newest.kid()).await);
    assert_eq!(network.count(URL), 2 + 3 + 1);
}

#[tokio::test]
async fn nobody_has_an_address_asked_again_and_again() {
    let (fixture, network) = fixture().await;
    let (old, new) = (key(), key());
    network.json(URL, &set(&[&old]));
    fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), None).await.unwrap();
    for n in 0..200_u8 {
        assert!(!finds(&fixture, n.into(), [192, 0, 2, n], &format!("invented-{n}")).await);
    }
    assert_eq!(network.count(URL), 1 + 12, "all together");
    for second in 0..60 {
        fixture.clock.advance(Duration::from_secs(1));
        assert!(!finds(&fixture, 300 + second, [203, 0, 113, 1], &format!("more-{second}")).await);
    }
    assert_eq!(network.count(URL), 1 + 12 + 12, "then one each five seconds");
    // What one request fetches is available to all: they see the rotated key at most this much later.
    network.json(URL, &set(&[&old, &new]));
    fixture.clock.advance(Duration::from_secs(5));
    assert!(!finds(&fixture, 999, [203, 0, 113, 9], "invented").await);
    assert!(finds(&fixture, 1, [192, 0, 2, 1], new.kid()).await);
}

#[tokio::test]
async fn many_at_once_ask_once() {
    let (fixture, network) = fixture().await;
    network.json(URL, &set(&[&key()]));
    network.late(URL, Duration::from_millis(50));
    let all = (0..32).map(|_| {
        let jeton = Arc::clone(&fixture.jeton);
        tokio::spawn(async move { jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), None).await.is_ok() })
    });
    for one in all.collect::<Vec<_>>() {
        assert!(one.await.unwrap());
    }
    assert_eq!(network.count(URL), 1);
}

#[tokio::test]
async fn a_failure_is_remembered_for_a_while() {
    let (fixture, network) = fixture().await;
    for _ in 0..5 {
        assert_eq!(
            fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), None).await.err(),
            Some(KeysError::Unavailable)
        );
    }
    assert_eq!(network.count(URL), 1);
    network.json(URL, &set(&[&key()]));
    fixture.clock.advance(Duration::from_secs(30));
    fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), None).await.unwrap();
    assert_eq!(network.count(URL), 2);
}

#[tokio::test]
async fn stale_keys_count_for_an_hour_and_only_for_a_kid_they_have() {
    let (fixture, network) = fixture().await;
    let key = key();
    network.answer(URL, 200, set(&[&key]).to_string(), Some(Duration::from_secs(60)));
    fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), None).await.unwrap();
    network.gone(URL);
    fixture.clock.advance(Duration::from_secs(61));
    assert!(fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), Some(key.kid())).await.is_ok());
    for kid in [None, Some("another")] {
        assert_eq!(
            fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), kid).await.err(),
            Some(KeysError::Unavailable)
        );
    }
    fixture.clock.advance(Duration::from_secs(3600));
    assert!(fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), Some(key.kid())).await.is_err());
}

#[tokio::test]
async fn what_is_no_set_of_keys_is_refused() {
    let many: Vec<Value> = (0..65).map(|_| json!({"kty": "EC"})).collect();
    for (status, body) in [
        (404, set(&[&key()]).to_string()),
        (302, set(&[&key()]).to_string()),
        (200, "{}".to_owned()),
        (200, "not JSON".to_owned()),
        (200, json!({ "keys": many }).to_string()),
        (200, format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(300_000))),
    ] {
        let (fixture, network) = fixture().await;
        network.answer(URL, status, body, None);
        assert!(
            fixture.jeton.oauth.keys_at(URL, UrlTrust::Operator, Asker::default(), None).await.is_err(),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_clients_own_keys_follow_its_record() {
    let (fixture, _) = fixture().await;
    let (one, two) = (key(), key());
    let mut client = sample::client(1);
    client.metadata.set("jwks", set(&[&one]));
    assert!(fixture.jeton.oauth.keys_of(&client, None, None).await.unwrap().has(one.kid()));
    client.metadata.set("jwks", set(&[&two]));
    client.updated = client.updated + Duration::from_secs(1);
    let keys = fixture.jeton.oauth.keys_of(&client, None, None).await.unwrap();
    assert!(keys.has(two.kid()) && !keys.has(one.kid()));
    client.metadata = jeton_core::model::ClientMetadata::default();
    client.updated = client.updated + Duration::from_secs(1);
    assert_eq!(fixture.jeton.oauth.keys_of(&client, None, None).await.err(), Some(KeysError::None));
}

#[tokio::test]
async fn only_an_address_of_the_configuration_file_is_the_operators() {
    let (fixture, network) = fixture().await;
    network.json(URL, &set(&[&key()]));
    for (client, trust) in [(1, UrlTrust::Operator), (2, UrlTrust::Untrusted)] {
        let mut client = sample::client(client);
        let urls = if trust == UrlTrust::Operator { vec![URL.to_owned()] } else { vec![format!("{URL}/other")] };
        client.operator_urls = urls;
        client.metadata.set("jwks_uri", URL);
        fixture.jeton.oauth.keys_of(&client, None, None).await.unwrap();
        assert_eq!(network.asked().last().unwrap().trust, trust);
    }
    assert_eq!(network.count(URL), 2, "what one may see is not what the other may");
}
