//! Why an assertion is rejected.

/// Why an assertion is not accepted. Callers map it to their own refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// Not a compact JWS with a readable header; or `alg` is `none` or unknown; or the header has `crit`.
    #[error("not a signed JWT")]
    NotJws,
    /// The content is not a JSON object without repeated members.
    #[error("the content is no claims set")]
    Payload,
    /// `typ` is not the expected one.
    #[error("another type of JWT")]
    Type,
    /// An algorithm that is not allowed here.
    #[error("the algorithm is not allowed")]
    Algorithm,
    /// No trusted key has this `kid`, or none has the right type.
    #[error("no such key is trusted")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature is not correct")]
    Signature,
    /// `aud` is absent, malformed or names another recipient.
    #[error("meant for somebody else")]
    Audience,
    /// `exp` is absent, malformed or past.
    #[error("expired")]
    Expired,
    /// `exp` lies too far in the future.
    #[error("valid for too long")]
    LongLived,
    /// `nbf` or `iat` lies in the future or is malformed.
    #[error("not valid yet")]
    NotYet,
}
