//! Where a token was used from, coarsely: never a person's whole address.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::request_source::RequestSource;
use jeton_model::ids::ClientKey;

/// Where a token was used from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A network: 24 bits of an IPv4 address, 48 of an IPv6 one.
    Network(IpNet),
    /// A client that introspected it.
    Client(ClientKey),
    /// This machine's local socket, or an unknown address.
    Unknown,
}

/// The network that a request came from.
impl From<&RequestSource> for Source {
    fn from(origin: &RequestSource) -> Self {
        origin.addr.map_or(Self::Unknown, Self::of_address)
    }
}

impl Source {
    /// The network of an address.
    pub fn of_address(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let bits = if address.is_ipv4() { 24 } else { 48 };
        IpNet::new(address, bits).map_or(Self::Unknown, |network| Self::Network(network.trunc()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_coarsely() {
        for (address, kept) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ] {
            assert_eq!(
                Source::of_address(address.parse().unwrap()),
                Source::Network(kept.parse().unwrap()),
                "{address}"
            );
        }
    }
}
