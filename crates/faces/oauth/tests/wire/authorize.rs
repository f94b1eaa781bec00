//! `/authorization` with valid requests.

use jeton_served::{Ask, Browser, House, ISSUER, VERIFIER, back, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

#[tokio::test]
async fn the_way_through_the_pages() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid profile")).await.ok();
    assert_eq!(login.form().stage(), "sign-in");
    assert!(login.form().asks_password);
    let consent = browser.sign_in(&house, &login).await.ok();
    assert_eq!(consent.form().stage(), "consent");
    for shown in ["app.example", "alice", "See your profile"] {
        assert!(consent.text().contains(shown), "{shown}");
    }
    let answer = browser.decide(&house, &consent, "approve").await;
    let members = back(&answer);
    assert_eq!(members.keys().collect::<Vec<_>>(), ["code", "iss", "session_state", "state"]);
    assert_eq!((members["iss"].as_str(), members["state"].as_str()), (ISSUER, "st-1"), "RFC 9207");
    assert!(answer.header("location").unwrap().starts_with("https://app.example/cb?"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn the_same_under_the_other_name_and_by_post() {
    let house = house().await;
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(code_params("app", "openid")).finish();
    for ask in [
        Ask::get(&format!("/authorize?{query}")),
        Ask::post("/authorize").raw_form(query.clone()),
        Ask::post("/authorization").raw_form(query.clone()),
    ] {
        assert_eq!(ask.send(&house).await.ok().form().stage(), "sign-in");
    }
}

#[tokio::test]
async fn a_session_spares_signing_in_again() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let answer = browser.open(&house, &code_params("app", "openid")).await;
    assert!(back(&answer).contains_key("code"));
    house.wait(12 * 3600);
    assert_eq!(browser.open(&house, &code_params("app", "openid")).await.ok().form().stage(), "sign-in");
}

#[tokio::test]
async fn state_comes_back_as_it_was() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    for state in ["a b+c&d=e#f%20", "é✓", "\"'<>\\", "{\"json\":1}", &"x".repeat(4000)] {
        let mut params = code_params("app", "openid");
        params[4].1 = state;
        assert_eq!(back(&browser.open(&house, &params).await)["state"], state);
    }
    let mut params = code_params("app", "openid");
    params.remove(4);
    assert!(!back(&browser.open(&house, &params).await).contains_key("state"), "RFC 6749 4.1.2: only if it was sent");
}

/// A request that is accepted must also be answerable: its page must not exceed the limit of the next step.
#[tokio::test]
async fn a_long_request_survives_its_own_pages() {
    let house = house().await;
    for state in ["x".repeat(12_000), "\u{1}".repeat(4_000)] {
        let mut params = code_params("app", "openid");
        params[4].1 = &state;
        let mut browser = Browser::default();
        let page = browser.open(&house, &params).await;
        if page.status == 200 {
            let answer = browser.finish(&house, page).await;
            assert_eq!(back(&answer)["state"], state);
        }
    }
}

#[tokio::test]
async fn what_the_redirect_uri_had_stays() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.redirect_uris = vec!["https://app.example/cb?a=%20b&c".into()]).await;
    let mut params = code_params("app", "openid");
    params[2].1 = "https://app.example/cb?a=%20b&c";
    let mut browser = Browser::default();
    let page = browser.open(&house, &params).await;
    let answer = browser.finish(&house, page).await;
    assert!(answer.header("location").unwrap().starts_with("https://app.example/cb?a=%20b&c&code="));
}

#[tokio::test]
async fn plain_oauth_without_openid_is_fine() {
    let house = house().await;
    let mut params = code_params("app", "read");
    params.retain(|(name, _)| *name != "nonce");
    let code = Browser::default().code(&house, &params).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let reply = house.token(("app", SECRET), &form).await.ok();
    assert!(!reply.has("id_token") && reply.member("scope") == "read");
}

#[tokio::test]
async fn the_login_hint_is_typed_in_already_and_escaped() {
    let house = house().await;
    let mut params = code_params("app", "openid");
    let hint = "alice\"><script>alert(1)</script>";
    params.push(("login_hint", hint));
    let page = Browser::default().open(&house, &params).await.ok();
    assert!(!page.text().contains("<script>") && page.text().contains("value=\"alice"), "{}", page.text());
}

#[tokio::test]
async fn parameters_of_oidc_that_change_nothing_are_taken() {
    let house = house().await;
    let mut params = code_params("app", "openid");
    params.extend([
        ("display", "popup"),
        ("ui_locales", "fr de"),
        ("claims_locales", "fr"),
        ("acr_values", "1 2"),
        ("amr_values", "pwd"),
        ("response_mode", "query"),
        ("unheard_of", "x"),
    ]);
    Browser::default().code(&house, &params).await;
}

/// OIDC Core section 3.1.2.2: the server "MUST NOT reply with an ID Token or Access Token for a different user, even if
/// they have an active session", when `id_token_hint` names another.
#[tokio::test]
async fn an_id_token_hint_about_somebody_else_is_not_answered_for_this_one() {
    let house = house().await;
    house.person("bob", "builder").await;
    let form = [("grant_type", "password"), ("username", "bob"), ("password", "builder"), ("scope", "openid")];
    let about_bob = house.token(("app", SECRET), &form).await.ok().member("id_token");
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let mut params = code_params("app", "openid");
    params.extend([("prompt", "none"), ("id_token_hint", &about_bob)]);
    let members = back(&browser.open(&house, &params).await);
    assert!(members.contains_key("error") && !members.contains_key("code"), "{members:?}");
    // Without `prompt=none` the other user may sign in, but alice gets no answer.
    params.remove(8);
    let reply = browser.open(&house, &params).await;
    assert_eq!(reply.status, 200, "{}", reply.show());
}

#[tokio::test]
async fn an_id_token_hint_about_the_same_person_is_fine() {
    let house = house().await;
    let mut browser = Browser::default();
    let code = browser.code(&house, &code_params("app", "openid")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let about_alice = house.token(("app", SECRET), &form).await.ok().member("id_token");
    let mut params = code_params("app", "openid");
    params.extend([("prompt", "none"), ("id_token_hint", &about_alice)]);
    assert!(back(&browser.open(&house, &params).await).contains_key("code"));
}

/// An issuer may have a path: its pages must post below that path.
#[tokio::test]
async fn an_issuer_with_a_path_has_its_forms_below_it() {
    let house = House::with("https://id.example/tenant", Default::default()).await;
    house.client("app", Some(SECRET), |_| ()).await;
    let page = Browser::default().open(&house, &code_params("app", "openid")).await.ok();
    let here = url::Url::parse("https://id.example/tenant/authorization").unwrap();
    let target = here.join(&page.form().action).unwrap();
    assert_eq!(target.as_str(), "https://id.example/tenant/authorization/sign-in");
}
