//! The attributes of the two cookies, under https and http issuers.

use jeton_core::model::Settings;

use jeton_served::{Ask, Browser, House, code_params};

async fn cookies_of(issuer: &str) -> Vec<String> {
    let house = House::with(issuer, Settings::default()).await;
    house.client("app", Some("x"), |_| ()).await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    let consent = browser.sign_in(&house, &login).await;
    let replies = [login, consent];
    let all = replies.iter().flat_map(|r| r.headers.get_all("set-cookie")).map(|v| v.to_str().unwrap().to_owned());
    // Scripts may read the session's state; see `logout.rs`.
    all.filter(|cookie| !cookie.contains("jeton_state=")).collect()
}

#[tokio::test]
async fn under_https_nobody_else_can_plant_them() {
    let all = cookies_of("https://id.example").await;
    assert_eq!(all.len(), 4);
    for cookie in &all {
        let (_, attributes) = cookie.split_once("; ").unwrap();
        if cookie.starts_with("__Host-jeton_known=") {
            assert_eq!(attributes, "Max-Age=15552000; Path=/; HttpOnly; SameSite=Lax; Secure");
            continue;
        }
        assert!(
            cookie.starts_with("__Host-jeton_browser=jtn_br_") || cookie.starts_with("__Host-jeton_session=jtn_ss_"),
            "{cookie}"
        );
        assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}

#[tokio::test]
async fn under_http_they_are_plain() {
    for cookie in cookies_of("http://127.0.0.1:8080").await {
        let names = ["jeton_browser=", "jeton_session=", "jeton_known="];
        assert!(names.iter().any(|name| cookie.starts_with(name)), "{cookie}");
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    }
}

#[tokio::test]
async fn a_plain_name_is_not_read_under_https() {
    let house = House::new().await;
    house.client("app", Some("x"), |_| ()).await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let mut renamed = Browser::default();
    for (name, value) in &browser.cookies {
        renamed.cookies.insert(name.trim_start_matches("__Host-").to_owned(), value.clone());
    }
    assert_eq!(renamed.open(&house, &code_params("app", "openid")).await.ok().form().stage(), "sign-in");
}

#[tokio::test]
async fn a_strange_cookie_header_is_survived() {
    let house = House::new().await;
    house.client("app", Some("x"), |_| ()).await;
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(code_params("app", "openid")).finish();
    for cookie in
        ["", ";;;", "=", "a", "__Host-jeton_session=", "__Host-jeton_session=x; __Host-jeton_session=y", "\u{e9}=1"]
    {
        let ask = Ask::get(&format!("/authorization?{query}")).header("cookie", cookie);
        assert_eq!(ask.send(&house).await.ok().form().stage(), "sign-in");
    }
}

#[tokio::test]
async fn an_access_token_is_no_session() {
    let house = House::new().await;
    house.client("app", Some("x"), |_| ()).await;
    let form = [
        ("grant_type", "password"),
        ("username", jeton_served::USER),
        ("password", jeton_served::PASSWORD),
        ("scope", "read"),
    ];
    let reply = house.token(("app", "x"), &form).await.ok();
    for text in [reply.access(), reply.refresh()] {
        let mut browser = Browser::default();
        browser.cookies.insert("__Host-jeton_session".into(), text);
        assert_eq!(browser.open(&house, &code_params("app", "openid")).await.ok().form().stage(), "sign-in");
    }
}
