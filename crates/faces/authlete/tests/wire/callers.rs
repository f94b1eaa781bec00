//! Who may call: the credentials of section 1.2, and what a wrong one gets.

use crate::api::{API_SECRET, ORGANIZATION_TOKEN, SERVICE_TOKEN, bearer, call, house, pair};

#[tokio::test]
async fn each_credential_of_the_contract_is_admitted() {
    let house = house().await;
    let v3 = format!("/api/{}/service/get", house.service);
    let v2 = format!("/api/service/get/{}", house.service);
    let own = house.service.to_string();
    for (authorization, path) in [
        (bearer(SERVICE_TOKEN), &v3),
        (bearer(ORGANIZATION_TOKEN), &v3),
        (bearer(SERVICE_TOKEN), &v2),
        (pair(&own, API_SECRET), &v2),
        (pair("organization", ORGANIZATION_TOKEN), &v2),
    ] {
        let reply = call(&house, &authorization, ("GET", path), None).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    }
}

#[tokio::test]
async fn a_wrong_credential_gets_a_result_that_says_why() {
    let house = house().await;
    let path = format!("/api/{}/service/get", house.service);
    for (authorization, status, code) in [
        (String::new(), 401, "A001202"),
        ("Bearer".to_owned(), 400, "A001203"),
        ("Bearer ".to_owned(), 400, "A001203"),
        ("Digest abc".to_owned(), 400, "A001203"),
        ("Basic !!!".to_owned(), 400, "A001203"),
        (bearer("another token"), 401, "A003201"),
        (pair("1", "another secret"), 401, "A003201"),
    ] {
        let reply = call(&house, &authorization, ("GET", &path), None).await;
        assert_eq!((reply.status, reply.json()["resultCode"].as_str()), (status, Some(code)), "{authorization}");
    }
    let unknown = call(&house, &bearer(ORGANIZATION_TOKEN), ("GET", "/api/77/service/get"), None).await;
    assert_eq!((unknown.status, unknown.json()["resultCode"].as_str()), (404, Some("A003201")));
    let foreign = call(&house, &bearer(SERVICE_TOKEN), ("GET", "/api/77/service/get"), None).await;
    assert_eq!((foreign.status, foreign.json()["resultCode"].as_str()), (403, Some("A003204")));
}

#[tokio::test]
async fn an_owner_s_name_may_be_a_number() {
    let house = house().await;
    for owner in ["3141592653", "9007199254740993", "the owner"] {
        let owner = pair(owner, ORGANIZATION_TOKEN);
        let made = call(&house, &owner, ("POST", "/api/service/create"), Some(serde_json::json!({}))).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let id = made.json()["apiKey"].clone();
        let path = format!("/api/{id}/client/create");
        let client = call(&house, &owner, ("POST", &path), Some(serde_json::json!({}))).await.json();
        assert_eq!(call(&house, &owner, ("GET", "/api/service/get/list"), None).await.status, 200);
        let path = format!("/api/client/delete/{}", client["clientId"]);
        assert_eq!(call(&house, &owner, ("DELETE", &path), None).await.status, 204);
        assert_eq!(call(&house, &owner, ("DELETE", &format!("/api/service/delete/{id}")), None).await.status, 204);
    }
    // The secret of a service opens that one only.
    let wrong = call(&house, &pair("3141592653", API_SECRET), ("GET", "/api/service/get/list"), None).await;
    assert_eq!((wrong.status, wrong.json()["resultCode"].as_str()), (403, Some("A003204")));
}

#[tokio::test]
async fn wrong_credentials_slow_nobody_down_whose_credential_is_right() {
    let house = house().await;
    let token = crate::api::with_right(&house, "use_service").await;
    let path = format!("/api/{}/service/get", house.service);
    for n in 0..15 {
        let wrong = call(&house, &bearer(&format!("wrong {n}")), ("GET", &path), None).await;
        assert_eq!((wrong.status, wrong.json()["resultCode"].as_str()), (401, Some("A003201")));
    }
    // Even where the address is the same, as behind a proxy.
    for right in [&token, SERVICE_TOKEN, ORGANIZATION_TOKEN] {
        assert_eq!(call(&house, &bearer(right), ("GET", &path), None).await.status, 200);
    }
}
