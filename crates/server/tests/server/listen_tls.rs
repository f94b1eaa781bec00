//! TLS: versions of HTTP, client certificates, new certificates while serving.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::routing::get;
use jeton_server::{Limits, Peer, Server, Tcp, TlsFiles, TlsReloader, TlsWatch};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::{self, Running, SOON, assert_not_before, far, quick, read_all};

/// An authority, and the folder with the listener's files.
struct Pki {
    folder: tempfile::TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key.
type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl Pki {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let pki = Self { folder: tempfile::tempdir().unwrap(), authority };
        std::fs::write(pki.path("ca.pem"), pki.authority.pem()).unwrap();
        pki.renew();
        pki
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a fresh certificate and key for the listener; the certificate.
    fn renew(&self) -> CertificateDer<'static> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        std::fs::write(self.path("cert.pem"), certificate.pem()).unwrap();
        std::fs::write(self.path("key.pem"), key.serialize_pem()).unwrap();
        certificate.der().clone()
    }

    fn files(&self, any_client_certificate: bool, client_ca: bool) -> TlsFiles {
        TlsFiles {
            cert: self.path("cert.pem"),
            key: self.path("key.pem"),
            client_ca: client_ca.then(|| self.path("ca.pem")),
            any_client_certificate,
        }
    }

    async fn start(&self, files: TlsFiles) -> (Running, Arc<TlsReloader>) {
        self.start_with(files, far()).await
    }

    async fn start_with(&self, files: TlsFiles, limits: Limits) -> (Running, Arc<TlsReloader>) {
        let router = Router::new().route("/", get(|Extension(peer): Extension<Peer>| async move { describe(&peer) }));
        let tls = Arc::new(TlsReloader::load(files).unwrap());
        let tcp = Tcp::new(([127, 0, 0, 1], 0).into()).tls(tls.clone());
        (Running::start(Server::new(router).limits(limits).tcp(tcp)).await, tls)
    }

    async fn connect(
        &self,
        server: &Running,
        identity: Option<&Identity>,
        alpn: &str,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match identity {
            Some((certificate, key)) => {
                config.with_client_auth_cert(vec![certificate.clone()], key.clone_key()).unwrap()
            }
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![alpn.as_bytes().to_vec()];
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, server.connect().await).await
    }
}

/// A client's certificate, signed by `issuer` or by itself.
fn identity(issuer: Option<&Issuer<'_, KeyPair>>) -> Identity {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["client".to_owned()]).unwrap();
    let certificate = match issuer {
        Some(issuer) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

fn describe(peer: &Peer) -> String {
    let certificate = peer.certificate.as_ref();
    let certificate = certificate.map(|found| (found.der.len(), found.sha256[0], found.verified));
    format!("tls {} {certificate:?}.", peer.tls)
}

fn described(identity: &Identity, verified: bool) -> String {
    let digest = aws_lc_rs::default_provider(); // the same digest, by another way
    let hash = digest
        .cipher_suites
        .iter()
        .find_map(|suite| suite.tls13().filter(|suite| suite.common.hash_provider.output_len() == 32))
        .unwrap()
        .common
        .hash_provider
        .hash(&identity.0);
    format!("tls true {:?}.", Some((identity.0.len(), hash.as_ref()[0], verified)))
}

#[tokio::test]
async fn a_client_certificate_is_asked_for_and_not_demanded() {
    let pki = Pki::new();
    let (server, _) = pki.start(pki.files(false, true)).await;
    let mut without = pki.connect(&server, None, "http/1.1").await.unwrap();
    assert!(support::get(&mut without, "/", "None.").await.ends_with("tls true None."));

    let client = identity(Some(&pki.authority));
    let mut with = pki.connect(&server, Some(&client), "http/1.1").await.unwrap();
    let answer = support::get(&mut with, "/", ").").await;
    assert!(answer.ends_with(&described(&client, true)), "{answer}");
}

#[tokio::test]
async fn a_certificate_of_no_authority_ends_the_handshake_unless_any_is_taken() {
    let pki = Pki::new();
    let stranger = identity(None);
    let (server, _) = pki.start(pki.files(false, true)).await;
    // TLS 1.3: the client learns of the refusal after its own handshake is done.
    if let Ok(mut stream) = pki.connect(&server, Some(&stranger), "http/1.1").await {
        assert_eq!(read_all(&mut stream).await, "");
    }
    for client_ca in [true, false] {
        let (server, _) = pki.start(pki.files(true, client_ca)).await;
        let mut stream = pki.connect(&server, Some(&stranger), "http/1.1").await.unwrap();
        let answer = support::get(&mut stream, "/", ").").await;
        assert!(answer.ends_with(&described(&stranger, false)), "{answer}");
        let known = identity(Some(&pki.authority));
        let mut stream = pki.connect(&server, Some(&known), "http/1.1").await.unwrap();
        let answer = support::get(&mut stream, "/", ").").await;
        assert!(answer.ends_with(&described(&known, client_ca)), "{answer}");
    }
}

#[tokio::test]
async fn no_certificate_is_asked_for_without_an_authority() {
    let pki = Pki::new();
    let (server, _) = pki.start(pki.files(false, false)).await;
    let client = identity(Some(&pki.authority));
    let mut stream = pki.connect(&server, Some(&client), "http/1.1").await.unwrap();
    assert!(support::get(&mut stream, "/", "None.").await.ends_with("tls true None."));
}

#[tokio::test]
async fn http2_is_chosen_by_alpn() {
    let pki = Pki::new();
    let (server, _) = pki.start(pki.files(false, false)).await;
    let stream = pki.connect(&server, None, "h2").await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    let executor = hyper_util::rt::TokioExecutor::new();
    let io = hyper_util::rt::TokioIo::new(stream);
    let (mut client, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("https://localhost/").body(String::new()).unwrap();
    assert_eq!(client.send_request(request).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_handshake_that_dawdles_is_closed_in_time() {
    let pki = Pki::new();
    let (server, _) = pki.start_with(pki.files(false, false), quick()).await;
    let began = Instant::now();
    let mut stream = server.connect().await;
    assert_eq!(read_all(&mut stream).await, "");
    assert_not_before(began, SOON);
}

#[tokio::test]
async fn a_new_certificate_is_served_after_a_reload_and_a_bad_one_changes_nothing() {
    let pki = Pki::new();
    let (server, tls) = pki.start(pki.files(false, false)).await;
    let mut old = pki.connect(&server, None, "http/1.1").await.unwrap();
    let fresh = pki.renew();
    tls.reload().unwrap();
    let new = pki.connect(&server, None, "http/1.1").await.unwrap();
    assert_eq!(new.get_ref().1.peer_certificates().unwrap()[0], fresh);
    assert!(support::get(&mut old, "/", "None.").await.contains("200 OK"), "the old connection goes on");

    std::fs::write(pki.path("key.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let error = tls.reload().unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("the certificate {} cannot be used: ", pki.path("cert.pem").display())),
        "{error}"
    );
    let again = pki.connect(&server, None, "http/1.1").await.unwrap();
    assert_eq!(again.get_ref().1.peer_certificates().unwrap()[0], fresh);
    assert!(tls.not_after() > 1_700_000_000);
}

/// Certificate and key are two files: what is half replaced is not read, what cannot be used is said once, and files that come by
/// a link that leads elsewhere (as in Kubernetes) count as replaced.
#[tokio::test]
async fn replaced_files_are_taken_when_a_second_look_finds_them_the_same() {
    let pki = Pki::new();
    let (server, tls) = pki.start(pki.files(false, true)).await;
    let mut watch = TlsWatch::new(Arc::clone(&tls));
    let served = async || {
        let stream = pki.connect(&server, None, "http/1.1").await.unwrap();
        stream.get_ref().1.peer_certificates().unwrap()[0].clone()
    };
    // Where a clock of files is coarse, the size tells them apart.
    let renew = |lines: usize| {
        let certificate = pki.renew();
        let mut text = std::fs::read_to_string(pki.path("cert.pem")).unwrap();
        text.push_str(&"\n".repeat(lines));
        std::fs::write(pki.path("cert.pem"), text).unwrap();
        certificate
    };
    let first = served().await;
    assert!(!watch.look().unwrap() && !watch.look().unwrap(), "nothing has changed");

    let second = renew(1);
    assert!(!watch.look().unwrap(), "they may still be written");
    assert_eq!(served().await, first);
    assert!(watch.look().unwrap());
    assert_eq!(served().await, second);
    assert!(!watch.look().unwrap());

    std::fs::remove_file(pki.path("key.pem")).unwrap();
    assert!(!watch.look().unwrap());
    assert!(watch.look().is_err(), "the key is missing");
    assert!(!watch.look().unwrap(), "said once");
    assert_eq!(served().await, second);

    // A reload by a signal leaves nothing to do.
    let third = renew(2);
    tls.reload().unwrap();
    assert!(!watch.look().unwrap() && !watch.look().unwrap());
    assert_eq!(served().await, third);

    let other = Pki::new();
    for name in ["cert.pem", "key.pem"] {
        std::fs::remove_file(pki.path(name)).unwrap();
        std::os::unix::fs::symlink(other.path(name), pki.path(name)).unwrap();
    }
    assert!(!watch.look().unwrap());
    assert!(watch.look().unwrap(), "a link that leads elsewhere");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let pki = Pki::new();
    let absent = TlsFiles { cert: Path::new("absent.pem").to_owned(), ..pki.files(false, false) };
    let error = TlsReloader::load(absent).unwrap_err().to_string();
    assert!(error.starts_with("cannot read a certificate or a key from absent.pem: "), "{error}");
    let swapped = TlsFiles { cert: pki.path("key.pem"), ..pki.files(false, false) };
    let error = TlsReloader::load(swapped).unwrap_err().to_string();
    assert_eq!(error, format!("{} holds no certificate", pki.path("key.pem").display()));
}

#[tokio::test]
async fn limits_of_one_listener_are_its_own() {
    let pki = Pki::new();
    let tls = Arc::new(TlsReloader::load(pki.files(false, false)).unwrap());
    // Long enough for a handshake on a busy machine.
    let limits = Limits { header_timeout: Duration::from_secs(2), ..far() };
    let tcp = Tcp::new(([127, 0, 0, 1], 0).into()).tls(tls).limits(limits);
    let server = Running::start(Server::new(Router::new()).limits(far()).tcp(tcp)).await;
    let mut stream = pki.connect(&server, None, "http/1.1").await.unwrap();
    // With the limits of all listeners this would go on for an hour.
    assert_eq!(read_all(&mut stream).await, "");
}
