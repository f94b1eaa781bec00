//! Who registers.

use std::net::IpAddr;
use std::sync::Arc;

use super::REGISTER_SCOPE;
use crate::Ledger;
use crate::model::Service;
use crate::origin::Origin;
use crate::refusal::Refusal;

/// Who registers a client.
pub(super) enum Registrant {
    /// The holder of an initial access token.
    Trusted,
    /// Anyone, from this address or network.
    Anyone(Arc<str>),
}

impl Registrant {
    /// Reads who it is. A token that is sent must be good, also where none is needed.
    ///
    /// # Errors
    /// [`Refusal::BearerMissing`], [`Refusal::BearerInvalid`], [`Refusal::BearerScope`].
    pub(super) async fn of(
        ledger: &Ledger,
        service: &Service,
        bearer: Option<&str>,
        origin: &Origin,
    ) -> Result<Self, Refusal> {
        match bearer {
            Some(text) => {
                ledger.admit_with(service.id, text, origin, REGISTER_SCOPE).await?;
                Ok(Self::Trusted)
            }
            None if service.settings.registration.open => Ok(Self::Anyone(network(origin.addr))),
            None => Err(Refusal::BearerMissing),
        }
    }
}

/// What counts as one address: an IPv6 network of 64 bits is one, since whoever has an address there has them all.
fn network(addr: Option<IpAddr>) -> Arc<str> {
    match addr.map(|addr| addr.to_canonical()) {
        None => "local".into(),
        Some(IpAddr::V4(addr)) => addr.to_string().into(),
        Some(IpAddr::V6(addr)) => {
            let [a, b, c, d, ..] = addr.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn one_network_is_one_address() {
        let of = |text: &str| network(text.parse().ok());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
