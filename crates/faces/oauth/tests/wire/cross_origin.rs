//! Cross-origin requests: allowed at endpoints that use no cookies, and at no others.

use http::Method;

use jeton_served::{Ask, House, Reply};

async fn preflight(house: &House, path: &str) -> Reply {
    Ask::new(Method::OPTIONS, path)
        .header("origin", "https://spa.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type")
        .send(house)
        .await
}

const OPEN: [&str; 15] = [
    "/par",
    "/device_authorization",
    "/revoke",
    "/devicecode",
    "/jwk",
    "/iam/api/client-registration",
    "/registration",
    "/register",
    "/token",
    "/token/revoke",
    "/introspect",
    "/userinfo",
    "/jwks",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
];

#[tokio::test]
async fn the_machines_endpoints_are_open() {
    let house = House::new().await;
    for path in OPEN {
        let reply = preflight(&house, path).await;
        assert_eq!(reply.status, 204, "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert_eq!(reply.header("access-control-allow-credentials"), None);
        let allowed = reply.header("access-control-allow-headers").unwrap().to_ascii_lowercase();
        assert!(
            allowed.contains("authorization") && allowed.contains("content-type"),
            "`*` does not cover Authorization"
        );
    }
}

/// A page must be able to read refusals, so they have the header too.
#[tokio::test]
async fn refusals_are_readable_too() {
    let house = House::new().await;
    for path in OPEN {
        for ask in [Ask::post(path), Ask::get(path), Ask::post(path).basic("a", "b").form(&[("token", "x")])] {
            let reply = ask.header("origin", "https://spa.example").send(&house).await;
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{path}: {}", reply.show());
            let exposed = reply.header("access-control-expose-headers").unwrap();
            for name in ["WWW-Authenticate", "Jeton-Refusal", "Retry-After"] {
                assert!(exposed.contains(name), "{path}: {exposed}");
            }
        }
    }
}

/// A page may send any header (client libraries add their own), except those that proxies write and that are believed.
#[tokio::test]
async fn headers_are_allowed_except_those_of_proxies() {
    let house = House::new().await;
    let asked = "authorization, dpop,X-Requested-With, traceparent, forwarded, x-forwarded-for, X-Forwarded-Prefix, \
                 client-cert, client-cert-chain, x-arr-clientcert, not a name";
    for path in OPEN {
        let preflight = Ask::new(Method::OPTIONS, path)
            .header("origin", "https://spa.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", asked);
        let reply = preflight.send(&house).await;
        let allowed = reply.header("access-control-allow-headers").unwrap_or_default();
        assert_eq!(allowed, "Authorization, Content-Type, dpop, x-requested-with, traceparent", "{path}");
    }
}

#[tokio::test]
async fn what_takes_cookies_is_closed() {
    let house = House::new().await;
    for path in [
        "/authorization",
        "/authorize",
        "/authorization/sign-in",
        "/authorization/consent",
        "/end_session",
        "/end_session/confirm",
        "/uma/requests",
        "/device",
        "/sign-in",
        "/check_session",
        "/console",
        "/account/v1/tokens",
        "/admin/v1/tokens",
        "/code",
    ] {
        let reply = preflight(&house, path).await;
        assert_eq!(reply.header("access-control-allow-origin"), None, "{path}");
        assert!(!(200..300).contains(&reply.status), "{path}");
        for ask in [Ask::get(path), Ask::post(path)] {
            let reply = ask.header("origin", "https://spa.example").send(&house).await;
            assert_eq!(reply.header("access-control-allow-origin"), None, "{path}");
        }
    }
}
