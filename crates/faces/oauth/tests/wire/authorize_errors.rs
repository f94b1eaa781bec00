//! Invalid requests, and where the error goes: to a page when client or redirect URI cannot be trusted, else to the client
//! (RFC 6749 section 4.1.2.1).

use jeton_core::model::CompatibilityMode;

use jeton_served::{Browser, CHALLENGE, House, ISSUER, Reply, back, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

type Params = Vec<(String, String)>;

/// A valid request, changed.
async fn with(house: &House, change: impl FnOnce(&mut Params)) -> Reply {
    let good = code_params("app", "openid");
    let mut params: Params = good.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    change(&mut params);
    let params: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Browser::default().open(house, &params).await
}

fn set(params: &mut Params, name: &str, value: &str) {
    params.retain(|(n, _)| n != name);
    params.push((name.into(), value.into()));
}

#[track_caller]
fn page(reply: &Reply, message: &str) {
    assert_eq!((reply.status, reply.header("location")), (400, None), "{}", reply.show());
    assert!(reply.text().contains("role=\"alert\"") && reply.text().contains(message), "{}", reply.text());
}

#[track_caller]
fn assert_error(reply: &Reply, error: &str, description: &str) {
    let members = back(reply);
    assert!(reply.header("location").unwrap().starts_with("https://app.example/cb?error="), "{}", reply.show());
    let assert_error = (members["error"].as_str(), members["error_description"].as_str());
    assert_eq!(assert_error, (error, description));
    assert_eq!((members["state"].as_str(), members["iss"].as_str()), ("st-1", ISSUER));
    assert_eq!(members.len(), 4);
}

#[tokio::test]
async fn a_bad_client_is_a_page() {
    let house = house().await;
    for id in ["nobody", "APP", "<script>"] {
        page(&with(&house, |p| set(p, "client_id", id)).await, "The client doesn&#39;t exist");
    }
    page(&with(&house, |p| set(p, "client_id", " ")).await, "The parameter client_id is missing");
    page(&with(&house, |p| p.retain(|(n, _)| n != "client_id")).await, "The parameter client_id is missing");
    house.change_client("app", |c| c.enabled = false).await;
    page(&with(&house, |_| ()).await, "The client doesn&#39;t exist");
}

#[tokio::test]
async fn a_bad_redirect_uri_is_a_page() {
    let house = house().await;
    for uri in ["https://evil.example/cb", "https://app.example/cb/", "https://app.example/cb?x=1"] {
        page(&with(&house, |p| set(p, "redirect_uri", uri)).await, "not registered");
    }
    for uri in ["/cb", "https://app.example/cb#f", "javascript:alert(1)", "//app.example/cb"] {
        page(&with(&house, |p| set(p, "redirect_uri", uri)).await, "Based on the RFC-3986");
    }
    page(&with(&house, |p| p.retain(|(n, _)| n != "redirect_uri")).await, "Based on the RFC-3986");
}

#[tokio::test]
async fn a_repeated_client_or_uri_is_a_page() {
    let house = house().await;
    for (name, value) in [("client_id", "app"), ("redirect_uri", "https://evil.example/")] {
        page(&with(&house, |p| p.push((name.into(), value.into()))).await, "is repeated");
    }
}

#[tokio::test]
async fn a_page_shows_text_as_text() {
    let house = house().await;
    let nasty = "<img src=x onerror=alert(1)>";
    let mut pages =
        vec![with(&house, |p| set(p, "client_id", nasty)).await, with(&house, |p| set(p, "redirect_uri", nasty)).await];
    pages.push(with(&house, |p| p.extend([(nasty.into(), "1".into()), (nasty.into(), "2".into())])).await);
    for page in pages {
        assert!(!page.text().contains("<img"), "{}", page.text());
    }
}

/// `docs/contracts/oauth-token-endpoint.md` section 10: "page only if client or URI is bad, else redirect".
#[tokio::test]
async fn any_other_repeated_parameter_is_told_to_the_client() {
    let house = house().await;
    for (name, value) in [("scope", "read"), ("nonce", "other"), ("response_type", "code")] {
        let reply = with(&house, |p| p.push((name.into(), value.into()))).await;
        assert_error(&reply, "invalid_request", &format!("the parameter {name} is repeated"));
    }
}

#[tokio::test]
async fn response_types() {
    let house = house().await;
    let reply = with(&house, |p| p.retain(|(n, _)| n != "response_type")).await;
    assert_error(&reply, "invalid_request", "the parameter response_type is missing");
    for unknown in ["CODE", "none", "x", "code code", "code none"] {
        let reply = with(&house, |p| set(p, "response_type", unknown)).await;
        assert_error(&reply, "unsupported_response_type", "the response type is not supported");
    }
    house.change_client("app", |c| c.response_types.clear()).await;
    let message = "the client 'app' doesn't support the response type: 'code'";
    assert_error(&with(&house, |_| ()).await, "unauthorized_client", message);
    house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
    assert_error(&with(&house, |_| ()).await, "invalid_request", message);
}

#[tokio::test]
async fn a_client_without_the_grant() {
    let house = house().await;
    house.change_client("app", |c| c.grant_types.clear()).await;
    let message = "the client app doesn't support the grant type authorization_code";
    assert_error(&with(&house, |_| ()).await, "unauthorized_client", message);
}

#[tokio::test]
async fn scopes() {
    let house = house().await;
    let reply = with(&house, |p| set(p, "scope", "openid admin root")).await;
    assert_error(&reply, "invalid_scope", "the scopes admin,root are not allowed or invalid");
    assert_error(
        &with(&house, |p| set(p, "scope", "\"x\\y\r\n")).await,
        "invalid_scope",
        "the scopes xy are not allowed or invalid",
    );
    assert_error(&with(&house, |p| set(p, "scope", " ")).await, "invalid_scope", "the parameter scope is missing");
    house.change_client("app", |c| c.default_scope = Some(jeton_testkit::sample::scope("read"))).await;
    with(&house, |p| set(p, "scope", "")).await.ok();
}

#[tokio::test]
async fn pkce() {
    let house = house().await;
    let unknown = "the code challenge method is not supported, use S256";
    for method in ["plain", "s256", "S512"] {
        assert_error(&with(&house, |p| set(p, "code_challenge_method", method)).await, "invalid_request", unknown);
    }
    // RFC 7636 section 4.3: the method defaults to plain.
    let reply = with(&house, |p| p.retain(|(n, _)| n != "code_challenge_method")).await;
    assert_error(&reply, "invalid_request", unknown);
    let long = format!("{CHALLENGE}A");
    for challenge in ["x", &CHALLENGE[1..], &long, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"] {
        let reply = with(&house, |p| set(p, "code_challenge", challenge)).await;
        assert_error(&reply, "invalid_request", "the parameter code_challenge is not valid");
    }
    let missing = "the client must use PKCE: code_challenge is missing";
    assert_error(&with(&house, |p| p.retain(|(n, _)| n != "code_challenge")).await, "invalid_request", missing);
    let without = |p: &mut Params| p.retain(|(n, _)| !n.starts_with("code_challenge"));
    with(&house, without).await.ok();
    house.change_client("app", |c| c.require_pkce = true).await;
    assert_error(&with(&house, without).await, "invalid_request", missing);
    house.client("public", None, |_| ()).await;
    let reply = with(&house, |p| {
        without(p);
        set(p, "client_id", "public");
    });
    assert_error(&reply.await, "invalid_request", missing);
}

#[tokio::test]
async fn what_is_not_supported_is_refused_not_ignored() {
    let house = house().await;
    for mode in ["jwt", "query.jwt", "web_message", "x", "QUERY"] {
        let reply = with(&house, |p| set(p, "response_mode", mode)).await;
        assert_error(&reply, "invalid_request", "the parameter response_mode is not valid");
    }
}

#[tokio::test]
async fn numbers_and_words() {
    let house = house().await;
    for age in ["-1", "x", "1.5", "99999999999", "1 "] {
        let reply = with(&house, |p| set(p, "max_age", age)).await;
        assert_error(&reply, "invalid_request", "the parameter max_age is not valid");
    }
    for prompt in ["x", "none login", "none consent", "LOGIN", "login x"] {
        let reply = with(&house, |p| set(p, "prompt", prompt)).await;
        assert_error(&reply, "invalid_request", "the parameter prompt is not valid");
    }
}

#[tokio::test]
async fn client_and_uri_are_looked_at_first() {
    let house = house().await;
    let reply = with(&house, |p| {
        set(p, "response_type", "x");
        set(p, "scope", "admin");
        set(p, "redirect_uri", "https://evil.example/");
    });
    page(&reply.await, "not registered");
    let reply = with(&house, |p| {
        set(p, "redirect_uri", "/x");
        set(p, "client_id", "nobody");
    });
    page(&reply.await, "The client doesn&#39;t exist");
}
