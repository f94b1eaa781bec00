//! Each route of each face answers the methods that its list names, and no other.

use axum::body::Body;
use http::Request;
use jeton_core::{Secret, prodmanager};
use jeton_jose::Algorithm;
use jeton_served::{Opening, routes};
use tower::ServiceExt as _;

#[tokio::test]
async fn routes_answer_the_methods_that_they_list() {
    let api_tokens = prodmanager::Options {
        secret: Secret::new("0123456789abcdef0123456789abcdef"),
        issuer: "ProdManager".into(),
        permissions: Vec::new(),
        algorithm: Algorithm::HS256,
        shared_secret: false,
        strict_lengths: false,
        rate: None,
    };
    let house = Opening::default().api_tokens(api_tokens).open().await;
    let mut wrong = Vec::new();
    for route in routes() {
        let parts: Vec<_> = route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        let path = parts.join("/");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let mut of_path = routes().filter(|other| other.path == route.path);
            let listed = of_path.any(|other| other.methods.split(' ').any(|known| known == method));
            // Past the house: an answer to a request without any content does not count as a test of the route.
            let request = Request::builder().method(method).uri(&path).body(Body::empty()).unwrap();
            let status = house.router.clone().oneshot(request).await.unwrap().status();
            if listed == (status == 405) {
                wrong.push(format!("{method} {}: {status}", route.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
