//! TLS proves the name in the URL.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use jeton_model::outbound::{Outbound as _, OutboundError, UrlTrust};
use jeton_outbound::{Guarded, OpenError, Options};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::TlsAcceptor;

use crate::support::{Answers, Noted, Server, get, head};

/// A server with a self-made certificate for these names; answers with the headers of the request and the name in the
/// handshake.
async fn server(names: &[&str]) -> (Server, PathBuf, TempDir) {
    let made = rcgen::generate_simple_self_signed(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).unwrap();
    let folder = TempDir::new().unwrap();
    let pem = folder.path().join("ca.pem");
    std::fs::write(&pem, made.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = Server::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let name = stream.get_ref().1.server_name().unwrap_or("none").to_owned();
            let body = format!("name: {name}\r\n{}", head(&mut stream).await);
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    })
    .await;
    (server, pem, folder)
}

/// A client that trusts `ca` and resolves every name to a public address, which leads to the server.
fn out(server: &Server, ca: Option<PathBuf>) -> Guarded {
    let public: IpAddr = "93.184.216.34".parse().unwrap();
    let options = Options { ca, ..Options::default() };
    Guarded::over(options, Answers::new([vec![public]]), Noted::really(server.address)).unwrap()
}

#[tokio::test]
async fn name_and_host_stay_those_of_the_url() {
    let (server, ca, _folder) = server(&["keys.example"]).await;
    let reply = out(&server, Some(ca)).send(get("https://keys.example:8443/jwks", UrlTrust::Untrusted)).await.unwrap();
    let seen = String::from_utf8(reply.body).unwrap();
    assert!(seen.starts_with("name: keys.example\r\nGET /jwks HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("host: keys.example:8443\r\n"), "{seen}");
}

#[tokio::test]
async fn an_address_is_proven_by_a_certificate_for_the_address() {
    let (server, ca, _folder) = server(&["127.0.0.1"]).await;
    let allowed = Options { allowed: Arc::new(|a| a.is_loopback()), ca: Some(ca), ..Options::default() };
    let out = Guarded::open(allowed).unwrap();
    let reply = out.send(get(format!("https://{}/", server.address), UrlTrust::Untrusted)).await.unwrap();
    assert!(String::from_utf8(reply.body).unwrap().starts_with("name: none\r\n"));
}

#[tokio::test]
async fn another_names_certificate_or_an_unknown_authority_ends_it_before_the_request() {
    for trust in [UrlTrust::Untrusted, UrlTrust::Operator] {
        let (foreign, ca, _folder) = server(&["other.example"]).await;
        let answer = out(&foreign, Some(ca)).send(get("https://keys.example/", trust)).await;
        assert!(matches!(&answer, Err(OutboundError::Unreachable(why)) if why.starts_with("TLS")), "{answer:?}");

        let (unknown, _, _folder) = server(&["keys.example"]).await;
        let answer = out(&unknown, None).send(get("https://keys.example/", trust)).await;
        assert!(matches!(&answer, Err(OutboundError::Unreachable(why)) if why.starts_with("TLS")), "{answer:?}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_no_server() {
    let plain = Server::start(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    })
    .await;
    let answer = out(&plain, None).send(get("https://keys.example/", UrlTrust::Untrusted)).await;
    assert!(matches!(answer, Err(OutboundError::Unreachable(_))), "{answer:?}");
}

#[test]
fn a_file_of_authorities_that_holds_none_is_an_error() {
    let folder = TempDir::new().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for path in [empty, folder.path().join("absent.pem")] {
        let opened = Guarded::open(Options { ca: Some(path), ..Options::default() });
        assert!(matches!(opened, Err(OpenError::Authorities { .. })));
    }
}
