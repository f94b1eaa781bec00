//! Whose rules an endpoint keeps where two contracts name the same verb.

/// A contract's rules. The words of an answer are the face's; this is about what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The RFCs (`docs/contracts/oauth-token-endpoint.md`).
    Standard,
    /// INDIGO IAM's (`docs/contracts/indigo-iam.md` section 7).
    Indigo,
}
