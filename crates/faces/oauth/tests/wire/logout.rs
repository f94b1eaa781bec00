//! Notifying clients that a session ended: OpenID Connect Back-Channel Logout 1.0, and Session Management 1.0.

use jeton_core::administration::Caller;
use jeton_core::ledger::Ending;
use jeton_core::model::TokenKind;
use jeton_core::store::{Page, TokenFilter};
use jeton_testkit::Asked;
use serde_json::json;

use jeton_served::{Ask, Browser, House, ISSUER, Jwt, VERIFIER, code_params};

const SECRET: &str = "s3cret";
const BACK: &str = "https://app.example/back";
const OTHER: &str = "https://other.example/back";

async fn house() -> House {
    prepared(House::new().await).await
}

async fn prepared(house: House) -> House {
    for (client, uri) in [("app", BACK), ("other", OTHER)] {
        house.client(client, Some(SECRET), |c| c.metadata.set("backchannel_logout_uri", uri)).await;
    }
    house.client("silent", Some(SECRET), |_| ()).await;
    house.network.answer(BACK, 200, "", None);
    house.network.answer(OTHER, 204, "", None);
    house
}

async fn sign_out(house: &House, browser: &mut Browser) {
    let page = browser.send(house, Ask::get("/end_session")).await.ok();
    let form = page.form();
    browser.send(house, Ask::post(&form.action).form(&[("ticket", &form.ticket), ("decision", "approve")])).await.ok();
}

async fn id_token(house: &House, code: &str) -> Jwt {
    let form = [("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)];
    house.verified(&house.token(("app", SECRET), &form).await.ok().member("id_token")).await
}

/// The logout token of a notice, its signature verified.
async fn logout_token(house: &House, asked: &Asked) -> Jwt {
    let body = asked.body.as_deref().unwrap();
    let (name, token) = form_urlencoded::parse(body.as_bytes()).into_owned().next().unwrap();
    assert_eq!(name, "logout_token");
    house.verified(&token).await
}

fn places(house: &House) -> Vec<String> {
    let mut all: Vec<_> = house.network.asked().into_iter().map(|asked| asked.url).collect();
    all.sort();
    all
}

#[tokio::test]
async fn clients_of_a_session_are_told_when_it_ends() {
    for house in [house().await, prepared(House::on_sqlite().await).await] {
        let mut browser = Browser::default();
        let code = browser.code(&house, &code_params("app", "openid")).await;
        browser.code(&house, &code_params("app", "openid")).await;
        browser.code(&house, &code_params("other", "openid")).await;
        browser.code(&house, &code_params("silent", "openid")).await;
        let sid = id_token(&house, &code).await.claims["sid"].clone();
        assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 0);
        sign_out(&house, &mut browser).await;
        assert_eq!(house.network.asked(), [], "not within the request");
        assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 2);
        assert_eq!(places(&house), [BACK, OTHER]);

        let asked = house.network.asked();
        let logout = logout_token(&house, asked.iter().find(|asked| asked.url == BACK).unwrap()).await;
        assert_eq!(logout.header["typ"], "logout+jwt");
        let (iat, exp) = (logout.claims["iat"].as_i64().unwrap(), logout.claims["exp"].as_i64().unwrap());
        assert_eq!(exp - iat, 120);
        assert_eq!((&logout.claims["iss"], &logout.claims["aud"]), (&json!(ISSUER), &json!("app")));
        assert_eq!((&logout.claims["sub"], &logout.claims["sid"]), (&json!("sub-of-alice"), &sid));
        assert_eq!(logout.claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
        assert!(logout.claims["jti"].is_string() && logout.claims.get("nonce").is_none());

        assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 0, "each once");
        assert_eq!(places(&house).len(), 2);
    }
}

/// A logout token must not be accepted as an ID token, nor the reverse.
#[tokio::test]
async fn a_logout_token_is_no_hint() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    sign_out(&house, &mut browser).await;
    house.jeton.oauth.deliver_notices().await.unwrap();
    let body = house.network.asked()[0].body.clone().unwrap();
    let token = body.strip_prefix("logout_token=").unwrap();
    browser.code(&house, &code_params("app", "openid")).await;
    let page = browser.send(&house, Ask::get(&format!("/end_session?id_token_hint={token}"))).await.ok();
    assert_eq!(page.form().stage(), "sign-out", "not done at once");
}

#[tokio::test]
async fn sid_names_the_session_and_opens_nothing() {
    let house = house().await;
    let (mut one, mut two) = (Browser::default(), Browser::default());
    let mut sids = Vec::new();
    for browser in [&mut one, &mut two] {
        for _ in 0..2 {
            let code = browser.code(&house, &code_params("app", "openid")).await;
            sids.push(id_token(&house, &code).await.claims["sid"].as_str().unwrap().to_owned());
        }
    }
    assert!(sids[0] == sids[1] && sids[2] == sids[3] && sids[0] != sids[2], "{sids:?}");
    let session = &one.cookies["__Host-jeton_session"];
    assert!(!session.contains(&sids[0]) && sids[0].len() == 22);
}

#[tokio::test]
async fn a_client_that_does_not_hear_is_told_again_and_given_up_in_the_end() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    house.network.answer(BACK, 500, "", None);
    sign_out(&house, &mut browser).await;
    house.jeton.oauth.deliver_notices().await.unwrap();
    house.jeton.oauth.deliver_notices().await.unwrap();
    assert_eq!(house.network.count(BACK), 1, "not before its time");
    house.network.gone(BACK);
    for wait in [5, 30, 120, 600, 1800] {
        house.wait(wait);
        house.jeton.oauth.deliver_notices().await.unwrap();
    }
    assert_eq!(house.network.count(BACK), 6);
    house.wait(4500);
    house.network.answer(BACK, 400, "", None);
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 0);
    house.wait(86_400);
    house.jeton.oauth.deliver_notices().await.unwrap();
    assert_eq!(house.network.count(BACK), 7);
    let events = house.jeton.ledger.events(Some(house.service), 5).await.unwrap();
    assert!(events.iter().any(|event| event.detail.as_deref() == Some("a logout notice was given up")));
    let mut jtis = std::collections::BTreeSet::new();
    for asked in house.network.asked() {
        jtis.insert(logout_token(&house, &asked).await.claims["jti"].to_string());
    }
    assert_eq!(jtis.len(), 1, "a client can tell a repeated notice");
}

/// An older notice, as the store keeps it.
async fn waiting(house: &House, client: &str, number: usize) -> jeton_core::store::Write {
    use jeton_core::ids::DocumentId;
    use jeton_core::model::{Document, DocumentKind};
    let client = house.jeton.administration.show_client(house.service, client).await.unwrap().key;
    let now = house.jeton.ledger.now();
    let jti = format!("jti-{client}-{number}");
    let body = json!({ "client": client, "sub": null, "sid": "s", "jti": jti, "tries": 0, "next": now, "since": now });
    jeton_core::store::Write::Document(Box::new(Document {
        id: DocumentId::new(1_000_000 + number as u64),
        service: house.service,
        kind: DocumentKind::LogoutNotice,
        owner: client.to_string(),
        name: jti,
        updated: now,
        body,
    }))
}

#[tokio::test]
async fn a_client_that_hangs_holds_up_no_other_s_notices() {
    let house = house().await;
    let mut writes = Vec::new();
    for number in 0..1200 {
        writes.push(waiting(&house, "app", number).await);
    }
    writes.push(waiting(&house, "other", 5000).await);
    house.store.apply(jeton_core::store::Command::of(writes)).await.unwrap();
    assert_eq!(house.jeton.oauth.notices_pending().await.unwrap(), 1201);
    house.network.late(BACK, std::time::Duration::from_secs(24 * 3600));
    let delivering = tokio::spawn({
        let jeton = std::sync::Arc::clone(&house.jeton);
        async move { jeton.oauth.deliver_notices().await }
    });
    let arrived = async {
        while house.jeton.oauth.notices_pending().await.unwrap() > 1200 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), arrived).await.expect("the other client hears");
    assert_eq!(house.network.count(OTHER), 1);
    assert!(house.network.count(BACK) <= 1, "one notice finds out that nobody answers");
    delivering.abort();
}

#[tokio::test]
async fn a_client_that_fails_rests_and_one_notice_finds_out_that_it_answers_again() {
    let house = house().await;
    let mut writes = Vec::new();
    for number in 0..300 {
        writes.push(waiting(&house, "app", number).await);
    }
    house.store.apply(jeton_core::store::Command::of(writes)).await.unwrap();
    house.network.answer(BACK, 503, "", None);
    let mut asked = 0;
    for wait in [0, 5, 10, 20, 40] {
        house.wait(wait);
        assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 0);
        assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 0, "it rests");
        asked += 1;
        assert_eq!(house.network.count(BACK), asked, "after {wait} s");
    }
    assert_eq!(house.jeton.oauth.notices_failed(), (5, 0));
    house.network.answer(BACK, 200, "", None);
    house.wait(600);
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 300, "then all at once");
    assert_eq!(house.jeton.oauth.notices_pending().await.unwrap(), 0);
}

#[tokio::test]
async fn notices_of_a_client_that_never_answers_are_given_up_and_that_is_on_record() {
    let house = house().await;
    let mut writes = Vec::new();
    for number in 0..50 {
        writes.push(waiting(&house, "app", number).await);
    }
    house.store.apply(jeton_core::store::Command::of(writes)).await.unwrap();
    house.network.gone(BACK);
    // Each notice expires after two hours, whether or not it was sent.
    for _ in 0..150 {
        house.wait(60);
        house.jeton.oauth.deliver_notices().await.unwrap();
    }
    assert_eq!(house.jeton.oauth.notices_pending().await.unwrap(), 0);
    assert_eq!(house.jeton.oauth.notices_failed().1, 50);
    let events = house.jeton.ledger.events(Some(house.service), 100).await.unwrap();
    let given_up = events.iter().filter(|event| event.detail.as_deref() == Some("a logout notice was given up"));
    assert_eq!(given_up.count(), 50);
    assert!(house.network.count(BACK) < 150, "{}", house.network.count(BACK));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_nodes_send_a_notice_once() {
    let house = prepared(House::on_sqlite().await).await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    sign_out(&house, &mut browser).await;
    let all = (0..32).map(|_| {
        let house = house.knocker();
        tokio::spawn(async move { house.jeton.oauth.deliver_notices().await.unwrap() })
    });
    let logout: usize = futures::future::join_all(all).await.into_iter().map(Result::unwrap).sum();
    assert_eq!((logout, house.network.count(BACK)), (1, 1));
}

/// Signing in again is not a sign-out: the client's session continues, with the same `sid`.
#[tokio::test]
async fn the_same_person_signing_in_again_ends_nothing_at_clients() {
    let house = house().await;
    let mut browser = Browser::default();
    let code = browser.code(&house, &code_params("app", "openid")).await;
    let sid = id_token(&house, &code).await.claims["sid"].clone();
    let mut again = code_params("other", "openid");
    again.push(("prompt", "login"));
    browser.code(&house, &again).await;
    house.jeton.oauth.deliver_notices().await.unwrap();
    assert_eq!(house.network.asked(), []);
    sign_out(&house, &mut browser).await;
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 2);
    let asked = house.network.asked();
    let logout = logout_token(&house, asked.iter().find(|asked| asked.url == BACK).unwrap()).await;
    assert_eq!(logout.claims["sid"], sid);
}

#[tokio::test]
async fn another_person_signing_in_ends_the_first_one_s_session() {
    let house = house().await;
    house.person("bob", "builder").await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let mut again = code_params("app", "openid");
    again.push(("prompt", "login"));
    let page = browser.open(&house, &again).await;
    browser.sign_in_as(&house, &page, "bob", "builder").await;
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 1);
    let logout = logout_token(&house, &house.network.asked()[0]).await;
    assert_eq!(logout.claims["sub"], "sub-of-alice");
}

#[tokio::test]
async fn an_administrator_s_word_is_told_too() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let filter = TokenFilter { kinds: vec![TokenKind::Session], ..TokenFilter::default() };
    let session = house.store.tokens(&filter, Page::first(1)).await.unwrap().items.remove(0);
    let ending = Ending::new(jeton_core::model::Reason::Admin, Caller::local().administers().unwrap());
    house.jeton.ledger.revoke(&std::sync::Arc::new(session), ending).await.unwrap();
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 1);

    Browser::default().code(&house, &code_params("app", "openid")).await;
    assert!(house.jeton.oauth.tidy_sessions(0).await.unwrap().is_some());
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 0, "the session lives");
    house.change_person("alice", |u| u.enabled = false).await;
    house.jeton.oauth.tidy_sessions(0).await.unwrap();
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 1, "disabled");
    assert_eq!(house.jeton.oauth.tidy_sessions(0).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_that_runs_out_is_forgotten_and_nobody_is_told() {
    let house = house().await;
    Browser::default().code(&house, &code_params("app", "openid")).await;
    house.wait(12 * 3600);
    house.jeton.oauth.tidy_sessions(0).await.unwrap();
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 0);
    assert_eq!(house.jeton.oauth.tidy_sessions(0).await.unwrap(), None);
    assert_eq!(house.network.asked(), []);
}

#[tokio::test]
async fn a_stranger_s_address_is_a_stranger_s() {
    let house = house().await;
    let other = house.jeton.administration.show_client(house.service, "other").await.unwrap();
    let other = jeton_core::model::Client { self_registered: true, ..other };
    let own = house.jeton.administration.show_client(house.service, "app").await.unwrap();
    let url = own.metadata.get("backchannel_logout_uri").unwrap().as_str().unwrap().to_owned();
    // As the configuration file's clients have it.
    let own = jeton_core::model::Client { operator_urls: vec![url], ..own };
    let own = jeton_core::store::Write::Client(Box::new(own));
    house.store.apply(jeton_core::store::Command::of(vec![own])).await.unwrap();
    let write = jeton_core::store::Write::Client(Box::new(other));
    house.store.apply(jeton_core::store::Command::of(vec![write])).await.unwrap();
    let mut browser = Browser::default();
    for client in ["app", "other"] {
        browser.code(&house, &code_params(client, "openid")).await;
    }
    sign_out(&house, &mut browser).await;
    house.jeton.oauth.deliver_notices().await.unwrap();
    for asked in house.network.asked() {
        let stranger = asked.url == OTHER;
        assert_eq!(asked.trust == jeton_core::outbound::UrlTrust::Untrusted, stranger, "{}", asked.url);
    }
}

#[tokio::test]
async fn a_client_gone_or_without_openid_is_not_told() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let mut plain = code_params("other", "read");
    plain.retain(|(name, _)| *name != "nonce");
    browser.code(&house, &plain).await;
    house.change_client("app", |c| c.enabled = false).await;
    sign_out(&house, &mut browser).await;
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 0);
    assert_eq!(house.network.asked(), []);
}

#[tokio::test]
async fn the_session_state_is_what_the_iframe_computes() {
    let house = house().await;
    let mut browser = Browser::default();
    let members = browser.answered(&house, &code_params("app", "openid")).await;
    let (hash, salt) = members["session_state"].split_once('.').unwrap();
    let state = &browser.cookies["__Host-jeton_state"];
    let text = format!("app https://app.example {state} {salt}");
    assert_eq!(hash, jeton_jose::base64url::encode(jeton_jose::digest::sha256(text.as_bytes())));
    let again = browser.answered(&house, &code_params("app", "openid")).await;
    assert_ne!(again["session_state"], members["session_state"], "salted");
    let mut plain = code_params("app", "read");
    plain.retain(|(name, _)| *name != "nonce");
    assert!(!browser.answered(&house, &plain).await.contains_key("session_state"));
    sign_out(&house, &mut browser).await;
    assert!(!browser.cookies.contains_key("__Host-jeton_state"));
}

#[tokio::test]
async fn the_iframe_runs_its_own_script_and_no_other() {
    let house = house().await;
    let page = Ask::get("/check_session").send(&house).await.ok();
    let script = jeton_face_oauth::pages::CHECK_SESSION;
    assert!(page.text().contains(&format!("<script>{script}</script>")));
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, script.as_bytes());
    use base64::Engine as _;
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains(&format!("script-src 'sha256-{hash}'")) && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors *") && page.header("x-frame-options").is_none(), "{policy}");
}

#[tokio::test]
async fn only_the_state_may_be_read_by_scripts() {
    for (issuer, attributes) in
        [("https://id.example", "SameSite=None; Secure"), ("http://127.0.0.1:8080", "SameSite=Lax")]
    {
        let house = House::with(issuer, Default::default()).await;
        house.client("app", Some(SECRET), |_| ()).await;
        let mut browser = Browser::default();
        let page = browser.open(&house, &code_params("app", "openid")).await;
        let reply = browser.sign_in(&house, &page).await;
        let readable: Vec<_> = reply
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|v| v.to_str().unwrap())
            .filter(|v| !v.contains("HttpOnly"))
            .collect();
        assert_eq!(readable.len(), 1, "{readable:?}");
        assert!(readable[0].contains("jeton_state=") && readable[0].ends_with(attributes), "{readable:?}");
    }
}
