//! `sslmode` and its companions, from the store's URL.

use super::OpenError;
use super::parameters::{Parameters, one_of};
use crate::security::{Authorities, Security, SslMode};

impl Security {
    /// From a URL's parameters.
    pub(crate) fn read(parameters: &mut Parameters) -> Result<Self, OpenError> {
        let mode = parameters.take("sslmode").map(|value| one_of("sslmode", &value, &SslMode::ALL)).transpose()?;
        let root = parameters.take("sslrootcert").filter(|value| !value.is_empty());
        let (mode, authorities) = authorities(mode, root)?;
        let direct = parameters
            .take("sslnegotiation")
            .map(|value| one_of("sslnegotiation", &value, &[("postgres", false), ("direct", true)]));
        let direct = direct.transpose()?.unwrap_or(false);
        if direct && !mode.demands_tls() {
            let why = format!("needs TLS, and sslmode={} goes without: write sslmode=require or stronger", mode.name());
            return Err(OpenError::parameter("sslnegotiation", why));
        }
        let client = match (parameters.take("sslcert"), parameters.take("sslkey")) {
            (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
            (None, None) => None,
            (Some(_), None) => {
                return Err(OpenError::parameter("sslcert", "stands alone: name its key with sslkey=FILE"));
            }
            (None, Some(_)) => {
                return Err(OpenError::parameter("sslkey", "stands alone: name its certificate with sslcert=FILE"));
            }
        };
        if client.is_some() && mode == SslMode::Disable {
            return Err(OpenError::parameter(
                "sslcert",
                "has no effect with sslmode=disable: write sslmode=verify-full",
            ));
        }
        Ok(Self { mode, authorities, client, direct })
    }
}

/// What is verified. Where libpq would look for a file in a home folder, or verify nothing although a file is named,
/// the URL is refused instead.
fn authorities(mode: Option<SslMode>, root: Option<String>) -> Result<(SslMode, Authorities), OpenError> {
    let system = root.as_deref() == Some("system");
    let weak = |mode: SslMode, fix: &str| {
        let why = format!("has no effect with sslmode={}: write sslmode={fix}", mode.name());
        Err(OpenError::parameter("sslrootcert", why))
    };
    match (mode, root) {
        (None, None) => Ok((SslMode::Prefer, Authorities::Nobody)),
        (None, Some(_)) if system => Ok((SslMode::VerifyFull, Authorities::System)),
        (None, Some(_)) => weak(SslMode::Prefer, "verify-full"),
        (Some(mode @ (SslMode::Disable | SslMode::Allow | SslMode::Prefer)), Some(_)) => weak(mode, "verify-full"),
        // Anybody can have a certificate of a public authority, for another name.
        (Some(mode @ (SslMode::Require | SslMode::VerifyCa)), Some(_)) if system => weak(mode, "verify-full"),
        (Some(SslMode::VerifyCa), None) => Err(OpenError::parameter(
            "sslmode",
            "is verify-ca, which needs the authority's certificate: name it with sslrootcert=FILE",
        )),
        (Some(SslMode::VerifyFull), None) => Ok((SslMode::VerifyFull, Authorities::System)),
        (Some(SslMode::VerifyFull), Some(_)) if system => Ok((SslMode::VerifyFull, Authorities::System)),
        (Some(mode), None) => Ok((mode, Authorities::Nobody)),
        (Some(SslMode::Require), Some(file)) => Ok((SslMode::VerifyCa, Authorities::File(file.into()))),
        (Some(mode), Some(file)) => Ok((mode, Authorities::File(file.into()))),
    }
}
