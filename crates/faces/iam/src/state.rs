//! What every handler has.

use std::sync::Arc;

use jeton_core::Ledger;
use jeton_core::ids::ServiceId;

/// The ledger, and the issuer this router speaks for.
#[derive(Clone)]
pub struct IamState {
    /// The product.
    pub ledger: Arc<Ledger>,
    /// The issuer.
    pub service: ServiceId,
    /// What the operator chose.
    pub rules: IamRules,
}

/// What the operator chose about this face.
#[derive(Clone, Copy, Debug, Default)]
pub struct IamRules {
    /// Below `/iam`, take tokens of administrators without the scopes too, as releases before 1.8.2 did.
    pub accept_admin_role: bool,
    /// Let access tokens live on when their refresh token is deleted, as releases up to 1.12 did.
    pub keep_access_tokens: bool,
}
