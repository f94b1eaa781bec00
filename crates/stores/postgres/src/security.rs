//! How safe the way to the database must be: `sslmode` and its companions, in libpq's meaning.

use std::fmt;
use std::path::PathBuf;

/// `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SslMode {
    /// No TLS.
    Disable,
    /// TLS where the server demands it.
    Allow,
    /// TLS where the server offers it.
    Prefer,
    /// TLS; whose certificate it is does not matter, unless `sslrootcert` is there.
    Require,
    /// TLS with a certificate that an authority of `sslrootcert` signed.
    VerifyCa,
    /// The same, and it must be for the host.
    VerifyFull,
}

impl SslMode {
    /// Each, as the URL has it.
    pub(crate) const ALL: [(&'static str, Self); 6] = [
        ("disable", Self::Disable),
        ("allow", Self::Allow),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];

    /// As the URL has it.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }

    /// Whether a connection without TLS is refused.
    pub(crate) fn demands_tls(self) -> bool {
        matches!(self, Self::Require | Self::VerifyCa | Self::VerifyFull)
    }
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `sslrootcert`: the trusted authorities for the server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Authorities {
    /// Certificates are not looked at.
    Nobody,
    /// Those that the system trusts.
    System,
    /// Those of a PEM file.
    File(PathBuf),
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Security {
    pub(crate) mode: SslMode,
    pub(crate) authorities: Authorities,
    /// `sslcert` and `sslkey`.
    pub(crate) client: Option<(PathBuf, PathBuf)>,
    /// `sslnegotiation=direct`: TLS from the first byte on.
    pub(crate) direct: bool,
}
