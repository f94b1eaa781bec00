//! `/end_session`: OpenID Connect RP-Initiated Logout 1.0.

use crate::support::{Ask, Browser, House, Reply, VERIFIER, back, code_params};

const SECRET: &str = "s3cret";
const BYE: &str = "https://app.example/bye";

struct Stage {
    house: House,
    browser: Browser,
    tokens: Reply,
}

async fn stage() -> Stage {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.post_logout_redirect_uris = vec![BYE.into()]).await;
    let mut browser = Browser::default();
    let code = browser.code(&house, &code_params("app", "openid")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let tokens = house.token(("app", SECRET), &form).await.ok();
    Stage { house, browser, tokens }
}

impl Stage {
    async fn leave(&mut self, params: &[(&str, &str)]) -> Reply {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        self.browser.send(&self.house, Ask::get(&format!("/end_session?{query}"))).await
    }

    async fn confirm(&mut self, page: &Reply, decision: &str) -> Reply {
        let form = page.form();
        assert_eq!(form.stage(), "sign-out");
        let ask = Ask::post(&form.action).form(&[("ticket", &form.ticket), ("decision", decision)]);
        self.browser.send(&self.house, ask).await
    }

    async fn signed_in(&mut self) -> bool {
        let mut params = code_params("app", "openid");
        params.push(("prompt", "none"));
        back(&self.browser.open(&self.house, &params).await).contains_key("code")
    }
}

#[tokio::test]
async fn without_a_hint_the_person_is_asked() {
    let mut stage = stage().await;
    for params in [
        &[][..],
        &[("client_id", "app")],
        &[("id_token_hint", "x")],
        &[("id_token_hint", "a.b.c"), ("client_id", "app")],
    ] {
        let page = stage.leave(params).await.ok();
        assert_eq!(page.form().stage(), "sign-out");
        assert!(stage.signed_in().await);
    }
    let page = stage.leave(&[("client_id", "app"), ("post_logout_redirect_uri", BYE), ("state", "s 1")]).await.ok();
    let stays = stage.confirm(&page, "deny").await.ok();
    assert!(stays.text().contains("still signed in") && stage.signed_in().await);
    let old = stage.browser.clone();
    let gone = stage.confirm(&page, "approve").await;
    assert_eq!(gone.header("location"), Some("https://app.example/bye?state=s+1"));
    assert!(gone.header("set-cookie").unwrap().contains("__Host-jeton_session=; Max-Age=0"));
    assert!(!stage.signed_in().await);
    stage.browser = old;
    assert!(!stage.signed_in().await, "the session is dead, not only its cookie");
}

#[tokio::test]
async fn with_a_hint_it_is_done_at_once() {
    for method in ["GET", "POST"] {
        let mut stage = stage().await;
        let hint = stage.tokens.member("id_token");
        let params = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE), ("state", "s")];
        let reply = if method == "GET" {
            stage.leave(&params).await
        } else {
            stage.browser.send(&stage.house, Ask::post("/end_session").form(&params)).await
        };
        assert_eq!(reply.header("location"), Some("https://app.example/bye?state=s"));
        assert!(!stage.signed_in().await);
    }
}

#[tokio::test]
async fn an_expired_hint_still_says_who() {
    let mut stage = stage().await;
    stage.house.wait(2 * 3600);
    let hint = stage.tokens.member("id_token");
    let reply = stage.leave(&[("id_token_hint", &hint)]).await.ok();
    assert!(reply.text().contains("signed out"));
    assert!(!stage.signed_in().await);
}

#[tokio::test]
async fn a_hint_about_somebody_else_ends_nothing() {
    let mut stage = stage().await;
    stage.house.person("bob", "builder").await;
    let form = [("grant_type", "password"), ("username", "bob"), ("password", "builder"), ("scope", "openid")];
    let about_bob = stage.house.token(("app", SECRET), &form).await.ok().member("id_token");
    assert_eq!(stage.leave(&[("id_token_hint", &about_bob)]).await.ok().form().stage(), "sign-out");
    assert!(stage.signed_in().await);
}

/// RFC 8725 section 3.12: one kind of JWT must not pass for another. An access token goes to resource servers; none of
/// them may sign people out with it.
#[tokio::test]
async fn an_access_token_is_no_hint() {
    let mut stage = stage().await;
    let access = stage.tokens.access();
    let page = stage.leave(&[("id_token_hint", &access)]).await.ok();
    assert!(stage.signed_in().await, "signed out by an access token: {}", page.text());
}

#[tokio::test]
async fn foreign_addresses_are_refused() {
    let mut stage = stage().await;
    let hint = stage.tokens.member("id_token");
    stage
        .house
        .client("other", Some(SECRET), |c| c.post_logout_redirect_uris = vec!["https://other.example/".into()])
        .await;
    for uri in [
        "https://evil.example/",
        "https://app.example/bye/",
        "https://app.example/bye?x",
        "https://other.example/",
        "https://app.example/cb",
    ] {
        for params in [
            vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", uri)],
            vec![("client_id", "app"), ("post_logout_redirect_uri", uri)],
            vec![("post_logout_redirect_uri", uri)],
        ] {
            let reply = stage.leave(&params).await;
            assert_eq!((reply.status, reply.header("location")), (400, None), "{params:?}");
        }
    }
    let reply = stage.leave(&[("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(reply.status, 400, "without a client nobody vouches for the address");
    let reply = stage.leave(&[("id_token_hint", &hint), ("client_id", "other")]).await;
    assert_eq!(reply.status, 400, "the hint was issued to another client");
    assert!(stage.signed_in().await);
}

#[tokio::test]
async fn a_sign_out_ticket_is_of_one_session_and_one_time() {
    let mut stage = stage().await;
    let page = stage.leave(&[]).await.ok();
    let mut other = Browser::default();
    other.code(&stage.house, &code_params("app", "openid")).await;
    let mine = std::mem::replace(&mut stage.browser, other);
    assert_eq!(stage.confirm(&page, "approve").await.status, 400);
    assert!(stage.signed_in().await);
    stage.browser = mine;
    stage.house.wait(30 * 60);
    assert_eq!(stage.confirm(&page, "approve").await.status, 400);
    assert!(stage.signed_in().await);
}

#[tokio::test]
async fn nobody_signed_in_is_fine() {
    let mut stage = stage().await;
    stage.browser = Browser::default();
    assert!(stage.leave(&[]).await.ok().text().contains("signed out"));
    let ask = Ask::post("/end_session");
    assert_eq!(stage.browser.send(&stage.house, ask).await.status, 200);
}
