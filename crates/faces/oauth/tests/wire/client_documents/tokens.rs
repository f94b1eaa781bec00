//! From the document to tokens.

use jeton_jose::Algorithm;
use jeton_served::{Ask, Assertion, Browser, VERIFIER, back, code_params, jwks, key};
use serde_json::json;

use super::{ID, a_page, house, open, record, with};

/// The draft leaves it to the server when it stores anything: here, when a person has allowed the client something.
#[tokio::test]
async fn nothing_is_stored_before_somebody_allows_it() {
    let house = house().await;
    let mut browser = Browser::default();
    let sign_in = browser.open(&house, &code_params(ID, "openid")).await.ok();
    assert!(sign_in.text().contains("agent.example"), "{}", sign_in.text());
    let consent = browser.sign_in(&house, &sign_in).await.ok();
    assert_eq!(record(&house, ID).await, None);
    assert_eq!(back(&browser.decide(&house, &consent, "deny").await)["error"], "access_denied");
    assert_eq!(record(&house, ID).await, None);
    browser.code(&house, &code_params(ID, "openid")).await;
    let client = record(&house, ID).await.unwrap();
    assert!(client.from_document && client.self_registered && client.enabled && client.key.get() != 0);
    assert_eq!(client.scope.as_str(), "openid profile offline_access");
    assert_eq!(house.network.count(ID), 1, "one look at the document was enough");
    let listed = house.jeton.administration.clients(house.service, jeton_core::store::Page::first(10)).await.unwrap();
    assert!(listed.items.iter().any(|listed| listed.client_id.as_str() == ID));
}

/// Such a client is then one like others: refresh, revocation, introspection, pushed requests.
#[tokio::test]
async fn afterwards_it_is_a_client_like_others() {
    let house = house().await;
    let mut browser = Browser::default();
    let code = browser.code(&house, &code_params(ID, "openid offline_access")).await;
    let redeem = [
        ("grant_type", "authorization_code"),
        ("client_id", ID),
        ("code", &code),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    let first = house.public_token(&redeem).await.ok();
    let refresh =
        [("grant_type", "refresh_token"), ("client_id", ID), ("refresh_token", &first.member("refresh_token"))];
    let second = house.public_token(&refresh).await.ok();
    let seen = house.introspected(&second.access()).await;
    assert_eq!((&seen["active"], &seen["client_id"]), (&json!(true), &json!(ID)));
    Ask::post("/token/revoke").form(&[("client_id", ID), ("token", &second.access())]).send(&house).await.ok();
    assert!(!house.is_active(&second.access()).await);

    let pushed = Ask::post("/par").form(&code_params(ID, "openid")).send(&house).await;
    assert_eq!(pushed.status, 201, "{}", pushed.show());
    let by = [("client_id", ID), ("request_uri", &pushed.member("request_uri"))];
    assert!(browser.answered(&house, &by).await.contains_key("code"));
}

/// Whom nobody has allowed anything yet has no client id at the other endpoints, and leaves nothing there.
#[tokio::test]
async fn before_that_it_is_unknown_everywhere_else() {
    let house = house().await;
    open(&house).await.ok();
    let pushed = Ask::post("/par").form(&code_params(ID, "openid")).send(&house).await;
    assert_eq!(pushed.json()["error"], "invalid_client", "{}", pushed.show());
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", ID),
        ("code", "x"),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(house.public_token(&form).await.json()["error"], "invalid_client");
    assert_eq!(record(&house, ID).await, None);
}

/// "The authorization server MUST require client authentication according to Section 2.2 of RFC 7523."
#[tokio::test]
async fn one_with_a_key_proves_that_it_has_it() {
    let house = house().await;
    let (own, other) = (key(Algorithm::ES256), key(Algorithm::ES256));
    let mut document = with("token_endpoint_auth_method", "private_key_jwt");
    document["jwks"] = jwks(&[&own]);
    house.network.json(ID, &document);
    let redeem = async |assertion: Option<String>| {
        let code = Browser::default().code(&house, &code_params(ID, "openid")).await;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", ID),
            ("code", &code),
            ("redirect_uri", "https://app.example/cb"),
            ("code_verifier", VERIFIER),
        ];
        if let Some(assertion) = &assertion {
            form.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
            form.push(("client_assertion", assertion));
        }
        house.public_token(&form).await
    };
    assert_eq!(redeem(None).await.json()["error"], "invalid_client");
    let forged = Assertion::of(&house, ID, &other).sign(&other);
    assert_eq!(redeem(Some(forged)).await.json()["error"], "invalid_client");
    redeem(Some(Assertion::of(&house, ID, &own).sign(&own))).await.ok();
}

/// A name is a claim; the host of the client id is what is proven, and RFC 8707's resource is where the access is for.
#[tokio::test]
async fn people_are_told_the_host_and_the_resource() {
    let house = house().await;
    house.network.json(ID, &with("client_name", "Bank of <b>England</b>"));
    let mut params = code_params(ID, "openid");
    params.extend([("resource", "https://mcp.example/tools"), ("resource", "https://files.example/")]);
    let mut browser = Browser::default();
    let sign_in = browser.open(&house, &params).await.ok();
    let page = browser.sign_in(&house, &sign_in).await.ok();
    for said in
        ["<bdi>agent.example</bdi>", "<bdi>https://mcp.example/tools</bdi>", "<bdi>https://files.example/</bdi>"]
    {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    assert!(!page.text().contains("<b>England"));
    assert!(!page.text().contains("<img"), "no logo is loaded from elsewhere");

    house.client("app", Some("s3cret"), |_| ()).await;
    params[1].1 = "app";
    let page = browser.open(&house, &params).await.ok();
    assert!(page.text().contains("<bdi>https://mcp.example/tools</bdi>"), "a registered client's too");
    assert!(!page.text().contains("agent.example"));
}

/// RFC 8414: a client sends nobody to a server that would not know it.
#[tokio::test]
async fn discovery_says_whether_such_clients_are_taken() {
    let house = house().await;
    let said = async || {
        let document = Ask::get("/.well-known/oauth-authorization-server").send(&house).await.ok().json();
        document.get("client_id_metadata_document_supported").cloned()
    };
    assert_eq!(said().await, Some(json!(true)));
    house.set(|s| s.registration.client_id_documents = false).await;
    assert_eq!(said().await, None);
}

/// An administrator names it in a path like any other, percent-encoded.
#[tokio::test]
async fn administrators_see_disable_and_delete_it() {
    let house = house().await;
    Browser::default().code(&house, &code_params(ID, "openid")).await;
    let path = "/admin/v1/clients/https%3A%2F%2Fagent.example%2Fclient.json";
    let mut shown = Ask::get(path).local_owner().send(&house).await.ok().json();
    assert_eq!((&shown["client_id"], &shown["client_name"]), (&json!(ID), &json!("Agent")));
    shown["enabled"] = json!(false);
    Ask::put(path).local_owner().json(&shown).send(&house).await.ok();
    a_page(&house, &open(&house).await, 400, "client_unknown");
    assert_eq!(Ask::delete(path).local_owner().send(&house).await.status, 204);
    assert_eq!(record(&house, ID).await, None);
}
