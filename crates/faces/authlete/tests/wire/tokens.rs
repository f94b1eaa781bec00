//! The operations on tokens (section 2 of the contract).

use jeton_core::model::ScopeLifetimes;
use jeton_jose::{base64url, digest};
use jeton_served::{Ask, House, Reply};
use serde_json::{Value, json};

use crate::api::{SECRET, SERVICE_TOKEN, bearer, call, get, post, ready};

fn hash(text: &str) -> String {
    base64url::encode(digest::sha256(text.as_bytes()))
}

async fn created(house: &House, more: Value) -> Value {
    let mut body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "joe", "scopes": ["read"] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let reply = post(house, "/auth/token/create", body).await;
    assert_eq!((reply.status, reply.json()["action"].as_str()), (200, Some("OK")), "{}", reply.text());
    reply.json()
}

async fn introspected(house: &House, token: &str) -> Reply {
    Ask::post("/introspect").basic("4711", SECRET).form(&[("token", token)]).send(house).await
}

#[tokio::test]
async fn a_created_token_has_what_the_call_says_and_nothing_else() {
    let house = ready().await;
    let made = created(
        &house,
        json!({ "properties": [{ "key": "a", "value": "1", "hidden": true }], "accessTokenDuration": 60, "refreshTokenDuration": 0 }),
    )
    .await;
    assert_eq!(made["resultCode"], "A109001");
    assert_eq!((&made["expiresIn"], &made["clientId"]), (&json!(60), &json!(4711)));
    assert_eq!((&made["grantType"], &made["subject"]), (&json!("AUTHORIZATION_CODE"), &json!("joe")));
    assert_eq!(made["properties"], json!([{ "key": "a", "value": "1", "hidden": true }]));
    assert_eq!(made["expiresAt"], json!((house.clock_seconds() + 60) * 1000));
    assert!(made["refreshToken"].is_string() && made["tokenId"].is_string());
    assert!(made.as_object().unwrap().values().all(|value| !value.is_null()), "{made}");
    let seen = introspected(&house, made["accessToken"].as_str().unwrap()).await.json();
    assert_eq!((&seen["active"], &seen["sub"], &seen["scope"]), (&json!(true), &json!("joe"), &json!("read")));
}

#[tokio::test]
async fn numbers_and_addresses_that_cannot_be_kept_are_refused() {
    let house = ready().await;
    let (past, ten_years) = (house.clock_seconds() - 60, 10 * 365 * 86_400_i64);
    let good = json!({ "authTime": past, "accessTokenDuration": ten_years, "refreshTokenDuration": ten_years });
    assert_eq!(created(&house, good).await["expiresIn"], ten_years);
    for bad in [
        json!({ "authTime": house.clock_seconds() + 3600 }),
        json!({ "authTime": past * 1000 }),
        json!({ "authTime": 9_000_000_000_000_000_000_u64 }),
        json!({ "accessTokenDuration": ten_years + 1 }),
        json!({ "refreshTokenDuration": i64::MAX }),
        json!({ "resources": ["https://api.example/a b"] }),
        json!({ "resources": ["https://api.example", "no address"] }),
        json!({ "resources": ["https://api.example/#part"] }),
        json!({ "resources": [format!("https://api.example/{}", "x".repeat(4096))] }),
    ] {
        let mut body =
            json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "joe", "scopes": ["read"] });
        body.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        let refused = post(&house, "/auth/token/create", body).await;
        assert_eq!((refused.status, &refused.json()["action"]), (200, &json!("BAD_REQUEST")), "{bad}");
    }
    let two = json!(["https://api.example", "https://other.example/x"]);
    for (resources, wanted) in [(two.clone(), two), (json!([]), json!(["https://usual.example"]))] {
        house.change_client("4711", |client| client.audience = Some("https://usual.example".into())).await;
        let made = created(&house, json!({ "resources": resources })).await;
        let seen = post(&house, "/auth/introspection", json!({ "token": made["accessToken"] })).await.json();
        assert_eq!(seen["accessTokenResources"], wanted, "{seen}");
    }
}

/// What JSON adds to the value of one property: the limit is on the JSON.
const BESIDE: usize = r#"[{"key":"k","value":""}]"#.len();

#[tokio::test]
async fn what_cannot_be_created_is_refused_with_its_code() {
    let house = ready().await;
    for (change, code, action) in [
        (json!({ "grantType": null }), "A104201", "BAD_REQUEST"),
        (json!({ "grantType": "REFRESH_TOKEN" }), "A104202", "BAD_REQUEST"),
        (json!({ "grantType": "authorization_code" }), "A104203", "BAD_REQUEST"),
        (json!({ "subject": null }), "A105201", "BAD_REQUEST"),
        (json!({ "subject": "x".repeat(101) }), "A105202", "BAD_REQUEST"),
        (json!({ "subject": "jö" }), "A105203", "BAD_REQUEST"),
        (json!({ "scopes": ["read", "unknown"] }), "A106201", "BAD_REQUEST"),
        (json!({ "clientId": 9 }), "A107201", "BAD_REQUEST"),
        (json!({ "clientId": 0 }), "A107201", "BAD_REQUEST"),
        (json!({ "properties": [{ "key": "k", "value": "v".repeat(65_536 - BESIDE) }] }), "A108201", "BAD_REQUEST"),
        (json!({ "properties": [{ "key": "k", "value": "\"".repeat(40_000) }] }), "A108201", "BAD_REQUEST"),
        (json!({ "grantType": "CLIENT_CREDENTIALS", "refreshToken": "given" }), "A108204", "BAD_REQUEST"),
    ] {
        let mut body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe", "scopes": ["read"] });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let reply = post(&house, "/auth/token/create", body).await;
        let said = reply.json();
        assert_eq!(
            (reply.status, said["resultCode"].as_str(), said["action"].as_str()),
            (200, Some(code), Some(action)),
            "{change}: {said}"
        );
    }
    assert_eq!(house.rows().await, 0, "a refused call changes nothing");
    created(&house, json!({ "properties": [{ "key": "k", "value": "v".repeat(65_535 - BESIDE) }] })).await;
}

#[tokio::test]
async fn a_text_that_was_made_elsewhere_is_taken_once() {
    let house = ready().await;
    let texts = json!({ "accessToken": "an-access-token-of-before", "refreshToken": "a-refresh-token-of-before" });
    let made = created(&house, texts.clone()).await;
    assert_eq!((&made["accessToken"], &made["refreshToken"]), (&texts["accessToken"], &texts["refreshToken"]));
    assert_eq!(introspected(&house, "an-access-token-of-before").await.json()["active"], true);
    let mut body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe" });
    body["accessToken"] = texts["accessToken"].clone();
    let again = post(&house, "/auth/token/create", body).await.json();
    assert_eq!((&again["action"], &again["resultCode"]), (&json!("BAD_REQUEST"), &json!("A144201")), "{again}");
}

#[tokio::test]
async fn a_list_has_the_tokens_of_a_client_and_a_subject_with_their_total() {
    let house = ready().await;
    for n in 0..7 {
        created(&house, json!({ "subject": if n % 2 == 0 { "joe" } else { "ann" } })).await;
        house.wait(1);
    }
    created(&house, json!({ "grantType": "CLIENT_CREDENTIALS", "subject": null })).await;
    let all = get(&house, "/auth/token/get/list?clientIdentifier=4711").await.json();
    assert_eq!((&all["start"], &all["end"], &all["totalCount"]), (&json!(0), &json!(5), &json!(8)));
    assert_eq!(all["accessTokens"].as_array().unwrap().len(), 5);
    assert_eq!(all["client"]["clientId"], 4711);
    let first = &all["accessTokens"][0];
    assert_eq!((&first["subject"], &first["grantType"]), (&json!("joe"), &json!("AUTHORIZATION_CODE")));
    assert!(first["accessTokenHash"].as_str().unwrap().len() == 43 && first["refreshTokenHash"].is_string());
    assert_eq!(first["lastRefreshedAt"], 0);
    let joe = get(&house, "/auth/token/get/list?subject=joe&start=1&end=3").await.json();
    assert_eq!((&joe["totalCount"], joe["accessTokens"].as_array().unwrap().len()), (&json!(4), 2));
    let none = get(&house, "/auth/token/get/list?start=0&end=0").await.json();
    assert_eq!((&none["totalCount"], none.get("accessTokens")), (&json!(8), None));
    for (bad, code) in [
        ("start=x", "A159201"),
        ("start=-1", "A159202"),
        ("end=x", "A159203"),
        ("end=-1", "A159204"),
        ("start=0&end=21", "A159205"),
    ] {
        let reply = get(&house, &format!("/auth/token/get/list?{bad}")).await;
        assert_eq!((reply.status, reply.json()["resultCode"].as_str()), (400, Some(code)), "{bad}");
    }
    for bad in ["start=-1", "end=x", "start=0&end=21", "clientIdentifier=12", "tokenStatus=SOME"] {
        let reply = get(&house, &format!("/auth/token/get/list?{bad}")).await;
        assert_eq!(reply.status, 400, "{bad}: {}", reply.text());
        assert!(reply.json()["resultCode"].is_string(), "{bad}");
    }
}

/// The order of the contract (section 2.2): by creation. Neither a shorter life nor a refresh or an update moves a record.
#[tokio::test]
async fn pages_of_a_list_are_in_the_order_of_creation_and_stay_so() {
    let house = ready().await;
    let mut ids = Vec::new();
    for (n, life) in [300, 100, 200, 400, 50].into_iter().enumerate() {
        let who = if n == 2 { json!(null) } else { json!("joe") };
        let grant = if n == 2 { "CLIENT_CREDENTIALS" } else { "PASSWORD" };
        let more = json!({ "grantType": grant, "subject": who, "accessTokenDuration": life });
        ids.push(created(&house, more).await["tokenId"].clone());
        house.wait(1);
    }
    let page = async |range: &str| -> Vec<Value> {
        let list = get(&house, &format!("/auth/token/get/list?{range}")).await.json();
        assert_eq!(list["totalCount"], 5, "{list}");
        list["accessTokens"].as_array().into_iter().flatten().map(|each| each["tokenId"].clone()).collect()
    };
    assert_eq!(page("start=0&end=2").await, ids[..2]);
    let body = json!({ "tokenId": ids[0], "accessTokenExpiresAt": house.jeton.ledger.now().millis() + 9_000_000 });
    assert_eq!(post(&house, "/auth/token/update", body).await.json()["action"], "OK");
    assert_eq!(page("start=2&end=4").await, ids[2..4]);
    assert_eq!(page("start=4&end=9").await, ids[4..]);
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_introspection_shows_it_at_once() {
    let house = ready().await;
    let made = created(&house, json!({ "scopes": ["read", "write"] })).await;
    let token = made["accessToken"].as_str().unwrap();
    let later = (house.clock_seconds() + 86_400) * 1000;
    let changed = post(
        &house,
        "/auth/token/update",
        json!({ "accessToken": token, "scopes": ["read", "nothing"], "accessTokenExpiresAt": later,
                "properties": [{ "key": "b", "value": "2", "hidden": false }] }),
    )
    .await
    .json();
    assert_eq!((&changed["action"], &changed["resultCode"]), (&json!("OK"), &json!("A135001")), "{changed}");
    assert_eq!((&changed["scopes"], &changed["accessTokenExpiresAt"]), (&json!(["read"]), &json!(later)));
    assert_eq!(changed["tokenId"], made["tokenId"]);
    let seen = introspected(&house, token).await.json();
    assert_eq!((&seen["scope"], &seen["exp"]), (&json!("read"), &json!(later / 1000)));

    let renewed =
        post(&house, "/auth/token/update", json!({ "accessTokenHash": hash(token), "accessTokenValueUpdated": true }));
    let renewed = renewed.await.json();
    let new = renewed["accessToken"].as_str().unwrap();
    assert_ne!(new, token);
    assert_eq!(introspected(&house, token).await.json()["active"], false);
    assert_eq!(introspected(&house, new).await.json()["active"], true);
    assert_eq!(renewed["tokenId"], made["tokenId"]);

    let forever =
        post(&house, "/auth/token/update", json!({ "tokenId": made["tokenId"], "accessTokenPersistent": true }));
    assert_eq!(forever.await.json()["accessTokenExpiresAt"], 0);
    house.wait(100 * 86_400);
    assert_eq!(introspected(&house, new).await.json()["active"], true);

    let unnamed = post(&house, "/auth/token/update", json!({ "scopes": ["read"] })).await.json();
    assert_eq!((&unnamed["action"], &unnamed["resultCode"]), (&json!("BAD_REQUEST"), &json!("A134201")));
    let unknown = post(&house, "/auth/token/update", json!({ "accessToken": "unknown" })).await.json();
    assert_eq!((&unknown["action"], &unknown["resultCode"]), (&json!("NOT_FOUND"), &json!("A134202")));
}

#[tokio::test]
async fn each_identifier_ends_both_tokens_of_a_record() {
    let house = ready().await;
    for which in 0..4 {
        let made = created(&house, json!({})).await;
        let (access, refresh) = (made["accessToken"].as_str().unwrap(), made["refreshToken"].as_str().unwrap());
        let identifier = [access.to_owned(), refresh.to_owned(), hash(access), hash(refresh)][which].clone();
        let path = format!("/api/{}/auth/token/delete/{identifier}", house.service);
        for _ in 0..2 {
            let gone = call(&house, &bearer(SERVICE_TOKEN), ("DELETE", &path), None).await;
            assert_eq!((gone.status, gone.body.len()), (204, 0));
        }
        for token in [access, refresh] {
            assert_eq!(introspected(&house, token).await.json()["active"], false, "{which}");
        }
    }
}

#[tokio::test]
async fn a_revocation_counts_records() {
    let house = ready().await;
    let first = created(&house, json!({})).await;
    let one = post(&house, "/auth/token/revoke", json!({ "accessTokenIdentifier": first["accessToken"] })).await.json();
    assert_eq!((&one["resultCode"], &one["count"]), (&json!("A312001"), &json!(1)));
    for subject in ["joe", "joe", "ann"] {
        created(&house, json!({ "subject": subject })).await;
    }
    let pair = post(&house, "/auth/token/revoke", json!({ "clientIdentifier": "4711", "subject": "joe" })).await.json();
    assert_eq!(pair["count"], 2);
    let none = post(&house, "/auth/token/revoke", json!({ "subject": "nobody" })).await.json();
    assert_eq!(none["count"], 0);
    let rest = post(&house, "/auth/token/revoke", json!({ "clientIdentifier": "4711" })).await.json();
    assert_eq!(rest["count"], 1);
    assert_eq!(post(&house, "/auth/token/revoke", json!({ "subject": null })).await.status, 400);
    assert_eq!(post(&house, "/auth/token/revoke", json!({ "clientIdentifier": "8" })).await.status, 404);
}

#[tokio::test]
async fn a_new_scope_may_bring_the_lifetime_of_its_words() {
    let house = ready().await;
    let lifetimes = ScopeLifetimes { access: Some(120), ..ScopeLifetimes::default() };
    house.set(|settings| settings.backend.scope_lifetimes = [("write".to_owned(), lifetimes)].into()).await;
    let made = created(&house, json!({})).await;
    let change = |scopes: Value| json!({ "tokenId": made["tokenId"], "scopes": scopes, "accessTokenExpiresAtUpdatedOnScopeUpdate": true });
    let same = post(&house, "/auth/token/update", change(json!(["read"]))).await.json();
    assert_eq!(same["accessTokenExpiresAt"], made["expiresAt"], "{same}");
    let changed = post(&house, "/auth/token/update", change(json!(["read", "write"]))).await.json();
    assert_eq!(changed["accessTokenExpiresAt"], json!((house.clock_seconds() + 120) * 1000), "{changed}");
}

#[tokio::test]
async fn a_grant_that_the_service_does_not_support_cannot_be_created() {
    let house = ready().await;
    house.set(|settings| settings.backend.grant_types = Some(vec!["authorization_code".to_owned()])).await;
    let body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe" });
    let said = post(&house, "/auth/token/create", body).await.json();
    assert_eq!((&said["action"], &said["resultCode"]), (&json!("BAD_REQUEST"), &json!("A104203")), "{said}");
}

#[tokio::test]
async fn a_locked_client_gets_no_token() {
    let house = ready().await;
    house.change_client("4711", |client| client.enabled = false).await;
    let body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe" });
    let said = post(&house, "/auth/token/create", body).await.json();
    assert_eq!((&said["action"], &said["resultCode"]), (&json!("FORBIDDEN"), &json!("A107203")), "{said}");
}

#[tokio::test]
async fn that_a_token_is_for_external_attachments_is_kept_and_shown() {
    let house = ready().await;
    let alone = json!({ "grantType": "CLIENT_CREDENTIALS", "forExternalAttachment": true });
    let plain = json!({ "grantType": "CLIENT_CREDENTIALS" });
    for (more, marked) in
        [(json!({ "forExternalAttachment": true }), true), (alone, true), (json!({}), false), (plain, false)]
    {
        let made = created(&house, more).await;
        assert_eq!(made["forExternalAttachment"], marked, "{made}");
        let shown = async |token: &Value| post(&house, "/auth/introspection", json!({ "token": token })).await.json();
        assert_eq!(shown(&made["accessToken"]).await["forExternalAttachment"], marked);
        // SDKs that send every member send false.
        for (sent, is) in [(false, marked), (true, true), (false, true)] {
            let change = json!({ "accessToken": made["accessToken"], "forExternalAttachment": sent });
            let updated = post(&house, "/auth/token/update", change).await.json();
            assert_eq!(
                (&updated["action"], &updated["forExternalAttachment"]),
                (&json!("OK"), &json!(is)),
                "{updated}"
            );
        }
        assert_eq!(shown(&made["accessToken"]).await["forExternalAttachment"], true);
        let Some(refresh) = made["refreshToken"].as_str() else { continue };
        let form = format!("grant_type=refresh_token&refresh_token={refresh}");
        let body = json!({ "parameters": form, "clientId": "4711", "clientSecret": SECRET });
        let next = post(&house, "/auth/token", body).await.json();
        let seen = shown(&next["accessToken"]).await;
        assert_eq!((&seen["action"], &seen["forExternalAttachment"]), (&json!("OK"), &json!(true)), "{next}: {seen}");
    }
}
