//! A listener that speaks TLS and, to connections that do not, serves something else: robots look at one port with both.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use jeton_server::{Limits, Server, Tcp, TlsFiles, TlsReloader};
use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject as _;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SupportedCipherSuite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{self, Running, SOON, far, quick, read_all, send};

struct Both {
    folder: tempfile::TempDir,
    server: Running,
}

impl Both {
    async fn start(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let pair = KeyPair::generate().unwrap();
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().self_signed(&pair).unwrap();
        std::fs::write(&cert, certificate.pem()).unwrap();
        std::fs::write(&key, pair.serialize_pem()).unwrap();
        let files = TlsFiles { cert, key, client_ca: None, any_client_certificate: true };
        let tls = Arc::new(TlsReloader::load(files).unwrap());
        let said = |word: &'static str| Router::new().route("/", get(move || async move { word }));
        let tcp = Tcp::new(([127, 0, 0, 1], 0).into()).tls(tls).also_plain(said("plain.")).explain_handshakes();
        let server = Running::start(Server::new(said("secret.")).limits(limits).tcp(tcp)).await;
        Self { folder, server }
    }

    fn client(
        &self,
        suites: &[SupportedCipherSuite],
        version: &'static rustls::SupportedProtocolVersion,
    ) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        let path = self.folder.path().join("cert.pem");
        roots.add(rustls::pki_types::CertificateDer::from_pem_file(path).unwrap()).unwrap();
        let mut provider = aws_lc_rs::default_provider();
        if !suites.is_empty() {
            provider.cipher_suites = suites.to_vec();
        }
        ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    async fn connect(&self, config: ClientConfig, name: &'static str) -> std::io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(name).unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, self.server.connect().await).await
    }
}

#[tokio::test]
async fn a_connection_without_tls_is_answered_by_the_other_router() {
    let both = Both::start(far()).await;
    let mut plain = both.server.connect().await;
    assert!(support::get(&mut plain, "/", "plain.").await.contains("200 OK"));
    let config = both.client(&[], &TLS13);
    let mut secret = both.connect(config, "localhost").await.unwrap();
    assert!(support::get(&mut secret, "/", "secret.").await.contains("200 OK"));
}

#[tokio::test]
async fn robots_of_their_day_find_a_version_and_a_cipher() {
    use aws_lc_rs::cipher_suite as suite;
    let both = Both::start(far()).await;
    let ecdsa = [
        suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ];
    for suite in ecdsa {
        // Neither ALPN nor, towards an address, a server name.
        let config = both.client(&[suite], &TLS12);
        let mut stream = both.connect(config, "127.0.0.1").await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), None);
        assert!(support::get(&mut stream, "/", "secret.").await.contains("200 OK"), "{suite:?}");
    }
}

#[tokio::test]
async fn who_sends_nothing_is_closed_in_time_and_keeps_nobody() {
    let both = Both::start(quick()).await;
    let mut silent = both.server.connect().await;
    let mut half = both.server.connect().await;
    send(&mut half, "\u{16}\u{3}\u{1}").await;
    assert_eq!(read_all(&mut silent).await, "");
    assert_eq!(read_all(&mut half).await, "");
    let both = Both::start(Limits { header_timeout: SOON * 100, ..far() }).await;
    let _silent = both.server.connect().await;
    let mut plain = both.server.connect().await;
    assert!(support::get(&mut plain, "/", "plain.").await.contains("200 OK"));
}

/// The log, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn every_failed_handshake_is_logged_with_its_cause_and_none_bars_its_client() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let both = Both::start(far()).await;
    let mut distrusting = both.client(&[], &TLS13);
    distrusting = ClientConfig::builder_with_provider(distrusting.crypto_provider().clone())
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    for _ in 0..40 {
        both.connect(distrusting.clone(), "localhost").await.unwrap_err();
    }
    let failures = || String::from_utf8(log.0.lock().unwrap().clone()).unwrap().matches("does not trust").count();
    for _ in 0..500 {
        if failures() == 40 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(failures(), 40, "{}", String::from_utf8(log.0.lock().unwrap().clone()).unwrap());
    let mut stream = both.connect(both.client(&[], &TLS13), "localhost").await.unwrap();
    assert!(support::get(&mut stream, "/", "secret.").await.contains("200 OK"));
}
