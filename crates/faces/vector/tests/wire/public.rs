//! What everybody may ask: the check, certificates, health, reflection.

use axum::Router;
use axum::body::Body;
use http::{Method, Request};
use jeton_face_vector::VectorState;
use jeton_served::{Ask, House};
use std::sync::Arc;
use tower::ServiceExt as _;

use crate::grpc::call;
use crate::robot::{Robot, house};

#[tokio::test]
async fn the_check_is_answered_to_anyone() {
    let house = house().await;
    for path in ["/ok", "/ok:80", "/ok?emresn=00601b50&ankiversion=1"] {
        for method in [Method::GET, Method::HEAD] {
            assert_eq!(Ask::new(method, path).send(&house).await.status, 200, "{path}");
        }
    }
}

#[tokio::test]
async fn a_robots_certificate_comes_back_as_it_was_sent() {
    let house = house().await;
    let _robot = Robot::at_home(&house).await;
    for path in ["/vic/00601b50", "/vic/00601B50", "/session-certs/00601b50"] {
        let reply = Ask::get(path).send(&house).await;
        assert_eq!((reply.status, reply.text()), (200, "PEM"), "{path}");
        assert_eq!(reply.header("content-type"), Some("application/octet-stream"));
    }
    for path in ["/vic/ffffffff", "/vic/x", "/session-certs/%00"] {
        let reply = Ask::get(path).send(&house).await;
        assert_eq!((reply.status, reply.json()["code"].as_str()), (404, Some("not_found")), "{path}");
    }
}

async fn sent(router: &Router, method: Method, path: &str, media: &str) -> http::Response<Body> {
    let request = Request::builder().method(method).uri(path).header("content-type", media).body(Body::empty());
    router.clone().oneshot(request.unwrap()).await.unwrap()
}

fn state(house: &House) -> VectorState {
    VectorState { robots: Arc::clone(&house.jeton.robots) }
}

#[tokio::test]
async fn what_is_not_served_is_said_in_the_callers_form() {
    let house = house().await;
    let router = jeton_face_vector::router(state(&house));
    for path in ["/chipperpb.ChipperGrpc/StreamingIntent", "/jdocspb.Jdocs/PurgeAccountDocs", "/tokenpb.Token/Unknown"]
    {
        for media in ["application/grpc", "application/grpc+proto"] {
            let answer = sent(&router, Method::POST, path, media).await;
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["grpc-status"]),
                (200, &"12".parse().unwrap()),
                "{path}"
            );
        }
    }
    for (method, status) in [(Method::GET, 404), (Method::POST, 404), (Method::OPTIONS, 204)] {
        let answer = sent(&router, method, "/1/nothing", "text/plain").await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    }
}

#[tokio::test]
async fn without_tls_only_what_is_public_is_served() {
    let house = house().await;
    let router = jeton_face_vector::plain(state(&house));
    assert_eq!(sent(&router, Method::GET, "/ok", "").await.status(), 200);
    assert_eq!(sent(&router, Method::GET, "/session-certs/00601b50", "").await.status(), 404);
    for path in ["/1/sessions", "/1/users", "/1/sessions/validate"] {
        assert_eq!(sent(&router, Method::POST, path, "").await.status(), 404, "{path}");
    }
    let grpc = sent(&router, Method::POST, "/tokenpb.Token/RefreshToken", "application/grpc").await;
    assert_eq!(grpc.headers()["grpc-status"], "12");
}

#[tokio::test]
async fn tools_find_health_and_the_proto_files() {
    use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};
    let house = house().await;
    for service in ["", "tokenpb.Token", "jdocspb.Jdocs"] {
        let asked = HealthCheckRequest { service: service.to_owned() };
        let called = call(&house, "/grpc.health.v1.Health/Check", &asked, &[], None).await;
        assert_eq!(called.message::<HealthCheckResponse>().status, 1, "{service}");
    }
    let unknown = HealthCheckRequest { service: "unknown".to_owned() };
    assert_eq!(call(&house, "/grpc.health.v1.Health/Check", &unknown, &[], None).await.status, 5);
    let path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    for symbol in ["tokenpb.Token", "tokenpb.Token.RefreshToken", "jdocspb.Jdocs", "jdocspb.Jdoc"] {
        let asked = ServerReflectionRequest {
            message_request: Some(MessageRequest::FileContainingSymbol(symbol.to_owned())),
            ..Default::default()
        };
        let called = call(&house, path, &asked, &[], None).await;
        let answer = called.message::<ServerReflectionResponse>();
        assert!(format!("{:?}", answer.message_response).contains("FileDescriptorResponse"), "{symbol}: {answer:?}");
    }
}

#[test]
fn reserved_numbers_stay_reserved() {
    let files = concat!(include_str!("../../proto/token.proto"), include_str!("../../proto/jdocs.proto"));
    for (message, reserved) in [
        ("TokenBundle", "reserved 3;"),
        ("AssociatePrimaryUserRequest", "reserved 1, 2;"),
        ("AssociateSecondaryClientRequest", "reserved 1;"),
        ("RefreshTokenRequest", "reserved 1;"),
        ("DisassociatePrimaryUserRequest", "reserved 1;"),
    ] {
        let body = files.split(&format!("message {message} {{")).nth(1).unwrap().split('}').next().unwrap();
        assert!(body.contains(reserved), "{message}: {body}");
    }
}
