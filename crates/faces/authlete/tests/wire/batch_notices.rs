//! Notices that a batch of tokens has ended (section 2.8 of the contract).

use std::time::Duration;

use jeton_core::outbound::UrlTrust;
use jeton_served::House;
use jeton_testkit::Asked;
use serde_json::{Value, json};

use crate::api::{get, house, made, post, set_service};

const PLACE: &str = "https://as.example/batches";

/// A house whose service wants to be told, with a client.
async fn told() -> (House, Value) {
    let house = house().await;
    set_service(&house, json!({ "tokenBatchNotificationEndpoint": PLACE })).await;
    let client = made(&house, json!({ "clientName": "app" })).await["clientId"].clone();
    house.network.answer(PLACE, 204, "", None);
    (house, client)
}

/// Sends a batch of one token; the answer.
async fn sent(house: &House, client: &Value, subject: Option<&str>, query: &str) -> Value {
    let batch = json!([{ "grantType": "AUTHORIZATION_CODE", "clientId": client, "subject": subject }]);
    let reply = post(house, &format!("/auth/token/create/batch{query}"), batch).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

async fn status(house: &House, made: &Value) -> Value {
    let name = made["requestId"].as_str().unwrap();
    get(house, &format!("/auth/token/create/batch/status/{name}")).await.json()["status"].clone()
}

async fn delivered(house: &House) -> usize {
    house.jeton.backend.deliver_batch_notices().await.unwrap()
}

fn body(asked: &Asked) -> Value {
    serde_json::from_str(asked.body.as_deref().unwrap()).unwrap()
}

#[tokio::test]
async fn the_authorization_server_is_told_once_how_a_batch_ended() {
    let (house, client) = told().await;
    for subject in [Some("joe"), None] {
        let made = sent(&house, &client, subject, "").await;
        assert_eq!(delivered(&house).await, 1);
        let asked = house.network.asked().pop().unwrap();
        // The address comes from a caller of the API.
        assert_eq!((&*asked.url, asked.trust), (PLACE, UrlTrust::Untrusted));
        assert_eq!(asked.bearer.as_deref(), made["notificationToken"].as_str());
        assert!(asked.bearer.as_deref().is_some_and(|token| token.len() > 20));
        let shown = status(&house, &made).await;
        assert_eq!(body(&asked), shown);
        assert_eq!(shown["result"], if subject.is_some() { "SUCCEEDED" } else { "FAILED" }, "{shown}");
        assert_eq!(delivered(&house).await, 0, "once");
    }
    let (one, other) = (sent(&house, &client, Some("joe"), "").await, sent(&house, &client, Some("joe"), "").await);
    assert_ne!(one["notificationToken"], other["notificationToken"]);
    assert_eq!(delivered(&house).await, 2);
}

#[tokio::test]
async fn nobody_is_told_of_dry_runs_or_without_an_address() {
    let (house, client) = told().await;
    let dry = sent(&house, &client, Some("joe"), "?dryRun=true").await;
    assert!(dry.get("notificationToken").is_none(), "{dry}");
    assert_eq!(delivered(&house).await, 0);
    // The address was taken away before the notice went out, or was never there.
    sent(&house, &client, Some("joe"), "").await;
    set_service(&house, json!({})).await;
    let silent = sent(&house, &client, Some("joe"), "").await;
    assert!(silent.get("notificationToken").is_none(), "{silent}");
    assert_eq!(delivered(&house).await, 0);
    assert!(house.network.asked().is_empty());
    for wrong in ["http://as.example/batches", "no address", "https://as.example/#part", "https://joe@as.example/"] {
        let reply = post(&house, "/service/update", json!({ "tokenBatchNotificationEndpoint": wrong })).await;
        assert_eq!((reply.status, house.refusal(&reply)), (400, "invalid"), "{wrong}");
    }
}

#[tokio::test]
async fn a_notice_that_did_not_arrive_is_sent_again_for_two_hours() {
    let (house, client) = told().await;
    house.network.gone(PLACE);
    let made = sent(&house, &client, Some("joe"), "").await;
    sent(&house, &client, Some("joe"), "").await;
    assert_eq!(delivered(&house).await, 0);
    assert_eq!(house.network.count(PLACE), 1, "after a failure the service rests");
    assert_eq!(delivered(&house).await, 0);
    assert_eq!(house.network.count(PLACE), 1);
    house.network.answer(PLACE, 500, "", None);
    house.clock.advance(Duration::from_secs(61));
    assert_eq!(delivered(&house).await, 0);
    house.network.answer(PLACE, 200, "", None);
    house.clock.advance(Duration::from_secs(61));
    assert_eq!(delivered(&house).await, 2, "both, when it answers again");
    let asked = house.network.asked();
    assert!(asked.iter().any(|asked| asked.bearer.as_deref() == made["notificationToken"].as_str()));

    house.network.gone(PLACE);
    sent(&house, &client, Some("joe"), "").await;
    let before = house.network.count(PLACE);
    for _ in 0..20 {
        delivered(&house).await;
        house.clock.advance(Duration::from_secs(80 * 60));
    }
    assert_eq!(house.network.count(PLACE) - before, 7);
    house.network.answer(PLACE, 200, "", None);
    assert_eq!(delivered(&house).await, 0, "it was given up");
}
