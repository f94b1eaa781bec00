//! Junk: certificates, JWTs, sizes, metadata and streams that no robot sends. None ends the server, and none hangs.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jeton_face_vector::proto::token::{AssociatePrimaryUserRequest, RefreshTokenRequest};
use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, SignatureScheme};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::Code;

use crate::home::{Home, SESSION};
use crate::line::{client, tls};
use crate::robot::{APP_KEY, Robot, call, factory_certificate};

/// Shows a certificate, whatever it is.
#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn showing(home: &Home, certificate: Vec<u8>) -> Arc<ClientConfig> {
    let (_, key) = factory_certificate("vic:00601b50");
    let key = any_supported_type(&key).unwrap();
    let shown = CertifiedKey::new(vec![CertificateDer::from(certificate)], key);
    let mut roots = RootCertStore::empty();
    use rustls::pki_types::pem::PemObject as _;
    roots.add(CertificateDer::from_pem_file(home.authority()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(Shows(Arc::new(shown))));
    Arc::new(config)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn junk_certificates_end_their_handshake_and_nothing_else() {
    let mut home = Home::new().await;
    let mut robot = Robot::new(&home, "00601b50");
    robot.associate().await;
    let (other, _) = factory_certificate("vic:00601b50");
    let mut cut = other.to_vec();
    cut.truncate(cut.len() / 2);
    for junk in [vec![], vec![0; 10], vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff], cut, other.to_vec(), vec![0x30; 16_000]]
    {
        let config = showing(&home, junk);
        // TLS 1.3: the client may learn of it only when it reads.
        if let Ok(mut stream) = tls(home.port, &config).await {
            let _ = stream.write_all(b"GET /ok HTTP/1.1\r\nhost: a\r\n\r\n").await;
            let mut answer = Vec::new();
            let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer)).await;
            assert!(read.is_ok() && answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
        }
    }
    home.wait_for("a TLS handshake failed").await;
    robot.jwt = robot.refresh(&robot.jwt).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_are_no_robots_are_refused() {
    let home = Home::new().await;
    for name in
        ["", "00601b50", "vic:", "vic:00601B5", "vic:zzzzzzzz", "vic:00601b50\u{202e}", "unknown", &"x".repeat(5000)]
    {
        let identity = factory_certificate(name);
        let config = client(&home.authority(), Some(&identity));
        let line = crate::line::Line::to(home.port, &config).await.unwrap();
        let origin = "https://localhost".parse().unwrap();
        let mut client = jeton_face_vector::proto::token::token_client::TokenClient::with_origin(line, origin);
        let metadata = [("anki-app-key", APP_KEY), ("anki-user-session", SESSION)];
        let status = client.associate_primary_user(call(AssociatePrimaryUserRequest::default(), &metadata)).await;
        assert_eq!(status.unwrap_err().code(), Code::Unauthenticated, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn junk_tokens_and_repeated_metadata_are_refused() {
    let home = Home::new().await;
    let mut robot = Robot::new(&home, "00601b50");
    robot.associate().await;
    let parts: Vec<_> = robot.jwt.split('.').collect();
    let with_head =
        |head: &str| format!("{}.{}.{}", jeton_jose::base64url::encode(head.as_bytes()), parts[1], parts[2]);
    let mut junk: Vec<String> = ["x", "..", "a.b.c.d", &"x".repeat(12_000)].map(str::to_owned).to_vec();
    junk.push(format!("Bearer {}", robot.jwt));
    junk.push(format!("{}.{}.", parts[0], parts[1]));
    for alg in ["none", "None", "HS256", "HS512", "RS256", "PS512", "ES256", "EdDSA"] {
        junk.push(with_head(&format!("{{\"alg\":\"{alg}\",\"typ\":\"JWT\"}}")));
    }
    for jwt in &junk {
        let code = robot.refresh(jwt).await.unwrap_err().code();
        assert_eq!(code, Code::PermissionDenied, "{jwt}");
    }
    let refresh = || RefreshTokenRequest { refresh_jwt_tokens: true, ..Default::default() };
    let twice = [("anki-app-key", APP_KEY), ("anki-access-token", robot.jwt.as_str()), ("anki-access-token", "x")];
    let status = robot.token().await.refresh_token(call(refresh(), &twice)).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let twice = [("anki-app-key", APP_KEY), ("anki-app-key", APP_KEY), ("anki-access-token", robot.jwt.as_str())];
    let status = robot.token().await.refresh_token(call(refresh(), &twice)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    robot.refresh(&robot.jwt).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oversize_fields_are_refused_and_unknown_ones_ignored() {
    let home = Home::new().await;
    let mut robot = Robot::new(&home, "00601b50");
    let metadata = [("anki-app-key", APP_KEY), ("anki-user-session", SESSION), ("x-unknown", "1")];
    for size in [70_000, 5_000_000] {
        let asked = AssociatePrimaryUserRequest { session_certificate: vec![b'x'; size], ..Default::default() };
        let status = robot.token().await.associate_primary_user(call(asked, &metadata)).await.unwrap_err();
        assert!(!matches!(status.code(), Code::InvalidArgument | Code::PermissionDenied | Code::Ok), "{status:?}");
    }
    // A robot's own limits are 255 bytes: longer names are cut, never an error.
    let long = "n".repeat(10_000);
    let asked = AssociatePrimaryUserRequest { client_name: long.clone(), app_id: long, ..Default::default() };
    robot.jwt = robot
        .token()
        .await
        .associate_primary_user(call(asked, &metadata))
        .await
        .unwrap()
        .into_inner()
        .data
        .unwrap()
        .token;
    let tokens = robot.app_tokens().await;
    assert!(tokens[0]["client_name"].as_str().unwrap().len() <= 255, "{tokens:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_open_streams_keep_nobody_and_end() {
    let home = Home::new().await;
    let mut robot = Robot::new(&home, "00601b50");
    let mut open = Vec::new();
    for _ in 0..50 {
        // A call whose body never comes, and one that announces a message and sends half of it.
        for start in [Bytes::new(), Bytes::from_static(&[0, 0, 0, 1, 0, 8])] {
            let stream = tls(home.port, &client(&home.authority(), None)).await.unwrap();
            let (mut h2, connection) = h2::client::handshake(stream).await.unwrap();
            tokio::spawn(connection);
            let request = http::Request::post("https://localhost/tokenpb.Token/RefreshToken")
                .header("content-type", "application/grpc")
                .header("te", "trailers")
                .body(())
                .unwrap();
            let (answer, mut body) = h2.send_request(request, false).unwrap();
            body.send_data(start, false).unwrap();
            open.push((answer, body, h2));
        }
        // Neither a handshake nor anything else.
        std::mem::forget(TcpStream::connect(("127.0.0.1", home.port)).await.unwrap());
    }
    let began = tokio::time::Instant::now();
    robot.associate().await;
    robot.jwt = robot.refresh(&robot.jwt).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    // What is not served is answered while its stream is open.
    let stream = tls(home.port, &client(&home.authority(), None)).await.unwrap();
    let (mut h2, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::post("https://localhost/chipperpb.ChipperGrpc/StreamingIntent")
        .header("content-type", "application/grpc")
        .body(())
        .unwrap();
    let (answer, _body) = h2.send_request(request, false).unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(10), answer).await.unwrap().unwrap();
    assert_eq!(answer.headers()["grpc-status"], "12");
    let (first, _, _) = open.swap_remove(0);
    let ended = tokio::time::timeout(Duration::from_secs(90), first).await;
    assert!(ended.is_ok(), "it hangs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_call_reads_at_most_sixteen_documents() {
    let home = Home::new().await;
    let mut robot = Robot::new(&home, "00601b51");
    robot.associate().await;
    assert_eq!(robot.read(&["vic.AppTokens"; 16]).await.unwrap().items.len(), 16);
    assert_eq!(robot.read(&["vic.AppTokens"; 17]).await.unwrap_err().code(), Code::ResourceExhausted);
}
