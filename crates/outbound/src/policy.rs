//! Who may be talked to.

use std::net::IpAddr;
use std::sync::Arc;

use jeton_model::outbound::{OutboundError, UrlTrust};

use crate::address::is_public;

/// Whether an address is in a network that the operator permits for clients' URLs.
pub(crate) type Allowed = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// Checks all addresses of a name together: a name with one forbidden address is refused, whatever their order.
pub(crate) fn judge(
    addresses: &[IpAddr],
    trust: UrlTrust,
    tls: bool,
    allowed: &dyn Fn(IpAddr) -> bool,
) -> Result<(), OutboundError> {
    if addresses.is_empty() {
        return Err(OutboundError::Unreachable("the name has no address".to_owned()));
    }
    if trust == UrlTrust::Operator {
        return Ok(());
    }
    for address in addresses {
        if allowed(*address) {
            continue;
        }
        if !is_public(*address) {
            return Err(OutboundError::Refused("the host is not on the public Internet"));
        }
        if !tls {
            return Err(OutboundError::Refused("the scheme is not https"));
        }
    }
    Ok(())
}
