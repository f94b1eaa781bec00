//! Whether a server's certificate is trusted.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// The trusted authorities.
#[derive(Debug)]
pub(super) struct Trust {
    /// Authorities.
    pub(super) roots: RootCertStore,
    /// Exactly these certificates, whether they are authorities or not: `sslrootcert` may contain the server's own.
    pub(super) pinned: Vec<CertificateDer<'static>>,
}

/// The verification that an `sslmode` requires. In each, the server proves possession of the certificate's key.
#[derive(Debug)]
pub(super) struct Judge {
    /// None accepts any certificate (`sslmode=require` without `sslrootcert`).
    trust: Option<Trust>,
    /// Whether the certificate must be for the name that was asked for.
    by_name: bool,
    provider: Arc<CryptoProvider>,
}

impl Judge {
    pub(super) fn new(trust: Option<Trust>, by_name: bool, provider: Arc<CryptoProvider>) -> Self {
        Self { trust, by_name, provider }
    }

    fn chain(
        &self,
        trust: &Trust,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let algorithms = self.provider.signature_verification_algorithms.all;
        let signed = ParsedCertificate::try_from(certificate).and_then(|parsed| {
            verify_server_cert_signed_by_trust_anchor(&parsed, &trust.roots, intermediates, now, algorithms)
        });
        match signed {
            // Its validity period is checked first: its other properties do not matter if it is exactly the configured
            // one.
            Err(error) if !is_of_another_time(&error) && trust.pinned.iter().any(|known| known == certificate) => {
                Ok(())
            }
            judged => judged,
        }
    }
}

fn is_of_another_time(error: &Error) -> bool {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    matches!(
        error,
        Error::InvalidCertificate(Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. })
    )
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(trust) = &self.trust {
            self.chain(trust, certificate, intermediates, now)?;
            if self.by_name {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
