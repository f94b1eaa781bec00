//! JWT access tokens by RFC 9068. Their `jti` leads to the ledger's row (`jti.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_jose::jws::JwsHeader;
use serde::{Deserialize, Serialize};

use jeton_model::records::Binding;

/// The `typ` of access tokens, RFC 9068 section 2.1.
pub const ACCESS_TYP: &str = "at+jwt";

/// A member of the header of access tokens that state another type: by it this server knows them, and takes none of them for an ID token
/// or an assertion (RFC 8725 section 3.12). Others ignore it (RFC 7515 section 4.3).
pub const ACCESS_MARK: &str = "jeton_kind";

/// The mark, to be written.
pub(crate) fn access_mark() -> serde_json::Map<String, serde_json::Value> {
    [(ACCESS_MARK.to_owned(), "access_token".into())].into_iter().collect()
}

/// Whether a header is that of an access token, whatever type it states.
#[must_use]
pub fn is_access(header: &JwsHeader) -> bool {
    header.is_typ(ACCESS_TYP) || header.member(ACCESS_MARK).is_some()
}

/// The claims of an access token, RFC 9068 section 2.2, in the order they are written.
#[derive(Debug, Serialize)]
pub struct AccessClaims<'a> {
    /// Issuer.
    pub iss: &'a str,
    /// The user, or the client when no user takes part. This, `aud` and `client_id` are left out of a token that an administrator
    /// made for nobody and no client, as introspection leaves them out.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub sub: &'a str,
    /// Audience.
    #[serde(skip_serializing_if = "Audience::is_empty")]
    pub aud: Audience<'a>,
    /// Client.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub client_id: &'a str,
    /// Scope; a string, or an array for SimpleIdServer clients.
    #[serde(skip_serializing_if = "ScopeClaim::is_empty")]
    pub scope: ScopeClaim<'a>,
    /// Issued, seconds.
    pub iat: i64,
    /// Not before, seconds; only when it differs from `iat`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Expiry, seconds; RFC 9068 requires it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// Identifies the row.
    pub jti: &'a str,
    /// When the person signed in, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The bound key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// Who acts for the subject, RFC 8693 section 4.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<&'a serde_json::Value>,
    /// Further claims.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub extra: Option<&'a serde_json::Map<String, serde_json::Value>>,
}

/// `aud`: one value as a string, several as an array.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a>(pub &'a str);

impl Audience<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Audience<'_> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0.contains(' ') { s.collect_seq(self.0.split(' ')) } else { s.serialize_str(self.0) }
    }
}

/// `scope` as a string or an array.
#[derive(Clone, Copy, Debug)]
pub struct ScopeClaim<'a> {
    /// The list.
    pub scope: &'a str,
    /// Whether to write an array.
    pub array: bool,
}

impl ScopeClaim<'_> {
    fn is_empty(&self) -> bool {
        self.scope.is_empty()
    }
}

impl Serialize for ScopeClaim<'_> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.array { s.collect_seq(self.scope.split(' ')) } else { s.serialize_str(self.scope) }
    }
}

/// `cnf`, RFC 7800.
#[derive(Debug, Serialize)]
pub struct Confirmation {
    /// RFC 8705.
    #[serde(rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// RFC 9449.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
}

impl From<&Binding> for Confirmation {
    fn from(binding: &Binding) -> Self {
        match binding {
            Binding::Certificate(p) => Self { certificate: Some(URL_SAFE_NO_PAD.encode(p)), jkt: None },
            Binding::Jwk(p) => Self { certificate: None, jkt: Some(URL_SAFE_NO_PAD.encode(p)) },
        }
    }
}

/// The `jti` of a compact JWT, or its `token_id` where a contract calls it so. Proves nothing: the caller must compare the row's
/// verifier with the hash of the whole text.
#[must_use]
pub fn jti_of(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        jti: String,
    }
    #[derive(Deserialize)]
    struct NamedOtherwise {
        token_id: String,
    }
    let mut parts = text.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    match serde_json::from_slice::<Named>(&payload) {
        Ok(named) => Some(named.jti),
        Err(_) => serde_json::from_slice::<NamedOtherwise>(&payload).ok().map(|named| named.token_id),
    }
}
