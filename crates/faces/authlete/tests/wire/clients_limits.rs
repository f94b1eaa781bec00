//! What limits a client: its scopes, its alias, DPoP, one token for a subject.

use jeton_served::{Ask, House, Reply};
use serde_json::{Value, json};

use crate::api::{code, get, house, made, own, post, set_service};

fn supported(names: &[(&str, bool)]) -> Value {
    let scopes: Vec<_> =
        names.iter().map(|(name, is_default)| json!({ "name": name, "defaultEntry": is_default })).collect();
    json!({ "supportedScopes": scopes, "clientIdAliasEnabled": true })
}

async fn by_itself(house: &House, client: &Value, scope: Option<&str>) -> Reply {
    let (id, secret) = (client["clientId"].to_string(), client["clientSecret"].as_str().unwrap());
    let mut form = vec![("grant_type", "client_credentials")];
    form.extend(scope.map(|scope| ("scope", scope)));
    Ask::post("/token").basic(&id, secret).form(&form).send(house).await
}

async fn client(house: &House, more: Value) -> Value {
    let mut document = json!({ "grantTypes": ["CLIENT_CREDENTIALS", "REFRESH_TOKEN", "AUTHORIZATION_CODE"] });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    made(house, document).await
}

#[tokio::test]
async fn a_client_may_ask_for_the_scopes_that_its_service_has_now() {
    let house = house().await;
    set_service(&house, supported(&[("read", true), ("write", false)])).await;
    let client = client(&house, json!({})).await;
    let usual = by_itself(&house, &client, None).await;
    assert_eq!((usual.status, &usual.json()["scope"]), (200, &json!("read")), "{}", usual.text());
    assert_eq!(by_itself(&house, &client, Some("write")).await.status, 200);
    assert_eq!(by_itself(&house, &client, Some("pay")).await.status, 400);
    set_service(&house, supported(&[("pay", false)])).await;
    assert_eq!(by_itself(&house, &client, Some("pay")).await.status, 200);
    assert_eq!(by_itself(&house, &client, Some("write")).await.status, 400);
}

#[tokio::test]
async fn requestable_scopes_limit_a_client_until_they_are_lifted() {
    let house = house().await;
    set_service(&house, supported(&[("read", true), ("write", false)])).await;
    let client = client(&house, json!({})).await;
    let path = |verb: &str| format!("/client/extension/requestable_scopes/{verb}/{}", client["clientId"]);
    let free = get(&house, &path("get")).await;
    assert_eq!((code(&free).1.as_str(), free.json().get("requestableScopes").cloned()), ("A127002", None));
    for method in ["PUT", "POST"] {
        let set = own(&house, method, &path("update"), Some(json!({ "requestableScopes": ["write", "later"] }))).await;
        assert_eq!(set.status, 200, "{}", set.text());
        assert_eq!(set.json()["requestableScopes"], json!(["write", "later"]));
    }
    assert_eq!(get(&house, &path("get")).await.json()["requestableScopes"], json!(["write", "later"]));
    let shown = get(&house, &format!("/client/get/{}", client["clientId"])).await.json();
    assert_eq!(shown["extension"]["requestableScopesEnabled"], true);
    assert_eq!(by_itself(&house, &client, Some("write")).await.status, 200);
    assert_eq!(by_itself(&house, &client, Some("read")).await.status, 400);
    set_service(&house, supported(&[("read", true), ("later", false)])).await;
    assert_eq!(by_itself(&house, &client, Some("later")).await.status, 200);
    let bad = post(&house, &path("update"), json!({ "requestableScopes": "read" })).await;
    assert_eq!(code(&bad), (400, "A128201".to_owned()));
    let gone = own(&house, "DELETE", &path("delete"), None).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert_eq!(by_itself(&house, &client, Some("read")).await.status, 200);
}

#[tokio::test]
async fn an_alias_works_where_service_and_client_enable_it() {
    let house = house().await;
    set_service(&house, supported(&[("read", true)])).await;
    let on = client(&house, json!({ "clientIdAlias": "tides", "clientIdAliasEnabled": true })).await;
    let off = client(&house, json!({ "clientIdAlias": "moons" })).await;
    assert_eq!(get(&house, "/client/get/tides").await.json()["clientId"], on["clientId"]);
    let disabled = get(&house, "/client/get/moons").await;
    assert_eq!(code(&disabled), (400, "A001222".to_owned()));
    assert_eq!(house.refusal(&disabled), "client_alias_disabled");
    let secret = |client: &Value| client["clientSecret"].as_str().unwrap().to_owned();
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let asked = Ask::post("/token").basic("tides", &secret(&on)).form(&form).send(&house).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    assert_eq!(Ask::post("/token").basic("moons", &secret(&off)).form(&form).send(&house).await.status, 401);
    for taken in ["tides".to_owned(), on["clientId"].to_string()] {
        let reply = post(&house, "/client/create", json!({ "clientIdAlias": taken })).await;
        assert_eq!(code(&reply), (400, "A026201".to_owned()), "{}", reply.text());
    }
    // Equal to its own id: no alias.
    let cleared = json!({ "clientIdAlias": on["clientId"].to_string(), "clientIdAliasEnabled": true });
    let update = post(&house, &format!("/client/update/{}", on["clientId"]), cleared).await;
    assert_eq!(update.status, 200, "{}", update.text());
    assert_eq!(get(&house, "/client/get/tides").await.status, 404);
    set_service(&house, json!({})).await;
    client(&house, json!({ "clientIdAlias": "tides", "clientIdAliasEnabled": true })).await;
    assert_eq!(code(&get(&house, "/client/get/tides").await), (400, "A001222".to_owned()));
    assert_eq!(Ask::post("/token").basic("tides", &secret(&on)).form(&form).send(&house).await.status, 401);
}

#[tokio::test]
async fn a_client_that_must_use_dpop_gets_no_token_without_a_key() {
    let house = house().await;
    set_service(&house, supported(&[("read", true)])).await;
    let client = client(&house, json!({ "dpopRequired": true })).await;
    assert_eq!(client["dpopRequired"], true);
    let refused = by_itself(&house, &client, None).await;
    assert_eq!((refused.status, &refused.json()["error"]), (400, &json!("invalid_dpop_proof")), "{}", refused.text());
    assert_eq!(house.refusal(&refused), "dpop_proof_needed");
    let body = json!({
        "grantType": "CLIENT_CREDENTIALS", "clientId": client["clientId"], "scopes": ["read"],
        "dpopKeyThumbprint": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
    });
    let bound = post(&house, "/auth/token/create", body).await.json();
    assert_eq!((&bound["action"], &bound["tokenType"]), (&json!("OK"), &json!("DPoP")), "{bound}");
}

#[tokio::test]
async fn a_subject_has_one_token_of_a_client_that_says_so() {
    let house = house().await;
    set_service(&house, supported(&[("read", true)])).await;
    let client = client(&house, json!({ "singleAccessTokenPerSubject": true })).await;
    let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": client["clientId"], "subject": "joe" });
    let first = post(&house, "/auth/token/create", body.clone()).await.json();
    post(&house, "/auth/token/create", body).await;
    let seen = post(&house, "/auth/introspection", json!({ "token": first["accessToken"] })).await.json();
    assert_ne!(seen["action"], "OK", "{seen}");
}

#[tokio::test]
async fn a_refresh_leaves_one_access_token_in_a_record() {
    let house = house().await;
    set_service(&house, supported(&[("read", true)])).await;
    let client = client(&house, json!({})).await;
    let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": client["clientId"], "subject": "joe", "scopes": ["read"] });
    let first = post(&house, "/auth/token/create", body).await.json();
    let (id, secret) = (client["clientId"].to_string(), client["clientSecret"].as_str().unwrap());
    let form = [("grant_type", "refresh_token"), ("refresh_token", first["refreshToken"].as_str().unwrap())];
    let second = Ask::post("/token").basic(&id, secret).form(&form).send(&house).await;
    assert_eq!(second.status, 200, "{}", second.text());
    let seen = post(&house, "/auth/introspection", json!({ "token": first["accessToken"] })).await.json();
    assert_ne!(seen["action"], "OK", "{seen}");
    let list = get(&house, "/auth/token/get/list?subject=joe&tokenStatus=VALID").await.json();
    assert_eq!(list["totalCount"], 1, "{list}");
}
