//! Every face that accepts an API token records its use, and which of its scopes were needed.

use serde_json::{Value, json};

use crate::faces::Faces;

async fn seen(faces: &Faces, text: &str) -> Value {
    faces.jeton.ledger.uses().flush().await.unwrap();
    faces.inspected(text).await
}

#[tokio::test]
async fn whoami_is_a_use_and_an_administrators_look_is_none() {
    let faces = Faces::on_the_model().await;
    let text = faces.by_shop().await.remove(0);
    assert_eq!(seen(&faces, &text).await["use_count"], 0);
    assert!(faces.shop_takes(&text).await);
    assert!(faces.shop_takes(&text).await);
    let seen = seen(&faces, &text).await;
    assert_eq!(seen["use_count"], 2, "{seen}");
    assert!(seen["last_used_at"].is_i64(), "{seen}");
}

#[tokio::test]
async fn a_scope_that_a_list_needed_is_no_longer_unused() {
    let faces = Faces::on_the_model().await;
    let order = json!({ "client_id": "ops", "kind": "api", "scope": "iam:admin.read iam:admin.write" });
    let minted = faces.admin("POST", "/tokens", Some(order)).await;
    let text = minted.body["token"].as_str().unwrap_or_else(|| panic!("{minted:?}")).to_owned();
    assert_eq!(seen(&faces, &text).await["unused_scopes"], "iam:admin.read iam:admin.write");
    assert_eq!(faces.iam_by(&text, "GET", "access-tokens?count=0").await.status, 200);
    assert_eq!(seen(&faces, &text).await["unused_scopes"], "iam:admin.write");
}
