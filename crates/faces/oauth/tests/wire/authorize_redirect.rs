//! Which redirect URIs match: the exact string, and for loopback addresses any port (RFC 8252 section 7.3).

use jeton_served::{Browser, House, back, code_params};

async fn accepted(house: &House, uri: &str) -> bool {
    let mut params = code_params("app", "openid");
    params[2].1 = uri;
    let reply = Browser::default().open(house, &params).await;
    assert!(matches!(reply.status, 200 | 400), "{}", reply.show());
    reply.status == 200
}

async fn house(uris: &[&str]) -> House {
    let house = House::new().await;
    house.client("app", Some("x"), |c| c.redirect_uris = uris.iter().map(|u| (*u).to_owned()).collect()).await;
    house
}

#[tokio::test]
async fn an_exact_string() {
    let house = house(&["https://app.example/cb"]).await;
    assert!(accepted(&house, "https://app.example/cb").await);
    for wrong in [
        "https://app.example/cb/",
        "https://app.example/CB",
        "https://APP.example/cb",
        "https://app.example:443/cb",
        "https://app.example/cb?",
        "https://app.example/./cb",
        "https://app.example/x/../cb",
        "https://app.example/%63b",
        "https://app.example@evil.example/cb",
        "https://evil.example/https://app.example/cb",
        "https://app.example.evil.example/cb",
        "http://app.example/cb",
        "https://user@app.example/cb",
        " https://app.example/cb",
        "https://app.example/cb\t",
        "https://app.example\\@evil.example/cb",
    ] {
        assert!(!accepted(&house, wrong).await, "{wrong}");
    }
}

#[tokio::test]
async fn a_loopback_port_may_vary_and_nothing_else() {
    let house = house(&["http://127.0.0.1/cb", "http://[::1]:8080/cb", "http://localhost/cb"]).await;
    for good in [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:1/cb",
        "http://127.0.0.1:65535/cb",
        "http://[::1]/cb",
        "http://[::1]:9/cb",
        "http://localhost/cb",
        "http://localhost:9/cb",
    ] {
        assert!(accepted(&house, good).await, "{good}");
    }
    for wrong in [
        "https://localhost:9/cb",
        "http://localhost:9@evil.example/cb",
        "http://localhost.evil.example/cb",
        "http://localhost:9/other",
        "https://127.0.0.1/cb",
        "http://127.0.0.1:9/cb/",
        "http://127.0.0.1:9/other",
        "http://127.0.0.1:9/cb?x=1",
        "http://127.0.0.1:123456/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:9@evil.example/cb",
        "http://127.0.0.2:9/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://2130706433/cb",
        "http://127.1/cb",
        "http://[::ffff:127.0.0.1]:9/cb",
    ] {
        assert!(!accepted(&house, wrong).await, "{wrong}");
    }
}

#[tokio::test]
async fn an_apps_own_scheme() {
    let house = house(&["com.example.app:/cb"]).await;
    let mut params = code_params("app", "openid");
    params[2].1 = "com.example.app:/cb";
    let mut browser = Browser::default();
    let page = browser.open(&house, &params).await.ok();
    assert!(page.header("content-security-policy").unwrap().contains("com.example.app:"), "the form may lead there");
    let answer = browser.finish(&house, page).await;
    assert!(answer.header("location").unwrap().starts_with("com.example.app:/cb?code="));
    assert!(!accepted(&house, "com.example.app://cb").await && !accepted(&house, "com.example.app:/cb2").await);
}

#[tokio::test]
async fn one_registered_uri_may_be_left_out_by_plain_oauth_only() {
    let house = house(&["https://app.example/cb"]).await;
    let mut params = code_params("app", "read");
    params.remove(2);
    let mut browser = Browser::default();
    let page = browser.open(&house, &params).await.ok();
    let answer = browser.finish(&house, page).await;
    assert!(back(&answer).contains_key("code"));
    house.change_client("app", |c| c.redirect_uris.push("https://app.example/two".into())).await;
    assert_eq!(Browser::default().open(&house, &params).await.status, 400);
    house.change_client("app", |c| c.redirect_uris.clear()).await;
    assert_eq!(Browser::default().open(&house, &params).await.status, 400);
}

/// A client of open registration, with a private-use URI and a web URI.
async fn self_registered() -> House {
    let house = House::new().await;
    let own = |c: &mut jeton_core::model::Client| {
        c.self_registered = true;
        c.redirect_uris =
            ["cursor://cb", "com.example.app:/cb", "https://app.example/cb", "myapp://cb"].map(str::to_owned).into();
    };
    house.client("app", Some("x"), own).await;
    house
}

fn wrong_at<'a>(uri: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut params = code_params("app", "openid");
    params[2].1 = uri;
    params.retain(|(name, _)| *name != "response_type");
    params.push(("response_type", "nonsense"));
    params.extend_from_slice(more);
    params
}

#[tokio::test]
async fn no_error_starts_a_program_before_somebody_has_signed_in() {
    let house = self_registered().await;
    for private in ["cursor://cb", "com.example.app:/cb"] {
        let mut browser = Browser::default();
        let page = browser.open(&house, &wrong_at(private, &[])).await;
        assert_eq!((page.status, page.header("location")), (400, None), "{}", page.show());
        // A request for an answer without a page gets one, RFC 9700 section 4.11.2.
        let silent = browser.open(&house, &wrong_at(private, &[("prompt", "none")])).await;
        assert_eq!(back(&silent)["error"], "unsupported_response_type");
        let mut silent = code_params("app", "openid");
        silent[2].1 = private;
        silent.push(("prompt", "none"));
        assert_eq!(back(&browser.open(&house, &silent).await)["error"], "login_required");

        let mut good = code_params("app", "openid");
        good[2].1 = private;
        let members = browser.answered(&house, &good).await;
        assert!(members.contains_key("code"));
        let reply = browser.open(&house, &wrong_at(private, &[])).await;
        assert_eq!(back(&reply)["error"], "unsupported_response_type", "somebody is signed in");
    }
    let reply = Browser::default().open(&house, &wrong_at("https://app.example/cb", &[])).await;
    assert_eq!(back(&reply)["error"], "unsupported_response_type", "an address of the web is told");
}

#[tokio::test]
async fn a_scheme_that_is_no_longer_open_is_no_longer_returned_to() {
    let operators = house(&["cursor://cb", "shell:startup"]).await;
    let house = self_registered().await;
    assert!(accepted(&house, "cursor://cb").await);
    assert!(!accepted(&house, "myapp://cb").await, "registered when it was open, or by an older version");
    house.set(|s| s.registration.private_schemes = vec!["myapp".into()]).await;
    assert!(accepted(&house, "myapp://cb").await && !accepted(&house, "cursor://cb").await);
    operators.set(|s| s.registration.private_schemes = Vec::new()).await;
    for uri in ["cursor://cb", "shell:startup"] {
        assert!(accepted(&operators, uri).await, "the operator's own clients have what the operator gave them: {uri}");
    }
}

#[tokio::test]
async fn no_client_has_a_scheme_that_runs_or_reads_what_it_names() {
    let nasty =
        ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "blob:https://app.example/x", "vbscript:x"];
    let house = house(&nasty).await;
    for uri in nasty {
        assert!(!accepted(&house, uri).await, "{uri}");
    }
}
