//! The rate limit per caller (`docs/contracts/prodmanager.md` section 6).

use std::time::Duration;

use axum::body::Body;
use http::Method;
use jeton_core::prodmanager::{Options, Rate};
use jeton_jose::digest::sha256;

use crate::support::{HttpAnswer, SECRET, Shop, USUAL, claims, form, from, get, options, post};

async fn shop() -> Shop {
    let rate = Rate { anonymous: 3, logged: 2, period: Duration::from_secs(3600) };
    Shop::with(Options { rate: Some(rate), ..options() }).await
}

fn hex(text: &str) -> String {
    sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn counted(answer: &HttpAnswer) -> [&str; 5] {
    ["client", "limit", "reset", "remaining", "used"].map(|name| answer.header(&format!("x-ratelimit-{name}")))
}

#[tokio::test]
async fn the_last_request_passes_and_the_next_is_429_until_the_period_ends() {
    let shop = shop().await;
    let (client, reset) = (hex("192.0.2.1"), (shop.clock_seconds() + 3600).to_string());
    for (remaining, used) in [("2", "1"), ("1", "2"), ("0", "3")] {
        let answer = shop.ask(Method::GET, "/api/token/whoami").await;
        assert_eq!(answer.status, 200);
        assert_eq!(counted(&answer), [&client, "3", &reset, remaining, used]);
        assert_eq!(answer.header("retry-after"), "");
    }
    shop.clock.advance(Duration::from_secs(600));
    for path in ["/api/token/whoami", "/api/token/create", "/api/token/nowhere", "/token/whoami"] {
        let over = shop.ask(Method::GET, path).await;
        assert_eq!(over.said(), (429, r#"{"message": "API rate limit has been reached"}"#));
        assert_eq!(counted(&over), [&client, "3", &reset, "0", "3"]);
        assert_eq!(over.refusal(&shop), "api_rate_limit");
        assert_eq!((over.header("retry-after"), over.header("x-content-type-options")), ("3000", "nosniff"));
    }
    let other = shop.send(from(get("/api/token/whoami"), 2).body(Body::empty()).unwrap()).await;
    assert_eq!((other.status, other.header("x-ratelimit-used")), (200, "1"));
    shop.clock.advance(Duration::from_secs(3000));
    assert_eq!(shop.ask(Method::GET, "/api/token/whoami").await.status, 200);
}

#[tokio::test]
async fn a_token_has_a_budget_of_its_own_and_a_bad_one_counts_for_the_address() {
    let shop = shop().await;
    let usual = crate::support::USUAL;
    let made = shop.send(form(from(post("/api/token/create"), 9), usual)).await;
    assert_eq!(made.header("x-ratelimit-client"), hex("192.0.2.9"));
    let token = made.token();
    let with = |token: &str| {
        let request = from(get("/api/token/whoami"), 9).header("authorization", format!("Bearer {token}"));
        request.body(Body::empty()).unwrap()
    };
    let client = hex(claims(&token)["jti"].as_str().unwrap());
    for (status, remaining) in [(200, "1"), (200, "0"), (429, "0")] {
        let answer = shop.send(with(&token)).await;
        assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (status, remaining));
        assert_eq!((answer.header("x-ratelimit-client"), answer.header("x-ratelimit-limit")), (client.as_str(), "2"));
    }
    for (status, used) in [(401, "2"), (401, "3"), (429, "3")] {
        let answer = shop.send(with("a.b.c")).await;
        assert_eq!((answer.status, answer.header("x-ratelimit-used")), (status, used));
    }
}

#[tokio::test]
async fn callers_at_once_get_no_more_than_the_budget() {
    let shop = std::sync::Arc::new(shop().await);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let shop = std::sync::Arc::clone(&shop);
        calls.spawn(async move { shop.ask(Method::GET, "/api/token/whoami").await.status });
    }
    let statuses = calls.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 29);
}

/// People choose the secret, so it can be guessed: wrong ones slow down their address, right ones from elsewhere are not
/// delayed.
#[tokio::test]
async fn ten_wrong_secrets_slow_an_address_down() {
    let shop = Shop::open().await;
    let create = async |secret: &str, host: u8| {
        let fields = [USUAL, &[("secret", secret)]].concat();
        let fields: Vec<_> = fields.into_iter().skip(1).collect();
        shop.send(form(from(post("/api/token/create"), host), &fields)).await
    };
    for n in 0..10 {
        let wrong = create(&format!("guess {n}"), 1).await;
        assert_eq!((wrong.status, wrong.refusal(&shop)), (400, "api_token_secret"));
    }
    let over = create(SECRET, 1).await;
    let text = r#"{"message": "too many wrong secrets came from this address, try again later"}"#;
    assert_eq!((over.said(), over.header("retry-after")), ((429, text), "6"));
    assert_eq!(over.refusal(&shop), "secrets_slowed");
    assert_eq!(create(SECRET, 2).await.status, 200);
    shop.clock.advance(Duration::from_secs(6));
    assert_eq!(create(SECRET, 1).await.status, 200);
}
