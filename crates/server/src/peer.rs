//! Who is at the other end of a connection.

use std::net::SocketAddr;
use std::sync::Arc;

use aws_lc_rs::digest;

/// Who is at the other end of the connection: an extension of every request.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    /// The address of the other end; none on the Unix socket. Behind a proxy it is the proxy's: see
    /// [`client_addr`](crate::client_addr).
    pub addr: Option<SocketAddr>,
    /// The certificate the other end has shown in our TLS handshake, and whose key it has proven.
    pub certificate: Option<PeerCertificate>,
    /// Whether our own TLS protects the connection.
    pub tls: bool,
    /// Whether the connection came through the Unix socket, whose owner is the administrator.
    pub local_socket: bool,
}

/// A client certificate. A clone shares its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerCertificate {
    /// The end-entity certificate.
    pub der: Arc<[u8]>,
    /// SHA-256 of `der`: the `x5t#S256` of RFC 8705 before its encoding.
    pub sha256: [u8; 32],
    /// Whether an authority of `client_ca` has signed it. If not, it proves possession of its key and nothing else.
    pub verified: bool,
}

impl PeerCertificate {
    /// Takes a certificate and computes its digest.
    #[must_use]
    pub fn new(der: &[u8], verified: bool) -> Self {
        let mut sha256 = [0; 32];
        let digest = digest::digest(&digest::SHA256, der);
        sha256.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        Self { der: der.into(), sha256, verified }
    }
}
