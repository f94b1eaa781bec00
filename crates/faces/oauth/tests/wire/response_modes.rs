//! `response_mode`: how responses and errors are sent.

use jeton_served::{Browser, House, ISSUER, Reply, back, code_params, is_posted_back};

const SECRET: &str = "s3cret";
const TYPES: [&str; 4] = ["code", "id_token token", "code id_token", "token"];

async fn house() -> House {
    let house = House::new().await;
    house
        .client("app", Some(SECRET), |c| {
            c.grant_types.push("implicit".into());
            c.response_types = TYPES.map(str::to_owned).to_vec();
            c.redirect_uris.push("com.example.app:/cb".into());
        })
        .await;
    house
}

fn asking<'a>(response_type: &'a str, mode: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut params = code_params("app", "openid");
    params[0].1 = response_type;
    params.push(("response_mode", mode));
    params
}

async fn answered(house: &House, params: &[(&str, &str)]) -> Reply {
    let mut browser = Browser::default();
    let page = browser.open(house, params).await;
    browser.finish(house, page).await
}

fn travels(reply: &Reply) -> &'static str {
    match reply.header("location") {
        Some(location) if location.starts_with("https://app.example/cb?") && !location.contains('#') => "query",
        Some(location) if location.starts_with("https://app.example/cb#") && !location.contains('?') => "fragment",
        Some(other) => panic!("{other}"),
        None if is_posted_back(reply) => "form_post",
        None => panic!("{}", reply.show()),
    }
}

#[tokio::test]
async fn an_answer_travels_as_the_request_says() {
    let house = house().await;
    for response_type in TYPES {
        for mode in ["query", "fragment", "form_post"] {
            if mode == "query" && response_type != "code" {
                continue;
            }
            assert_eq!(travels(&answered(&house, &asking(response_type, mode)).await), mode, "{response_type}");
        }
    }
}

#[tokio::test]
async fn an_error_travels_as_the_answer_would() {
    let house = house().await;
    for response_type in TYPES {
        for mode in ["query", "fragment", "form_post"] {
            if mode == "query" && response_type != "code" {
                continue;
            }
            let mut params = asking(response_type, mode);
            params[3].1 = "openid nonsense";
            let reply = Browser::default().open(&house, &params).await;
            assert_eq!(travels(&reply), mode, "{response_type}");
            let members = back(&reply);
            assert_eq!((members["error"].as_str(), members["state"].as_str()), ("invalid_scope", "st-1"));
            assert_eq!((members["iss"].as_str(), members.len()), (ISSUER, 4));
        }
    }
}

#[tokio::test]
async fn a_no_of_the_person_travels_so_too() {
    let house = house().await;
    for mode in ["query", "fragment", "form_post"] {
        let mut browser = Browser::default();
        let login = browser.open(&house, &asking("code", mode)).await;
        let page = browser.sign_in(&house, &login).await;
        let reply = browser.decide(&house, &page, "deny").await;
        assert_eq!((travels(&reply), back(&reply)["error"].as_str()), (mode, "access_denied"));
    }
}

#[tokio::test]
async fn tokens_never_travel_in_a_query() {
    let house = house().await;
    for response_type in &TYPES[1..] {
        let reply = Browser::default().open(&house, &asking(response_type, "query")).await;
        assert_eq!(travels(&reply), "fragment");
        assert_eq!(back(&reply)["error_description"], "the parameter response_mode is not valid");
    }
}

#[tokio::test]
async fn a_form_is_posted_only_where_a_browser_can_post() {
    let house = house().await;
    let mut params = asking("code", "form_post");
    params[2].1 = "com.example.app:/cb";
    let reply = Browser::default().open(&house, &params).await;
    let location = reply.header("location").unwrap();
    assert!(location.starts_with("com.example.app:/cb?error=invalid_request"), "{location}");
}

#[tokio::test]
async fn the_form_posts_itself_and_has_a_button() {
    let house = house().await;
    let mut params = asking("code", "form_post");
    params[4].1 = "\"><script>alert('x')</script>&amp;";
    let reply = answered(&house, &params).await;
    assert_eq!(back(&reply)["state"], params[4].1, "to the letter");
    let page = reply.text();
    assert!(page.contains("method=\"post\" action=\"https://app.example/cb\""), "{page}");
    assert!(page.contains("<button") && page.matches("<script>").count() == 1, "{page}");
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'sha256-") && policy.contains("form-action 'self' https:"), "{policy}");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}
