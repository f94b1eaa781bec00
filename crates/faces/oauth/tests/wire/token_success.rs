//! Answers to valid token requests, grant by grant.

use jeton_core::model::{CompatibilityMode, ResponseScope, TokenFormat};
use jeton_testkit::sample;

use jeton_served::{Ask, Browser, House, PASSWORD, USER, VERIFIER, code_params};

const SECRET: &str = "s3cret";
const NOW: i64 = sample::T0.seconds();

fn password(scope: &str) -> [(&str, &str); 4] {
    [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)]
}

#[tokio::test]
async fn client_credentials_opaque() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    let reply = house.token(("app", SECRET), &[("grant_type", "client_credentials"), ("scope", "read write")]).await;
    insta::assert_snapshot!(reply.show(), @r#"
    200
    access-control-allow-origin: *
    access-control-expose-headers: WWW-Authenticate, Jeton-Refusal, Retry-After, DPoP-Nonce
    cache-control: no-store
    content-type: application/json
    pragma: no-cache

    {
      "access_token": "<at>",
      "expires_in": 3600,
      "scope": "read write",
      "token_type": "Bearer"
    }
    "#);
}

#[tokio::test]
async fn client_credentials_jwt() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let reply =
        house.token(("app", SECRET), &[("grant_type", "client_credentials"), ("scope", "read write")]).await.ok();
    let token = house.verified(&reply.access()).await;
    assert_eq!(token.header["typ"], "at+jwt", "RFC 9068 section 2.1");
    assert_eq!(token.header["alg"], "ES256");
    let jti = token.claims["jti"].as_str().unwrap();
    assert_eq!(jti.len(), 36, "{jti}");
    let expected = serde_json::json!({
        "iss": "https://id.example", "sub": "app", "aud": "app", "client_id": "app", "scope": "read write",
        "iat": NOW, "exp": NOW + 3600, "jti": jti,
    });
    assert_eq!(token.claims, expected);
}

#[tokio::test]
async fn the_audience_of_a_jwt_is_the_configured_one_as_string_or_array() {
    let house = House::new().await;
    for (audience, expected) in [
        ("https://api.example", serde_json::json!("https://api.example")),
        ("https://a.example https://b.example", serde_json::json!(["https://a.example", "https://b.example"])),
    ] {
        house.client("app", Some(SECRET), |c| c.audience = Some(audience.into())).await;
        let reply = house.token(("app", SECRET), &[("grant_type", "client_credentials"), ("scope", "read")]).await.ok();
        assert_eq!(house.verified(&reply.access()).await.claims["aud"], expected);
        assert_eq!(house.introspected(&reply.access()).await["aud"], expected);
    }
}

/// `docs/contracts/oauth-token-endpoint.md` sections 4 and 6: `resource` is an optional parameter, and becomes `aud` (RFC 8707).
#[tokio::test]
async fn the_resource_asked_for_is_the_audience() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read"), ("resource", "https://api.example/")];
    let reply = house.token(("app", SECRET), &form).await;
    // Either used or refused as `invalid_target`; a token with another audience is neither.
    if reply.status == 200 {
        assert_eq!(house.verified(&reply.access()).await.claims["aud"], "https://api.example/");
    } else {
        assert_eq!(reply.member("error"), "invalid_target");
    }
}

#[tokio::test]
async fn password_without_openid() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    let reply = house.token(("app", SECRET), &password("read")).await;
    insta::assert_snapshot!(reply.show(), @r#"
    200
    access-control-allow-origin: *
    access-control-expose-headers: WWW-Authenticate, Jeton-Refusal, Retry-After, DPoP-Nonce
    cache-control: no-store
    content-type: application/json
    pragma: no-cache

    {
      "access_token": "<at>",
      "expires_in": 3600,
      "refresh_token": "<rt>",
      "scope": "read",
      "token_type": "Bearer"
    }
    "#);
}

#[tokio::test]
async fn password_with_openid_brings_an_id_token_that_says_how() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let reply = house.token(("app", SECRET), &password("openid read")).await.ok();
    let id = house.verified(&reply.member("id_token")).await;
    let expected = serde_json::json!({
        "iss": "https://id.example", "sub": "sub-of-alice", "aud": "app", "iat": NOW, "exp": NOW + 3600,
        "auth_time": NOW, "amr": ["pwd"], "at_hash": id.claims["at_hash"], "jti": id.claims["jti"],
    });
    assert_eq!(id.claims, expected);
    assert!(id.claims["jti"].is_string(), "it names the access token it came with");
    let access = house.verified(&reply.access()).await;
    assert_eq!(access.claims["sub"], "sub-of-alice");
}

/// `docs/contracts/oauth-token-endpoint.md` section 6: "only if the client has the `refresh_token` grant; not for
/// `client_credentials`, for code flow with `offline_access`": a password answer is neither.
#[tokio::test]
async fn a_password_answer_with_openid_has_a_refresh_token() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let reply = house.token(("app", SECRET), &password("openid")).await.ok();
    assert!(reply.has("refresh_token"), "{}", reply.show());
}

#[tokio::test]
async fn no_refresh_token_without_the_refresh_grant() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.grant_types.retain(|g| g != "refresh_token")).await;
    let reply = house.token(("app", SECRET), &password("read offline_access")).await.ok();
    assert!(!reply.has("refresh_token"), "{}", reply.show());
    let code = Browser::default().code(&house, &code_params("app", "openid offline_access")).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    assert!(!house.token(("app", SECRET), &form).await.ok().has("refresh_token"));
}

#[tokio::test]
async fn authorization_code_through_the_pages() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let mut browser = Browser::default();
    let code = browser.code(&house, &code_params("app", "openid profile offline_access")).await;
    house.wait(5);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    let reply = house.token(("app", SECRET), &form).await;
    insta::assert_snapshot!(reply.show(), @r#"
    200
    access-control-allow-origin: *
    access-control-expose-headers: WWW-Authenticate, Jeton-Refusal, Retry-After, DPoP-Nonce
    cache-control: no-store
    content-type: application/json
    pragma: no-cache

    {
      "access_token": "<jwt>",
      "expires_in": 3600,
      "id_token": "<jwt>",
      "refresh_token": "<rt>",
      "scope": "openid profile offline_access",
      "token_type": "Bearer"
    }
    "#);
    let id = house.verified(&reply.member("id_token")).await;
    let hash = jeton_jose::digest::sha256(reply.access().as_bytes());
    let session = id.claims["sid"].as_str().expect("Back-Channel Logout's name of the session");
    let expected = serde_json::json!({
        "iss": "https://id.example", "sub": "sub-of-alice", "aud": "app", "iat": NOW + 5, "exp": NOW + 3605,
        "sid": session, "auth_time": NOW, "amr": ["pwd"], "nonce": "n-1", "at_hash": jeton_jose::base64url::encode(&hash[..16]),
        "jti": id.claims["jti"],
    });
    assert_eq!(id.claims, expected);
    assert!(id.claims["jti"].is_string(), "it names the access token it came with");
}

#[tokio::test]
async fn without_offline_access_an_openid_code_brings_no_refresh_token() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let code = Browser::default().code(&house, &code_params("app", "openid")).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    let reply = house.token(("app", SECRET), &form).await.ok();
    assert!(!reply.has("refresh_token") && reply.has("id_token"), "{}", reply.show());
}

#[tokio::test]
async fn refresh_brings_a_whole_answer() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let code = Browser::default().code(&house, &code_params("app", "openid profile offline_access")).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    let first = house.token(("app", SECRET), &form).await.ok();
    house.wait(100);
    let form = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
    let second = house.token(("app", SECRET), &form).await.ok();
    assert_eq!(second.member("scope"), "openid profile offline_access");
    assert_eq!(second.json()["expires_in"], 3600);
    assert_ne!(second.access(), first.access());
    assert_ne!(second.refresh(), first.refresh());
    let (old, new) =
        (house.verified(&first.member("id_token")).await, house.verified(&second.member("id_token")).await);
    for kept in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(old.claims[kept], new.claims[kept], "OIDC Core 12.2: {kept}");
    }
    assert_eq!(new.claims["iat"], NOW + 100, "OIDC Core 12.2: iat is the time of the new one");
    let nonce = &new.claims["nonce"];
    assert!(nonce.is_null() || *nonce == old.claims["nonce"], "OIDC Core 12.2: no other nonce");
}

#[tokio::test]
async fn scope_is_a_string_an_array_or_left_out() {
    let house = House::new().await;
    let form = [("grant_type", "client_credentials"), ("scope", "write read")];
    for (registered, profile, expected) in [
        (None, CompatibilityMode::Standard, Some(serde_json::json!("write read"))),
        (Some(ResponseScope::String), CompatibilityMode::Classic, Some(serde_json::json!("write read"))),
        (None, CompatibilityMode::Classic, Some(serde_json::json!(["write", "read"]))),
        (Some(ResponseScope::Array), CompatibilityMode::Standard, Some(serde_json::json!(["write", "read"]))),
        (Some(ResponseScope::OmitIfSame), CompatibilityMode::Standard, None),
        (Some(ResponseScope::OmitIfSame), CompatibilityMode::Classic, None),
    ] {
        house
            .client("app", Some(SECRET), |c| {
                c.profile = profile;
                c.token_response_scope = registered;
                c.response_types = vec!["token".into()];
            })
            .await;
        let reply = house.token(("app", SECRET), &form).await.ok();
        assert_eq!(reply.json().get("scope").cloned(), expected, "{registered:?} {profile:?}");
    }
}

#[tokio::test]
async fn a_scope_the_request_did_not_name_is_always_told() {
    let house = House::new().await;
    house
        .client("app", Some(SECRET), |c| {
            c.default_scope = Some(sample::scope("read"));
            c.token_response_scope = Some(ResponseScope::OmitIfSame);
        })
        .await;
    let reply = house.token(("app", SECRET), &[("grant_type", "client_credentials")]).await.ok();
    assert_eq!(reply.member("scope"), "read");
}

/// RFC 6749 section 5.1: may be omitted when identical to the requested one; with a code, the authorization request named
/// the scope. `omit_if_same` is the form that SimpleIdServer's .NET client can read, so it must work here.
#[tokio::test]
async fn omit_if_same_holds_for_codes_and_refreshes() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.token_response_scope = Some(ResponseScope::OmitIfSame)).await;
    let code = Browser::default().code(&house, &code_params("app", "openid offline_access")).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    let first = house.token(("app", SECRET), &form).await.ok();
    let form = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
    let second = house.token(("app", SECRET), &form).await.ok();
    assert_eq!((first.has("scope"), second.has("scope")), (false, false));
}

#[tokio::test]
async fn the_default_scope_serves_who_names_none() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.default_scope = Some(sample::scope("read"))).await;
    for form in [
        vec![("grant_type", "client_credentials")],
        vec![("grant_type", "client_credentials"), ("scope", " ")],
        vec![("grant_type", "password"), ("username", USER), ("password", PASSWORD)],
    ] {
        assert_eq!(house.token(("app", SECRET), &form).await.ok().member("scope"), "read");
    }
}

#[tokio::test]
async fn classic_clients_get_a_refresh_token_for_client_credentials() {
    let house = House::new().await;
    let classic = |c: &mut jeton_core::model::Client| {
        c.profile = CompatibilityMode::Classic;
        c.response_types = vec!["token".into()];
    };
    house.client("app", Some(SECRET), classic).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let first = house.token(("app", SECRET), &form).await.ok();
    let form = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
    let second = house.token(("app", SECRET), &form).await.ok();
    assert!(second.has("access_token") && second.has("refresh_token") && !second.has("id_token"));
    let claims = house.verified(&second.access()).await.claims;
    assert_eq!((&claims["sub"], &claims["scope"]), (&"app".into(), &serde_json::json!(["read"])));
}

#[tokio::test]
async fn every_algorithm_of_an_id_token_has_its_own_at_hash() {
    use jeton_jose::Algorithm::{ES256, ES384, EdDSA, PS256, RS256};
    let house = House::new().await;
    for alg in [ES256, ES384, EdDSA, RS256, PS256] {
        house.jeton.administration.ensure_key(house.service, alg).await.unwrap();
        house.client("app", Some(SECRET), |c| c.id_token_signed_response_alg = Some(alg)).await;
        let reply = house.token(("app", SECRET), &password("openid")).await.ok();
        let id = house.verified(&reply.member("id_token")).await;
        assert_eq!(id.header["alg"], alg.as_str());
        let bytes = match alg {
            ES384 => 24,
            EdDSA => 32,
            _ => 16,
        };
        let hash = jeton_jose::base64url::decode(id.claims["at_hash"].as_str().unwrap()).unwrap();
        assert_eq!(hash.len(), bytes, "{alg:?}");
    }
}

#[tokio::test]
async fn lifetimes_are_the_clients_own() {
    let house = House::new().await;
    house
        .client("app", Some(SECRET), |c| {
            c.access_token_lifetime = Some(std::time::Duration::from_secs(90));
            c.id_token_lifetime = Some(std::time::Duration::from_secs(45));
        })
        .await;
    let reply = house.token(("app", SECRET), &password("openid")).await.ok();
    assert_eq!(reply.json()["expires_in"], 90);
    assert_eq!(house.verified(&reply.access()).await.claims["exp"], NOW + 90);
    assert_eq!(house.verified(&reply.member("id_token")).await.claims["exp"], NOW + 45);
    house.wait(89);
    assert!(house.is_active(&reply.access()).await);
    house.wait(1);
    assert!(!house.is_active(&reply.access()).await);
}

#[tokio::test]
async fn two_requests_never_get_the_same_token() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let (one, two) = (house.token(("app", SECRET), &form).await.ok(), house.token(("app", SECRET), &form).await.ok());
    assert_ne!(one.access(), two.access());
}

#[tokio::test]
async fn the_issuer_is_the_configured_one_whatever_host_says() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let ask = Ask::post("/token").header("x-forwarded-host", "evil.example").header("forwarded", "host=evil.example");
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let reply = ask.basic("app", SECRET).form(&form).send(&house).await.ok();
    assert_eq!(house.verified(&reply.access()).await.claims["iss"], "https://id.example");
}
