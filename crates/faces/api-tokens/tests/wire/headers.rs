//! Headers of every answer (`docs/contracts/prodmanager.md` section 6).

use http::Method;

use crate::support::{Shop, USUAL};

#[tokio::test]
async fn every_answer_carries_them() {
    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    for answer in [
        shop.create(USUAL).await,
        shop.create(&[]).await,
        shop.whoami(&format!("Bearer {token}")).await,
        shop.whoami("Bearer x").await,
        shop.ask(Method::GET, "/token/whoami").await,
        shop.ask(Method::GET, "/api/token/nowhere").await,
        shop.ask(Method::PUT, "/api/token/create").await,
        shop.ask(Method::OPTIONS, "/api/token/create").await,
        shop.ask(Method::GET, "/api/token/whoami?per_page=51").await,
        shop.ask(Method::HEAD, "/api/token/whoami").await,
    ] {
        for (name, value) in [
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("content-security-policy", "default-src 'self' 'unsafe-inline'"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), value, "{answer:?}");
        }
        for absent in ["www-authenticate", "x-ratelimit-limit", "retry-after", "set-cookie"] {
            assert!(!answer.headers.contains_key(absent), "{absent} {answer:?}");
        }
    }
}
