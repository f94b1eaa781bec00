//! Codes, implicit and hybrid responses, and what comes of them.

use jeton_core::authorization::{Authorizer, ResponseType};
use jeton_core::id_token::{Reissue, reissue};
use jeton_core::ledger::Verdict;
use jeton_core::model::{Grant, Subject};
use jeton_core::refusals::GRANT_ENDED;
use jeton_core::store::Page;
use serde_json::{Value, json};

use jeton_served::{Ask, Browser, House, Reply, VERIFIER, code_params};

use super::{APP, a_minute_ago, answered, bob, house, object};

async fn redeemed(house: &House, code: &str) -> Reply {
    let form = [("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)];
    house.token(APP, &form).await
}

async fn refreshed(house: &House, token: &str) -> Reply {
    house.token(APP, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await.ok()
}

/// The claims that must stay the same in every ID token of the family (OIDC Core section 12.2).
#[track_caller]
fn assert_about_bob(house: &House, claims: &Value) {
    assert_eq!(claims["sub"], "pairwise-bob");
    assert_eq!(claims["auth_time"], a_minute_ago(house).seconds());
    let stated = json!(["urn:acr:2", "bob@example.org", "s-7", ["app"]]);
    assert_eq!(json!([claims["acr"], claims["email"], claims["sid"], claims["aud"]]), stated);
    assert_eq!((claims.get("amr"), claims.get("nickname")), (None, None));
}

#[tokio::test]
async fn a_code_yields_what_the_caller_states() {
    let house = house().await;
    let answer = answered(&house, &code_params("app", "openid offline_access read"), &bob(&house).await).await;
    assert!(answer.session_state.is_none() && answer.access.is_none() && answer.id_token.is_none());
    let first = redeemed(&house, answer.code.unwrap().expose()).await.ok();
    let id_token = house.verified(&first.member("id_token")).await;
    assert_about_bob(&house, &id_token.claims);
    assert_eq!(id_token.claims["nonce"], "n-1");
    assert_ne!(id_token.claims["at_hash"], "forged");
    assert_eq!((&id_token.header["x"], &id_token.header["typ"]), (&json!(1), &json!("JWT")));

    let second = refreshed(&house, &first.refresh()).await;
    let id_token = house.verified(&second.member("id_token")).await;
    assert_about_bob(&house, &id_token.claims);
    assert_eq!((&id_token.header["x"], id_token.claims.get("nonce")), (&json!(1), None));

    let seen = house.introspected(&second.access()).await;
    assert_eq!((&seen["active"], &seen["sub"], seen.get("username")), (&json!(true), &json!("bob"), None));
    let info = Ask::get("/userinfo").bearer(&second.access()).send(&house).await.ok();
    assert_eq!(info.json(), json!({ "sub": "pairwise-bob" }), "as in the ID token: OIDC Core section 5.3.2");

    let family = family(&house).await;
    assert_eq!(
        (family.subject.clone(), &*family.grant_type),
        (Some(Subject::External("bob".into())), "authorization_code")
    );
    assert_eq!(family.details.as_ref().unwrap().properties[0].key, "tenant");
}

async fn family(house: &House) -> Grant {
    let all = house.store.tokens(&Default::default(), Page::first(9)).await.unwrap();
    let id = all.items.iter().find_map(|token| token.grant).unwrap();
    house.store.grant(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_code_that_comes_back_ends_what_it_issued() {
    let house = house().await;
    let answer = answered(&house, &code_params("app", "openid offline_access"), &bob(&house).await).await;
    let code = answer.code.unwrap();
    let first = redeemed(&house, code.expose()).await.ok();
    redeemed(&house, code.expose()).await.refused(400, "invalid_grant", "the authorization code is not correct");
    assert!(!house.is_active(&first.access()).await && !house.is_active(&first.refresh()).await);
}

#[tokio::test]
async fn every_response_type_has_its_parts() {
    for (name, parts) in ResponseType::ALL {
        let house = house().await;
        let mut params = code_params("app", "openid offline_access read");
        params[0].1 = name;
        let answer = answered(&house, &params, &bob(&house).await).await;
        let has = (answer.code.is_some(), answer.access.is_some(), answer.id_token.is_some());
        assert_eq!(has, (parts.code, parts.token, parts.id_token), "{name}");
        if let Some(id_token) = &answer.id_token {
            let id_token = house.verified(id_token.expose()).await;
            assert_about_bob(&house, &id_token.claims);
            assert_eq!(id_token.claims["nonce"], "n-1");
            let hashes = (id_token.claims.get("c_hash").is_some(), id_token.claims.get("at_hash").is_some());
            assert_eq!(hashes, (parts.code, parts.token), "{name}");
        }
        if let Some(access) = &answer.access {
            assert_eq!(house.introspected(access.text.expose()).await["sub"], "bob");
        }
        if let Some(code) = &answer.code {
            let reply = redeemed(&house, code.expose()).await.ok();
            assert_about_bob(&house, &house.verified(&reply.member("id_token")).await.claims);
            assert_about_bob(
                &house,
                &house.verified(&refreshed(&house, &reply.refresh()).await.member("id_token")).await.claims,
            );
        }
    }
}

#[tokio::test]
async fn people_consent_to_less_or_more() {
    for (asked, consented, granted) in [
        ("openid read", Some("read"), "read"),
        ("openid read", Some("openid write"), "openid write"),
        ("read", Some("openid read unheard-of"), "read"),
        ("openid read", None, "openid read"),
    ] {
        let house = house().await;
        let mut bob = bob(&house).await;
        bob.scope = consented.map(|words| jeton_core::Scope::parse(words).unwrap());
        let answer = answered(&house, &code_params("app", asked), &bob).await;
        let reply = redeemed(&house, answer.code.unwrap().expose()).await.ok();
        assert_eq!(reply.member("scope"), granted);
        assert_eq!(reply.has("id_token"), granted.contains("openid"));
    }
}

/// A subject that is a user's `sub` means the user: two ways of one request leave the same ledger.
#[tokio::test]
async fn a_user_is_a_user_whoever_signs_them_in() {
    let params = code_params("app", "openid email offline_access read");
    let by_page = house().await;
    let code = Browser::default().code(&by_page, &params).await;
    let page = redeemed(&by_page, &code).await.ok();

    let by_caller = house().await;
    let mut alice = Authorizer::named(&by_caller.jeton.oauth, &by_caller.service(), "sub-of-alice").await.unwrap();
    alice.authentication.at = Some(by_caller.jeton.ledger.now());
    alice.authentication.methods = vec!["pwd".into()];
    let code = answered(&by_caller, &params, &alice).await.code.unwrap();
    let caller = redeemed(&by_caller, code.expose()).await.ok();

    let (mut one, mut other) = (family(&by_page).await, family(&by_caller).await);
    one.authentication.as_mut().unwrap().session = None;
    (other.id, other.service, other.client) = (one.id, one.service, one.client);
    other.subject.clone_from(&one.subject);
    assert_eq!(one, other);
    let mut claims = Vec::new();
    for (house, reply) in [(&by_page, page), (&by_caller, caller)] {
        let mut id_token = house.verified(&reply.member("id_token")).await.claims;
        for varies in ["jti", "at_hash", "sid"] {
            id_token.as_object_mut().unwrap().remove(varies);
        }
        let info = Ask::get("/userinfo").bearer(&reply.access()).send(house).await.ok().json();
        claims.push((id_token, info));
    }
    assert_eq!(claims[0], claims[1]);
}

#[tokio::test]
async fn a_user_who_was_disabled_authorizes_nothing() {
    let house = house().await;
    let alice = Authorizer::named(&house.jeton.oauth, &house.service(), "sub-of-alice").await.unwrap();
    let code = answered(&house, &code_params("app", "openid"), &alice).await.code.unwrap();
    house.change_person("alice", |user| user.enabled = false).await;
    let reply = redeemed(&house, code.expose()).await;
    assert_eq!(house.refusal(&reply), GRANT_ENDED.kind().id);
}

#[tokio::test]
async fn an_id_token_is_issued_again() {
    let house = house().await;
    let code = answered(&house, &code_params("app", "openid offline_access"), &bob(&house).await).await.code.unwrap();
    let reply = redeemed(&house, code.expose()).await.ok();
    let Verdict::Active(live) = house.jeton.ledger.inspect(house.service, &reply.access()).await.unwrap() else {
        panic!("it is valid")
    };
    let (oauth, service, access) = (&house.jeton.oauth, house.service(), reply.access());
    let refresh = reply.refresh();
    let again = reissue(oauth, &service, &live, (&access, &refresh), Reissue::default()).await.unwrap();
    let again = house.verified(again.issued.id_token.unwrap().expose()).await.claims;
    assert_about_bob(&house, &again);
    assert_eq!(again.get("nonce"), None);
    let first = house.verified(&reply.member("id_token")).await.claims;
    assert_eq!((&again["at_hash"], &again["iss"]), (&first["at_hash"], &first["iss"]));

    let wanted = Reissue {
        sub: Some("another".into()),
        claims: object(json!({ "email": "new@example.org", "iss": "forged", "auth_time": 1 })),
        header: object(json!({ "y": 2, "kid": "forged" })),
        audience_as_array: Some(false),
    };
    let changed = reissue(oauth, &service, &live, (&access, &refresh), wanted).await.unwrap();
    let changed = house.verified(changed.issued.id_token.unwrap().expose()).await;
    let claims = &changed.claims;
    assert_eq!(json!([claims["sub"], claims["email"], claims["aud"]]), json!(["another", "new@example.org", "app"]));
    assert_eq!((&claims["iss"], &claims["auth_time"]), (&first["iss"], &first["auth_time"]));
    assert_eq!((&changed.header["x"], &changed.header["y"]), (&json!(1), &json!(2)));

    let code = answered(&house, &code_params("app", "read"), &bob(&house).await).await.code.unwrap();
    let plain = redeemed(&house, code.expose()).await.ok();
    let Verdict::Active(live) = house.jeton.ledger.inspect(house.service, &plain.access()).await.unwrap() else {
        panic!("it is valid")
    };
    let texts = (&*plain.access(), &*plain.refresh());
    reissue(oauth, &service, &live, texts, Reissue::default()).await.expect_err("no openid");
}
