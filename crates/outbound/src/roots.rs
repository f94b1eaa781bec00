//! The trusted certificate authorities.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::open_error::OpenError;

/// The system's authorities, and those of an additional PEM file.
pub(crate) fn roots(ca: Option<&Path>) -> Result<RootCertStore, OpenError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::debug!("the system's list of trusted certificates: {error}");
    }
    // A system's list may contain a certificate that this library does not accept; the others still count.
    roots.add_parsable_certificates(found.certs);
    if let Some(path) = ca {
        let unusable = |reason: String| OpenError::Authorities { path: path.to_owned(), reason };
        let mut own = 0;
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(error.to_string()))? {
            let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
            roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
            own += 1;
        }
        if own == 0 {
            return Err(unusable("it holds no certificate".to_owned()));
        }
    }
    Ok(roots)
}
