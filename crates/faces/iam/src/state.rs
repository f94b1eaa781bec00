//! What every handler has.

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::extract::FromRef;
use jeton_core::OAuth;
use jeton_core::ids::ServiceId;
use jeton_core::ledger::RevocationScope;
use jeton_wire::Issuer;

/// The ledger, and the issuer this router speaks for.
#[derive(Clone)]
pub struct IamState {
    /// The product.
    pub oauth: Arc<OAuth>,
    /// The issuer.
    pub service: ServiceId,
    /// What the operator chose, as it is now.
    pub rules: LiveRules,
}

impl FromRef<IamState> for Issuer {
    fn from_ref(state: &IamState) -> Self {
        Self { oauth: Arc::clone(&state.oauth), service: state.service }
    }
}

/// What the operator chose about this face.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IamRules {
    /// Below `/iam`, take tokens of administrators without the scopes too, as releases before 1.8.2 did.
    pub accept_admin_role: bool,
    /// What a deleted refresh token takes along (`docs/contracts/indigo-iam.md` section 3.7): releases up to 1.12 let
    /// the access tokens live on.
    pub revocation_scope: RevocationScope,
}

/// The operator's choice, shared with whoever may change it while the face serves.
#[derive(Clone, Debug, Default)]
pub struct LiveRules(Arc<ArcSwap<IamRules>>);

impl LiveRules {
    /// What holds for a request that begins now.
    #[must_use]
    pub fn now(&self) -> IamRules {
        **self.0.load()
    }

    /// Takes another choice, for requests to come.
    pub fn set(&self, rules: IamRules) {
        self.0.store(Arc::new(rules));
    }
}

impl From<IamRules> for LiveRules {
    fn from(rules: IamRules) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(rules)))
    }
}
