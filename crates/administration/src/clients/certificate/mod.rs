//! The contents of a client certificate: validity, names, key. That the client possesses the key was proven before, in this
//! server's TLS or to a trusted proxy.

mod distinguished_name;
mod public_key;
mod thumbprint;

use std::net::IpAddr;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

pub use distinguished_name::DistinguishedName;
pub use thumbprint::thumbprint;

use jeton_model::clock::Timestamp;

/// A parsed certificate, borrowed from the bytes that a connection proved.
pub struct Certificate<'a>(X509Certificate<'a>);

impl<'a> Certificate<'a> {
    /// Parses DER; trailing bytes are refused.
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let (rest, certificate) = parse_x509_certificate(der).ok()?;
        rest.is_empty().then_some(Self(certificate))
    }

    /// Whether it is valid at this time.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        let validity = self.0.validity();
        (validity.not_before.timestamp()..=validity.not_after.timestamp()).contains(&now.seconds())
    }

    /// Whether its subject is this one (RFC 4517 section 4.2.15).
    pub fn is_subject(&self, name: &DistinguishedName) -> bool {
        DistinguishedName::of(self.0.subject()).is_some_and(|subject| subject == *name)
    }

    /// Whether it has this alternative name.
    pub fn has_name(&self, wanted: &AlternativeName<'_>) -> bool {
        let Ok(Some(names)) = self.0.subject_alternative_name() else { return false };
        names.value.general_names.iter().any(|name| wanted.is(name))
    }

    /// Whether its public key is that of a JWK.
    pub fn has_key(&self, jwk: &jeton_jose::Jwk) -> bool {
        public_key::is(self.0.public_key(), jwk)
    }
}

/// A subject alternative name that a client registered (RFC 8705 section 2.1.2).
pub enum AlternativeName<'a> {
    /// A host name.
    Dns(&'a str),
    /// A URI.
    Uri(&'a str),
    /// An address.
    Ip(IpAddr),
    /// An email address.
    Email(&'a str),
}

impl AlternativeName<'_> {
    fn is(&self, name: &GeneralName<'_>) -> bool {
        match (self, name) {
            (Self::Dns(wanted), GeneralName::DNSName(name)) => wanted.eq_ignore_ascii_case(name),
            (Self::Uri(wanted), GeneralName::URI(name)) => wanted == name,
            (Self::Email(wanted), GeneralName::RFC822Name(name)) => same_mailbox(wanted, name),
            (Self::Ip(IpAddr::V4(wanted)), GeneralName::IPAddress(bytes)) => wanted.octets() == *bytes,
            (Self::Ip(IpAddr::V6(wanted)), GeneralName::IPAddress(bytes)) => wanted.octets() == *bytes,
            _ => false,
        }
    }
}

/// The part before the `@` must be equal, the host without regard to case (RFC 5280 section 7.5).
fn same_mailbox(one: &str, other: &str) -> bool {
    match (one.rsplit_once('@'), other.rsplit_once('@')) {
        (Some((name, host)), Some((other_name, other_host))) => {
            name == other_name && host.eq_ignore_ascii_case(other_host)
        }
        _ => false,
    }
}
