//! `/par`: pushed authorization requests, RFC 9126.

use jeton_served::{Ask, Browser, House, Reply, USER, VERIFIER, back, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

async fn push(house: &House, params: &[(&str, &str)]) -> Reply {
    Ask::post("/par").basic("app", SECRET).form(params).send(house).await
}

async fn reference(house: &House, params: &[(&str, &str)]) -> String {
    let reply = push(house, params).await;
    assert_eq!((reply.status, reply.json()["expires_in"].as_u64()), (201, Some(60)), "{}", reply.show());
    let uri = reply.member("request_uri");
    assert!(uri.starts_with("urn:ietf:params:oauth:request_uri:jtn_par_"), "{uri}");
    uri
}

#[track_caller]
fn a_page(reply: &Reply) {
    assert_eq!((reply.status, reply.header("location")), (400, None), "{}", reply.show());
    assert!(reply.text().contains("The request URI is not valid"), "{}", reply.text());
}

#[tokio::test]
async fn the_browser_carries_only_a_reference() {
    let house = house().await;
    let uri = reference(&house, &code_params("app", "openid read")).await;
    let mut browser = Browser::default();
    let members = browser.answered(&house, &[("client_id", "app"), ("request_uri", &uri)]).await;
    assert_eq!(members["state"], "st-1");
    let form = [("grant_type", "authorization_code"), ("code", &members["code"]), ("code_verifier", VERIFIER)];
    assert_eq!(house.token(("app", SECRET), &form).await.ok().member("scope"), "openid read");
}

#[tokio::test]
async fn what_stands_beside_the_reference_does_not_count() {
    let house = house().await;
    let uri = reference(&house, &code_params("app", "read")).await;
    let beside = [("client_id", "app"), ("request_uri", uri.as_str()), ("scope", "openid write"), ("state", "evil")];
    let members = Browser::default().answered(&house, &beside).await;
    assert_eq!(members["state"], "st-1");
    let form = [("grant_type", "authorization_code"), ("code", &members["code"]), ("code_verifier", VERIFIER)];
    assert_eq!(house.token(("app", SECRET), &form).await.ok().member("scope"), "read");
}

#[tokio::test]
async fn a_reference_works_for_a_minute_and_for_its_client() {
    let house = house().await;
    house.client("other", Some(SECRET), |_| ()).await;
    let uri = reference(&house, &code_params("app", "read")).await;
    a_page(&Browser::default().open(&house, &[("client_id", "other"), ("request_uri", &uri)]).await);
    let by = [("client_id", "app"), ("request_uri", uri.as_str())];
    house.wait(59);
    Browser::default().open(&house, &by).await.ok();
    house.wait(1);
    a_page(&Browser::default().open(&house, &by).await);
    let unknown = [("client_id", "app"), ("request_uri", "urn:ietf:params:oauth:request_uri:x")];
    a_page(&Browser::default().open(&house, &unknown).await);
    let mut params = unknown.to_vec();
    params.push(("redirect_uri", "https://app.example/cb"));
    let members = back(&Browser::default().open(&house, &params).await);
    assert_eq!(members["error"], "invalid_request_uri");
    assert_eq!(members["error_description"], "the request URI is not valid");
}

#[tokio::test]
async fn a_reference_may_be_opened_again_until_somebody_signs_in_with_it() {
    let house = house().await;
    let params = code_params("app", "openid read");
    let uri = reference(&house, &params).await;
    let by = [("client_id", "app"), ("request_uri", uri.as_str())];
    let (mut browser, mut other) = (Browser::default(), Browser::default());
    let page = browser.open(&house, &by).await.ok();
    let wrong = browser.sign_in_as(&house, &page, USER, "wrong").await;
    assert!(wrong.text().contains("is not right"), "{}", wrong.show());
    let elsewhere = other.open(&house, &by).await.ok();
    let page = browser.open(&house, &by).await.ok();
    let consent = browser.sign_in(&house, &page).await;
    a_page(&browser.open(&house, &by).await);
    a_page(&Browser::default().open(&house, &by).await);
    // A page that was opened before leads nowhere, even with the right password.
    a_page(&other.sign_in(&house, &elsewhere).await);
    assert!(back(&browser.finish(&house, consent).await).contains_key("code"));
    a_page(&browser.open(&house, &by).await);
}

#[tokio::test]
async fn with_a_session_a_reference_gives_one_code() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.answered(&house, &code_params("app", "openid read")).await;
    let uri = reference(&house, &code_params("app", "openid write")).await;
    let by = [("client_id", "app"), ("request_uri", uri.as_str())];
    let first = browser.open(&house, &by).await.ok();
    let second = browser.open(&house, &by).await.ok();
    assert!(back(&browser.decide(&house, &second, "approve").await).contains_key("code"));
    assert_eq!(browser.decide(&house, &first, "approve").await.status, 400);
    // Without a page: what was asked for is allowed already.
    let uri = reference(&house, &code_params("app", "openid read")).await;
    let by = [("client_id", "app"), ("request_uri", uri.as_str())];
    assert!(back(&browser.open(&house, &by).await).contains_key("code"));
    a_page(&browser.open(&house, &by).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reference_with_which_16_sign_in_at_once_lets_one_in() {
    for house in [House::new().await, House::on_sqlite().await] {
        house.client("app", Some(SECRET), |_| ()).await;
        let uri = reference(&house, &code_params("app", "read")).await;
        let mut pages = Vec::new();
        for _ in 0..16 {
            let mut browser = Browser::default();
            let page = browser.open(&house, &[("client_id", "app"), ("request_uri", &uri)]).await.ok();
            pages.push((browser, page));
        }
        let opened = pages.into_iter().map(|(mut browser, page)| {
            let house = house.knocker();
            tokio::spawn(async move { browser.sign_in(&house, &page).await.status })
        });
        let all = futures::future::join_all(opened).await;
        assert_eq!(all.iter().filter(|status| *status.as_ref().unwrap() != 400).count(), 1, "{all:?}");
    }
}

#[tokio::test]
async fn the_client_must_prove_itself() {
    let house = house().await;
    let params = code_params("app", "read");
    let wrong = Ask::post("/par").basic("app", "x").form(&params).send(&house).await;
    wrong.refused(401, "invalid_client", "the client cannot be authenticated with secret basic");
    let nothing = Ask::post("/par").form(&params).send(&house).await;
    nothing.refused(400, "invalid_client", "the client cannot be authenticated with secret basic");
    let other = Ask::post("/par").basic("app", SECRET).form(&code_params("nobody", "read")).send(&house).await;
    other.refused(400, "invalid_request", "the client must authenticate in one way, as one client");
    Ask::post("/par").basic("app", SECRET).send(&house).await.refused(
        400,
        "invalid_request",
        "no parameter in body request",
    );
    house.client("public", None, |_| ()).await;
    assert_eq!(Ask::post("/par").form(&code_params("public", "read")).send(&house).await.status, 201);
}

#[tokio::test]
async fn a_bad_request_is_refused_at_once() {
    let house = house().await;
    for (name, value, error, text) in [
        (
            "redirect_uri",
            "https://evil.example/",
            "invalid_request",
            "the redirect URI is not registered for the client",
        ),
        ("redirect_uri", "/x", "invalid_request", "Based on the RFC-3986 the redirection-uri is not well formed"),
        ("response_type", "x", "unsupported_response_type", "the response type is not supported"),
        ("scope", "admin", "invalid_scope", "the scopes admin are not allowed or invalid"),
        ("prompt", "x", "invalid_request", "the parameter prompt is not valid"),
        (
            "request_uri",
            "urn:ietf:params:oauth:request_uri:x",
            "invalid_request",
            "the parameter request_uri is not valid",
        ),
        ("request", "x", "invalid_request_object", "the request object is not valid"),
    ] {
        let mut params = code_params("app", "read");
        params.retain(|(known, _)| *known != name);
        params.push((name, value));
        push(&house, &params).await.refused(400, error, text);
    }
    let mut twice = code_params("app", "read");
    twice.push(("scope", "read"));
    push(&house, &twice).await.refused(400, "invalid_request", "the parameter scope is repeated");
    let long = "x".repeat(40_000);
    let mut large = code_params("app", "read");
    large[4].1 = &long;
    push(&house, &large).await.refused(413, "invalid_request", "the request is too large");
}

#[tokio::test]
async fn what_the_client_lost_since_the_push_counts() {
    let house = house().await;
    let uri = reference(&house, &code_params("app", "read")).await;
    house.change_client("app", |c| c.scope = jeton_testkit::sample::scope("openid")).await;
    let by = [("client_id", "app"), ("request_uri", uri.as_str())];
    assert_eq!(back(&Browser::default().open(&house, &by).await)["error"], "invalid_scope");
}

#[tokio::test]
async fn a_client_or_a_service_may_require_it() {
    let house = house().await;
    let flag = "require_pushed_authorization_requests";
    let params = code_params("app", "read");
    house.change_client("app", |c| c.metadata.set(flag, true)).await;
    let members = back(&Browser::default().open(&house, &params).await);
    assert_eq!((members["error"].as_str(), members["state"].as_str()), ("invalid_request", "st-1"));
    assert_eq!(members["error_description"], "the request must be pushed first");
    let uri = reference(&house, &params).await;
    Browser::default().open(&house, &[("client_id", "app"), ("request_uri", &uri)]).await.ok();
    house.change_client("app", |c| c.metadata.remove(flag)).await;
    Browser::default().open(&house, &params).await.ok();
    house.set(|settings| settings.require_pushed_authorization_requests = true).await;
    assert_eq!(back(&Browser::default().open(&house, &params).await)["error"], "invalid_request");
    let document = house.metadata().await;
    assert_eq!(document[flag], true);
    assert_eq!(document["pushed_authorization_request_endpoint"], "https://id.example/par");
}
