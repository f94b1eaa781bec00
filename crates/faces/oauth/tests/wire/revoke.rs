//! `/token/revoke`: RFC 7009 and `docs/contracts/oauth-token-endpoint.md` section 8.

use jeton_core::model::{CompatibilityMode, TokenFormat};

use jeton_served::{Ask, Browser, House, PASSWORD, Reply, USER, VERIFIER, code_params, on_every_store};

const SECRET: &str = "s3cret";

async fn begun(house: &House) -> Reply {
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    house.token(("app", SECRET), &form).await.ok()
}

async fn revoke(house: &House, form: &[(&str, &str)]) -> Reply {
    Ask::post("/token/revoke").basic("app", SECRET).form(form).send(house).await
}

on_every_store! {
    an_access_token_ends_alone
    a_refresh_token_ends_its_family
    a_rotated_refresh_token_ends_its_family_too
}

mod run {
    use super::*;

    pub(super) async fn an_access_token_ends_alone(house: &House) {
        for format in [TokenFormat::Opaque, TokenFormat::Jwt] {
            house.client("app", Some(SECRET), |c| c.access_token_format = Some(format)).await;
            let first = begun(house).await;
            let reply = revoke(house, &[("token", &first.access())]).await;
            assert_eq!((reply.status, reply.body.len()), (200, 0));
            assert!(!house.is_active(&first.access()).await);
            assert!(house.is_active(&first.refresh()).await);
            assert_eq!(revoke(house, &[("token", &first.access())]).await.status, 200, "again");
        }
    }

    pub(super) async fn a_refresh_token_ends_its_family(house: &House) {
        let first = begun(house).await;
        let again = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
        let second = house.token(("app", SECRET), &again).await.ok();
        let other = begun(house).await;
        assert_eq!(revoke(house, &[("token", &second.refresh())]).await.status, 200);
        for dead in [first.access(), first.refresh(), second.access(), second.refresh()] {
            assert!(!house.is_active(&dead).await);
        }
        assert!(house.is_active(&other.access()).await && house.is_active(&other.refresh()).await);
    }

    pub(super) async fn a_rotated_refresh_token_ends_its_family_too(house: &House) {
        let first = begun(house).await;
        let again = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
        let second = house.token(("app", SECRET), &again).await.ok();
        assert_eq!(revoke(house, &[("token", &first.refresh())]).await.status, 200);
        assert!(!house.is_active(&second.access()).await && !house.is_active(&second.refresh()).await);
    }
}

#[tokio::test]
async fn message_7() {
    let house = House::new().await;
    begun(&house).await;
    for form in [&[("x", "y")][..], &[("token", "")], &[("token", "  "), ("token_type_hint", "access")]] {
        revoke(&house, form).await.refused(400, "invalid_request", "the parameter token is missing");
    }
}

#[tokio::test]
async fn the_hint_never_decides() {
    let house = House::new().await;
    for hint in ["access", "refresh", "access_token", "refresh_token", "pct", "nonsense", "", "a\"b"] {
        for kind in ["access_token", "refresh_token"] {
            let first = begun(&house).await;
            let token = first.member(kind);
            assert_eq!(revoke(&house, &[("token", &token), ("token_type_hint", hint)]).await.status, 200);
            assert!(!house.is_active(&token).await, "{kind} hinted as {hint}");
        }
    }
}

#[tokio::test]
async fn message_29_names_the_caller_and_ends_nothing() {
    for profile in [CompatibilityMode::Standard, CompatibilityMode::Classic] {
        let house = House::new().await;
        let first = begun(&house).await;
        house.client("thief", Some("x"), |c| c.profile = profile).await;
        let error = if profile == CompatibilityMode::Classic { "invalid_token" } else { "invalid_grant" };
        for token in [first.access(), first.refresh()] {
            let ask = Ask::post("/token/revoke").basic("thief", "x").form(&[("token", &token)]);
            let message = "the token has not been issued for the given client id 'thief'";
            ask.send(&house).await.refused(400, error, message);
            assert!(house.is_active(&token).await);
        }
    }
}

#[tokio::test]
async fn an_unknown_token_is_fine_except_for_classic_clients() {
    let house = House::new().await;
    let first = begun(&house).await;
    let (access, cut) = (first.access(), first.refresh());
    let cut = &cut[..cut.len() - 2];
    for unknown in ["x", "jtn_at_x", cut, "a.b.c", "\u{0}"] {
        let reply = revoke(&house, &[("token", unknown)]).await;
        assert_eq!((reply.status, reply.body.len()), (200, 0));
    }
    house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
    for unknown in ["x", "jtn_at_x", cut, "a.b.c"] {
        revoke(&house, &[("token", unknown)]).await.refused(400, "invalid_token", "the token doesn't exist");
    }
    assert_eq!(revoke(&house, &[("token", &access)]).await.status, 200);
    revoke(&house, &[("token", &access)]).await.refused(400, "invalid_token", "the token doesn't exist");
}

/// `docs/contracts/oauth-token-endpoint.md` section 8: "unknown or already revoked token" is `token_unknown`
/// for SimpleIdServer clients; a token whose family ended is revoked already.
#[tokio::test]
async fn a_token_of_an_ended_family_is_gone_for_classic_clients() {
    let house = House::new().await;
    let first = begun(&house).await;
    house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
    assert_eq!(revoke(&house, &[("token", &first.refresh())]).await.status, 200);
    for token in [first.access(), first.refresh()] {
        revoke(&house, &[("token", &token)]).await.refused(400, "invalid_token", "the token doesn't exist");
    }
}

#[tokio::test]
async fn nobody_revokes_unauthenticated() {
    let house = House::new().await;
    let first = begun(&house).await;
    let token = first.access();
    let form = [("token", token.as_str())];
    let wrong = "the client cannot be authenticated with secret basic";
    Ask::post("/token/revoke").basic("app", "x").form(&form).send(&house).await.refused(401, "invalid_client", wrong);
    let unknown = "the client doesn't exist";
    Ask::post("/token/revoke").form(&form).send(&house).await.refused(401, "invalid_client", unknown);
    Ask::post("/token/revoke").bearer(&token).form(&form).send(&house).await.refused(401, "invalid_client", unknown);
    let in_body = [form[0], ("client_id", "app")];
    let reply = Ask::post("/token/revoke").form(&in_body).send(&house).await;
    reply.refused(401, "invalid_client", wrong);
    assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"jeton\""));
    house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
    Ask::post("/token/revoke").form(&in_body).send(&house).await.refused(400, "invalid_client", wrong);
    assert!(house.is_active(&token).await);
}

#[tokio::test]
async fn a_public_client_needs_only_its_name() {
    let house = House::new().await;
    house.client("public", None, |_| ()).await;
    let code = Browser::default().code(&house, &code_params("public", "openid offline_access")).await;
    let form =
        [("grant_type", "authorization_code"), ("client_id", "public"), ("code", &code), ("code_verifier", VERIFIER)];
    let first = house.public_token(&form).await.ok();
    let form = [("client_id", "public"), ("token", &first.refresh())];
    assert_eq!(Ask::post("/token/revoke").form(&form).send(&house).await.status, 200);
    assert!(!house.is_active(&first.access()).await);
}

#[tokio::test]
async fn a_session_is_not_a_clients_to_revoke() {
    let house = House::new().await;
    begun(&house).await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let session = browser.cookies["__Host-jeton_session"].clone();
    revoke(&house, &[("token", &session)]).await;
    let mut params = code_params("app", "openid");
    params.push(("prompt", "none"));
    assert!(jeton_served::back(&browser.open(&house, &params).await).contains_key("code"));
}

#[tokio::test]
async fn a_revoked_token_is_inactive() {
    let house = House::new().await;
    house.client("app", Some("s3cret"), |_| ()).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let token = house.token(("app", "s3cret"), &form).await.ok().access();
    Ask::post("/token/revoke").basic("app", "s3cret").form(&[("token", &token)]).send(&house).await.ok();
    assert!(!house.is_active(&token).await);
}
