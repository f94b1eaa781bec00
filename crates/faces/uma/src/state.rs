//! The state of every handler.

use axum::extract::FromRef;
use jeton_core::ids::ServiceId;
use jeton_wire::pages::SignInFirst;
use jeton_wire::{Issuer, OfService};

/// The issuer of this router, and the sign-in page for the owner's page.
#[derive(Clone)]
pub(crate) struct UmaState {
    pub(crate) issuer: Issuer,
    pub(crate) sign_in_first: SignInFirst,
}

impl OfService for UmaState {
    fn of_service(self, service: ServiceId) -> Self {
        Self { issuer: self.issuer.of_service(service), ..self }
    }
}

impl FromRef<UmaState> for Issuer {
    fn from_ref(state: &UmaState) -> Self {
        state.issuer.clone()
    }
}
