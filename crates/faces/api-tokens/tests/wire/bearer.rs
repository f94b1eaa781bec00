//! The checks of a presented token (`docs/contracts/prodmanager.md` section 3.2).

use std::time::Duration;

use axum::body::Body;
use jeton_core::administration::{Caller, NewToken};
use jeton_core::api_tokens::Lifetime;
use jeton_core::model::{TokenDetails, TokenFormat, TokenKind};
use jeton_jose::base64url;

use crate::support::{Shop, claims, form, get, post};

const SHAPE: &str = "Token has not the right format or type. expected : \
                     ^\\S+ +[A-Za-z0-9_=-]+\\.[A-Za-z0-9_=-]+\\.[A-Za-z0-9_=+/-]+$";

#[tokio::test]
async fn a_header_of_another_shape_is_refused_with_the_shape() {
    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    for header in [
        "",
        "x",
        "Bearer",
        "Bearer x",
        "Bearer a.b",
        "Bearer a.b.c.d",
        "Bearer ..",
        "Basic dXNlcjpwdw==",
        &token,
        &format!("Bearer {token} x"),
        &format!("Bearer\t{token}"),
        &format!("Bearer {token}."),
    ] {
        let answer = shop.whoami(header).await;
        let expected = serde_json::json!({ "message": "Token validation failed", "reasons": { "token": [SHAPE] } });
        assert_eq!((answer.status, answer.json()), (401, expected), "{header}");
    }
    let whoami = || get("/api/token/whoami");
    let twice = whoami().header("authorization", format!("Bearer {token}")).header("authorization", "Bearer x");
    assert_eq!(shop.send(twice.body(Body::empty()).unwrap()).await.status, 401);
    let bytes = whoami().header("authorization", &b"Bearer \xff.a.b"[..]);
    assert_eq!(shop.send(bytes.body(Body::empty()).unwrap()).await.status, 401);
}

#[tokio::test]
async fn the_body_of_a_refused_token_is_exact() {
    let shop = Shop::open().await;
    let mut token = shop.make(&[]).await;
    token.pop();
    let answer = shop.whoami(&format!("Bearer {token}")).await;
    let expected = r#"{"message": "Token validation failed", "reasons": {"token": ["Signature verification failed"]}}"#;
    assert_eq!(answer.said(), (401, expected));
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.refusal(&shop), "api_token_misfit");
}

#[tokio::test]
async fn an_altered_or_foreign_text_is_no_token() {
    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    let other = Shop::open().await.make(&[]).await;
    let (head, rest) = token.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let mut changed = claims(&token);
    changed.insert("permissions".into(), serde_json::json!(["token_api"]));
    let changed = base64url::encode(serde_json::to_vec(&changed).unwrap());
    for text in [
        other,
        format!("{head}.{changed}.{signature}"),
        format!("{head}.{payload}.{}", base64url::encode([0; 32])),
        format!("{head}.{payload}.{signature}="),
        format!("{head}.{payload}.{signature}A"),
        format!("{head}.{payload}.+/"),
        format!("{head}=.{payload}.{signature}"),
        format!("{payload}.{head}.{signature}"),
        "a.b.c".to_owned(),
        format!("{}.{}.c", base64url::encode(r#"{"alg":"HS256"}"#), base64url::encode("[]")),
    ] {
        assert_eq!(shop.token_error(&text).await, "Signature verification failed", "{text}");
    }
}

#[tokio::test]
async fn another_algorithm_is_named_before_anything_else() {
    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    let rest = token.split_once('.').unwrap().1;
    for alg in ["none", "HS512", "RS256", "hs256", ""] {
        let head = base64url::encode(format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#));
        assert_eq!(
            shop.token_error(&format!("{head}.{rest}")).await,
            "The specified alg value is not allowed",
            "{alg}"
        );
    }
}

#[tokio::test]
async fn times_are_kept_to_the_second_without_leeway() {
    let shop = Shop::open().await;
    let start = shop.clock.advance(Duration::from_millis(500));
    let token = shop.make(&[]).await;
    let exp = claims(&token)["exp"].as_i64().unwrap();
    let bearer = format!("Bearer {token}");
    shop.clock.set(jeton_core::Timestamp::from_millis(exp * 1000 - 1));
    assert_eq!(shop.whoami(&bearer).await.status, 200);
    shop.clock.set(jeton_core::Timestamp::from_seconds(exp));
    assert_eq!(shop.token_error(&token).await, "Signature has expired");
    shop.clock.set(start - Duration::from_secs(60));
    assert_eq!(shop.token_error(&token).await, "The token is not yet valid (iat)");

    shop.clock.set(start);
    let later = [("not_before_date", "2100-01-01T00:00"), ("expiration_date", "2100-01-01T00:01")];
    let later = shop.make(&later).await;
    assert_eq!(shop.token_error(&later).await, "The token is not yet valid (nbf)");
    shop.clock.set(jeton_core::Timestamp::from_seconds(4_102_444_800));
    assert_eq!(shop.whoami(&format!("Bearer {later}")).await.status, 200);
}

#[tokio::test]
async fn an_expired_token_is_called_so_after_its_row_is_gone() {
    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    shop.clock.advance(Duration::from_secs(7200));
    assert_eq!(shop.jeton.ledger.sweep(100).await.unwrap(), 1);
    assert_eq!(shop.token_error(&token).await, "Signature has expired");
}

#[tokio::test]
async fn tokens_of_other_kinds_are_none_of_these() {
    let shop = Shop::open().await;
    let service = shop.jeton.ledger.entities().service(shop.service).unwrap();
    for (format, why) in [(TokenFormat::Jwt, "The specified alg value is not allowed"), (TokenFormat::Opaque, SHAPE)] {
        let order = NewToken {
            binding: None,
            kind: TokenKind::Api,
            format: Some(format),
            client: None,
            user: None,
            scope: None,
            audience: Some("https://api.example".into()),
            lifetime: Lifetime::Usual,
            not_before: None,
            details: TokenDetails::default(),
        };
        shop.jeton.administration.ensure_key(shop.service, service.settings.signing_alg).await.unwrap();
        let issued = shop.jeton.administration.mint_for(&Caller::local(), &service, order).await.unwrap();
        assert_eq!(shop.token_error(issued.tokens[0].text.expose()).await, why);
    }
}

#[tokio::test]
async fn a_bad_header_is_401_on_every_path_before_anything_else() {
    let shop = Shop::open().await;
    for request in [
        form(post("/api/token/create").header("authorization", "Bearer x"), &[]),
        form(post("/api/token/create?page=10000001").header("authorization", "Bearer x"), &[]),
        post("/api/token/whoami").header("authorization", "Bearer x").body(Body::empty()).unwrap(),
        get("/api/token/nowhere").header("authorization", "Bearer x").body(Body::empty()).unwrap(),
        get("/token/whoami").header("authorization", "Bearer x").body(Body::empty()).unwrap(),
    ] {
        let uri = request.uri().clone();
        let answer = shop.send(request).await;
        assert_eq!((answer.status, answer.json()["message"].as_str()), (401, Some("Token validation failed")), "{uri}");
    }
    let token = shop.make(&[]).await;
    let request = post("/api/token/create").header("authorization", format!("Bearer {token}"));
    let made = shop.send(form(request, crate::support::USUAL)).await;
    assert_eq!((made.status, made.header("x-username")), (200, "nightly-report"));
}
