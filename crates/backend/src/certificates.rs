//! The authorities whose client certificates count for a service (RFC 8705 section 2.1): those that its document names. An
//! authorization server sends the certificate of its client on, with the path that the client sent; whether it has the key was shown
//! in its TLS.

use std::sync::Arc;
use std::time::Duration;

use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::Service;
use jeton_model::refusals::INVALID;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use serde_json::Value;

/// The member that names the authorities, in PEM.
pub(crate) const AUTHORITIES: &str = "trustedRootCertificates";

/// The longest path that is looked at, and the most authorities of a service.
const MOST: usize = 20;

/// Whether a service names any authority.
pub(crate) fn has_authorities(service: &Service) -> bool {
    texts(service).next().is_some()
}

fn texts(service: &Service) -> impl Iterator<Item = &str> {
    let all = service.settings.other.get(AUTHORITIES).and_then(Value::as_array);
    all.into_iter().flatten().filter_map(Value::as_str)
}

/// Whether an authority of the service has signed a certificate that is valid now and may authenticate a client. `path`: the
/// certificates between both, in any order. All are DER. Whether it was revoked is not looked up.
#[must_use]
pub fn is_signed(service: &Service, certificate: &[u8], path: &[Vec<u8>], now: Timestamp) -> bool {
    if path.len() > MOST {
        return false;
    }
    let Ok(roots) = store(texts(service)) else { return false };
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider())).build();
    let (Ok(verifier), Ok(now)) = (verifier, u64::try_from(now.seconds())) else { return false };
    let path: Vec<_> = path.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
    verifier.verify_client_cert(&CertificateDer::from(certificate), &path, now).is_ok()
}

/// Checks the authorities of a document.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn check(texts: &[&str]) -> Result<(), Refusal> {
    store(texts.iter().copied()).map(drop)
}

fn store<'a>(texts: impl Iterator<Item = &'a str>) -> Result<RootCertStore, Refusal> {
    let wrong = || INVALID.with(format!("`{AUTHORITIES}` must be a list of at most {MOST} certificates in PEM"));
    let mut roots = RootCertStore::empty();
    for text in texts {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
            roots.add(certificate.map_err(|_| wrong())?).map_err(|_| wrong())?;
        }
        if roots.len() == before || roots.len() > MOST {
            return Err(wrong());
        }
    }
    Ok(roots)
}
