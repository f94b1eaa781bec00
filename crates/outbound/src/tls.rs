//! TLS to the name in the URL, over a connection to a judged address.

use std::path::Path;
use std::sync::Arc;

use jeton_model::outbound::OutboundError;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use url::Host;

use crate::connect::Stream;
use crate::open_error::OpenError;
use crate::roots::roots;

/// The TLS configuration: HTTP/1.1 only, no client certificate, no early data.
pub(crate) fn connector(ca: Option<&Path>) -> Result<TlsConnector, OpenError> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| OpenError::Tls(error.to_string()))?
        .with_root_certificates(roots(ca)?)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The handshake; the certificate must be the host's.
pub(crate) async fn handshake(
    connector: &TlsConnector,
    host: &Host<String>,
    stream: Box<dyn Stream>,
) -> Result<Box<dyn Stream>, OutboundError> {
    let name = match host {
        Host::Domain(name) => ServerName::try_from(name.clone())
            .map_err(|_| OutboundError::Refused("the host is not a name that a certificate can have"))?,
        Host::Ipv4(address) => ServerName::from(std::net::IpAddr::V4(*address)),
        Host::Ipv6(address) => ServerName::from(std::net::IpAddr::V6(*address)),
    };
    let failed = |error: std::io::Error| OutboundError::Unreachable(format!("TLS: {error}"));
    Ok(Box::new(connector.connect(name, stream).await.map_err(failed)?))
}
