//! Redeeming an authorization code: RFC 6749 section 4.1.3, PKCE, and what a code is bound to.

use jeton_core::administration::Caller;
use jeton_core::model::EventKind;

use jeton_served::{Browser, CHALLENGE, House, Reply, USER, VERIFIER, code_params, on_every_store};

const SECRET: &str = "s3cret";
const CB: &str = "https://app.example/cb";

async fn house_with_code(params: &[(&str, &str)]) -> (House, String) {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let code = Browser::default().code(&house, params).await;
    (house, code)
}

async fn redeem(house: &House, code: &str, more: &[(&str, &str)]) -> Reply {
    let mut form = vec![("grant_type", "authorization_code"), ("code", code)];
    form.extend_from_slice(more);
    house.token(("app", SECRET), &form).await
}

const GOOD: [(&str, &str); 2] = [("redirect_uri", CB), ("code_verifier", VERIFIER)];

on_every_store! {
    a_code_that_comes_back_ends_what_it_issued
    a_wrong_request_does_not_use_the_code_up
}

mod run {
    use super::*;

    pub(super) async fn a_code_that_comes_back_ends_what_it_issued(house: &House) {
        house.client("app", Some(SECRET), |_| ()).await;
        let code = Browser::default().code(house, &code_params("app", "openid offline_access")).await;
        let first = redeem(house, &code, &GOOD).await.ok();
        let refreshed = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
        let second = house.token(("app", SECRET), &refreshed).await.ok();
        let message = "the authorization code is not correct";
        redeem(house, &code, &GOOD).await.refused(400, "invalid_grant", message);
        for dead in [first.access(), first.refresh(), second.access(), second.refresh()] {
            assert!(!house.is_active(&dead).await, "RFC 6749 section 4.1.2");
        }
        house.wait(3600);
        redeem(house, &code, &GOOD).await.refused(400, "invalid_grant", message);
    }

    pub(super) async fn a_wrong_request_does_not_use_the_code_up(house: &House) {
        house.client("app", Some(SECRET), |_| ()).await;
        let code = Browser::default().code(house, &code_params("app", "openid")).await;
        let wrong = [("redirect_uri", CB), ("code_verifier", "x".repeat(43).leak() as &str)];
        for _ in 0..3 {
            redeem(house, &code, &wrong).await.refused(400, "invalid_grant", "the code verifier is not valid");
        }
        redeem(house, &code, &GOOD).await.ok();
    }
}

#[tokio::test]
async fn a_code_lives_a_minute() {
    for (wait, good) in [(59, true), (60, false), (61, false)] {
        let (house, code) = house_with_code(&code_params("app", "openid")).await;
        house.wait(wait);
        let reply = redeem(&house, &code, &GOOD).await;
        if good {
            reply.ok();
        } else {
            reply.refused(400, "invalid_grant", "the authorization code has expired");
        }
    }
}

#[tokio::test]
async fn every_wrong_verifier_is_refused() {
    let (house, code) = house_with_code(&code_params("app", "openid")).await;
    let (long, short) = (VERIFIER.repeat(3), &VERIFIER[..42]);
    let shouted = VERIFIER.to_uppercase();
    let padded = format!("{VERIFIER} ");
    for wrong in [CHALLENGE, short, long.as_str(), &shouted, &padded, "wrong", &VERIFIER.replace('Z', "é")] {
        let reply = redeem(&house, &code, &[("redirect_uri", CB), ("code_verifier", wrong)]).await;
        reply.refused(400, "invalid_grant", "the code verifier is not valid");
    }
    redeem(&house, &code, &[("redirect_uri", CB)]).await.refused(
        400,
        "invalid_grant",
        "the code verifier is not valid",
    );
    redeem(&house, &code, &GOOD).await.ok();
}

/// RFC 9700 section 4.8.2: a verifier for a code that has no challenge indicates a downgrade.
#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let mut params = code_params("app", "openid");
    params.retain(|(name, _)| !name.starts_with("code_challenge"));
    let (house, code) = house_with_code(&params).await;
    redeem(&house, &code, &GOOD).await.refused(400, "invalid_grant", "the code verifier is not valid");
    redeem(&house, &code, &[("redirect_uri", CB)]).await.ok();
}

#[tokio::test]
async fn the_redirect_uri_is_the_one_of_the_request() {
    let house = House::new().await;
    let uris = ["https://app.example/cb", "https://app.example/other", "http://127.0.0.1/cb"];
    house.client("app", Some(SECRET), |c| c.redirect_uris = uris.map(str::to_owned).to_vec()).await;
    let code = Browser::default().code(&house, &code_params("app", "openid")).await;
    let message = "the redirect URI is not the one of the authorization request";
    for wrong in
        ["https://app.example/other", "https://app.example/cb/", "https://app.example/cb?", "https://APP.example/cb"]
    {
        let reply = redeem(&house, &code, &[("redirect_uri", wrong), ("code_verifier", VERIFIER)]).await;
        reply.refused(400, "invalid_grant", message);
    }
    redeem(&house, &code, &GOOD).await.ok();
    let mut params = code_params("app", "openid");
    params[2].1 = "http://127.0.0.1:4711/cb";
    let code = Browser::default().code(&house, &params).await;
    let other_port = [("redirect_uri", "http://127.0.0.1:4712/cb"), ("code_verifier", VERIFIER)];
    redeem(&house, &code, &other_port).await.refused(400, "invalid_grant", message);
    let same_port = [("redirect_uri", "http://127.0.0.1:4711/cb"), ("code_verifier", VERIFIER)];
    redeem(&house, &code, &same_port).await.ok();
}

/// `docs/contracts/oauth-token-endpoint.md` section 4: absent is accepted when the code was bound to PKCE,
/// else `redirect_uri_malformed`.
#[tokio::test]
async fn the_redirect_uri_may_be_absent_with_pkce_only() {
    let (house, code) = house_with_code(&code_params("app", "openid")).await;
    redeem(&house, &code, &[("code_verifier", VERIFIER)]).await.ok();
    let mut params = code_params("app", "openid");
    params.retain(|(name, _)| !name.starts_with("code_challenge"));
    let code = Browser::default().code(&house, &params).await;
    let message = "Based on the RFC-3986 the redirection-uri is not well formed";
    redeem(&house, &code, &[]).await.refused(400, "invalid_request", message);
}

/// `docs/contracts/oauth-token-endpoint.md` section 4: "present means well formed (26) and identical". The request
/// named none, so the code was sent to the only registered URI.
#[tokio::test]
async fn a_redirect_uri_out_of_nowhere_is_refused() {
    let mut params = code_params("app", "read");
    params.remove(2);
    let (house, code) = house_with_code(&params).await;
    let wrong = [("redirect_uri", "https://evil.example/cb"), ("code_verifier", VERIFIER)];
    redeem(&house, &code, &wrong).await.refused(
        400,
        "invalid_grant",
        "the redirect URI is not the one of the authorization request",
    );
}

#[tokio::test]
async fn a_redirect_uri_that_was_unregistered_since_is_refused() {
    let (house, code) = house_with_code(&code_params("app", "openid")).await;
    house.change_client("app", |c| c.redirect_uris = vec!["https://app.example/new".into()]).await;
    let reply = redeem(&house, &code, &GOOD).await;
    // `docs/contracts/oauth-token-endpoint.md` section 4: all failures of this grant outside the table are `invalid_grant`.
    reply.refused(400, "invalid_grant", "the redirect URI is no longer registered for the client");
}

#[tokio::test]
async fn another_client_cannot_redeem_it() {
    let (house, code) = house_with_code(&code_params("app", "openid")).await;
    house.client("thief", Some("x"), |_| ()).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), GOOD[0], GOOD[1]];
    let reply = house.token(("thief", "x"), &form).await;
    reply.refused(400, "invalid_grant", "the authorization code was issued to another client");
    redeem(&house, &code, &GOOD).await.ok();
}

#[tokio::test]
async fn a_person_gone_meanwhile_gets_nothing() {
    for deleted in [false, true] {
        let (house, code) = house_with_code(&code_params("app", "openid offline_access")).await;
        let rows = house.rows().await;
        if deleted {
            house.jeton.administration.delete_user(&Caller::local(), house.service, USER).await.unwrap();
        } else {
            house.change_person(USER, |u| u.enabled = false).await;
        }
        let reply = redeem(&house, &code, &GOOD).await;
        assert_eq!((reply.status, reply.member("error")), (400, "invalid_grant".into()));
        assert_eq!(house.rows().await, rows);
    }
}

#[tokio::test]
async fn a_code_is_no_token() {
    let (house, code) = house_with_code(&code_params("app", "openid")).await;
    assert!(!house.is_active(&code).await);
    let form = [("grant_type", "refresh_token"), ("refresh_token", code.as_str())];
    house.token(("app", SECRET), &form).await.refused(400, "invalid_grant", "the refresh token is not valid");
    redeem(&house, &code, &GOOD).await.ok();
}

#[tokio::test]
async fn a_public_client_redeems_with_pkce_and_its_name_only() {
    let house = House::new().await;
    house.client("public", None, |_| ()).await;
    let code = Browser::default().code(&house, &code_params("public", "openid offline_access")).await;
    let form =
        [("grant_type", "authorization_code"), ("code", code.as_str()), GOOD[0], GOOD[1], ("client_id", "public")];
    house.public_token(&form[..4]).await.refused(400, "invalid_client", "the client doesn't exist");
    let reply = house.public_token(&form).await.ok();
    assert!(reply.has("refresh_token") && reply.has("id_token"));
}

/// A client that was confidential when it got the code, and is public when it redeems it, has no PKCE verifier.
#[tokio::test]
async fn a_code_without_pkce_is_worth_nothing_to_a_public_client() {
    let mut params = code_params("app", "openid");
    params.retain(|(name, _)| !name.starts_with("code_challenge"));
    let (house, code) = house_with_code(&params).await;
    house.change_client("app", |c| c.token_endpoint_auth_method = jeton_core::model::AuthMethod::None).await;
    let form =
        [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CB), ("client_id", "app")];
    house.public_token(&form).await.refused(400, "invalid_grant", "the code verifier is not valid");
}

/// The audit trail is read per service.
#[tokio::test]
async fn reuse_is_in_the_audit_trail_of_its_service() {
    let (house, code) = house_with_code(&code_params("app", "openid")).await;
    redeem(&house, &code, &GOOD).await.ok();
    redeem(&house, &code, &GOOD).await;
    for (service, which) in [(None, "at all"), (Some(house.service), "for its service")] {
        let events = house.jeton.ledger.events(service, 100).await.unwrap();
        assert_eq!(events.iter().filter(|e| e.kind == EventKind::CodeReused).count(), 1, "{which}");
    }
}
