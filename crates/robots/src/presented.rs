//! What came with a request.

use std::net::IpAddr;

use jeton_jose::Secret;

/// What came with a request, as it came. The calls decide what is needed and in which order it is checked.
#[derive(Clone, Copy, Default)]
pub struct Presented<'a> {
    /// The app key.
    pub app_key: Option<&'a str>,
    /// The account session.
    pub session: Option<&'a str>,
    /// The robot's JWT.
    pub jwt: Option<&'a str>,
    /// DER of the end entity's certificate, whose key the handshake proved to be the peer's.
    pub certificate: Option<&'a [u8]>,
    /// Where the request comes from, for limits.
    pub address: Option<IpAddr>,
}

/// What a call answers a robot. The face writes what is absent as an empty text.
#[derive(Debug, Default)]
pub struct Bundle {
    /// The robot's JWT.
    pub token: Option<Secret>,
    /// A new app's token.
    pub client_token: Option<Secret>,
    /// AWS credentials.
    pub sts: Option<StsCredentials>,
}

/// AWS credentials for the upload of logs (`docs/contracts/vector.md` section 6).
#[derive(Debug)]
pub struct StsCredentials {
    /// AWS access key.
    pub access_key_id: String,
    /// AWS secret.
    pub secret_access_key: Secret,
    /// AWS session token.
    pub session_token: Secret,
    /// RFC 3339 time.
    pub expiration: String,
}
