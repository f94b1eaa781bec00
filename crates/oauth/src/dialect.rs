//! Which contract's rules an endpoint follows when two contracts define the same operation.

/// A contract's rules. The wording of answers belongs to the faces; this is about what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The RFCs (`docs/contracts/oauth-token-endpoint.md`).
    Standard,
    /// INDIGO IAM's (`docs/contracts/indigo-iam.md` section 7).
    Indigo,
}
