//! Tokens bound to a client certificate (RFC 8705 section 3).

use jeton_core::model::{AuthMethod, Client, TokenFormat};
use serde_json::json;

use jeton_served::{Ask, Browser, House, Made, Maker, PASSWORD, Reply, USER, VERIFIER, code_params};

const SECRET: &str = "s3cret";
const NEEDED: &str = "a client certificate is needed to bind the token to";
const FOREIGN: &str = "the authorization is bound to another client certificate";

fn bound(client: &mut Client) {
    client.metadata.set("tls_client_certificate_bound_access_tokens", true);
}

async fn by_password(house: &House, made: Option<&Made>) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "openid read")];
    with(Ask::post("/token").basic("app", SECRET).form(&form), made).send(house).await
}

async fn refreshed(house: &House, token: &str, made: Option<&Made>) -> Reply {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    with(Ask::post("/token").basic("app", SECRET).form(&form), made).send(house).await
}

fn with(ask: Ask, made: Option<&Made>) -> Ask {
    match made {
        Some(made) => ask.certificate(&made.der, false),
        None => ask,
    }
}

async fn userinfo(house: &House, token: &str, made: Option<&Made>) -> u16 {
    with(Ask::get("/userinfo").bearer(token), made).send(house).await.status
}

#[tokio::test]
async fn an_access_token_says_to_what_it_is_bound_and_is_held_to_it() {
    let (app, other) = (Maker::app().made(), Maker::app().made());
    for format in [TokenFormat::Jwt, TokenFormat::Opaque] {
        let house = House::new().await;
        house
            .client("app", Some(SECRET), |c| {
                bound(c);
                c.access_token_format = Some(format);
            })
            .await;
        by_password(&house, None).await.refused(400, "invalid_request", NEEDED);
        let token = by_password(&house, Some(&app)).await.ok().access();
        assert_eq!(house.introspected(&token).await["cnf"], json!({"x5t#S256": app.print()}));
        if format == TokenFormat::Jwt {
            assert_eq!(house.verified(&token).await.claims["cnf"], json!({"x5t#S256": app.print()}));
        }
        assert_eq!(userinfo(&house, &token, Some(&app)).await, 200);
        assert_eq!(userinfo(&house, &token, Some(&other)).await, 401);
        assert_eq!(userinfo(&house, &token, None).await, 401);
    }
}

#[tokio::test]
async fn every_grant_binds() {
    let app = Maker::app().made();
    let house = House::new().await;
    house.client("app", Some(SECRET), bound).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let ask = || Ask::post("/token").basic("app", SECRET).form(&form);
    ask().send(&house).await.refused(400, "invalid_request", NEEDED);
    let token = with(ask(), Some(&app)).send(&house).await.ok().access();
    assert_eq!(house.introspected(&token).await["cnf"]["x5t#S256"], app.print());
    // A client that is not registered for bound tokens gets unbound ones.
    house.client("free", Some(SECRET), |_| ()).await;
    let ask = Ask::post("/token").basic("free", SECRET).form(&form);
    let token = with(ask, Some(&app)).send(&house).await.ok().access();
    assert!(house.introspected(&token).await.get("cnf").is_none());
}

#[tokio::test]
async fn a_bound_family_stays_with_its_certificate() {
    let (app, other) = (Maker::app().made(), Maker::app().made());
    let house = House::new().await;
    house.client("app", Some(SECRET), bound).await;
    let mut token = by_password(&house, Some(&app)).await.ok().refresh();
    for _ in 0..3 {
        refreshed(&house, &token, None).await.refused(400, "invalid_request", NEEDED);
        refreshed(&house, &token, Some(&other)).await.refused(400, "invalid_grant", FOREIGN);
        let reply = refreshed(&house, &token, Some(&app)).await.ok();
        assert_eq!(house.introspected(&reply.access()).await["cnf"]["x5t#S256"], app.print());
        // The lost answer, too, requires the certificate.
        refreshed(&house, &token, None).await.refused(400, "invalid_request", NEEDED);
        refreshed(&house, &token, Some(&other)).await.refused(400, "invalid_grant", FOREIGN);
        assert_eq!(refreshed(&house, &token, Some(&app)).await.ok().refresh(), reply.refresh());
        token = reply.refresh();
    }
    // A bound family stays bound, even if the client's registration changes.
    house.change_client("app", |c| c.metadata = jeton_core::model::ClientMetadata::default()).await;
    refreshed(&house, &token, Some(&other)).await.refused(400, "invalid_grant", FOREIGN);
    let reply = refreshed(&house, &token, Some(&app)).await.ok();
    assert_eq!(house.introspected(&reply.access()).await["cnf"]["x5t#S256"], app.print());
}

#[tokio::test]
async fn a_public_clients_refresh_token_is_bound_too() {
    let (app, other) = (Maker::app().made(), Maker::app().made());
    let house = House::new().await;
    house
        .client("open", None, |c| {
            bound(c);
            c.skip_consent = true;
        })
        .await;
    let code = Browser::default().code(&house, &code_params("open", "openid offline_access read")).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", "https://app.example/cb"),
        ("client_id", "open"),
        ("code_verifier", VERIFIER),
    ];
    // Without a certificate the request is refused and the code is not used up.
    Ask::post("/token").form(&form).send(&house).await.refused(400, "invalid_request", NEEDED);
    let reply = with(Ask::post("/token").form(&form), Some(&app)).send(&house).await.ok();
    let refresh = reply.refresh();
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*refresh), ("client_id", "open")];
    Ask::post("/token").form(&form).send(&house).await.refused(400, "invalid_request", NEEDED);
    with(Ask::post("/token").form(&form), Some(&other)).send(&house).await.refused(400, "invalid_grant", FOREIGN);
    with(Ask::post("/token").form(&form), Some(&app)).send(&house).await.ok();
}

/// RFC 8705 sections 6.3 and 7.1: the client authenticates with its certificate, and may renew it.
#[tokio::test]
async fn a_client_that_authenticates_with_its_certificate_may_renew_it() {
    let (old, new, stranger) = (Maker::app().made(), Maker::app().made(), Maker::app().made());
    let house = House::new().await;
    house
        .client("app", None, |c| {
            bound(c);
            c.token_endpoint_auth_method = AuthMethod::SelfSignedTlsClientAuth;
            c.metadata.set("jwks", json!({"keys": [old.jwk(), new.jwk()]}));
        })
        .await;
    let ask = |made: &Made, form: &[(&str, &str)]| {
        Ask::post("/token").form(&[form, &[("client_id", "app")]].concat()).certificate(&made.der, false)
    };
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let first = ask(&old, &form).send(&house).await.ok();
    assert_eq!(house.introspected(&first.access()).await["cnf"]["x5t#S256"], old.print());
    let refresh = first.refresh();
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    assert_eq!(ask(&stranger, &form).send(&house).await.status, 400);
    let second = ask(&new, &form).send(&house).await.ok();
    assert_eq!(house.introspected(&second.access()).await["cnf"]["x5t#S256"], new.print());
    assert_eq!(userinfo(&house, &first.access(), Some(&new)).await, 401);
}
