//! Client certificates over real TLS, and through a proxy's headers.

use std::net::TcpStream;
use std::sync::Arc;

use jeton_jose::base64url;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, PublicKeyData as _,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{HttpAnswer, Request, Running, folder};

const FORM: &str = "application/x-www-form-urlencoded";
const REFUSED: &str = "the client cannot be authenticated with TLS";

struct Identity {
    der: CertificateDer<'static>,
    key: KeyPair,
}

/// The names of the client, whoever signs them.
fn app() -> CertificateParams {
    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Example");
    params.distinguished_name.push(DnType::CommonName, "app");
    params
}

struct Pki {
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Pki {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { authority: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    fn signed(&self) -> Identity {
        let key = KeyPair::generate().unwrap();
        Identity { der: app().signed_by(&key, &self.authority).unwrap().der().clone(), key }
    }

    /// Writes the listener's files.
    fn write(&self, folder: &TempDir) {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &self.authority).unwrap();
        for (name, text) in
            [("ca.pem", self.authority.pem()), ("cert.pem", certificate.pem()), ("key.pem", key.serialize_pem())]
        {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
    }

    /// Sends a request over TLS.
    fn ask(&self, port: u16, identity: Option<&Identity>, request: &Request<'_>) -> HttpAnswer {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match identity {
            None => config.with_no_client_auth(),
            Some(identity) => {
                let key = PrivateKeyDer::try_from(identity.key.serialize_der()).unwrap();
                config.with_client_auth_cert(vec![identity.der.clone()], key).unwrap()
            }
        };
        let name = ServerName::try_from("localhost").unwrap();
        let session = ClientConnection::new(Arc::new(config), name).unwrap();
        request.send(StreamOwned::new(session, TcpStream::connect(("127.0.0.1", port)).unwrap()))
    }
}

fn self_signed() -> Identity {
    let key = KeyPair::generate().unwrap();
    Identity { der: app().self_signed(&key).unwrap().der().clone(), key }
}

/// `signed` by an authority, `own` by its key among the client's keys.
fn clients(own: &Identity) -> String {
    let point = own.key.der_bytes();
    let (x, y) = (base64url::encode(&point[1..33]), base64url::encode(&point[33..]));
    format!(
        "[[client]]\nclient_id = \"signed\"\ntoken_endpoint_auth_method = \"tls_client_auth\"\n\
         tls_client_auth_subject_dn = \"CN=app,O=Example\"\ngrant_types = [\"client_credentials\"]\nscope = \"api1\"\n\
         [[client]]\nclient_id = \"own\"\ntoken_endpoint_auth_method = \"self_signed_tls_client_auth\"\n\
         jwks = {{ keys = [{{ kty = \"EC\", crv = \"P-256\", x = \"{x}\", y = \"{y}\" }}] }}\n\
         tls_client_certificate_bound_access_tokens = true\ngrant_types = [\"client_credentials\"]\nscope = \"api1\"\n"
    )
}

fn body(client: &str) -> String {
    format!("grant_type=client_credentials&scope=api1&client_id={client}")
}

#[track_caller]
fn refused(answer: &HttpAnswer) {
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.json(), json!({"error": "invalid_client", "error_description": REFUSED}));
}

#[test]
fn our_own_tls_tells_who_signed_a_certificate() {
    let (pki, own) = (Pki::new(), self_signed());
    let rest = "tls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\nclient_ca = \"ca.pem\"\n\
                self_signed_client_certificates = true\n";
    let (folder, port) = folder(&format!("{rest}{}", clients(&own)));
    pki.write(&folder);
    let _running = Running::serve(folder.path(), port);
    let signed = pki.signed();
    let ask = |client: &str, identity: Option<&Identity>| {
        pki.ask(port, identity, &Request::post("/token", &body(client)).header("content-type", FORM))
    };
    assert_eq!(ask("signed", Some(&signed)).status, 200);
    refused(&ask("signed", None));
    // The same names, signed by an unknown authority.
    refused(&ask("signed", Some(&own)));
    refused(&ask("own", Some(&signed)));
    let token = ask("own", Some(&own));
    assert_eq!(token.status, 200, "{token:?}");
    let token = token.json()["access_token"].as_str().unwrap().to_owned();
    let claims = base64url::decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    let print = base64url::encode(jeton_jose::digest::sha256(&own.der));
    assert_eq!(claims["cnf"], json!({ "x5t#S256": print }));
    // A header from a peer that is not a trusted proxy proves nothing.
    let header = format!(":{}:", base64(&own.der));
    for (name, value) in [("client-cert", header.as_str()), ("x-arr-clientcert", header.trim_matches(':'))] {
        let body = body("own");
        let request = Request::post("/token", &body).header("content-type", FORM).header(name, value);
        refused(&pki.ask(port, None, &request));
    }
}

#[test]
fn only_a_trusted_proxy_tells_certificates_in_the_one_named_header() {
    let (pki, own) = (Pki::new(), self_signed());
    let signed = pki.signed();
    for (settings, works) in [
        ("", [false, false]),
        ("trusted_proxies = [\"10.0.0.0/8\"]", [false, false]),
        ("trusted_proxies = [\"127.0.0.1\"]", [false, false]),
        ("trusted_proxies = [\"127.0.0.1\"]\nclient_certificate_header = \"NAME\"", [false, true]),
        ("trusted_proxies = [\"127.0.0.1\"]\nclient_certificate_header = \"OTHER\"", [false, false]),
        (
            "trusted_proxies = [\"127.0.0.1\"]\nclient_certificate_header = \"NAME\"\nproxies_verify_client_certificates = true",
            [true, true],
        ),
    ] {
        for (name, other) in [("client-cert", "x-arr-clientcert"), ("x-arr-clientcert", "client-cert")] {
            let settings = settings.replace("NAME", name).replace("OTHER", other);
            let (folder, port) = folder(&format!("{settings}\n{}", clients(&own)));
            let running = Running::serve(folder.path(), port);
            for ((client, identity), works) in [("signed", &signed), ("own", &own)].into_iter().zip(works) {
                let (body, header) = (body(client), format!(":{}:", base64(&identity.der)));
                let value = if name == "client-cert" { header.as_str() } else { header.trim_matches(':') };
                let ask = Request::post("/token", &body).header("content-type", FORM).header(name, value);
                let answer = running.http(&ask);
                if works {
                    assert_eq!(answer.status, 200, "{settings}: {answer:?}");
                } else {
                    refused(&answer);
                }
                // Repeated: which one did the proxy write?
                refused(&running.http(&ask.header(name, value)));
            }
        }
    }
}

/// Otherwise every client behind a proxy with its own certificate would be that proxy.
#[test]
fn a_trusted_proxys_own_certificate_is_not_its_clients() {
    let (pki, own) = (Pki::new(), self_signed());
    let signed = pki.signed();
    for header in ["", "client_certificate_header = \"Client-Cert\"\n"] {
        let rest = "tls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\nclient_ca = \"ca.pem\"\n\
                    self_signed_client_certificates = true\ntrusted_proxies = [\"127.0.0.1\"]\n";
        let (folder, port) = folder(&format!("{rest}{header}{}", clients(&own)));
        pki.write(&folder);
        let _running = Running::serve(folder.path(), port);
        for (client, identity) in [("signed", &signed), ("own", &own)] {
            let request = body(client);
            let ask = Request::post("/token", &request).header("content-type", FORM);
            refused(&pki.ask(port, Some(identity), &ask));
            let presented = format!(":{}:", base64(&own.der));
            let answer = pki.ask(port, Some(identity), &ask.header("client-cert", &presented));
            if client == "own" && !header.is_empty() {
                assert_eq!(answer.status, 200, "{answer:?}");
            } else {
                refused(&answer);
            }
        }
    }
}

/// Standard base64: the alphabet of base64url with two letters changed, and padded.
fn base64(bytes: &[u8]) -> String {
    let mut text = base64url::encode(bytes).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// A certificate is renewed by a program that knows nothing of Jeton: its files are replaced, and no signal is sent. Until both
/// fit each other the old ones stay, and every connection is served.
#[test]
fn certificates_that_are_replaced_on_disk_are_served_without_a_signal() {
    let (old, new) = (Pki::new(), Pki::new());
    let (folder, port) = folder("tls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n");
    old.write(&folder);
    let mut running = Running::serve(folder.path(), port);
    let ask = |pki: &Pki| pki.ask(port, None, &Request::get("/health/live")).status;
    assert_eq!(ask(&old), 200);

    // The certificate comes without its key.
    let renewed = tempfile::tempdir().unwrap();
    new.write(&renewed);
    let put = |name: &str| std::fs::rename(renewed.path().join(name), folder.path().join(name)).unwrap();
    put("cert.pem");
    let line = running.wait_for("the old one stays");
    assert!(line.contains("`http.tls_cert`") && line.contains("cert.pem"), "{line}");
    assert_eq!(ask(&old), 200);

    put("key.pem");
    running.wait_for("new connections get the new certificate");
    assert_eq!(ask(&new), 200);
    assert_eq!(running.stop().code(), Some(0));
}
