//! The PEM files of a listener.

use std::path::{Path, PathBuf};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::TlsError;
use super::stamps::FileStamps;
use crate::config::{Http, Internal, Vector};

/// The PEM files of a listener, and which client certificates it takes.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The listener's certificate, followed by its intermediates.
    pub cert: PathBuf,
    /// The private key of the certificate.
    pub key: PathBuf,
    /// Authorities whose client certificates are `verified`; a certificate is then asked for, never demanded.
    pub client_ca: Option<PathBuf>,
    /// Ask for a client certificate and take any, signed by an authority or not. X.509 version 3 only.
    pub any_client_certificate: bool,
}

impl TlsFiles {
    /// The files of the main listener; `None` when it has no TLS.
    #[must_use]
    pub fn of_http(http: &Http) -> Option<Self> {
        Some(Self {
            cert: http.tls_cert.clone()?,
            key: http.tls_key.clone()?,
            client_ca: http.client_ca.clone(),
            any_client_certificate: http.self_signed_client_certificates,
        })
    }

    /// The files of the internal addresses; `None` when they have no TLS.
    #[must_use]
    pub fn of_internal(internal: &Internal) -> Option<Self> {
        let (cert, key) = (internal.tls_cert.clone()?, internal.tls_key.clone()?);
        Some(Self { cert, key, client_ca: None, any_client_certificate: false })
    }

    /// The files of the robots' listeners; `None` when they are not set. Any robot certificate is taken: a robot shows its own only
    /// to a server that names no issuers. Whether `vector.client_ca` has signed it, or its key is known, the robots' feature decides.
    #[must_use]
    pub fn of_vector(vector: &Vector) -> Option<Self> {
        Some(Self {
            cert: vector.tls_cert.clone()?,
            key: vector.tls_key.clone()?,
            client_ca: None,
            any_client_certificate: true,
        })
    }

    /// The files as they are now.
    pub(super) fn stamps(&self) -> FileStamps {
        FileStamps::of([&self.cert, &self.key].into_iter().chain(&self.client_ca).map(PathBuf::as_path))
    }

    pub(super) fn chain(&self) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        certificates(&self.cert)
    }

    pub(super) fn private_key(&self) -> Result<PrivateKeyDer<'static>, TlsError> {
        PrivateKeyDer::from_pem_file(&self.key).map_err(|source| TlsError::Pem { path: self.key.clone(), source })
    }
}

/// Every certificate in a PEM file; at least one.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = |source| TlsError::Pem { path: path.to_owned(), source };
    let found = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(unreadable)?;
    if found.is_empty() { Err(TlsError::NoCertificate { path: path.to_owned() }) } else { Ok(found) }
}
