//! Which redirect URIs match: the exact string, and for loopback addresses any port (RFC 8252 section 7.3).

use crate::support::{Browser, House, back, code_params};

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
    ] {
        assert!(accepted(&house, good).await, "{good}");
    }
    for wrong in [
        "http://localhost:9/cb",
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
