//! Issuers of services, and when a service was changed (section 4.2 of the contract).

use jeton_served::{House, Reply};
use serde_json::{Value, json};

use crate::api::{ORGANIZATION_TOKEN, bearer, call, house};

async fn asked(house: &House, path: &str, body: Value) -> Reply {
    call(house, &bearer(ORGANIZATION_TOKEN), ("POST", path), Some(body)).await
}

/// RFC 8414 section 3.3: issuers are compared exactly, so two that people confuse must not both be there.
#[tokio::test]
async fn an_issuer_that_differs_by_case_or_a_slash_from_another_is_refused() {
    let house = house().await;
    let first = asked(&house, "/api/service/create", json!({ "issuer": "https://shop.example/a" })).await;
    assert_eq!(first.status, 200, "{}", first.text());
    let other = asked(&house, "/api/service/create", json!({ "issuer": "https://other.example" })).await.json();
    let update = format!("/api/{}/service/update", other["apiKey"]);
    for alike in ["https://shop.example/a/", "https://Shop.example/a", "https://shop.example:443/a"] {
        for path in ["/api/service/create", &update] {
            let refused = asked(&house, path, json!({ "issuer": alike })).await;
            assert!(refused.status == 400 && refused.text().contains("`issuer`"), "{path} {alike}: {}", refused.text());
        }
    }
    let another = asked(&house, "/api/service/create", json!({ "issuer": "https://shop.example/A" })).await;
    assert_eq!(another.status, 200, "paths have case: {}", another.text());
    // Its own issuer with a slash is another address, and nobody else's.
    let own = asked(&house, &update, json!({ "issuer": "https://other.example/" })).await;
    assert_eq!((own.status, &own.json()["issuer"]), (200, &json!("https://other.example/")), "{}", own.text());
}

#[tokio::test]
async fn a_service_says_when_it_was_changed_last() {
    let house = house().await;
    let body = json!({ "serviceName": "shop" });
    let made = asked(&house, "/api/service/create", body.clone()).await.json();
    assert_eq!(made["modifiedAt"], made["createdAt"], "{made}");
    let update = format!("/api/{}/service/update", made["apiKey"]);
    house.wait(60);
    assert_eq!(asked(&house, &update, body).await.json()["modifiedAt"], made["createdAt"], "nothing was changed");
    let changed = asked(&house, &update, json!({ "serviceName": "shop 2" })).await.json();
    let later = made["createdAt"].as_i64().unwrap() + 60_000;
    assert_eq!((&changed["createdAt"], &changed["modifiedAt"]), (&made["createdAt"], &json!(later)), "{changed}");
}
