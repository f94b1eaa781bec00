//! A record follows its document, and an administrator's decisions stay.

use jeton_core::Scope;
use jeton_core::administration::Caller;
use jeton_served::{Browser, House, back, code_params};
use serde_json::json;

use super::{ID, a_page, document, house, open, record, with};

/// Signs in once, so that there is a record; then the document is no longer remembered.
async fn with_record() -> House {
    let house = house().await;
    Browser::default().code(&house, &code_params(ID, "openid")).await;
    house.wait(601);
    house
}

#[tokio::test]
async fn a_changed_document_changes_the_record() {
    let house = with_record().await;
    let before = record(&house, ID).await.unwrap();
    let mut changed = with("client_name", "Agent 2");
    changed["redirect_uris"] = json!(["https://app.example/new"]);
    house.network.json(ID, &changed);
    a_page(&house, &open(&house).await, 400, "redirect_uri_unregistered");
    let mut params = code_params(ID, "openid");
    params[2].1 = "https://app.example/new";
    let mut browser = Browser::default();
    let page = browser.open(&house, &params).await.ok();
    assert!(page.text().contains("Agent 2"));
    assert_eq!(record(&house, ID).await, Some(before.clone()), "nobody has signed in with it yet");
    browser.finish(&house, page).await;
    let after = record(&house, ID).await.unwrap();
    assert_eq!((after.key, after.redirect_uris), (before.key, vec!["https://app.example/new".to_owned()]));
    assert_eq!(after.metadata.client_name.as_deref(), Some("Agent 2"));
}

#[tokio::test]
async fn an_unchanged_document_writes_nothing() {
    let house = with_record().await;
    let before = record(&house, ID).await.unwrap();
    Browser::default().code(&house, &code_params(ID, "openid")).await;
    assert_eq!(record(&house, ID).await, Some(before));
    assert_eq!(house.network.count(ID), 2);
}

/// Another document at the second look counts like one at the first: it may end the client.
#[tokio::test]
async fn a_document_that_became_another_one_ends_sign_ins() {
    let house = with_record().await;
    house.network.json(ID, &with("client_id", "https://evil.example/client.json"));
    a_page(&house, &open(&house).await, 400, "client_document_invalid");
    house.wait(600);
    house.network.answer(ID, 404, "", None);
    a_page(&house, &open(&house).await, 400, "client_document_invalid");
    house.wait(600);
    house.network.json(ID, &document());
    open(&house).await.ok();
}

/// A page that was open while the document changed counts by what the document says now.
#[tokio::test]
async fn an_open_page_does_not_bring_an_old_document_back() {
    let house = house().await;
    let mut browser = Browser::default();
    let sign_in = browser.open(&house, &code_params(ID, "openid")).await.ok();
    let consent = browser.sign_in(&house, &sign_in).await.ok();
    house.wait(601);
    house.network.json(ID, &with("redirect_uris", json!(["https://app.example/new"])));
    a_page(&house, &open(&house).await, 400, "redirect_uri_unregistered");
    let reply = browser.decide(&house, &consent, "approve").await;
    a_page(&house, &reply, 400, "redirect_uri_unregistered");
    assert_eq!(record(&house, ID).await, None);
}

#[tokio::test]
async fn a_disabled_client_stays_disabled() {
    let house = with_record().await;
    house.change_client(ID, |c| c.enabled = false).await;
    let asked = house.network.count(ID);
    a_page(&house, &open(&house).await, 400, "client_unknown");
    house.network.json(ID, &with("client_name", "Agent 2"));
    house.wait(601);
    a_page(&house, &open(&house).await, 400, "client_unknown");
    assert_eq!(house.network.count(ID), asked, "its document is not looked at");
    // Nobody uses it, and it is removed only if it could not come back as another one.
    let idle = house.service().settings.registration.idle;
    house.wait(idle.as_secs() * 2);
    house.jeton.oauth.end_unused_clients().await.unwrap();
    assert!(!record(&house, ID).await.unwrap().enabled);
}

/// One that is disabled while its consent page is open is disabled for that page too.
#[tokio::test]
async fn a_client_that_is_disabled_meanwhile_gets_nothing() {
    let house = with_record().await;
    let mut browser = Browser::default();
    let sign_in = browser.open(&house, &code_params(ID, "openid profile")).await.ok();
    let consent = browser.sign_in(&house, &sign_in).await.ok();
    house.change_client(ID, |c| c.enabled = false).await;
    a_page(&house, &browser.decide(&house, &consent, "approve").await, 400, "client_unknown");
}

#[tokio::test]
async fn what_an_administrator_took_away_does_not_come_back() {
    let house = with_record().await;
    house.change_client(ID, |c| c.scope = Scope::parse("openid").unwrap()).await;
    let mut changed = with("scope", "openid profile email offline_access");
    changed["grant_types"] =
        json!(["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]);
    changed["client_name"] = "Agent 2".into();
    house.network.json(ID, &changed);
    Browser::default().code(&house, &code_params(ID, "openid")).await;
    let client = record(&house, ID).await.unwrap();
    assert_eq!((client.scope.as_str(), client.grant_types.len()), ("openid", 2));
    assert_eq!(client.metadata.client_name.as_deref(), Some("Agent 2"), "and the rest follows");
    let members = back(&Browser::default().open(&house, &code_params(ID, "openid profile")).await);
    assert_eq!(members["error"], "invalid_scope");
}

/// A deleted client is nobody's any more; a person who allows it again makes it anew, without what it had.
#[tokio::test]
async fn a_deleted_client_begins_anew() {
    let house = with_record().await;
    let before = record(&house, ID).await.unwrap();
    house.jeton.administration.delete_client(&Caller::local(), house.service, ID).await.unwrap();
    let mut browser = Browser::default();
    let sign_in = browser.open(&house, &code_params(ID, "openid")).await.ok();
    let page = browser.sign_in(&house, &sign_in).await.ok();
    assert_eq!((page.form().stage(), record(&house, ID).await), ("consent", None), "consent is not remembered");
    browser.finish(&house, page).await;
    assert_ne!(record(&house, ID).await.unwrap().key, before.key);
}

/// A client that an administrator made under such a name is theirs alone.
#[tokio::test]
async fn a_client_that_was_made_by_hand_follows_no_document() {
    let house = house().await;
    house.client(ID, Some("s3cret"), |c| c.metadata.set("client_name", "Ours")).await;
    let page = open(&house).await.ok();
    assert!(page.text().contains("Ours"));
    assert_eq!(house.network.asked(), []);
}
