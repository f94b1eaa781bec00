//! What the calls that come thousands of times a second ask of the store.

use std::sync::Arc;

use jeton_core::administration::Caller;
use jeton_core::model::{Rotation, Subject, TokenFormat};
use jeton_core::store::{Page, TokenFilter};
use jeton_served::House;
use jeton_testkit::FaultyStore;
use serde_json::{Value, json};

use crate::api::{SECRET, get, house, house_that_fails, post};

/// A house whose store counts what it is asked.
async fn counted() -> (House, Arc<FaultyStore>) {
    let (house, store) = house_that_fails().await;
    house.set(|settings| settings.access_token_format = TokenFormat::Opaque).await;
    house.client("4711", Some(SECRET), |_| ()).await;
    (house, store)
}

async fn created(house: &House, grant_type: &str) -> Value {
    let body = json!({ "grantType": grant_type, "clientId": 4711, "subject": "joe", "scopes": ["read"] });
    let made = post(house, "/auth/token/create", body).await.json();
    assert_eq!(made["action"], "OK", "{made}");
    made
}

async fn introspected(house: &House, made: &Value) -> Value {
    post(house, "/auth/introspection", json!({ "token": made["accessToken"] })).await.json()
}

#[tokio::test]
async fn creation_and_introspection_read_nothing_once_the_client_is_known() {
    let (house, store) = counted().await;
    for grant_type in ["CLIENT_CREDENTIALS", "AUTHORIZATION_CODE", "IMPLICIT"] {
        created(&house, grant_type).await;
        store.reads();
        let made = created(&house, grant_type).await;
        let seen = introspected(&house, &made).await;
        let again = introspected(&house, &made).await;
        assert_eq!(store.reads(), 0, "{grant_type}");
        assert_eq!(seen["refreshable"], json!(grant_type == "AUTHORIZATION_CODE"), "{seen}");
        assert_eq!(again, seen);
    }
    for number in 0..20 {
        created(&house, if number % 2 == 0 { "AUTHORIZATION_CODE" } else { "IMPLICIT" }).await;
    }
    store.reads();
    let page = get(&house, "/auth/token/get/list?start=0&end=20").await.json();
    assert_eq!(page["accessTokens"].as_array().unwrap().len(), 20);
    assert_eq!(
        store.reads(),
        2,
        "a page is one question, and the whole of a short list another (section 2.2: its order)"
    );
}

#[tokio::test]
async fn a_refresh_token_is_found_wherever_it_has_gone() {
    let house = house().await;
    house.set(|settings| settings.access_token_format = TokenFormat::Opaque).await;
    house.client("4711", Some(SECRET), |_| ()).await;
    let made = created(&house, "AUTHORIZATION_CODE").await;
    let alone = post(
        &house,
        "/auth/token/create",
        json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "joe", "refreshTokenDuration": 60 }),
    )
    .await
    .json();
    assert_eq!(introspected(&house, &alone).await["refreshable"], true);
    house.wait(61);
    assert_eq!(introspected(&house, &alone).await["refreshable"], false, "it has expired");

    let refreshed = |text: Value| {
        let body = json!({
            "parameters": format!("grant_type=refresh_token&refresh_token={}", text.as_str().unwrap()),
            "clientId": "4711", "clientSecret": SECRET,
        });
        let house = &house;
        async move { post(house, "/auth/token", body).await.json() }
    };
    // By rotation, the old and the new access token have the newest one.
    let (mut last, mut texts) = (made["refreshToken"].clone(), vec![made.clone()]);
    for _ in 0..3 {
        let next = refreshed(last.clone()).await;
        last = next["refreshToken"].clone();
        texts.push(next);
    }
    for each in &texts {
        assert_eq!(introspected(&house, each).await["refreshable"], true, "{each}");
    }
    let listed = get(&house, "/auth/token/get/list?end=20&tokenStatus=VALID").await.json();
    let hashes: std::collections::BTreeSet<_> = listed["accessTokens"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|each| each.get("refreshTokenHash"))
        .map(Value::to_string)
        .collect();
    assert_eq!(hashes.len(), 1, "{listed}");
    // A refresh token that stays is that of the later access tokens.
    house.set(|settings| settings.rotation = Rotation::Never).await;
    let next = refreshed(last.clone()).await;
    assert_eq!(next["refreshToken"], last);
    assert_eq!(introspected(&house, &next).await["refreshable"], true);
    post(&house, "/auth/token/revoke", json!({ "refreshTokenIdentifier": last })).await;
    assert_eq!(introspected(&house, &next).await["existent"], false);
}

#[tokio::test]
async fn a_subject_that_becomes_a_user_is_one_from_then_on() {
    let (house, store) = counted().await;
    let subject_of_last = async || {
        let body =
            json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "sub-of-joe", "scopes": ["read"] });
        assert_eq!(post(&house, "/auth/token/create", body).await.json()["action"], "OK");
        let rows = house.jeton.ledger.store().tokens(&TokenFilter::default(), Page::first(1000)).await.unwrap();
        rows.items.into_iter().next_back().unwrap().subject.unwrap()
    };
    for _ in 0..2 {
        assert_eq!(subject_of_last().await, Subject::External("sub-of-joe".into()));
    }
    let joe = house.person("joe", "a password of joe's").await;
    for _ in 0..2 {
        store.reads();
        assert_eq!(subject_of_last().await, Subject::User(joe.key));
    }
    assert_eq!(store.reads(), 1, "the test's own");
    house.jeton.administration.delete_user(&Caller::local(), house.service, "joe").await.unwrap();
    assert_eq!(subject_of_last().await, Subject::External("sub-of-joe".into()));
}
