//! Clients that register themselves through the authorization server (RFC 7591, RFC 7592).

use jeton_served::{Ask, House};
use serde_json::{Value, json};

use crate::api::{get, house, post, set_service};

fn metadata() -> Value {
    json!({
        "redirect_uris": ["https://ferry.example/cb"], "client_name": "Ferry", "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "client_secret_basic",
    })
}

async fn ready() -> House {
    let house = house().await;
    set_service(&house, json!({ "dynamicRegistrationSupported": true, "supportedScopes": [{ "name": "read" }] })).await;
    house
}

fn is(answer: &Value, code: &str, action: &str) {
    assert_eq!((&answer["resultCode"], &answer["action"]), (&json!(code), &json!(action)), "{answer}");
}

fn content(answer: &Value) -> Value {
    serde_json::from_str(answer["responseContent"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_client_is_registered_read_changed_and_deleted() {
    let house = ready().await;
    let made = post(&house, "/client/registration", json!({ "json": metadata().to_string() })).await.json();
    is(&made, "A202001", "CREATED");
    let body = content(&made);
    assert_eq!(body["client_id"], made["client"]["clientId"].to_string());
    assert!(body["client_secret"].is_string() && body["registration_client_uri"].is_string(), "{body}");
    assert_eq!((&made["client"]["dynamicallyRegistered"], &body["scope"]), (&json!(true), &json!("read")));
    let own = json!({ "clientId": body["client_id"], "token": body["registration_access_token"] });
    let found = post(&house, "/client/registration/get", own.clone()).await.json();
    is(&found, "A217001", "OK");
    assert_eq!((&content(&found)["client_name"], content(&found).get("client_secret")), (&json!("Ferry"), None));

    let mut changed = metadata();
    (changed["client_id"], changed["client_name"]) = (body["client_id"].clone(), json!("Night Ferry"));
    let mut call = own.clone();
    call["json"] = changed.to_string().into();
    let done = post(&house, "/client/registration/update", call).await.json();
    is(&done, "A213001", "UPDATED");
    assert_eq!(
        (&content(&done)["client_name"], &done["client"]["clientName"]),
        (&json!("Night Ferry"), &json!("Night Ferry"))
    );
    // A registrant gives scopes up, and takes none.
    let mut call = own.clone();
    changed["scope"] = json!("openid pay");
    call["json"] = changed.to_string().into();
    let done = post(&house, "/client/registration/update", call).await.json();
    is(&done, "A213001", "UPDATED");
    assert_eq!(content(&done)["scope"], "", "{done}");
    // The other interface of the same client.
    let id = body["client_id"].as_str().unwrap();
    let asked = Ask::post("/token").basic(id, body["client_secret"].as_str().unwrap());
    let answer = asked.form(&[("grant_type", "refresh_token"), ("refresh_token", "unknown")]).send(&house).await;
    assert_eq!(answer.json()["error"], "invalid_grant", "{}", answer.text());

    is(&post(&house, "/client/registration/delete", own.clone()).await.json(), "A216001", "DELETED");
    assert_eq!(get(&house, &format!("/client/get/{id}")).await.status, 404);
    is(&post(&house, "/client/registration/get", own).await.json(), "A203302", "UNAUTHORIZED");
}

#[tokio::test]
async fn a_registered_client_keeps_what_an_administrator_demands() {
    let house = ready().await;
    let made = post(&house, "/client/registration", json!({ "json": metadata().to_string() })).await.json();
    let body = content(&made);
    let id = body["client_id"].as_str().unwrap();
    let demanded = [
        "tlsClientCertificateBoundAccessTokens",
        "parRequired",
        "requestObjectRequired",
        "dpopRequired",
        "pkceRequired",
        "pkceS256Required",
        "singleAccessTokenPerSubject",
    ];
    let mut document = made["client"].clone();
    demanded.iter().for_each(|name| document[*name] = json!(true));
    assert_eq!(post(&house, &format!("/client/update/{id}"), document).await.status, 200);
    let mut changed = metadata();
    changed["client_id"] = json!(id);
    let own = json!({ "clientId": id, "token": body["registration_access_token"], "json": changed.to_string() });
    is(&post(&house, "/client/registration/update", own).await.json(), "A213001", "UPDATED");
    let shown = get(&house, &format!("/client/get/{id}")).await.json();
    for name in demanded {
        assert_eq!(shown[name], true, "{name}: {shown}");
    }
}

#[tokio::test]
async fn what_cannot_be_registered_gets_the_error_for_the_registrant() {
    let house = ready().await;
    let mut wrong = metadata();
    wrong["redirect_uris"] = json!(["not a uri"]);
    for (text, error) in [(wrong.to_string(), "invalid_redirect_uri"), ("{".to_owned(), "invalid_client_metadata")] {
        let refused = post(&house, "/client/registration", json!({ "json": text })).await.json();
        is(&refused, "A206301", "BAD_REQUEST");
        assert_eq!(content(&refused)["error"], error);
    }
    is(&post(&house, "/client/registration", json!({})).await.json(), "A206301", "BAD_REQUEST");
    let foreign = json!({ "json": metadata().to_string(), "token": "nobody has this" });
    is(&post(&house, "/client/registration", foreign).await.json(), "A203302", "UNAUTHORIZED");
    for path in ["get", "update", "delete"] {
        let call = json!({ "clientId": "7", "token": "nobody has this", "json": metadata().to_string() });
        is(&post(&house, &format!("/client/registration/{path}"), call).await.json(), "A203302", "UNAUTHORIZED");
        let unnamed = post(&house, &format!("/client/registration/{path}"), json!({ "token": "x" })).await.json();
        is(&unnamed, "A206201", "BAD_REQUEST");
    }
    assert_eq!(get(&house, "/client/get/list").await.json()["totalCount"], 0);
    set_service(&house, json!({ "dynamicRegistrationSupported": false })).await;
    let closed = post(&house, "/client/registration", json!({ "json": metadata().to_string() })).await.json();
    is(&closed, "A206301", "BAD_REQUEST");
    let text = closed["resultMessage"].as_str().unwrap();
    assert!(text.contains("the service does not support dynamic registration"), "{text}");
}

#[tokio::test]
async fn a_client_that_could_never_authenticate_is_not_registered() {
    let house = ready().await;
    let mut document = metadata();
    document["token_endpoint_auth_method"] = json!("tls_client_auth");
    document["tls_client_auth_subject_dn"] = json!("CN=ferry");
    let refused = post(&house, "/client/registration", json!({ "json": document.to_string() })).await.json();
    assert_eq!(refused["action"], "BAD_REQUEST", "{refused}");
    assert_eq!(content(&refused)["error"], "invalid_client_metadata", "{refused}");
    let discovery = get(&house, "/service/configuration").await.json();
    let methods = discovery["token_endpoint_auth_methods_supported"].to_string();
    assert!(methods.contains("self_signed_tls_client_auth") && !methods.contains("\"tls_client_auth"), "{methods}");
}
