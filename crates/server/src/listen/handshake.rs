//! The beginning of a connection on a listener that speaks TLS.

use std::io;
use std::net::SocketAddr;

use rustls::{AlertDescription, Error};
use tokio::net::TcpStream;

/// The first byte of a TLS connection: the type of a handshake record (RFC 8446 section 5.1).
const HANDSHAKE: u8 = 22;

/// Whether a client begins with a TLS handshake; `None` when it closes without a byte. Takes nothing from the connection.
pub(super) async fn begins_tls(stream: &TcpStream) -> Option<bool> {
    let mut first = [0];
    let read = stream.peek(&mut first).await.ok()?;
    (read == 1).then_some(first == [HANDSHAKE])
}

/// Writes into the log why a handshake failed; without an error, the client took too long.
pub(super) fn explain(peer: Option<SocketAddr>, error: Option<&io::Error>) {
    let peer = peer.map(|peer| peer.to_string()).unwrap_or_default();
    let cause = error.map_or_else(|| "the client took too long".to_owned(), ToString::to_string);
    tracing::info!(peer, cause, "a TLS handshake failed{}", error.map_or("", advice));
}

/// What a person can do about it.
fn advice(error: &io::Error) -> &'static str {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match tls {
        Some(Error::AlertReceived(
            AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnsupportedCertificate,
        )) => ": the client does not trust this server's certificate, or knows it by another name",
        Some(Error::AlertReceived(AlertDescription::CertificateExpired)) => {
            ": by the client's clock this server's certificate is not valid now"
        }
        Some(Error::InvalidCertificate(_)) => ": the client's certificate cannot be read",
        Some(Error::PeerIncompatible(_)) => ": the client and this server have no version or cipher in common",
        // Go's clients close without an alert when their own check fails.
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            ": the client closed it; it may not trust this server's certificate"
        }
        _ => "",
    }
}
