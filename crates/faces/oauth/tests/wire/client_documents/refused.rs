//! What is no client: a page for the person, never a redirect, and nothing stored.

use std::time::Duration;

use jeton_core::outbound::UrlTrust;
use jeton_served::{Browser, House, code_params};
use serde_json::{Value, json};

use super::{ID, a_page, document, house, open, record, with};

const INVALID: &str = "client_document_invalid";
const UNAVAILABLE: &str = "client_document_unavailable";

/// Opens a request for what stands at `ID` now.
async fn refused(house: &House, body: impl Into<Vec<u8>>, why: &str) {
    house.wait(600);
    house.network.answer(ID, 200, body, None);
    let reply = open(house).await;
    a_page(house, &reply, 400, INVALID);
    assert!(reply.text().contains(why), "{why}: {}", reply.text());
    assert_eq!(record(house, ID).await, None);
}

#[tokio::test]
async fn a_document_that_is_not_one() {
    let house = house().await;
    refused(&house, "<!doctype html>", "it is not a JSON object").await;
    refused(&house, "[]", "it is not a JSON object").await;
    refused(&house, vec![0xff, 0xfe], "it is not JSON").await;
    refused(&house, format!("{{\"a\":{}{}}}", "[".repeat(2000), "]".repeat(2000)), "it is not a JSON object").await;
    refused(&house, with("x", "x".repeat(5 * 1024)).to_string(), "it is larger than 5 kilobytes").await;
}

#[tokio::test]
async fn a_document_of_another_client() {
    let house = house().await;
    for other in [json!("https://agent.example/client.json?"), json!("https://other.example/client.json"), json!(null)]
    {
        refused(&house, with("client_id", other).to_string(), "its client_id is another one").await;
    }
}

/// The draft's "Credential and Key Material Restrictions".
#[tokio::test]
async fn secrets_in_a_document() {
    let house = house().await;
    refused(&house, with("client_secret", "s3cret").to_string(), "it holds a client_secret").await;
    for method in ["client_secret_basic", "client_secret_post", "client_secret_jwt"] {
        let why = "its token_endpoint_auth_method is neither none nor private_key_jwt";
        refused(&house, with("token_endpoint_auth_method", method).to_string(), why).await;
    }
    let mut private = with("token_endpoint_auth_method", "private_key_jwt");
    private["jwks"] = json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] });
    refused(&house, private.to_string(), "its jwks cannot be registered").await;
    private["jwks"] = Value::Null;
    refused(&house, private.to_string(), "its jwks cannot be registered").await;
    let mut mac = with("token_endpoint_auth_method", "private_key_jwt");
    mac["jwks_uri"] = "https://agent.example/jwks".into();
    mac["id_token_signed_response_alg"] = "HS256".into();
    refused(&house, mac.to_string(), "its token_endpoint_auth_method cannot be registered").await;
}

/// The draft, "Server Side Request Forgery": only known schemes, wherever they stand.
#[tokio::test]
async fn addresses_that_no_client_has() {
    let house = house().await;
    let many: Vec<_> = (0..100).map(|n| format!("https://a.example/{n}")).collect();
    for uris in [
        json!([]),
        json!(null),
        json!("https://app.example/cb"),
        json!(["javascript:alert(1)"]),
        json!(["data:text/html,x"]),
        json!(["https://app.example/cb", "http://app.example/cb"]),
        json!(["https://app.example/cb#f"]),
        json!(["ms-settings:x"]),
        json!([7]),
        json!(many),
    ] {
        refused(&house, with("redirect_uris", uris).to_string(), "its redirect_uris cannot be registered").await;
    }
    for name in ["client_uri", "policy_uri", "tos_uri"] {
        for address in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"] {
            refused(&house, with(name, address).to_string(), &format!("its {name} cannot be registered")).await;
        }
    }
    house.wait(600);
    house.network.json(ID, &with("logo_uri", "javascript:alert(1)"));
    assert!(!open(&house).await.ok().text().contains("javascript"), "a logo is not shown at all");
}

#[tokio::test]
async fn answers_that_are_no_documents() {
    let house = house().await;
    for (status, expected, id) in [
        (301, 400, INVALID),
        (302, 400, INVALID),
        (404, 400, INVALID),
        (204, 400, INVALID),
        (403, 400, INVALID),
        (429, 503, UNAVAILABLE),
        (500, 503, UNAVAILABLE),
    ] {
        house.wait(600);
        house.network.answer(ID, status, document().to_string(), None);
        a_page(&house, &open(&house).await, expected, id);
    }
    for kind in [None, Some("text/html"), Some("text/plain; charset=utf-8"), Some("application/x+jsonp")] {
        house.wait(600);
        house.network.json(ID, &document());
        house.network.typed(ID, kind);
        a_page(&house, &open(&house).await, 400, INVALID);
    }
    house.network.typed(ID, Some("application/client+json; charset=utf-8"));
    house.wait(600);
    open(&house).await.ok();
}

/// A host that is private, one that does not exist and one that is away look the same from outside.
#[tokio::test]
async fn a_server_that_does_not_answer() {
    let house = house().await;
    house.network.gone(ID);
    a_page(&house, &open(&house).await, 503, UNAVAILABLE);
    assert_eq!(record(&house, ID).await, None);
}

/// The way out is told that nobody vouches for such an address, so private ones and plain HTTP are refused there; for hosts
/// that the operator names, it is told that they do.
#[tokio::test]
async fn only_the_operator_vouches_for_a_host() {
    let house = house().await;
    open(&house).await.ok();
    let trusts: Vec<_> = house.network.asked().iter().map(|asked| asked.trust).collect();
    assert_eq!(trusts, [UrlTrust::Stranger]);
    let local = "http://localhost:3000/client";
    house.network.json(local, &json!({ "client_id": local, "redirect_uris": ["https://app.example/cb"] }));
    let ask = async || Browser::default().open(&house, &code_params(local, "openid")).await;
    a_page(&house, &ask().await, 400, INVALID);
    assert_eq!(house.network.count(local), 0);
    house.set(|s| s.registration.client_id_hosts = vec!["localhost:3000".into()]).await;
    ask().await.ok();
    assert_eq!(house.network.asked().last().unwrap().trust, UrlTrust::Operator);
}

#[tokio::test]
async fn client_ids_that_are_no_urls_of_documents() {
    let house = house().await;
    for id in [
        "https://agent.example",
        "http://agent.example/client.json",
        "https://me:pw@agent.example/client.json",
        "https://agent.example/a/../client.json",
        "https://agent.example/client.json#f",
        "https://AGENT.example/client.json",
    ] {
        let reply = Browser::default().open(&house, &code_params(id, "openid")).await;
        a_page(&house, &reply, 400, INVALID);
    }
    for id in ["unknown", "ftp://agent.example/client.json", "urn:agent", "javascript:alert(1)"] {
        let reply = Browser::default().open(&house, &code_params(id, "openid")).await;
        a_page(&house, &reply, 400, "client_unknown");
    }
    assert_eq!(house.network.asked(), [], "nobody was asked");
}

/// Off unless the operator switches it on: then a URL is a name like another, which nobody has.
#[tokio::test]
async fn a_service_that_does_not_take_such_clients() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params(ID, "openid")).await;
    house.set(|s| s.registration.client_id_documents = false).await;
    a_page(&house, &open(&house).await, 400, "client_unknown");
    let other = "https://other.example/client.json";
    let reply = Browser::default().open(&house, &code_params(other, "openid")).await;
    a_page(&house, &reply, 400, "client_unknown");
    assert_eq!(house.network.count(other), 0);
}

/// RFC 9700 section 2.1: the redirect URI is compared with those of the document.
#[tokio::test]
async fn a_redirect_uri_that_the_document_lacks() {
    let house = house().await;
    let mut params = code_params(ID, "openid");
    params[2].1 = "https://evil.example/cb";
    a_page(&house, &Browser::default().open(&house, &params).await, 400, "redirect_uri_unregistered");
}

/// As of clients of open registration: no scope for this server's own endpoints, no grant without a person.
#[tokio::test]
async fn it_gets_no_more_than_a_client_that_anybody_registers() {
    let house = house().await;
    let mut document = with("scope", "openid jeton:admin iam:admin.write profile");
    document["grant_types"] = json!(["authorization_code", "client_credentials", "password", "implicit"]);
    document["response_types"] = json!(["code", "token"]);
    document["request_uris"] = json!(["https://agent.example/request"]);
    document["skip_consent"] = true.into();
    document["introspect"] = "any".into();
    document["enabled"] = false.into();
    house.network.answer(ID, 200, document.to_string(), Some(Duration::from_secs(60)));
    Browser::default().code(&house, &code_params(ID, "openid")).await;
    let client = record(&house, ID).await.unwrap();
    assert_eq!(
        (client.scope.as_str(), &client.grant_types[..]),
        ("openid profile", &["authorization_code".to_owned()][..])
    );
    assert_eq!((client.response_types.len(), client.skip_consent, client.enabled), (1, false, true));
    assert_eq!(client.introspect, jeton_core::model::Introspect::Own);
    assert_eq!(client.metadata.request_uris, None);
}
