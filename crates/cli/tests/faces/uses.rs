//! Every face that accepts an API token records its use, and which of its scopes were needed.

use serde_json::{Value, json};

use crate::house::House;

async fn seen(house: &House, text: &str) -> Value {
    house.jeton.ledger.uses().flush().await.unwrap();
    house.inspected(text).await
}

#[tokio::test]
async fn whoami_is_a_use_and_an_administrators_look_is_none() {
    let house = House::on_the_model().await;
    let text = house.by_shop().await.remove(0);
    assert_eq!(seen(&house, &text).await["use_count"], 0);
    assert!(house.shop_takes(&text).await);
    assert!(house.shop_takes(&text).await);
    let seen = seen(&house, &text).await;
    assert_eq!(seen["use_count"], 2, "{seen}");
    assert!(seen["last_used_at"].is_i64(), "{seen}");
}

#[tokio::test]
async fn a_scope_that_a_list_needed_is_no_longer_unused() {
    let house = House::on_the_model().await;
    let order = json!({ "client_id": "ops", "kind": "api", "scope": "iam:admin.read iam:admin.write" });
    let minted = house.admin("POST", "/tokens", Some(order)).await;
    let text = minted.body["token"].as_str().unwrap_or_else(|| panic!("{minted:?}")).to_owned();
    assert_eq!(seen(&house, &text).await["unused_scopes"], "iam:admin.read iam:admin.write");
    assert_eq!(house.iam_by(&text, "GET", "access-tokens?count=0").await.status, 200);
    assert_eq!(seen(&house, &text).await["unused_scopes"], "iam:admin.write");
}
