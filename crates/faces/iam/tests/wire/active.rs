//! What lists say of tokens that have not ended: whether introspection calls them active, and which were issued with an ID token.

use jeton_served::{Ask, House, PASSWORD, TOKEN_EXCHANGE, USER};
use jeton_testkit::sample;
use serde_json::{Value, json};

const SECRET: &str = "s3cret";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";

/// `app` gets tokens of alice's, `ops` reads the lists.
async fn house() -> (House, String) {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house.client("ops", Some(SECRET), |c| c.scope = sample::scope("iam:admin.read iam:admin.write")).await;
    let form = [("grant_type", "client_credentials"), ("scope", "iam:admin.read iam:admin.write")];
    let admin = house.token(("ops", SECRET), &form).await.ok().access();
    (house, admin)
}

async fn by_password(house: &House, scope: &str) -> jeton_served::Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    house.token(("app", SECRET), &form).await.ok()
}

async fn listed(house: &House, admin: &str, path: &str) -> Value {
    Ask::get(path).bearer(admin).answered(house).await.ok().json()
}

/// The lists' words about the one access token of `app`, at each of the two paths, and of the token shown alone.
async fn active(house: &House, admin: &str) -> Vec<Value> {
    let mut said = Vec::new();
    for (path, key) in [("/iam/api/access-tokens", "Resources"), ("/access-tokens", "resources")] {
        let page = listed(house, admin, &format!("{path}?clientId=app")).await;
        assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(1), &json!(1)), "{page}");
        let one = listed(house, admin, &format!("{path}/{}", page[key][0]["id"])).await;
        said.extend([page[key][0]["active"].clone(), one["active"].clone()]);
    }
    said
}

/// Lists agree with introspection about a token that may be active again: its number and its position stay.
#[tokio::test]
async fn a_suspended_token_and_that_of_a_disabled_person_or_client_are_told_as_inactive() {
    let (house, admin) = house().await;
    let token = by_password(&house, "read").await.access();
    let agree = async |is_active: bool, why: &str| {
        let word = if is_active { Value::Null } else { json!(false) };
        assert_eq!(active(&house, &admin).await, vec![word; 4], "{why}");
        assert_eq!(house.is_active(&token).await, is_active, "{why}");
    };
    agree(true, "as issued").await;
    house.change_person(USER, |user| user.enabled = false).await;
    agree(false, "the person is disabled").await;
    house.change_person(USER, |user| user.enabled = true).await;
    agree(true, "the person is enabled again").await;
    house.change_client("app", |client| client.enabled = false).await;
    assert_eq!(active(&house, &admin).await, vec![json!(false); 4], "the client is disabled");
    house.change_client("app", |client| client.enabled = true).await;
    let order = json!({ "filter": { "client_id": "app" }, "reason": "test", "undo_window": 900 });
    let suspended = Ask::post("/admin/v1/revocations").local_owner().json(&order).answered(&house).await;
    assert!(matches!(suspended.status, 200..=202), "{}", suspended.show());
    agree(false, "it is suspended").await;
    let undo = format!("/admin/v1/revocations/{}/undo", suspended.json()["id"]);
    let undone = Ask::post(&undo).local_owner().answered(&house).await;
    assert!(matches!(undone.status, 200..=204), "{}", undone.show());
    agree(true, "the suspension is undone").await;
}

/// A person's own list says the same.
#[tokio::test]
async fn a_persons_own_list_tells_suspended_tokens() {
    let (house, _) = house().await;
    house.client("other", Some(SECRET), |_| ()).await;
    by_password(&house, "read").await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let own = house.token(("other", SECRET), &form).await.ok().access();
    let order = json!({ "filter": { "client_id": "app" }, "reason": "test", "undo_window": 900 });
    Ask::post("/admin/v1/revocations").local_owner().json(&order).answered(&house).await;
    let all = listed(&house, &own, "/api/tokens/access").await;
    let said: Vec<_> = all.as_array().unwrap().iter().map(|one| (one["clientId"].clone(), one.get("active"))).collect();
    assert_eq!(said, [(json!("app"), Some(&json!(false))), (json!("other"), None)], "{all}");
}

/// The bare path has `idToken` where an ID token was issued together with the access token (section 1).
#[tokio::test]
async fn an_access_token_that_came_with_an_id_token_names_it() {
    let (house, admin) = house().await;
    let first = by_password(&house, "openid offline_access read").await;
    let refreshed = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
    let refreshed = house.token(("app", SECRET), &refreshed).await.ok();
    assert!(first.has("id_token") && refreshed.has("id_token"));
    let subject = refreshed.access();
    let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", subject.as_str()), ("subject_token_type", ACCESS)];
    let exchanged = house.token(("app", SECRET), &form).await.ok();
    assert!(!exchanged.has("id_token") && exchanged.member("scope") == "openid offline_access read");
    by_password(&house, "read").await;
    let own = [("grant_type", "client_credentials"), ("scope", "openid read")];
    house.token(("app", SECRET), &own).await.ok();

    let page = listed(&house, &admin, "/access-tokens?clientId=app&attributes=idToken").await;
    assert_eq!(page["totalResults"], 5, "{page}");
    let mut items = page["resources"].as_array().unwrap().clone();
    items.sort_by_key(|item| item["id"].as_u64());
    let named: Vec<_> = items.iter().map(|item| item.get("idToken").is_some()).collect();
    assert_eq!(named, [true, true, false, false, false], "{page}");
    for item in &items[..2] {
        let url = item["idToken"]["ref"].as_str().unwrap();
        assert_eq!(item["idToken"]["id"], item["id"]);
        let one = listed(&house, &admin, url.trim_start_matches("https://id.example")).await;
        assert_eq!((&one["id"], &one["idToken"]), (&item["id"], &item["idToken"]));
    }
    let page = listed(&house, &admin, "/iam/api/access-tokens?clientId=app").await;
    assert!(page["Resources"].as_array().unwrap().iter().all(|item| item.get("idToken").is_none()), "{page}");
}
