//! Which metadata is refused, and how (`docs/contracts/oauth-token-endpoint.md` section 13, RFC 7591 section 3.2.2).

use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use jeton_core::Outbound;
use jeton_core::outbound::{OutboundError, OutboundReply, OutboundRequest, UrlTrust};
use serde_json::{Map, Value, json};

use crate::registration::{house, initial_token, minimal, register};
use jeton_served::Opening;

/// The minimal metadata with members changed; `null` removes one.
fn with(changes: Value) -> Value {
    let mut metadata = minimal();
    let members: &mut Map<String, Value> = metadata.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        members.remove(name);
        if !value.is_null() {
            members.insert(name.clone(), value.clone());
        }
    }
    metadata
}

#[tokio::test]
async fn invalid_redirect_uri() {
    let (house, token) = house().await;
    for changes in [
        json!({ "redirect_uris": null }),
        json!({ "redirect_uris": [] }),
        json!({ "redirect_uris": "https://app.example/cb" }),
        json!({ "redirect_uris": [1] }),
        json!({ "redirect_uris": ["/cb"] }),
        json!({ "redirect_uris": ["app.example/cb"] }),
        json!({ "redirect_uris": ["https://app.example/cb", "//app.example/cb"] }),
        json!({ "redirect_uris": ["https://app.example/cb#f"] }),
        json!({ "redirect_uris": ["https://app.example/cb#"] }),
        json!({ "redirect_uris": [""] }),
        json!({ "redirect_uris": ["javascript:alert(1)"] }),
        json!({ "redirect_uris": ["data:text/html,x"] }),
        json!({ "redirect_uris": ["https:\\\\app.example"] }),
        json!({ "redirect_uris": ["ms-settings:x"] }),
        json!({ "redirect_uris": ["shell:startup"] }),
        json!({ "redirect_uris": ["myapp://cb"] }),
        json!({ "redirect_uris": ["https://app.example/cb", "myapp://cb"], "application_type": "native" }),
        json!({ "redirect_uris": ["file:///etc/passwd"] }),
        json!({ "redirect_uris": ["blob:https://app.example/x"] }),
        json!({ "redirect_uris": ["view-source:https://app.example/"] }),
        json!({ "redirect_uris": ["mailto:a@app.example"] }),
        json!({ "redirect_uris": ["ftp://app.example/cb"] }),
        json!({ "redirect_uris": ["https://*.example/cb"] }),
        json!({ "redirect_uris": ["https://a;b/cb"] }),
        json!({ "redirect_uris": ["http://app.example/cb"] }),
        json!({ "redirect_uris": ["http://app.example/cb"], "application_type": "web" }),
        json!({ "redirect_uris": ["com.example.app:/cb"], "application_type": "web" }),
        json!({ "redirect_uris": ["http://app.example/cb"], "application_type": "native" }),
        json!({ "redirect_uris": vec!["https://app.example/cb"; 65] }),
    ] {
        let reply = register(&house, &token, &with(changes.clone())).await;
        assert_eq!((reply.status, reply.member("error").as_str()), (400, "invalid_redirect_uri"), "{changes}");
    }
    let reply = register(&house, &token, &json!({})).await;
    reply.refused(400, "invalid_redirect_uri", "redirect_uris: is missing");
    for good in [
        json!({ "redirect_uris": ["com.example.app:/cb", "http://localhost:3000/cb", "http://[::1]/cb"] }),
        json!({ "redirect_uris": ["com.example.app:/cb", "https://app.example/cb"], "application_type": "native" }),
        json!({ "redirect_uris": ["http://127.0.0.1:1/cb", "http://localhost/cb"], "application_type": "web" }),
        json!({ "redirect_uris": ["cursor://anysphere.cursor-mcp/oauth/callback", "http://localhost:8787/callback"] }),
        json!({ "redirect_uris": ["vscode://publisher.extension/callback", "vscode-insiders://a.b/callback"] }),
        json!({ "redirect_uris": null, "grant_types": ["client_credentials"], "response_types": [] }),
        json!({ "redirect_uris": null, "grant_types": ["client_credentials"] }),
    ] {
        let reply = register(&house, &token, &with(good.clone())).await;
        assert_eq!(reply.status, 201, "{good}: {}", reply.show());
    }
    house.set(|s| s.registration.private_schemes = vec!["myapp".into(), "javascript".into()]).await;
    let of = |uri: &str| json!({ "redirect_uris": [uri] });
    assert_eq!(register(&house, &token, &with(of("myapp://cb"))).await.status, 201, "the operator lists it");
    for never in ["javascript:alert(1)", "cursor://cb"] {
        assert_eq!(register(&house, &token, &with(of(never))).await.status, 400, "{never}");
    }
    house.set(|s| s.registration.allow_http = true).await;
    let plain = json!({ "redirect_uris": ["http://app.example/cb"], "application_type": "web" });
    assert_eq!(register(&house, &token, &plain).await.status, 201, "the operator allows it");
}

/// OIDC Registration section 2: web clients "using the OAuth Implicit Grant Type MUST only register URLs using the https scheme" and
/// "MUST NOT use localhost as the hostname".
#[tokio::test]
async fn a_web_application_with_the_implicit_grant_needs_https() {
    let (house, token) = house().await;
    house.set(|s| s.registration.grant_types = vec!["authorization_code".into(), "implicit".into()]).await;
    for (uri, with_tokens) in [
        ("https://app.example/cb", true),
        ("http://127.0.0.1:1/cb", false),
        ("http://localhost/cb", false),
        ("https://localhost/cb", false),
    ] {
        let web = json!({ "redirect_uris": [uri], "application_type": "web" });
        assert_eq!(register(&house, &token, &web).await.status, 201, "{uri}, with codes");
        let mut implicit = web;
        implicit["grant_types"] = json!(["authorization_code", "implicit"]);
        implicit["response_types"] = json!(["code", "id_token"]);
        let reply = register(&house, &token, &implicit).await;
        assert_eq!(reply.status, if with_tokens { 201 } else { 400 }, "{uri}: {}", reply.show());
        implicit["application_type"] = json!("native");
        assert_eq!(register(&house, &token, &implicit).await.status, 201, "{uri}, of a native application");
    }
}

#[tokio::test]
async fn invalid_client_metadata() {
    let (house, token) = house().await;
    let keys = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "a", "y": "b" }] });
    for changes in [
        json!({ "client_uri": "app.example" }),
        json!({ "client_uri": 1 }),
        json!({ "logo_uri": "javascript:alert(1)" }),
        json!({ "logo_uri": "https://u:p@app.example/logo" }),
        json!({ "policy_uri": "/policy" }),
        json!({ "tos_uri": "" }),
        json!({ "jwks_uri": "http://app.example/jwks" }),
        json!({ "jwks_uri": "https://app.example/jwks", "jwks": keys }),
        json!({ "jwks": { "keys": [] } }),
        json!({ "jwks": [] }),
        json!({ "jwks": { "keys": [{ "kty": "EC", "d": "x" }] } }),
        json!({ "jwks": { "keys": [{ "kty": "oct", "k": "x" }] } }),
        json!({ "sector_identifier_uri": "http://app.example/sector" }),
        json!({ "initiate_login_uri": "login" }),
        json!({ "backchannel_logout_uri": "ftp://app.example" }),
        json!({ "backchannel_logout_session_required": true }),
        json!({ "request_uris": ["x"] }),
        json!({ "post_logout_redirect_uris": ["/bye"] }),
        json!({ "post_logout_redirect_uris": ["http://app.example/bye"] }),
        json!({ "id_token_encrypted_response_enc": "A256GCM" }),
        json!({ "userinfo_encrypted_response_enc": "A256GCM" }),
        json!({ "request_object_encryption_enc": "A256GCM" }),
        json!({ "contacts": "ops@app.example" }),
        json!({ "client_name": "" }),
        json!({ "client_name": "a\u{0}b" }),
        json!({ "client_name": "x".repeat(3000) }),
        json!({ "client_name": { "en": "x" } }),
        json!({ "default_max_age": -1 }),
        json!({ "require_auth_time": "yes" }),
        json!({ "grant_types": "authorization_code" }),
        json!({ "grant_types": ["nothing"] }),
        json!({ "grant_types": ["password"], "response_types": [] }),
        json!({ "token_endpoint_auth_method": "magic" }),
        json!({ "token_endpoint_auth_method": 1 }),
        json!({ "token_endpoint_auth_method": "none", "grant_types": ["client_credentials"], "response_types": [] }),
        json!({ "scope": "a\"b" }),
        // RFC 7591 section 3.2.1 lets the answer hold less than what was asked for, never more.
        json!({ "scope": "manager" }),
        json!({ "scope": "api read" }),
        json!({ "require_pkce": true }),
        json!({ "require_something_new": "yes" }),
        json!({ "request_object_signing_alg": "HS256" }),
        json!({ "request_object_encryption_alg": "RSA-OAEP" }),
        json!({ "request_object_encryption_alg": "none" }),
        json!({ "id_token_encrypted_response_alg": "RSA-OAEP-256" }),
        json!({ "userinfo_encrypted_response_alg": "ECDH-ES", "jwks": keys }),
        json!({ "introspection_encrypted_response_alg": "RSA-OAEP-256", "jwks": keys }),
        json!({ "backchannel_logout_uri": "https://app.example/back#x" }),
        json!({ "frontchannel_logout_uri": "https://app.example/front#x" }),
        json!({ "logo_uri": "https://*/logo" }),
        json!({ "logo_uri": "https://*.example/logo" }),
        json!({ "logo_uri": "https://a;sandbox;b/logo" }),
        json!({ "client_uri": "https://a,b/" }),
        json!({ "backchannel_logout_uri": "https://*.example/back" }),
        json!({ "post_logout_redirect_uris": ["https://*.example/bye"] }),
        json!({ "subject_type": "pairwise" }),
        json!({ "initiate_login_uri": "http://app.example/login" }),
        json!({ "frontchannel_logout_uri": "https://other.example/bye" }),
        json!({ "frontchannel_logout_uri": "https://app.example:8443/bye" }),
        json!({ "id_token_encrypted_response_alg": "RSA1_5" }),
        json!({ "userinfo_encrypted_response_alg": "dir" }),
        json!({ "authorization_encrypted_response_alg": "RSA-OAEP" }),
        json!({ "request_object_signing_alg": "none" }),
        json!({ "token_endpoint_auth_signing_alg": "none" }),
    ] {
        let reply = register(&house, &token, &with(changes.clone())).await;
        let got = (reply.status, reply.member("error"));
        assert_eq!(got, (400, "invalid_client_metadata".to_owned()), "{changes}: {}", reply.show());
    }
    assert_eq!(house.rows().await, 1, "no token was made but the initial one");
}

/// RFC 7591 section 3.2.1: the server may replace what it cannot give, and its answer says what it registered.
#[tokio::test]
async fn what_cannot_be_given_is_replaced_or_left_out_and_the_answer_says_so() {
    let (house, token) = house().await;
    for (asked, given) in [
        (json!({ "scope": "openid jeton:admin read" }), json!({ "scope": "openid" })),
        (
            json!({ "grant_types": ["urn:example:nothing", "password", "authorization_code"] }),
            json!({ "grant_types": ["authorization_code"], "response_types": ["code"] }),
        ),
        (
            json!({ "grant_types": ["client_credentials"], "response_types": ["code"] }),
            json!({ "grant_types": ["client_credentials"], "response_types": [] }),
        ),
        (json!({ "grant_types": ["authorization_code"], "response_types": [] }), json!({ "response_types": ["code"] })),
        (json!({ "response_types": ["code", "none", "magic"] }), json!({ "response_types": ["code"] })),
        (
            json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "client_credentials"] }),
            json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"] }),
        ),
        (json!({ "application_type": "desktop" }), json!({ "application_type": null })),
        (json!({ "id_token_signed_response_alg": "none" }), json!({ "id_token_signed_response_alg": "RS256" })),
        (json!({ "id_token_signed_response_alg": "PS512" }), json!({ "id_token_signed_response_alg": "RS256" })),
        (
            json!({ "id_token_signed_response_alg": "HS256", "token_endpoint_auth_method": "none" }),
            json!({ "id_token_signed_response_alg": "RS256" }),
        ),
        (json!({ "userinfo_signed_response_alg": "PS512" }), json!({ "userinfo_signed_response_alg": null })),
        (json!({ "authorization_signed_response_alg": "ES256" }), json!({ "authorization_signed_response_alg": null })),
    ] {
        let reply = register(&house, &token, &with(asked.clone())).await;
        assert_eq!(reply.status, 201, "{asked}: {}", reply.show());
        for (name, value) in given.as_object().unwrap() {
            assert_eq!(reply.json().get(name).unwrap_or(&Value::Null), value, "{asked}");
        }
    }
}

#[tokio::test]
async fn addresses_on_the_person_s_own_device_need_no_tls() {
    let (house, token) = house().await;
    for changes in [
        json!({ "initiate_login_uri": "http://localhost:3000/login" }),
        json!({ "initiate_login_uri": "https://app.example/login" }),
        json!({ "frontchannel_logout_uri": "https://app.example/bye?x=1" }),
        json!({ "frontchannel_logout_uri": "http://127.0.0.1:1/bye", "redirect_uris": ["http://127.0.0.1:1/cb"] }),
    ] {
        assert_eq!(register(&house, &token, &with(changes.clone())).await.status, 201, "{changes}");
    }
}

#[tokio::test]
async fn software_statements_are_refused_clearly() {
    let (house, token) = house().await;
    let statement = "eyJhbGciOiJFUzI1NiJ9.eyJzb2Z0d2FyZV9pZCI6IngifQ.AAAA";
    let reply = register(&house, &token, &with(json!({ "software_statement": statement }))).await;
    let message = "the software statement is not from an issuer that is trusted here";
    reply.refused(400, "unapproved_software_statement", message);
    for bad in [json!("x"), json!(1), json!({})] {
        let reply = register(&house, &token, &with(json!({ "software_statement": bad }))).await;
        reply.refused(400, "invalid_software_statement", "the software statement is not a JWT");
    }
}

#[tokio::test]
async fn what_strangers_may_not_decide_is_ignored() {
    let (house, token) = house().await;
    let metadata = with(json!({
        "client_id": "chosen",
        "client_secret": "chosen",
        "skip_consent": true,
        "introspect": "any",
        "enabled": false,
        "profile": "classic",
        "default_scope": "openid",
        "access_token_lifetime": 999_999,
        "audience": ["https://api.example"],
        "registration_access_token": "x",
        "client_name#fr": "Un client",
        "something_new": { "a": [1] },
        "require_pkce": false,
    }));
    let made = register(&house, &token, &metadata).await;
    assert_eq!(made.status, 201, "{}", made.show());
    assert_ne!(made.member("client_secret"), "chosen");
    assert!(!made.has("something_new"));
    let client = house.jeton.administration.show_client(house.service, &made.member("client_id")).await.unwrap();
    assert_ne!(client.client_id.as_str(), "chosen");
    assert!(client.enabled && !client.skip_consent);
    assert_eq!(client.introspect, jeton_core::model::Introspect::Own);
    assert_eq!(client.profile, jeton_core::model::CompatibilityMode::Standard);
    assert_eq!((client.default_scope, client.access_token_lifetime, client.audience), (None, None, None));
}

/// A network with one document.
#[derive(Default)]
struct Sector {
    list: Mutex<Option<Value>>,
    asked: Mutex<Vec<(String, UrlTrust)>>,
}

impl Outbound for Sector {
    fn send(&self, request: OutboundRequest) -> BoxFuture<'static, Result<OutboundReply, OutboundError>> {
        self.asked.lock().unwrap().push((request.url, request.trust));
        let reply = match &*self.list.lock().unwrap() {
            None => Err(OutboundError::Refused("a private address")),
            Some(list) => Ok(OutboundReply {
                status: 200,
                content_type: Some("application/json".into()),
                max_age: None,
                body: list.to_string().into_bytes(),
            }),
        };
        Box::pin(std::future::ready(reply))
    }
}

#[tokio::test]
async fn the_sector_list_must_name_every_redirect_uri() {
    let sector = Arc::new(Sector::default());
    let house = Opening::default().outbound(sector.clone()).open().await;
    let token = initial_token(&house).await;
    let metadata = with(json!({ "sector_identifier_uri": "https://app.example/sector" }));
    for list in [
        None,
        Some(json!([])),
        Some(json!(["https://app.example/cb/"])),
        Some(json!({ "0": "https://app.example/cb" })),
        Some(json!("https://app.example/cb")),
    ] {
        *sector.list.lock().unwrap() = list;
        let reply = register(&house, &token, &metadata).await;
        assert_eq!((reply.status, reply.member("error").as_str()), (400, "invalid_client_metadata"));
    }
    *sector.list.lock().unwrap() = Some(json!(["https://other.example/cb", "https://app.example/cb"]));
    assert_eq!(register(&house, &token, &metadata).await.status, 201);
    let asked = sector.asked.lock().unwrap();
    assert!(asked.iter().all(|(url, trust)| url == "https://app.example/sector" && *trust == UrlTrust::Untrusted));
}
