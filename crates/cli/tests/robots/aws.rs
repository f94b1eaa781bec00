//! AWS credentials from a stand-in of the security token service, which checks the signature of each request.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use http::{HeaderMap, StatusCode};
use jeton_face_vector::proto::token::{RefreshTokenRequest, StsToken, TokenBundle};
use jeton_jose::digest::{MacKey, sha256};
use tonic::{Code, Status};

use crate::home::Home;
use crate::robot::{APP_KEY, Robot, call};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const WHOLE: &str = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>\
    <SecretAccessKey>s3cr3t</SecretAccessKey><SessionToken>t0ken</SessionToken>\
    <Expiration>2026-11-30T12:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";

/// Gives credentials to whoever signs with the secret.
async fn service(headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let text = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    let authorization = text("authorization").strip_prefix("AWS4-HMAC-SHA256 ").unwrap_or_default();
    let parts: BTreeMap<_, _> = authorization.split(", ").filter_map(|part| part.split_once('=')).collect();
    let (_, scope) = parts["Credential"].split_once('/').unwrap();
    let signed = parts["SignedHeaders"];
    assert!(["content-type", "host", "x-amz-date"].iter().all(|name| signed.split(';').any(|one| one == *name)));
    let lines: String = signed.split(';').map(|name| format!("{name}:{}\n", text(name))).collect();
    let request = format!("POST\n/\n\n{lines}\n{signed}\n{}", hex(&sha256(&body)));
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", text("x-amz-date"), hex(&sha256(request.as_bytes())));
    let key = scope.split('/').fold(format!("AWS4{SECRET}").into_bytes(), |key, part| mac(&key, part));
    if parts["Signature"] == hex(&mac(&key, &text)) { (StatusCode::OK, WHOLE) } else { (StatusCode::FORBIDDEN, "") }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    MacKey::new(key).mac(&[text.as_bytes()]).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn stand_in() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", axum::routing::post(service));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn credentials(sts: SocketAddr, secret: &str) -> Result<TokenBundle, Status> {
    let home = Home::with(&format!(
        "[vector.aws]\nsts = \"http://{sts}\"\naccess_key_id = \"AKID\"\nsecret_access_key = \"{secret}\"\n\
         role = \"arn:aws:iam::1:role/logs\"\nlogfiles = \"s3://logs/robots\"\n"
    ))
    .await;
    let mut robot = Robot::new(&home, "00601b50");
    robot.associate().await;
    let asked = RefreshTokenRequest { refresh_sts_tokens: true, ..Default::default() };
    let metadata = [("anki-app-key", APP_KEY), ("anki-access-token", robot.jwt.as_str())];
    let answer = robot.token().await.refresh_token(call(asked, &metadata)).await;
    answer.map(|answer| answer.into_inner().data.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_robot_gets_aws_credentials_that_the_service_gives_to_the_signature() {
    let sts = credentials(stand_in().await, SECRET).await.unwrap().sts_token.unwrap();
    let expected = StsToken {
        access_key_id: "ASIA1".into(),
        secret_access_key: "s3cr3t".into(),
        session_token: "t0ken".into(),
        expiration: "2026-11-30T12:00:00Z".into(),
    };
    assert_eq!(sts, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_that_the_service_refuses_gives_an_error_that_robots_survive() {
    let status = credentials(stand_in().await, "another secret").await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
}
