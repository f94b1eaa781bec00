//! Tickets of another page or browser, or expired ones: each is refused on a page, and none yields a code.

use jeton_core::administration::Caller;

use jeton_served::{Ask, Browser, House, PASSWORD, Reply, USER, code_params};

const SECRET: &str = "s3cret";
const SESSION: &str = "__Host-jeton_session";
const BROWSER: &str = "__Host-jeton_browser";

struct Stage {
    house: House,
    browser: Browser,
    login: Reply,
    consent: Reply,
}

/// A signed-in person at the consent page.
async fn stage() -> Stage {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    let consent = browser.sign_in(&house, &login).await;
    Stage { house, browser, login, consent }
}

async fn approve(house: &House, browser: &mut Browser, ticket: &str) -> Reply {
    let form = [("ticket", ticket), ("decision", "approve")];
    browser.send(house, Ask::post("/authorization/consent").form(&form)).await
}

#[track_caller]
fn refused(reply: &Reply) {
    assert_eq!((reply.status, reply.header("location")), (400, None), "{}", reply.show());
    assert!(reply.text().contains("The page is no longer valid"), "{}", reply.text());
}

#[tokio::test]
async fn another_browser() {
    let Stage { house, browser, login, consent } = stage().await;
    let mut bare = Browser::default();
    refused(&approve(&house, &mut bare, &consent.form().ticket).await);
    refused(&bare.sign_in(&house, &login).await);
    let mut other = Browser::default();
    other.open(&house, &code_params("app", "openid")).await;
    refused(&other.sign_in(&house, &login).await);
    refused(&approve(&house, &mut other, &consent.form().ticket).await);
    // With the person's session but another browser's secret, and the reverse.
    for kept in [SESSION, BROWSER] {
        let mut half = other.clone();
        half.cookies.insert(kept.into(), browser.cookies[kept].clone());
        refused(&approve(&house, &mut half, &consent.form().ticket).await);
    }
}

#[tokio::test]
async fn an_attackers_ticket_in_the_persons_browser() {
    let Stage { house, mut browser, .. } = stage().await;
    let mut attacker = Browser::default();
    let planted = attacker.open(&house, &code_params("app", "openid")).await;
    refused(&browser.sign_in_as(&house, &planted, USER, PASSWORD).await);
}

#[tokio::test]
async fn an_answered_page() {
    let Stage { house, mut browser, consent, .. } = stage().await;
    assert_eq!(browser.decide(&house, &consent, "approve").await.status, 303);
    for _ in 0..2 {
        refused(&browser.decide(&house, &consent, "approve").await);
    }
    house.wait(29 * 60);
    refused(&browser.decide(&house, &consent, "approve").await);
}

#[tokio::test]
async fn the_wrong_stage() {
    let Stage { house, mut browser, login, consent } = stage().await;
    refused(&approve(&house, &mut browser, &login.form().ticket).await);
    let mut params = code_params("app", "openid");
    params.push(("prompt", "login"));
    let login = browser.open(&house, &params).await;
    refused(&approve(&house, &mut browser, &login.form().ticket).await);
    let ticket = consent.form().ticket;
    let form = [("ticket", ticket.as_str()), ("username", USER), ("password", PASSWORD)];
    refused(&browser.send(&house, Ask::post("/authorization/sign-in").form(&form)).await);
    refused(&browser.send(&house, Ask::post("/end_session/confirm").form(&[form[0], ("decision", "approve")])).await);
}

#[tokio::test]
async fn an_old_page() {
    let Stage { house, mut browser, consent, .. } = stage().await;
    house.wait(30 * 60);
    refused(&browser.decide(&house, &consent, "approve").await);
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    house.wait(30 * 60 - 1);
    browser.sign_in(&house, &login).await.ok();
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    house.wait(30 * 60);
    refused(&browser.sign_in(&house, &login).await);
}

#[tokio::test]
async fn a_changed_ticket() {
    let Stage { house, mut browser, consent, .. } = stage().await;
    let good = consent.form().ticket;
    for at in (0..good.len()).step_by(7) {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        refused(&approve(&house, &mut browser, std::str::from_utf8(&bytes).unwrap()).await);
    }
    for altered in [&good[1..], &good[..good.len() - 1], &format!("{good}="), &format!("{good}A"), "x", "AAAA", " "] {
        refused(&approve(&house, &mut browser, altered).await);
    }
    let reply = browser.send(&house, Ask::post("/authorization/consent").form(&[("decision", "approve")])).await;
    refused(&reply);
    assert_eq!(approve(&house, &mut browser, &good).await.status, 303);
}

#[tokio::test]
async fn another_issuers_ticket() {
    let mut stage = stage().await;
    let admin = Caller::local();
    let jeton = &stage.house.jeton;
    let other = jeton
        .administration
        .put_service(&admin, None, "Other", "https://other.example", Default::default())
        .await
        .unwrap();
    stage.house = stage.house.of_issuer(other.id);
    refused(&approve(&stage.house, &mut stage.browser, &stage.consent.form().ticket).await);
    refused(&stage.browser.sign_in(&stage.house, &stage.login).await);
}

#[tokio::test]
async fn an_ended_session() {
    let Stage { house, mut browser, .. } = stage().await;
    house.wait(12 * 3600 - 60);
    let consent = browser.open(&house, &code_params("app", "openid")).await.ok();
    house.wait(60);
    refused(&browser.decide(&house, &consent, "approve").await);
}

#[tokio::test]
async fn what_is_no_form_or_says_too_much() {
    let Stage { house, mut browser, consent, .. } = stage().await;
    let ticket = consent.form().ticket;
    for ask in [
        Ask::post("/authorization/consent").header("content-type", "application/json").body("{}"),
        Ask::post("/authorization/consent"),
        Ask::post("/authorization/consent").raw_form(format!("ticket={ticket}&ticket={ticket}&decision=approve")),
        Ask::post("/authorization/consent").raw_form(format!("ticket={ticket}&decision=deny&decision=approve")),
    ] {
        let reply = browser.send(&house, ask).await;
        assert_eq!((reply.status, reply.header("location")), (400, None));
    }
    assert_eq!(Ask::get("/authorization/consent").send(&house).await.status, 400);
}
