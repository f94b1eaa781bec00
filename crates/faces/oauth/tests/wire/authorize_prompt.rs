//! `prompt` and `max_age`: OIDC Core section 3.1.2.1.

use jeton_served::{Browser, House, VERIFIER, back, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

fn prompt<'a>(scope: &'a str, prompt: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut params = code_params("app", scope);
    params.push(("prompt", prompt));
    params
}

fn aged(age: &str) -> Vec<(&str, &str)> {
    let mut params = code_params("app", "openid");
    params.push(("max_age", age));
    params
}

async fn auth_time(house: &House, code: &str) -> i64 {
    let form = [("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)];
    let id = house.token(("app", SECRET), &form).await.ok().member("id_token");
    house.verified(&id).await.claims["auth_time"].as_i64().unwrap()
}

#[tokio::test]
async fn none_never_shows_a_page() {
    let house = house().await;
    let mut browser = Browser::default();
    assert_eq!(back(&browser.open(&house, &prompt("openid", "none")).await)["error"], "login_required");
    let login = browser.open(&house, &code_params("app", "openid")).await;
    browser.sign_in(&house, &login).await;
    assert_eq!(back(&browser.open(&house, &prompt("openid", "none")).await)["error"], "consent_required");
    browser.code(&house, &code_params("app", "openid")).await;
    assert!(back(&browser.open(&house, &prompt("openid", "none")).await).contains_key("code"));
    assert_eq!(back(&browser.open(&house, &prompt("openid read", "none")).await)["error"], "consent_required");
    house.change_person(jeton_served::USER, |u| u.enabled = false).await;
    assert_eq!(back(&browser.open(&house, &prompt("openid", "none")).await)["error"], "login_required");
}

#[tokio::test]
async fn login_asks_again_and_tells_when() {
    let house = house().await;
    let mut browser = Browser::default();
    let first = browser.code(&house, &code_params("app", "openid")).await;
    house.wait(30);
    let page = browser.open(&house, &prompt("openid", "login")).await.ok();
    assert_eq!(page.form().stage(), "sign-in");
    let answer = browser.sign_in(&house, &page).await;
    let second = back(&answer).remove("code").expect("consent was given before");
    let (one, two) = (auth_time(&house, &first).await, auth_time(&house, &second).await);
    assert_eq!(two - one, 30);
}

#[tokio::test]
async fn consent_asks_again_and_select_account_signs_in_again() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    assert_eq!(browser.open(&house, &prompt("openid", "consent")).await.ok().form().stage(), "consent");
    assert_eq!(browser.open(&house, &prompt("openid", "select_account")).await.ok().form().stage(), "sign-in");
    let page = browser.open(&house, &prompt("openid", "login consent")).await.ok();
    assert_eq!(page.form().stage(), "sign-in");
    assert_eq!(browser.sign_in(&house, &page).await.ok().form().stage(), "consent");
}

#[tokio::test]
async fn max_age_asks_again_when_it_is_over() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    house.wait(100);
    assert!(back(&browser.open(&house, &aged("101")).await).contains_key("code"));
    let page = browser.open(&house, &aged("99")).await.ok();
    assert_eq!(page.form().stage(), "sign-in");
    let mut none = aged("99");
    none.push(("prompt", "none"));
    assert_eq!(back(&browser.open(&house, &none).await)["error"], "login_required");
    assert!(back(&browser.sign_in(&house, &page).await).contains_key("code"));
}

/// OIDC Core errata: `max_age=0` equals `prompt=login`, even immediately after sign-in.
#[tokio::test]
async fn max_age_zero_always_asks() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let page = browser.open(&house, &aged("0")).await;
    assert_eq!(page.status, 200, "{}", page.show());
    let answer = browser.sign_in(&house, &page).await;
    assert!(back(&answer).contains_key("code"), "and asks once, not for ever");
}

#[tokio::test]
async fn a_clients_default_max_age_holds_unless_the_request_has_one() {
    let house = house().await;
    house.change_client("app", |c| c.metadata.set("default_max_age", 60)).await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    house.wait(61);
    assert_eq!(browser.open(&house, &code_params("app", "openid")).await.ok().form().stage(), "sign-in");
    assert!(back(&browser.open(&house, &aged("100")).await).contains_key("code"));
}

/// The page was shown for a fresh sign-in; an older session in another tab must not answer it.
#[tokio::test]
async fn the_consent_page_after_prompt_login_belongs_to_the_new_session() {
    let house = house().await;
    house.person("bob", "builder").await;
    let mut browser = Browser::default();
    let page = browser.open(&house, &prompt("openid", "login consent")).await;
    let alices = browser.sign_in(&house, &page).await.ok();
    let with_alice = browser.clone();
    let page = browser.open(&house, &prompt("openid", "login consent")).await;
    browser.sign_in_as(&house, &page, "bob", "builder").await.ok();
    assert_eq!(browser.decide(&house, &alices, "approve").await.status, 400, "bob does not answer for alice");
    let mut mixed = browser.clone();
    let name = "__Host-jeton_session";
    mixed.cookies.insert(name.into(), with_alice.cookies[name].clone());
    assert_eq!(mixed.decide(&house, &alices, "approve").await.status, 400, "alice's session in bob's browser");
}
