//! `whoami` (`docs/contracts/prodmanager.md` section 4; check list 5).

use axum::body::Body;
use http::Method;

use crate::support::{SECRET, Shop, claims, get};

#[tokio::test]
async fn the_claims_stand_under_playload_and_beside_it_sorted_and_spaced() {
    let shop = Shop::open().await;
    let token = shop.make(&[("permission", "scope_api")]).await;
    let claims = claims(&token);
    let (now, jti) = (claims["iat"].as_i64().unwrap(), claims["jti"].as_str().unwrap());
    let before = format!(
        r#""aud": "nightly-report", "exp": {}, "iat": {now}, "iss": "ProdManager", "jti": "{jti}", "nbf": {now}, "permissions": ["scope_api"]"#,
        now + 3600
    );
    let after = r#""sub": "Nightly report job", "version": 1"#;
    let expected = format!(r#"{{{before}, "playload": {{{before}, {after}}}, {after}}}"#);
    for path in ["/api/token/whoami", "/token/whoami"] {
        let request = get(path).header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap();
        let answer = shop.send(request).await;
        assert_eq!(answer.said(), (200, expected.as_str()));
        assert_eq!(
            (answer.header("content-type"), answer.header("x-username")),
            ("application/json", "nightly-report")
        );
    }
}

#[tokio::test]
async fn any_first_word_will_do_and_any_number_of_blanks() {
    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    for word in ["Bearer", "bearer", "Token", "JWT", "x", "Bearer  ", "a-b:c/d"] {
        assert_eq!(shop.whoami(&format!("{word} {token}")).await.status, 200, "{word}");
    }
}

#[tokio::test]
async fn without_a_token_playload_is_null() {
    let shop = Shop::open().await;
    let answer = shop.ask(Method::GET, "/api/token/whoami").await;
    assert_eq!(answer.said(), (200, r#"{"playload": null}"#));
    assert_eq!(answer.header("x-username"), "");
}

#[tokio::test]
async fn head_says_the_same_without_a_body() {
    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    for path in ["/api/token/whoami", "/token/whoami"] {
        let request = get(path).method(Method::HEAD).header("authorization", format!("Bearer {token}"));
        let answer = shop.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.said(), (200, ""));
        assert_eq!(answer.header("x-username"), "nightly-report");
    }
    assert_eq!(shop.ask(Method::HEAD, "/api/token/whoami").await.said(), (200, ""));
}

#[tokio::test]
async fn names_beyond_ascii_are_escaped_and_the_header_is_latin_1_or_left_out() {
    let shop = Shop::open().await;
    let of = async |name: &str| {
        let token = shop.create(&[("secret", SECRET), ("name", name), ("description", "Tägliches ☂")]).await.token();
        shop.whoami(&format!("Bearer {token}")).await
    };
    let latin = of("Prüfung").await;
    assert!(
        latin.body.contains(r#""aud": "Pr\u00fcfung""#) && latin.body.contains(r#""sub": "T\u00e4gliches \u2602""#)
    );
    assert_eq!(latin.headers["x-username"].as_bytes(), b"Pr\xfcfung");
    for name in ["字", "two\nlines", "nul\0"] {
        let answer = of(name).await;
        assert_eq!((answer.status, answer.headers.get("x-username")), (200, None), "{name:?}");
    }
}
