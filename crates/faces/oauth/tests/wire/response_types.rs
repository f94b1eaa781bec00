//! Implicit and hybrid: what each `response_type` returns, and which clients may use it (OIDC Core sections 3.2 and 3.3).

use std::collections::BTreeMap;

use jeton_core::ledger::Ending;
use jeton_core::model::Client;
use jeton_testkit::sample;
use serde_json::Value;

use jeton_served::{Ask, Browser, House, ISSUER, Jwt, Reply, VERIFIER, back, code_params};

const SECRET: &str = "s3cret";
const ALL: [&str; 7] =
    ["code", "token", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];

fn everything(client: &mut Client) {
    client.grant_types.push("implicit".into());
    client.response_types = ALL.map(str::to_owned).to_vec();
}

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), everything).await;
    house
}

fn asking<'a>(response_type: &'a str, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut params = code_params("app", scope);
    params[0].1 = response_type;
    params
}

async fn redeemed(house: &House, code: &str) -> Reply {
    let form = [("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)];
    house.token(("app", SECRET), &form).await
}

async fn id_token(house: &House, members: &BTreeMap<String, String>) -> Jwt {
    house.verified(&members["id_token"]).await
}

/// The left half of SHA-256, for ES256 (OIDC Core section 3.2.2.9).
fn half(text: &str) -> Value {
    jeton_jose::base64url::encode(&jeton_jose::digest::sha256(text.as_bytes())[..16]).into()
}

#[tokio::test]
async fn each_type_brings_exactly_what_it_names() {
    let house = house().await;
    for response_type in ALL {
        let members = Browser::default().answered(&house, &asking(response_type, "openid read")).await;
        let words: Vec<_> = response_type.split(' ').collect();
        assert_eq!(members.contains_key("code"), words.contains(&"code"), "{response_type}: {members:?}");
        assert_eq!(members.contains_key("access_token"), words.contains(&"token"), "{response_type}: {members:?}");
        assert_eq!(members.contains_key("id_token"), words.contains(&"id_token"), "{response_type}: {members:?}");
        assert_eq!((members["state"].as_str(), members["iss"].as_str()), ("st-1", ISSUER));
        if let Some(access) = members.get("access_token") {
            assert!(house.is_active(access).await);
            assert_eq!((members["token_type"].as_str(), members["expires_in"].as_str()), ("Bearer", "3600"));
            assert_eq!(members["scope"], "openid read");
        }
    }
}

#[tokio::test]
async fn tokens_travel_in_the_fragment_and_codes_in_the_query() {
    let house = house().await;
    for response_type in ALL {
        let mut browser = Browser::default();
        let page = browser.open(&house, &asking(response_type, "openid")).await;
        let reply = browser.finish(&house, page).await;
        let joint = if response_type == "code" { '?' } else { '#' };
        let location = reply.header("location").unwrap();
        assert!(location.starts_with(&format!("https://app.example/cb{joint}")), "{location}");
        assert_eq!(location.matches(['?', '#']).count(), 1, "{location}");
    }
}

#[tokio::test]
async fn the_id_token_vouches_for_what_came_with_it() {
    let house = house().await;
    for response_type in ["id_token", "id_token token", "code id_token", "code id_token token"] {
        let members = Browser::default().answered(&house, &asking(response_type, "openid")).await;
        let claims = id_token(&house, &members).await.claims;
        assert_eq!(claims.get("at_hash"), members.get("access_token").map(|text| half(text)).as_ref());
        assert_eq!(claims.get("c_hash"), members.get("code").map(|text| half(text)).as_ref());
        assert_eq!((&claims["nonce"], &claims["aud"], &claims["iss"]), (&"n-1".into(), &"app".into(), &ISSUER.into()));
        assert_eq!(claims["sub"], "sub-of-alice");
    }
}

/// OIDC Core section 5.4: the scope's claims are in the ID token only "when no Access Token is issued".
#[tokio::test]
async fn the_scope_s_claims_are_in_the_id_token_when_there_is_no_access_token() {
    let house = house().await;
    for (response_type, there) in [("id_token", true), ("id_token token", false), ("code id_token", false)] {
        let members = Browser::default().answered(&house, &asking(response_type, "openid email")).await;
        let claims = id_token(&house, &members).await.claims;
        assert_eq!(claims.get("email").is_some(), there, "{response_type}");
    }
}

#[tokio::test]
async fn a_hybrid_code_is_redeemed_like_any_other() {
    let house = house().await;
    for response_type in ["code id_token", "code token", "code id_token token"] {
        let members = Browser::default().answered(&house, &asking(response_type, "openid offline_access")).await;
        let reply = redeemed(&house, &members["code"]).await.ok();
        let claims = house.verified(&reply.member("id_token")).await.claims;
        assert_eq!((&claims["nonce"], &claims["sub"]), (&"n-1".into(), &"sub-of-alice".into()));
        assert_eq!(reply.json()["expires_in"], 3600, "{response_type}");
        let form = [("grant_type", "refresh_token"), ("refresh_token", &reply.refresh())];
        house.token(("app", SECRET), &form).await.ok();
    }
}

#[tokio::test]
async fn a_hybrid_code_used_twice_ends_the_token_beside_it() {
    let house = house().await;
    let members = Browser::default().answered(&house, &asking("code token", "openid offline_access")).await;
    let first = redeemed(&house, &members["code"]).await.ok();
    assert!(house.is_active(&members["access_token"]).await);
    redeemed(&house, &members["code"]).await.refused(400, "invalid_grant", "the authorization code is not correct");
    assert!(!house.is_active(&members["access_token"]).await, "the front channel's token");
    assert!(!house.is_active(&first.access()).await);
    assert!(!house.is_active(&first.refresh()).await);
}

#[tokio::test]
async fn a_hybrid_family_that_ended_redeems_no_code() {
    let house = house().await;
    let members = Browser::default().answered(&house, &asking("code token", "openid")).await;
    house.change_person("alice", |u| u.enabled = false).await;
    house.change_person("alice", |u| u.enabled = true).await;
    let seen = house.introspected(&members["access_token"]).await;
    assert_eq!(seen["active"], true);
    let token = house.store.tokens(&Default::default(), jeton_core::store::Page::first(100)).await.unwrap();
    let grant = token.items.iter().find_map(|token| token.grant).unwrap();
    let ending = Ending::new(jeton_core::model::Reason::Admin, jeton_core::model::Actor::System);
    house.jeton.ledger.revoke_family(house.service, grant, None, ending).await.unwrap();
    redeemed(&house, &members["code"]).await.refused(400, "invalid_grant", "the authorization has ended");
}

#[tokio::test]
async fn the_order_of_the_words_is_free() {
    let house = house().await;
    let members = Browser::default().answered(&house, &asking("token id_token code", "openid")).await;
    assert!(["code", "access_token", "id_token"].iter().all(|name| members.contains_key(*name)));
}

#[tokio::test]
async fn an_id_token_from_the_front_needs_a_nonce_and_openid() {
    let house = house().await;
    for response_type in ["id_token", "id_token token", "code id_token", "code id_token token"] {
        let mut params = asking(response_type, "openid");
        params.retain(|(name, _)| *name != "nonce");
        let members = back(&Browser::default().open(&house, &params).await);
        assert_eq!(members["error_description"], "the parameter nonce is missing");
        let members = back(&Browser::default().open(&house, &asking(response_type, "read")).await);
        assert_eq!(members["error_description"], "the parameter scope is not valid");
        assert_eq!(members["error"], "invalid_request");
    }
    let mut params = asking("code token", "openid");
    params.retain(|(name, _)| *name != "nonce");
    assert!(Browser::default().answered(&house, &params).await.contains_key("access_token"));
    Browser::default().answered(&house, &asking("token", "read")).await;
}

/// Off by default: the exact set must be registered, and the grants that it implies.
#[tokio::test]
async fn only_a_client_registered_for_the_set_gets_it() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.grant_types.push("implicit".into())).await;
    for response_type in &ALL[1..] {
        let members = back(&Browser::default().open(&house, &asking(response_type, "openid")).await);
        assert_eq!(members["error"], "unauthorized_client");
        let said = format!("the client 'app' doesn't support the response type: '{response_type}'");
        assert_eq!(members["error_description"], said);
    }
    house.change_client("app", |c| c.response_types = vec!["code".into(), "id_token token".into()]).await;
    for (response_type, good) in [("token id_token", true), ("id_token", false), ("token", false)] {
        let reply = Browser::default().open(&house, &asking(response_type, "openid")).await;
        assert_eq!(reply.status == 200, good, "{response_type}");
    }
    house.change_client("app", everything).await;
    for (without, refused) in [("implicit", "code token"), ("authorization_code", "code token"), ("implicit", "token")]
    {
        house.change_client("app", |c| c.grant_types.retain(|grant| grant != without)).await;
        let members = back(&Browser::default().open(&house, &asking(refused, "openid")).await);
        assert_eq!(members["error"], "unauthorized_client");
        assert_eq!(members["error_description"], format!("the client app doesn't support the grant type {without}"));
        house.change_client("app", |c| c.grant_types.push(without.into())).await;
    }
}

#[tokio::test]
async fn a_client_bound_to_a_key_gets_no_token_through_the_browser() {
    let house = house().await;
    let flag = "tls_client_certificate_bound_access_tokens";
    house.change_client("app", |c| c.metadata.set(flag, true)).await;
    let members = back(&Browser::default().open(&house, &asking("token", "openid")).await);
    assert_eq!(members["error"], "unauthorized_client");
    assert!(Browser::default().answered(&house, &asking("code id_token", "openid")).await.contains_key("code"));
}

#[tokio::test]
async fn what_the_client_lost_meanwhile_it_does_not_get() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &asking("token", "openid")).await;
    let page = browser.sign_in(&house, &login).await.ok();
    house.change_client("app", |c| c.response_types = vec!["code".into()]).await;
    let before = house.rows().await;
    let members = back(&browser.decide(&house, &page, "approve").await);
    assert_eq!(members["error"], "unauthorized_client");
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn two_answers_of_one_page_at_once_bring_one_token() {
    let house = House::on_sqlite().await;
    house.client("app", Some(SECRET), everything).await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &asking("code id_token token", "openid")).await;
    let page = browser.sign_in(&house, &login).await.ok();
    let before = house.rows().await;
    let answers = (0..32).map(|_| {
        let (house, mut browser, form) = (house.knocker(), browser.clone(), page.form());
        tokio::spawn(async move {
            let fields = [("ticket", form.ticket.as_str()), ("decision", "approve")];
            browser.send(&house, Ask::post(&form.action).form(&fields)).await.status
        })
    });
    let all = futures::future::join_all(answers).await;
    let good = all.iter().filter(|status| *status.as_ref().unwrap() == 303).count();
    assert_eq!((good, house.rows().await - before), (1, 1), "{all:?}");
}

#[tokio::test]
async fn a_public_client_gets_tokens_without_pkce_and_codes_only_with_it() {
    let house = House::new().await;
    house.client("app", None, everything).await;
    let mut params = asking("id_token token", "openid");
    params.retain(|(name, _)| !name.starts_with("code_challenge"));
    assert!(Browser::default().answered(&house, &params).await.contains_key("access_token"));
    params[0].1 = "code token";
    let members = back(&Browser::default().open(&house, &params).await);
    assert_eq!(members["error_description"], "the client must use PKCE: code_challenge is missing");
}

#[tokio::test]
async fn the_token_s_rights_are_the_request_s() {
    let house = house().await;
    house.change_client("app", |c| c.audience = Some("https://api.example https://b.example".into())).await;
    let mut params = asking("token", "read");
    params.push(("resource", "https://b.example"));
    let members = Browser::default().answered(&house, &params).await;
    let seen = house.introspected(&members["access_token"]).await;
    assert_eq!((&seen["scope"], &seen["aud"]), (&"read".into(), &"https://b.example".into()));
    house.change_client("app", |c| c.scope = sample::scope("openid")).await;
    let members = back(&Browser::default().open(&house, &asking("token", "read")).await);
    assert_eq!(members["error"], "invalid_scope");
}
