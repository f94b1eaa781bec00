//! The sign-in page.

use futures::future::join_all;

use jeton_served::{Ask, Browser, House, PASSWORD, USER, back, code_params};

const SECRET: &str = "s3cret";
const SESSION: &str = "__Host-jeton_session";
const BROWSER: &str = "__Host-jeton_browser";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

#[tokio::test]
async fn a_wrong_password_shows_the_page_again_without_a_session() {
    let house = house().await;
    let mut browser = Browser::default();
    let page = browser.open(&house, &code_params("app", "openid")).await;
    let mut texts = Vec::new();
    for (name, password) in [(USER, "wrong"), ("nobody", "wrong"), (USER, ""), ("", ""), ("nobody", PASSWORD)] {
        let again = browser.sign_in_as(&house, &page, name, password).await;
        assert_eq!(again.status, 400);
        assert!(again.text().contains("is not right"));
        assert!(
            !again.text().contains("wrong\"") && !again.text().contains(PASSWORD),
            "the password is not written back"
        );
        assert!(!browser.cookies.contains_key(SESSION));
        assert_eq!(again.form().stage(), "sign-in");
        texts.push(again.text().replace(&again.form().ticket, "").replace(name, ""));
    }
    assert_eq!(texts[0], texts[1], "known and unknown names look alike");
    let again = browser.sign_in_as(&house, &page, USER, "wrong").await;
    assert_eq!(browser.sign_in(&house, &again).await.ok().form().stage(), "consent");
}

#[tokio::test]
async fn disabled_people_look_like_unknown_ones() {
    let house = house().await;
    house.change_person(USER, |u| u.enabled = false).await;
    let mut browser = Browser::default();
    let page = browser.open(&house, &code_params("app", "openid")).await;
    assert!(browser.sign_in(&house, &page).await.text().contains("is not right"));
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_a_new_browser_secret() {
    let house = house().await;
    let mut browser = Browser::default();
    let planted = "jtn_ss_planted";
    browser.cookies.insert(SESSION.into(), planted.into());
    let page = browser.open(&house, &code_params("app", "openid")).await.ok();
    let before = browser.cookies.clone();
    browser.sign_in(&house, &page).await.ok();
    assert_ne!(browser.cookies[SESSION], planted, "session fixation");
    assert_ne!(browser.cookies[BROWSER], before[BROWSER]);
    let first = browser.cookies.clone();
    let mut params = code_params("app", "openid");
    params.push(("prompt", "login"));
    let page = browser.open(&house, &params).await.ok();
    browser.sign_in(&house, &page).await.ok();
    assert_ne!(browser.cookies[SESSION], first[SESSION]);
    // Cookies that an attacker planted before are useless afterwards.
    let mut attacker = Browser { cookies: before };
    assert_eq!(attacker.open(&house, &code_params("app", "openid")).await.ok().form().stage(), "sign-in");
}

/// The budget must hold for concurrent guesses, too: otherwise many connections would circumvent it.
#[tokio::test]
async fn the_budget_holds_for_guesses_made_at_once() {
    let house = house().await;
    let guess = |n: usize| {
        let house = &house;
        async move {
            let password = if n == 39 { PASSWORD.to_owned() } else { format!("guess {n}") };
            let form = [("grant_type", "password"), ("username", USER), ("password", &password), ("scope", "read")];
            house.token(("app", SECRET), &form).await.status
        }
    };
    let statuses = join_all((0..40).map(guess)).await;
    assert_eq!(statuses[39], 400, "the fortieth guess was looked at");
}

#[tokio::test]
async fn a_password_in_the_url_is_not_read() {
    let house = house().await;
    let mut browser = Browser::default();
    let page = browser.open(&house, &code_params("app", "openid")).await;
    let ticket = page.form().ticket;
    let ask = Ask::post(&format!("/authorization/sign-in?username={USER}&password=x")).form(&[("ticket", &ticket)]);
    assert_eq!(browser.send(&house, ask).await.status, 400);
    let ask = Ask::get(&format!("/authorization/sign-in?ticket={ticket}&username={USER}&password=x"));
    assert_eq!(browser.send(&house, ask).await.status, 405);
}

#[tokio::test]
async fn the_client_may_be_gone_by_then() {
    let house = house().await;
    let mut browser = Browser::default();
    let page = browser.open(&house, &code_params("app", "openid")).await;
    house.change_client("app", |c| c.enabled = false).await;
    let reply = browser.sign_in(&house, &page).await;
    assert_eq!((reply.status, browser.cookies.contains_key(SESSION)), (400, false));
}

/// While the page is open, the operator removes the redirect URI: the browser must not be sent there any more.
#[tokio::test]
async fn a_redirect_uri_unregistered_meanwhile_gets_no_code() {
    let house = house().await;
    let mut browser = Browser::default();
    let page = browser.open(&house, &code_params("app", "openid")).await;
    house.change_client("app", |c| c.redirect_uris = vec!["https://new.example/cb".into()]).await;
    let consent = browser.sign_in(&house, &page).await;
    let reply = if consent.status == 200 { browser.decide(&house, &consent, "approve").await } else { consent };
    assert_eq!(reply.status, 400, "sent to an address that is not the client's: {}", reply.show());
}

/// The same with a scope: the client may no longer have it when the person approves.
#[tokio::test]
async fn a_scope_taken_away_meanwhile_is_not_granted() {
    let house = house().await;
    let mut browser = Browser::default();
    let page = browser.open(&house, &code_params("app", "openid read")).await;
    let consent = browser.sign_in(&house, &page).await;
    house.change_client("app", |c| c.scope = jeton_testkit::sample::scope("openid")).await;
    let reply = browser.decide(&house, &consent, "approve").await;
    if reply.status != 303 {
        return;
    }
    if let Some(code) = back(&reply).get("code") {
        let form = [("grant_type", "authorization_code"), ("code", code), ("code_verifier", jeton_served::VERIFIER)];
        let reply = house.token(("app", SECRET), &form).await;
        assert!(reply.status == 400 || reply.member("scope") == "openid", "{}", reply.show());
    }
}
