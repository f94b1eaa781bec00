//! How the content is encrypted (RFC 7518 §5).

use std::str::FromStr;

/// A JWE content encryption algorithm (RFC 7518 §5.1): all six that are registered there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContentEncryption {
    /// AES-GCM with a 128-bit key.
    A128GCM,
    /// AES-GCM with a 192-bit key.
    A192GCM,
    /// AES-GCM with a 256-bit key.
    A256GCM,
    /// AES-128 in CBC mode, authenticated by HMAC with SHA-256.
    A128CBCHS256,
    /// AES-192 in CBC mode, authenticated by HMAC with SHA-384.
    A192CBCHS384,
    /// AES-256 in CBC mode, authenticated by HMAC with SHA-512.
    A256CBCHS512,
}

/// The name is not that of a content encryption algorithm Jeton accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown content encryption algorithm")]
pub struct UnknownEncryption;

impl ContentEncryption {
    /// Every algorithm, in the order in which metadata documents list them.
    pub const ALL: [Self; 6] =
        [Self::A128GCM, Self::A192GCM, Self::A256GCM, Self::A128CBCHS256, Self::A192CBCHS384, Self::A256CBCHS512];

    /// The registered name, as it stands in an `enc` member (RFC 7518 §5.1).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A128GCM => "A128GCM",
            Self::A192GCM => "A192GCM",
            Self::A256GCM => "A256GCM",
            Self::A128CBCHS256 => "A128CBC-HS256",
            Self::A192CBCHS384 => "A192CBC-HS384",
            Self::A256CBCHS512 => "A256CBC-HS512",
        }
    }

    /// The bytes of the content key. With CBC, half of them authenticate (RFC 7518 §5.2.2.1).
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::A128GCM => 16,
            Self::A192GCM => 24,
            Self::A256GCM | Self::A128CBCHS256 => 32,
            Self::A192CBCHS384 => 48,
            Self::A256CBCHS512 => 64,
        }
    }
}

by_name!(ContentEncryption);

impl FromStr for ContentEncryption {
    type Err = UnknownEncryption;

    /// Names are compared exactly: RFC 7516 §4.1.2 makes them case-sensitive.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|enc| enc.as_str() == name).ok_or(UnknownEncryption)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_are_exact() {
        for enc in ContentEncryption::ALL {
            assert_eq!(enc.as_str().parse(), Ok(enc));
            assert_eq!(serde_json::to_value(enc).ok(), Some(enc.as_str().into()));
        }
        for refused in ["none", "", "a128gcm", "A128CBC", "A128CBC-HS512", "C20P"] {
            assert_eq!(refused.parse::<ContentEncryption>(), Err(UnknownEncryption), "{refused:?}");
            assert!(serde_json::from_value::<ContentEncryption>(refused.into()).is_err(), "{refused:?}");
        }
    }
}
