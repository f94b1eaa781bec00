//! TLS settings that can be read again while serving.

use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::ClientCertVerifier;
use tokio_rustls::TlsAcceptor;
use x509_parser::parse_x509_certificate;

use super::client::{AnyCertificate, authorities};
use super::stamps::FileStamps;
use super::{TlsError, TlsFiles};
use crate::PeerCertificate;

/// The TLS settings of a listener, read from files, again when requested.
///
/// A connection keeps the settings it began with.
#[derive(Debug)]
pub struct TlsReloader {
    files: TlsFiles,
    current: ArcSwap<Tls>,
}

impl TlsReloader {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or is not PEM, or certificate and key do not match.
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let current = ArcSwap::from_pointee(Tls::read(&files)?);
        Ok(Self { files, current })
    }

    /// Reads the files again, for new connections. Blocking: it reads files.
    ///
    /// # Errors
    ///
    /// As [`TlsReloader::load`]; then the current settings stay.
    pub fn reload(&self) -> Result<(), TlsError> {
        self.set(self.read()?);
        Ok(())
    }

    /// Reads the files again and changes nothing yet. Blocking: it reads files.
    ///
    /// # Errors
    ///
    /// As [`TlsReloader::load`].
    pub fn read(&self) -> Result<TlsReading, TlsError> {
        Tls::read(&self.files).map(TlsReading)
    }

    /// New connections get what was read.
    pub fn set(&self, reading: TlsReading) {
        self.current.store(Arc::new(reading.0));
    }

    /// When the listener's certificate ends to be valid, in seconds since 1970.
    #[must_use]
    pub fn not_after(&self) -> i64 {
        self.current.load().not_after
    }

    pub(crate) fn current(&self) -> Arc<Tls> {
        self.current.load_full()
    }

    /// The files as they are now.
    pub(super) fn stamps(&self) -> FileStamps {
        self.files.stamps()
    }
}

/// Files that were read and can be used, not in force yet.
#[derive(Debug)]
pub struct TlsReading(Tls);

/// One reading of the files.
#[derive(Debug)]
pub(crate) struct Tls {
    config: Arc<ServerConfig>,
    /// Says of a client certificate whether an authority has signed it.
    authorities: Option<Arc<dyn ClientCertVerifier>>,
    not_after: i64,
    /// The files just before they were read.
    stamps: FileStamps,
}

impl Tls {
    pub(super) fn stamps(&self) -> &FileStamps {
        &self.stamps
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// The certificate of a client, after the handshake.
    pub(crate) fn peer_certificate(&self, shown: Option<&[CertificateDer<'_>]>) -> Option<PeerCertificate> {
        let (end_entity, intermediates) = shown?.split_first()?;
        let verified = self.authorities.as_ref().is_some_and(|authorities| {
            authorities.verify_client_cert(end_entity, intermediates, UnixTime::now()).is_ok()
        });
        Some(PeerCertificate::new(end_entity, verified))
    }

    fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let unusable = |source| TlsError::Certificate { path: files.cert.clone(), source };
        let stamps = files.stamps();
        let authorities = files.client_ca.as_deref().map(|path| authorities(path, &provider)).transpose()?;
        let chain = files.chain()?;
        let not_after = chain.first().map_or(0, |certificate| not_after(certificate));
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?;
        let builder = match &authorities {
            _ if files.any_client_certificate => {
                builder.with_client_cert_verifier(Arc::new(AnyCertificate { provider }))
            }
            Some(authorities) => builder.with_client_cert_verifier(Arc::clone(authorities)),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert(chain, files.private_key()?).map_err(unusable)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), authorities, not_after, stamps })
    }
}

/// The end of a certificate's validity; 0 when it cannot be parsed, so that it counts as long expired.
fn not_after(certificate: &CertificateDer<'_>) -> i64 {
    parse_x509_certificate(certificate).map_or(0, |(_, certificate)| certificate.validity().not_after.timestamp())
}
