//! Unknown paths, methods and pages (`docs/contracts/prodmanager.md` section 5).

use http::Method;

use crate::support::{Shop, options};

const UNKNOWN: &str = "\"The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.\"";

#[tokio::test]
async fn an_unknown_path_below_the_face_is_404_with_a_string() {
    let shop = Shop::open().await;
    for path in ["/api/token", "/api/token/", "/api/token/revoke", "/api/token/create/", "/api/token/whoami/x"] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = shop.ask(method, path).await;
            assert_eq!(answer.said(), (404, UNKNOWN), "{path}");
            assert_eq!(answer.header("content-type"), "application/json");
        }
    }
}

#[tokio::test]
async fn another_method_is_405_with_a_page_and_allow() {
    let shop = Shop::open().await;
    for (path, allow) in [
        ("/api/token/create", "POST, OPTIONS"),
        ("/token/create", "POST, OPTIONS"),
        ("/api/token/whoami", "GET, HEAD, OPTIONS"),
        ("/token/whoami", "GET, HEAD, OPTIONS"),
    ] {
        let answer = shop.ask(Method::DELETE, path).await;
        assert_eq!((answer.status, answer.header("allow")), (405, allow));
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(answer.body.contains("<title>405 Method Not Allowed</title>"), "{}", answer.body);
        let options = shop.ask(Method::OPTIONS, path).await;
        assert_eq!((options.said(), options.header("allow")), ((200, ""), allow));
    }
}

#[tokio::test]
async fn pages_beyond_the_bounds_are_refused_on_every_path() {
    let shop = Shop::open().await;
    for (method, path) in [
        (Method::GET, "/api/token/whoami"),
        (Method::POST, "/api/token/create"),
        (Method::GET, "/api/token/create"),
        (Method::GET, "/api/token/nowhere"),
        (Method::GET, "/token/whoami"),
    ] {
        let page = shop.ask(method.clone(), &format!("{path}?page=10000001")).await;
        let expected = r#"{"message": "Pagination value overflow", "reasons": {"page": ["Value higher than the limit 10000000"]}}"#;
        assert_eq!(page.said(), (400, expected), "{path}");
        let size = shop.ask(method, &format!("{path}?per_page=51")).await;
        let expected =
            r#"{"message": "Pagination value overflow", "reasons": {"per_page": ["Value higher than the limit 50"]}}"#;
        assert_eq!((size.said(), size.refusal(&shop)), ((400, expected), "pagination_overflow"), "{path}");
    }
    assert_eq!(shop.ask(Method::GET, "/api/token/whoami?page=10000000&per_page=50").await.status, 200);
}

#[tokio::test]
async fn a_face_without_a_secret_has_no_route() {
    use tower::ServiceExt as _;
    let router = jeton_face_api_tokens::router(None);
    for path in ["/api/token/create", "/api/token/whoami", "/token/create", "/token/whoami", "/api/token/x"] {
        let request = http::Request::builder().uri(path).body(axum::body::Body::empty()).unwrap();
        assert_eq!(router.clone().oneshot(request).await.unwrap().status(), 404, "{path}");
    }
    let empty = jeton_core::prodmanager::Options { secret: jeton_core::Secret::new(""), ..options() };
    assert!(jeton_core::prodmanager::TokenApi::open(empty).is_err());
}

#[tokio::test]
async fn a_service_that_is_switched_off_makes_and_takes_no_token() {
    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    let caller = jeton_core::administration::Caller::local();
    shop.jeton.administration.enable_service(&caller, shop.service, false).await.unwrap();
    assert_eq!(shop.create(crate::support::USUAL).await.status, 503);
    assert_eq!(shop.whoami(&format!("Bearer {token}")).await.status, 401);
}
