//! Which certificates an https URL may have.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;
use url::Url;

use crate::exit::{Done, Failure};

/// Where systems store the certificates they trust.
const SYSTEM: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The TLS connector for the URL's host.
pub(super) fn connector(url: &Url, ca: Option<&Path>) -> Done<(TlsConnector, ServerName<'static>)> {
    let roots = roots(ca)?;
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Failure::failed)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // An IPv6 address in a URL is in brackets.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host).map_err(Failure::misuse)?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}

fn roots(ca: Option<&Path>) -> Done<RootCertStore> {
    let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let known = || SYSTEM.iter().map(PathBuf::from).find(|path| path.exists());
    let path = ca.map(Path::to_owned).or(named).or_else(known);
    let path =
        path.ok_or_else(|| Failure::misuse("this system has no list of trusted certificates: name one with --ca"))?;
    let unreadable = |error: rustls::pki_types::pem::Error| {
        Failure::misuse(format_args!("cannot read certificates from {}: {error}", path.display()))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&path).map_err(unreadable)? {
        // A system's list may contain a certificate that this library does not accept; the others still count.
        let _ = roots.add(certificate.map_err(unreadable)?);
    }
    Ok(roots)
}
