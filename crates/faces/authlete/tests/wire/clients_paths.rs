//! The operations on clients under the paths of both generations, with the credentials of each.

use serde_json::json;

use crate::api::{API_SECRET, SERVICE_TOKEN, bearer, call, house, made, set_service};

#[tokio::test]
async fn both_generations_of_paths_serve_every_operation() {
    let house = house().await;
    set_service(&house, json!({ "dynamicRegistrationSupported": true })).await;
    let service = house.service;
    let pair = jeton_served::basic(&format!("{service}:{API_SECRET}"));
    let registration = json!({ "redirect_uris": ["https://ferry.example/cb"] }).to_string();
    let body = json!({
        "clientType": "PUBLIC", "clientLocked": false, "clientSecret": "chosen", "subject": "joe", "scopes": ["openid"],
        "requestableScopes": ["openid"], "json": registration, "token": "nobody has this",
    });
    let client = made(&house, json!({})).await["clientId"].clone();
    let client = client.to_string();
    for (method, second, third) in [
        ("POST", "/api/client/create".to_owned(), format!("/api/{service}/client/create")),
        ("GET", "/api/client/get/list".to_owned(), format!("/api/{service}/client/get/list")),
        ("GET", format!("/api/client/get/{client}"), format!("/api/{service}/client/get/{client}")),
        ("POST", format!("/api/client/update/{client}"), format!("/api/{service}/client/update/{client}")),
        (
            "POST",
            format!("/api/client/lock_flag/update/{client}"),
            format!("/api/{service}/client/lock_flag/update/{client}"),
        ),
        (
            "GET",
            format!("/api/client/secret/refresh/{client}"),
            format!("/api/{service}/client/secret/refresh/{client}"),
        ),
        (
            "POST",
            format!("/api/client/secret/update/{client}"),
            format!("/api/{service}/client/secret/update/{client}"),
        ),
        (
            "POST",
            "/api/client/authorization/get/list".to_owned(),
            format!("/api/{service}/client/authorization/get/list"),
        ),
        (
            "GET",
            "/api/client/authorization/get/list/joe".to_owned(),
            format!("/api/{service}/client/authorization/get/list/joe"),
        ),
        (
            "POST",
            format!("/api/client/authorization/update/{client}"),
            format!("/api/{service}/client/authorization/update/{client}"),
        ),
        (
            "POST",
            format!("/api/client/authorization/delete/{client}"),
            format!("/api/{service}/client/authorization/delete/{client}"),
        ),
        (
            "DELETE",
            format!("/api/client/authorization/delete/{client}/joe"),
            format!("/api/{service}/client/authorization/delete/{client}/joe"),
        ),
        (
            "POST",
            format!("/api/client/granted_scopes/get/{client}"),
            format!("/api/{service}/client/granted_scopes/get/{client}"),
        ),
        (
            "GET",
            format!("/api/client/granted_scopes/get/{client}/joe"),
            format!("/api/{service}/client/granted_scopes/get/{client}/joe"),
        ),
        (
            "POST",
            format!("/api/client/granted_scopes/delete/{client}"),
            format!("/api/{service}/client/granted_scopes/delete/{client}"),
        ),
        (
            "DELETE",
            format!("/api/client/granted_scopes/delete/{client}/joe"),
            format!("/api/{service}/client/granted_scopes/delete/{client}/joe"),
        ),
        (
            "GET",
            format!("/api/client/extension/requestable_scopes/get/{client}"),
            format!("/api/{service}/client/extension/requestable_scopes/get/{client}"),
        ),
        (
            "PUT",
            format!("/api/client/extension/requestable_scopes/update/{client}"),
            format!("/api/{service}/client/extension/requestable_scopes/update/{client}"),
        ),
        (
            "DELETE",
            format!("/api/client/extension/requestable_scopes/delete/{client}"),
            format!("/api/{service}/client/extension/requestable_scopes/delete/{client}"),
        ),
        ("POST", "/api/client/registration".to_owned(), format!("/api/{service}/client/registration")),
        ("POST", "/api/client/registration/get".to_owned(), format!("/api/{service}/client/registration/get")),
        ("POST", "/api/client/registration/update".to_owned(), format!("/api/{service}/client/registration/update")),
        ("POST", "/api/client/registration/delete".to_owned(), format!("/api/{service}/client/registration/delete")),
    ] {
        let mut body = body.clone();
        if method == "POST" && third.contains("registration/") {
            body["clientId"] = json!("7");
        }
        let sent = (method == "POST" || method == "PUT").then_some(body);
        for (authorization, path) in [
            (&pair, &second),
            (&pair, &format!("{second}/")),
            (&bearer(SERVICE_TOKEN), &second),
            (&bearer(SERVICE_TOKEN), &third),
        ] {
            let reply = call(&house, authorization, (method, path), sent.clone()).await;
            assert!([200, 204].contains(&reply.status), "{method} {path}: {} {}", reply.status, reply.text());
            assert!(reply.status == 204 || !reply.text().contains(":null"), "{method} {path}: {}", reply.text());
        }
    }
    for path in [format!("/api/client/delete/{client}"), format!("/api/{service}/client/delete/{client}")] {
        let status = call(&house, &pair, ("DELETE", &path), None).await.status;
        let wanted = if path.starts_with("/api/client") { 204 } else { 404 };
        assert_eq!(status, wanted, "{path}");
    }
}
