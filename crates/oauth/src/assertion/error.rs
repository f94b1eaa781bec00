//! What can be wrong with an assertion.

/// Why an assertion is not accepted. Callers map it to their own refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// No compact JWS with a readable header; `alg: none` or an unknown one; `crit`.
    #[error("not a signed JWT")]
    NotJws,
    /// The content is not a JSON object without repeated members.
    #[error("the content is no claims set")]
    Payload,
    /// `typ` is another one.
    #[error("another type of JWT")]
    Type,
    /// An algorithm that is not allowed here.
    #[error("the algorithm is not allowed")]
    Algorithm,
    /// No trusted key has its `kid`, or none is of its kind.
    #[error("no such key is trusted")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature is not correct")]
    Signature,
    /// `aud` is absent, malformed or names somebody else.
    #[error("meant for somebody else")]
    Audience,
    /// `exp` is absent, malformed or past.
    #[error("expired")]
    Expired,
    /// `exp` lies further ahead than is accepted.
    #[error("valid for too long")]
    LongLived,
    /// `nbf` or `iat` lies in the future or is malformed.
    #[error("not valid yet")]
    NotYet,
}
