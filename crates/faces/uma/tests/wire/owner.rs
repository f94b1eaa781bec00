//! The owner's page: requests wait there for the owner's decision (`docs/contracts/oauth-token-endpoint.md`
//! section 12.4; UMA 2.0 Grant section 3.3.6).

use serde_json::json;

use jeton_served::{Ask, Browser, Form, House, PASSWORD, Reply, Uma};

const PATH: &str = "/uma/requests";

async fn open(house: &House, browser: &mut Browser, person: &str) -> Reply {
    let mut page = browser.send(house, Ask::get(PATH)).await;
    if page.status == 200 && page.text().contains("type=\"password\"") {
        let back = browser.sign_in_as(house, &page, person, PASSWORD).await;
        assert_eq!((back.status, back.header("location")), (303, Some(PATH)), "{}", back.show());
        page = browser.send(house, Ask::get(PATH)).await;
    }
    page.ok()
}

async fn answer(house: &House, browser: &mut Browser, form: &Form, decision: &str) -> Reply {
    browser.send(house, Ask::post(&form.action).form(&[("ticket", &form.ticket), ("decision", decision)])).await
}

/// Alice's photo, which `app` may view if she approves.
async fn asked() -> (Uma, String, String) {
    let uma = Uma::new().await;
    let id = uma.resource("Photo <b>of a boat</b>").await;
    uma.policy(&id, json!([{ "clients": ["app"], "scopes": ["view"], "consent_needed": true }])).await;
    let reply = uma.redeem(&uma.ticket(&id, &["view"]).await, &[]).await;
    assert_eq!((reply.status, reply.member("error").as_str()), (403, "request_submitted"), "{}", reply.show());
    assert_eq!(reply.json()["interval"], 5);
    let next = reply.member("ticket");
    (uma, id, next)
}

#[tokio::test]
async fn what_the_owner_allows_is_given_and_what_he_withdraws_is_not() {
    let (uma, id, ticket) = asked().await;
    let reply = uma.redeem(&ticket, &[]).await;
    assert_eq!(reply.member("error"), "request_submitted", "asking again changes nothing");
    let ticket = reply.member("ticket");

    let mut alice = Browser::default();
    let page = open(&uma.house, &mut alice, "alice").await;
    assert_eq!(page.text().matches("<form").count(), 1, "one request, however often it was asked: {}", page.show());
    for text in ["app", "view", "Photo", "gallery", "after you agreed"] {
        assert!(page.text().contains(text), "{text}: {}", page.show());
    }
    assert!(!page.text().contains("<b>of a boat"), "a name is text");
    let done = answer(&uma.house, &mut alice, &page.form(), "approve").await;
    assert_eq!((done.status, done.header("location")), (303, Some(PATH)), "{}", done.show());
    uma.redeem(&ticket, &[]).await.ok();
    // The approval lasts: the next ticket passes too, but only for the same scopes and the same party.
    uma.redeem(&uma.ticket(&id, &["view"]).await, &[]).await.ok();
    let bob = uma.id_token("bob").await;
    let other = uma.redeem_for(&uma.ticket(&id, &["view"]).await, &bob).await;
    assert_eq!(other.member("error"), "request_submitted", "another person behind the client is another request");

    let page = open(&uma.house, &mut alice, "alice").await;
    assert!(page.text().contains("Withdraw") && page.text().contains("bob"), "{}", page.show());
    let withdraw = page.text().rsplit_once("<form ").unwrap().1;
    let form = Form::on(&format!("<form {withdraw}")).unwrap();
    answer(&uma.house, &mut alice, &form, "deny").await;
    let reply = uma.redeem(&uma.ticket(&id, &["view"]).await, &[]).await;
    assert_eq!(reply.member("error"), "request_denied", "{}", reply.show());
}

#[tokio::test]
async fn what_the_owner_denies_is_denied_for_a_day() {
    let (uma, id, ticket) = asked().await;
    let mut alice = Browser::default();
    let page = open(&uma.house, &mut alice, "alice").await;
    answer(&uma.house, &mut alice, &page.form(), "deny").await;
    uma.redeem(&ticket, &[]).await.refused(
        403,
        "request_denied",
        "the request is denied by the policies of the resource owner",
    );
    uma.house.wait(86_400);
    let uma = uma.with_pat(jeton_served::pat_of(&uma.house, "gallery", "alice").await);
    let reply = uma.redeem(&uma.ticket(&id, &["view"]).await, &[]).await;
    assert_eq!(reply.member("error"), "request_submitted");
}

#[tokio::test]
async fn nobody_else_answers_for_the_owner() {
    let (uma, _, ticket) = asked().await;
    let house = &uma.house;
    let (mut alice, mut bob) = (Browser::default(), Browser::default());
    let form = open(house, &mut alice, "alice").await.form();
    let page = open(house, &mut bob, "bob").await;
    assert!(page.text().contains("Nobody is waiting") && !page.text().contains("Photo"), "{}", page.show());
    let forged = Form { ticket: "AAAA".into(), ..form.clone() };
    for (browser, form) in [(&mut bob, &form), (&mut Browser::default(), &form), (&mut alice, &forged)] {
        let reply = answer(house, browser, form, "approve").await;
        assert_eq!(reply.status, 400, "{}", reply.show());
        assert!(reply.text().contains("no longer valid"), "interaction_invalid: {}", reply.show());
    }
    uma.house.wait(1800);
    assert_eq!(answer(house, &mut alice, &form, "approve").await.status, 400, "the page is too old");
    uma.redeem(&ticket, &[]).await.refused(400, "invalid_grant", "the ticket has expired");
}

#[tokio::test]
async fn one_resource_has_a_bounded_number_of_requests() {
    let uma = Uma::new().await;
    let scopes: Vec<String> = (0..52).map(|n| format!("s{n}")).collect();
    let body = json!({ "name": "busy", "resource_scopes": scopes });
    let id = uma.post("/rs/resource_set", body).await.member("_id");
    uma.policy(&id, json!([{ "scopes": scopes, "consent_needed": true }])).await;
    for (n, scope) in scopes.iter().enumerate() {
        let reply = uma.redeem(&uma.ticket(&id, &[scope.as_str()]).await, &[]).await;
        let expected = if n < 50 { "request_submitted" } else { "request_denied" };
        assert_eq!(reply.member("error"), expected, "{n}");
    }
}
