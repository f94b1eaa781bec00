//! The state of every handler.

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::extract::FromRef;
use jeton_core::OAuth;
use jeton_core::ids::ServiceId;
use jeton_core::ledger::RevocationScope;
use jeton_wire::{Issuer, OfService};

/// The ledger, and the issuer of this router.
#[derive(Clone)]
pub struct IamState {
    /// The product.
    pub oauth: Arc<OAuth>,
    /// The issuer.
    pub service: ServiceId,
    /// The operator's settings, as they are now.
    pub rules: LiveRules,
}

impl OfService for IamState {
    fn of_service(self, service: ServiceId) -> Self {
        Self { service, ..self }
    }
}

impl FromRef<IamState> for Issuer {
    fn from_ref(state: &IamState) -> Self {
        Self { oauth: Arc::clone(&state.oauth), service: state.service }
    }
}

/// The operator's settings for this face.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IamRules {
    /// Below `/iam`, also accept tokens of administrators without the scopes, as releases before 1.8.2 did.
    pub accept_admin_role: bool,
    /// What the deletion of a refresh token ends (`docs/contracts/indigo-iam.md` section 3.7): in releases up to 1.12
    /// the access tokens stayed valid.
    pub revocation_scope: RevocationScope,
}

/// The operator's settings, shared with the code that may change them while the face serves.
#[derive(Clone, Debug, Default)]
pub struct LiveRules(Arc<ArcSwap<IamRules>>);

impl LiveRules {
    /// The settings for a request that begins now.
    #[must_use]
    pub fn now(&self) -> IamRules {
        **self.0.load()
    }

    /// Changes the settings for later requests.
    pub fn set(&self, rules: IamRules) {
        self.0.store(Arc::new(rules));
    }
}

impl From<IamRules> for LiveRules {
    fn from(rules: IamRules) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(rules)))
    }
}
