//! Where a request comes from.

use std::net::IpAddr;
use std::sync::Arc;

/// What the listener knows of the other end: an extension of every request that a face may read.
#[derive(Clone, Debug, Default)]
pub struct RequestSource {
    /// The client's address, told by a trusted proxy or seen. None on the local socket, and where a trusted proxy tells none
    /// that can be believed: no address range holds it, and all such requests share one budget.
    pub addr: Option<IpAddr>,
    /// The certificate whose key the client has proven, in our own TLS or to a trusted proxy.
    pub certificate: Option<ClientCertificate>,
}

/// A client certificate. A clone shares its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The end-entity certificate, DER.
    pub der: Arc<[u8]>,
    /// SHA-256 of `der`: `x5t#S256` of RFC 8705 before its encoding.
    pub sha256: [u8; 32],
    /// Whether an authority of `http.client_ca` has signed it. If not, it proves possession of its key and nothing else.
    pub verified: bool,
}

/// The party behind an address: whoever has one IPv6 address has its whole /64.
pub fn of_one_party(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

/// The name of the party behind an address, to count by; all whose address is not known are one.
pub fn party(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "unknown".to_owned(), |address| of_one_party(address).to_string())
}
