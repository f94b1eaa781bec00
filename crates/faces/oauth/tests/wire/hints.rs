//! `id_token_hint`: what proves who asks, at sign-out and at `/authorization`.

use jeton_jose::jws::{Header, sign_compact};
use jeton_jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use jeton_served::{Ask, Browser, House, ISSUER, Reply, VERIFIER, back, code_params};

const SECRET: &str = "a secret of sixty-four bytes, which is what HS512 needs at least";
const OUT: &str = "https://forger.example/out";

/// `app` signs alice in; `forger` registered itself, and has MACs and an address for after a sign-out.
async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
        .client("forger", Some(SECRET), |c| {
            c.self_registered = true;
            c.id_token_signed_response_alg = Some(Algorithm::HS256);
            c.post_logout_redirect_uris = vec![OUT.into()];
        })
        .await;
    house
}

async fn tokens(house: &House, browser: &mut Browser, client: &str) -> Reply {
    let code = browser.code(house, &code_params(client, "openid email")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    house.token((client, SECRET), &form).await.ok()
}

async fn leave(house: &House, browser: &mut Browser, hint: &str) -> Reply {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("id_token_hint", hint), ("post_logout_redirect_uri", OUT)])
        .finish();
    browser.send(house, Ask::get(&format!("/end_session?{query}"))).await
}

async fn is_asked(house: &House, browser: &mut Browser, hint: &str, what: &str) {
    let page = leave(house, browser, hint).await;
    assert_eq!((page.status, page.header("location")), (200, None), "{what}: {}", page.show());
    assert_eq!(page.form().stage(), "sign-out", "{what}");
    let mut silent = code_params("app", "openid");
    silent.push(("prompt", "none"));
    assert!(back(&browser.open(house, &silent).await).contains_key("code"), "{what}: still signed in");
}

fn by_mac(claims: &Value) -> String {
    let key = SigningKey::from_private_bytes(Algorithm::HS256, Some("secret"), SECRET.as_bytes()).unwrap();
    let header = Header::new(Algorithm::HS256).typ("JWT").prepare();
    sign_compact(&header, claims.to_string().as_bytes(), &key).unwrap()
}

/// A JWT that only the server can have made.
async fn by_server(house: &House, claims: &Value) -> String {
    let claims = claims.as_object().unwrap();
    let signed = house.jeton.ledger.sign_jwt((house.service, None), Algorithm::ES256, "JWT", claims).await;
    signed.unwrap().expose().to_owned()
}

/// RP-Initiated Logout 1.0 section 2: only an ID token that the server issued to a client in this very session ends it without a
/// question.
#[tokio::test]
async fn only_a_client_that_takes_part_in_the_session_ends_it_without_a_question() {
    let house = house().await;
    let (mut browser, mut elsewhere) = (Browser::default(), Browser::default());
    let own = house.verified(&tokens(&house, &mut browser, "app").await.member("id_token")).await.claims;
    let claims =
        |sid: &Value| json!({ "iss": ISSUER, "sub": own["sub"], "aud": "forger", "iat": 1, "exp": 2, "sid": sid });
    is_asked(&house, &mut browser, &by_mac(&claims(&json!("bogus"))), "a MAC").await;
    is_asked(&house, &mut browser, &by_mac(&claims(&own["sid"])), "a MAC that names the session").await;
    is_asked(&house, &mut browser, &by_server(&house, &claims(&json!("bogus"))).await, "no session").await;
    is_asked(&house, &mut browser, &by_server(&house, &claims(&Value::Null)).await, "no name").await;

    house.change_client("forger", |c| c.id_token_signed_response_alg = Some(Algorithm::ES256)).await;
    let of_other_browser = tokens(&house, &mut elsewhere, "forger").await.member("id_token");
    is_asked(&house, &mut browser, &of_other_browser, "a client of another session").await;

    let of_this = tokens(&house, &mut browser, "forger").await.member("id_token");
    assert_eq!(leave(&house, &mut browser, &of_this).await.header("location"), Some(OUT));
}

/// A MAC may be the client's own work: nothing leads the browser on by it, with a session or without.
#[tokio::test]
async fn a_client_with_macs_has_the_person_asked() {
    let house = house().await;
    let mut browser = Browser::default();
    tokens(&house, &mut browser, "app").await;
    let hint = tokens(&house, &mut browser, "forger").await.member("id_token");
    is_asked(&house, &mut browser, &hint, "its own").await;
    let page = leave(&house, &mut Browser::default(), &hint).await;
    assert_eq!((page.status, page.header("location")), (200, None), "{}", page.show());
}

/// The same person signs in again in the same browser: clients with an address for notices go on in the new session.
#[tokio::test]
async fn a_session_that_another_continues_counts() {
    let house = house().await;
    house
        .change_client("forger", |c| {
            c.id_token_signed_response_alg = None;
            c.metadata.set("backchannel_logout_uri", "https://forger.example/back");
        })
        .await;
    let mut browser = Browser::default();
    let hint = tokens(&house, &mut browser, "forger").await.member("id_token");
    house.wait(5);
    let mut again = code_params("app", "openid");
    again.push(("prompt", "login"));
    browser.code(&house, &again).await;
    assert_eq!(leave(&house, &mut browser, &hint).await.header("location"), Some(OUT));
}

/// OIDC Core section 2: an ID token has `exp` and `iat`. Signed user info has the same `typ` and neither of them.
#[tokio::test]
async fn signed_user_info_is_no_hint() {
    for alg in [Algorithm::RS256, Algorithm::HS256] {
        let house = house().await;
        house
            .change_client("forger", |c| {
                c.id_token_signed_response_alg = None;
                c.metadata.set("userinfo_signed_response_alg", alg.as_str());
            })
            .await;
        let mut browser = Browser::default();
        tokens(&house, &mut browser, "app").await;
        let first = tokens(&house, &mut browser, "forger").await;
        let user_info = Ask::get("/userinfo").bearer(&first.access()).send(&house).await.ok().text().to_owned();
        // Without a client in whose name it speaks, the address is nobody's.
        let refused = leave(&house, &mut browser, &user_info).await;
        assert_eq!((refused.status, refused.header("location")), (400, None), "{}", refused.show());
        let form = [("id_token_hint", user_info.as_str())];
        let page = browser.send(&house, Ask::post("/end_session").form(&form)).await.ok();
        assert_eq!(page.form().stage(), "sign-out");

        let mut params = code_params("forger", "openid email");
        params.extend([("prompt", "none"), ("id_token_hint", user_info.as_str())]);
        let members = back(&browser.open(&house, &params).await);
        assert_eq!(members["error"], "invalid_request", "{members:?}");
    }
}

/// OIDC Core section 10.1: a MAC is keyed by the secret of one client, and proves nothing to another.
#[tokio::test]
async fn a_hint_with_a_mac_counts_for_its_client_only() {
    let house = house().await;
    let mut browser = Browser::default();
    tokens(&house, &mut browser, "app").await;
    let hint = tokens(&house, &mut browser, "forger").await.member("id_token");
    for (client, answer) in [("forger", "code"), ("app", "error")] {
        let mut params = code_params(client, "openid email");
        params.extend([("prompt", "none"), ("id_token_hint", hint.as_str())]);
        let members = back(&browser.open(&house, &params).await);
        assert!(members.contains_key(answer), "{client}: {members:?}");
    }
}
