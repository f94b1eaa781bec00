//! The authorities that may have signed factory certificates.

use std::sync::Arc;

use x509_parser::pem::Pem;

use super::certificate::Certificate;

/// Certificates of authorities, each trusted by itself; at least one.
#[derive(Clone, Debug)]
pub struct Authorities(Arc<[Vec<u8>]>);

/// Why a file names no authorities.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAuthorities {
    /// There is no certificate in it.
    #[error("there is no certificate in it")]
    Empty,
    /// A block cannot be read.
    #[error("certificate {0} in it cannot be read")]
    Unreadable(usize),
    /// A certificate says that it signs no others.
    #[error("certificate {0} in it is not that of an authority")]
    NotAuthority(usize),
}

impl Authorities {
    /// Reads PEM. Blocks of other kinds are skipped.
    ///
    /// # Errors
    /// When a certificate cannot be read, is no authority's, or there is none. They are counted from 1.
    pub fn from_pem(pem: &[u8]) -> Result<Self, NotAuthorities> {
        let mut all = Vec::new();
        for (at, block) in Pem::iter_from_buffer(pem).enumerate() {
            let block = block.map_err(|_| NotAuthorities::Unreadable(at + 1))?;
            if block.label != "CERTIFICATE" {
                continue;
            }
            let certificate = Certificate::read(&block.contents).ok_or(NotAuthorities::Unreadable(at + 1))?;
            if certificate.signs_none() {
                return Err(NotAuthorities::NotAuthority(at + 1));
            }
            all.push(block.contents);
        }
        if all.is_empty() { Err(NotAuthorities::Empty) } else { Ok(Self(all.into())) }
    }

    /// Whether one of them signed a certificate.
    pub(super) fn have_signed(&self, certificate: &Certificate<'_>) -> bool {
        self.0.iter().filter_map(|der| Certificate::read(der)).any(|authority| certificate.is_signed_by(&authority))
    }
}
