//! `/end_session`: OpenID Connect RP-Initiated Logout 1.0.

use jeton_served::{Ask, Browser, House, Reply, VERIFIER, back, code_params};

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

/// RFC 8725 section 3.12: one kind of JWT must not be accepted as another. Resource servers get access tokens; they must not
/// be able to sign people out with them.
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

/// OpenID Connect RP-Initiated Logout 1.0 sections 2 and 3: a link without an ID token may come from anybody.
#[tokio::test]
async fn a_link_from_anybody_starts_no_program_and_leads_to_nobody_s_address() {
    let mut stage = stage().await;
    stage.house.set(|s| s.registration.open = true).await;
    let (web, scheme, code) = ("https://stranger.example/out", "com.example.app:/out?a=b", "vscode://publisher.app/x");
    let metadata = serde_json::json!({
        "client_name": "Stranger <b>",
        "redirect_uris": ["com.example.app:/cb"],
        "post_logout_redirect_uris": [web, scheme, code],
        "token_endpoint_auth_method": "none",
    });
    let made = Ask::post("/registration").json(&metadata).send(&stage.house).await;
    let stranger = made.member("client_id");
    let local = "com.example.operators:/out";
    stage.house.client("native", None, |c| c.post_logout_redirect_uris = vec![local.into(), BYE.into()]).await;

    let cookies = std::mem::take(&mut stage.browser);
    let shown = [
        (stranger.as_str(), web, "stranger.example"),
        (&stranger, scheme, "com.example.app:"),
        (&stranger, code, "vscode:"),
        ("native", local, "com.example.operators:"),
    ];
    let access = stage.tokens.access();
    for (client, uri, place) in shown {
        for hint in [None, Some("x"), Some(access.as_str())] {
            let mut params = vec![("client_id", client), ("post_logout_redirect_uri", uri)];
            params.extend(hint.map(|hint| ("id_token_hint", hint)));
            let posted = Ask::post("/end_session").form(&params).send(&stage.house).await;
            for page in [stage.leave(&params).await, posted] {
                assert_eq!((page.status, page.header("location")), (200, None), "{uri}");
                let text = page.text();
                assert!(text.contains(&format!("href=\"{uri}\"")), "{text}");
                assert!(text.contains(&format!("<bdi>{place}</bdi>")), "{text}");
                assert!(!text.contains("Stranger <b>"), "{text}");
            }
        }
    }
    let to_operators = [("client_id", "native"), ("post_logout_redirect_uri", BYE), ("state", "s")];
    assert_eq!(stage.leave(&to_operators).await.header("location"), Some("https://app.example/bye?state=s"));

    // A person who signed in with the client has an ID token that proves it, even after the session ended.
    stage.browser = cookies;
    let mut params = code_params(&stranger, "openid");
    params.retain(|(name, _)| *name != "redirect_uri");
    params.push(("redirect_uri", "com.example.app:/cb"));
    let code = stage.browser.code(&stage.house, &params).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("code_verifier", VERIFIER),
        ("redirect_uri", "com.example.app:/cb"),
        ("client_id", stranger.as_str()),
    ];
    let hint = Ask::post("/token").form(&form).send(&stage.house).await.ok().member("id_token");
    let proven = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", scheme)];
    for _ in 0..2 {
        assert_eq!(stage.leave(&proven).await.header("location"), Some(scheme));
    }

    // When the operator removes a scheme from the list, its URIs are no longer used.
    stage.house.set(|s| s.registration.private_schemes.clear()).await;
    let gone = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "vscode://publisher.app/x")];
    assert_eq!(stage.leave(&gone).await.status, 400);
}
