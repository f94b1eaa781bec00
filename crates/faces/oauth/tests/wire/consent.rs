//! The consent page.

use jeton_core::model::AuthMethod;

use jeton_served::{Browser, House, PASSWORD, USER, back, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

#[tokio::test]
async fn no_is_told_to_the_client() {
    let house = house().await;
    for decision in ["deny", "", "x", "APPROVE", "approve "] {
        let mut browser = Browser::default();
        let login = browser.open(&house, &code_params("app", "openid")).await;
        let page = browser.sign_in(&house, &login).await;
        let members = back(&browser.decide(&house, &page, decision).await);
        assert_eq!((members["error"].as_str(), members["state"].as_str()), ("access_denied", "st-1"), "{decision}");
        assert_eq!(members["iss"], jeton_served::ISSUER);
        let again = browser.open(&house, &code_params("app", "openid")).await.ok();
        assert_eq!(again.form().stage(), "consent", "a no is not remembered as a yes");
    }
}

#[tokio::test]
async fn a_page_that_was_denied_cannot_be_approved_afterwards() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    let page = browser.sign_in(&house, &login).await;
    browser.decide(&house, &page, "deny").await;
    let reply = browser.decide(&house, &page, "approve").await;
    assert!(reply.status == 400 || !back(&reply).contains_key("code"), "one page, one answer: {}", reply.show());
}

#[tokio::test]
async fn consent_is_remembered_per_person_client_and_scope() {
    let house = house().await;
    house.client("other", Some(SECRET), |_| ()).await;
    house.person("bob", "builder").await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid profile")).await;
    assert_eq!(browser.open(&house, &code_params("app", "profile openid")).await.status, 303, "in any order");
    assert_eq!(browser.open(&house, &code_params("app", "openid")).await.status, 303, "less");
    assert_eq!(browser.open(&house, &code_params("app", "openid email")).await.status, 200, "more");
    assert_eq!(browser.open(&house, &code_params("other", "openid")).await.status, 200, "another client");
    browser.code(&house, &code_params("app", "email")).await;
    assert_eq!(browser.open(&house, &code_params("app", "openid profile email")).await.status, 303, "they add up");
    let mut bobs = Browser::default();
    let login = bobs.open(&house, &code_params("app", "openid")).await;
    assert_eq!(bobs.sign_in_as(&house, &login, "bob", "builder").await.status, 200, "another person");
    let mut elsewhere = Browser::default();
    let login = elsewhere.open(&house, &code_params("app", "openid")).await;
    let reply = elsewhere.sign_in_as(&house, &login, USER, PASSWORD).await;
    assert_eq!(reply.status, 303, "the same person in another browser");
}

#[tokio::test]
async fn a_first_party_client_does_not_ask_unless_it_wants_to() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.skip_consent = true).await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    assert!(back(&browser.sign_in(&house, &login).await).contains_key("code"));
    let mut params = code_params("app", "openid");
    params.push(("prompt", "consent"));
    assert_eq!(browser.open(&house, &params).await.ok().form().stage(), "consent");
}

/// A new client with the id of a deleted one is another client.
#[tokio::test]
async fn consent_is_not_inherited_by_a_namesake() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let admin = jeton_core::administration::Caller::local();
    house.jeton.administration.delete_client(&admin, house.service, "app").await.unwrap();
    house.client("app", Some(SECRET), |_| ()).await;
    assert_eq!(browser.open(&house, &code_params("app", "openid")).await.ok().form().stage(), "consent");
}

/// RFC 8252 section 8.6: requests of a client whose identity cannot be assured (no secret, a redirect URI that any local
/// program can receive) always need consent, "this includes the case where the user has previously approved".
#[tokio::test]
async fn an_app_that_anyone_can_pretend_to_be_is_asked_about_each_time() {
    let house = House::new().await;
    for uri in ["http://127.0.0.1/cb", "com.example.app:/cb"] {
        house
            .client("native", None, |c| {
                c.token_endpoint_auth_method = AuthMethod::None;
                c.redirect_uris = vec![uri.into()];
            })
            .await;
        let mut params = code_params("native", "openid");
        params[2].1 = uri;
        let mut browser = Browser::default();
        browser.code(&house, &params).await;
        let reply = browser.open(&house, &params).await;
        assert_eq!(reply.status, 200, "{uri}: {}", reply.show());
    }
}

#[tokio::test]
async fn a_clients_name_cannot_write_on_the_page() {
    let house = House::new().await;
    let name = "<b onmouseover=x>Bank</b>\u{202e}\u{200b}";
    house.client("app", Some(SECRET), |c| c.metadata.set("client_name", name)).await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    let page = browser.sign_in(&house, &login).await;
    for page in [&login, &page] {
        assert!(!page.text().contains("<b onmouseover") && !page.text().contains('\u{202e}'));
    }
}

#[tokio::test]
async fn the_person_may_be_gone_by_then() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    let page = browser.sign_in(&house, &login).await;
    house.change_person(USER, |u| u.enabled = false).await;
    assert_eq!(browser.decide(&house, &page, "approve").await.status, 400);
}
