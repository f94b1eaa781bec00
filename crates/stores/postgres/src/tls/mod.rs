//! TLS to PostgreSQL by `sslmode` and related parameters, with libpq's meaning.

mod certificate;
mod judge;
mod stream;

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use certificate::end_point;
use judge::{Judge, Trust};
pub(crate) use stream::{Line, TlsDone};

use crate::security::{Authorities, Security, SslMode};

/// The TLS configuration for the servers of one URL.
#[derive(Clone)]
pub(crate) struct Tls {
    connector: TlsConnector,
    mode: SslMode,
    /// For people: the trusted authorities.
    authorities: String,
}

/// Why a connection is not as safe as the URL demands.
#[derive(Debug)]
pub(crate) enum TlsFault {
    /// The server does not support TLS.
    NotOffered {
        /// What the URL demands.
        mode: SslMode,
    },
    /// No trusted authority signed the server's certificate.
    Untrusted {
        /// Whose signature is believed.
        authorities: String,
    },
    /// The certificate is for other names.
    WrongName {
        /// The name that was asked for.
        name: String,
    },
    /// The certificate is of no use, or the handshake failed.
    Failed {
        /// The library's error.
        why: String,
    },
}

impl Tls {
    /// Reads the files that the URL names.
    ///
    /// Errors: a line that names the parameter and says what to change.
    pub(crate) fn open(security: &Security) -> Result<Option<Self>, String> {
        if security.mode == SslMode::Disable {
            return Ok(None);
        }
        let provider = Arc::new(default_provider());
        let (trust, authorities) = trust(security)?;
        let judge = Judge::new(trust, security.mode == SslMode::VerifyFull, Arc::clone(&provider));
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(judge));
        let mut config = match &security.client {
            Some((certificate, key)) => config
                .with_client_auth_cert(certificates("sslcert", certificate)?, private_key(key)?)
                .map_err(|error| format!("`sslcert` and `sslkey` do not belong together: {error}"))?,
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Some(Self { connector: TlsConnector::from(Arc::new(config)), mode: security.mode, authorities }))
    }

    /// The handshake over a connection to a server that is called `host`, or has this address.
    pub(crate) async fn handshake(
        &self,
        stream: TcpStream,
        host: Option<&str>,
        address: IpAddr,
    ) -> Result<Line, TlsFault> {
        let name = host.and_then(|host| ServerName::try_from(host.to_owned()).ok());
        let name = match (name, host) {
            (Some(name), _) => name,
            (None, Some(host)) if self.mode == SslMode::VerifyFull => {
                return Err(TlsFault::WrongName { name: host.to_owned() });
            }
            (None, _) => ServerName::from(address),
        };
        let shown = host.map_or_else(|| address.to_string(), str::to_owned);
        let stream = self.connector.connect(name, stream).await.map_err(|error| self.fault(&error, shown))?;
        let certificates = stream.get_ref().1.peer_certificates();
        let bound = certificates.and_then(<[_]>::first).and_then(|certificate| end_point(certificate));
        Ok(Line::secured(stream, bound))
    }

    fn fault(&self, error: &io::Error, name: String) -> TlsFault {
        use CertificateError::{NotValidForName, NotValidForNameContext, UnknownIssuer};
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(rustls::Error::InvalidCertificate(UnknownIssuer)) => {
                TlsFault::Untrusted { authorities: self.authorities.clone() }
            }
            Some(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
                TlsFault::WrongName { name }
            }
            _ => TlsFault::Failed { why: error.to_string() },
        }
    }
}

impl TlsFault {
    /// The line for people, which says what to change.
    pub(crate) fn at(&self, place: &str) -> String {
        match self {
            Self::NotOffered { mode } => format!(
                "PostgreSQL at {place} does not speak TLS, which sslmode={mode} demands: switch it on there (ssl = on), or \
                 write sslmode=disable in the store's URL where the network is private"
            ),
            Self::Untrusted { authorities } => format!(
                "the certificate of PostgreSQL at {place} is signed by none of {authorities}: name the authority's \
                 certificate with sslrootcert=FILE in the store's URL"
            ),
            Self::WrongName { name } => format!(
                "the certificate of PostgreSQL at {place} is not for {name:?}: write a name that stands in it (as subjectAltName) \
                 as the host of the store's URL; hostaddr=ADDRESS may say where that is"
            ),
            Self::Failed { why } => format!("no TLS with PostgreSQL at {place}: {why}"),
        }
    }
}

/// The trusted authorities, and a description of them.
fn trust(security: &Security) -> Result<(Option<Trust>, String), String> {
    match &security.authorities {
        Authorities::Nobody => Ok((None, "no authority".to_owned())),
        Authorities::System => {
            let found = rustls_native_certs::load_native_certs();
            for error in &found.errors {
                tracing::debug!("the system's list of trusted certificates: {error}");
            }
            let mut roots = RootCertStore::empty();
            // A system's list may contain a certificate that this library does not accept; the others still count.
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                return Err("this system has no list of trusted certificates: name the authority's certificate with \
                            `sslrootcert=FILE`"
                    .to_owned());
            }
            Ok((Some(Trust { roots, pinned: Vec::new() }), "the authorities that this system trusts".to_owned()))
        }
        Authorities::File(path) => {
            let pinned = certificates("sslrootcert", path)?;
            let mut roots = RootCertStore::empty();
            // A certificate that is not an authority may be the server's own.
            roots.add_parsable_certificates(pinned.iter().cloned());
            Ok((Some(Trust { roots, pinned }), format!("the authorities in {}", path.display())))
        }
    }
}

fn certificates(parameter: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let unreadable =
        |why: &dyn fmt::Display| format!("`{parameter}`: cannot read certificates from {}: {why}", path.display());
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))?.collect();
    match found {
        Ok(certificates) if certificates.is_empty() => Err(unreadable(&"it holds none (PEM is expected)")),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(unreadable(&error)),
    }
}

fn private_key(path: &PathBuf) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| {
        format!(
            "`sslkey`: cannot read a private key from {}: {error} (PEM without a passphrase is expected)",
            path.display()
        )
    })
}
