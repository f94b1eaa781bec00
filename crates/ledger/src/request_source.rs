//! The source of a request.

use std::net::IpAddr;
use std::sync::Arc;

use jeton_model::ids::ServiceId;

/// What the listener knows about the peer: an extension of every request, which faces may read.
#[derive(Clone, Debug, Default)]
pub struct RequestSource {
    /// The client's address, as reported by a trusted proxy or seen on the connection. None on the local socket, and where a
    /// trusted proxy reports no credible address: it is in no address range, and all such requests share one rate limit.
    pub addr: Option<IpAddr>,
    /// The certificate whose key the client has proven, in this server's TLS or to a trusted proxy.
    pub certificate: Option<ClientCertificate>,
    /// The service whose own authorization server sends the client's request on: it has authenticated itself, and limits its
    /// clients' requests by address. `addr` is none then.
    pub sent_on_by: Option<ServiceId>,
    /// The URL by which the client reached an address for internal callers, without a slash at its end; none: it came to a public
    /// one, or named the host of an issuer.
    pub internal_url: Option<Arc<str>>,
}

/// A client certificate. A clone shares its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The end-entity certificate, DER.
    pub der: Arc<[u8]>,
    /// SHA-256 of `der`: `x5t#S256` of RFC 8705 before its encoding.
    pub sha256: [u8; 32],
    /// Whether an authority of `http.client_ca` has signed it, or one of the service whose authorization server sends it on. If not,
    /// it proves only possession of its key.
    pub verified: bool,
}

/// The network that an address stands for: a host that has one IPv6 address controls its whole /64.
pub fn of_one_party(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

/// The key under which requests from an address are counted; all requests whose address is unknown share one.
pub fn party(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "unknown".to_owned(), |address| of_one_party(address).to_string())
}
