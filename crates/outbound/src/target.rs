//! The target of a request, from its URL.

use jeton_model::outbound::{OutboundError, UrlTrust};
use url::{Host, Position, Url};

/// The longest URL, in bytes.
const LONGEST: usize = 4096;
/// From here on ports are not assigned to services by convention.
const FIRST_FREE_PORT: u16 = 1024;

/// A URL that is permitted, as far as its text shows.
#[derive(Debug)]
pub(crate) struct Target {
    /// Whether TLS is spoken.
    pub(crate) tls: bool,
    /// Name or address.
    pub(crate) host: Host<String>,
    /// The port.
    pub(crate) port: u16,
    /// `Host` of the request.
    pub(crate) authority: String,
    /// Path and query.
    pub(crate) path: String,
}

impl Target {
    /// Reads a URL.
    ///
    /// Whatever spelling of an IPv4 address the WHATWG rules know (`0x7f.1`, `2130706433`, full-width digits) is an address
    /// after this.
    pub(crate) fn read(url: &str, trust: UrlTrust) -> Result<Self, OutboundError> {
        let refused = OutboundError::Refused;
        if url.len() > LONGEST {
            return Err(refused("the URL is too long"));
        }
        if url.bytes().any(|b| !b.is_ascii_graphic() || b == b'\\') {
            return Err(refused("the URL holds characters that no URL has"));
        }
        let url = Url::parse(url).map_err(|_| refused("the URL is not absolute"))?;
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(refused("the scheme is neither https nor http")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("the URL holds a user name or a password"));
        }
        let host = url.host().ok_or(refused("the URL names no host"))?.to_owned();
        if let Host::Domain(name) = &host
            && name.ends_with('.')
        {
            return Err(refused("the host ends with a dot"));
        }
        let port = url.port_or_known_default().filter(|port| *port != 0).ok_or(refused("the port is not one"))?;
        let customary = if tls { 443 } else { 80 };
        if trust != UrlTrust::Operator && port != customary && port < FIRST_FREE_PORT {
            return Err(refused("the port belongs to another service"));
        }
        let authority = url[Position::BeforeHost..Position::AfterPort].to_owned();
        let path = url[Position::BeforePath..Position::AfterQuery].to_owned();
        Ok(Self { tls, host, port, authority, path })
    }
}
