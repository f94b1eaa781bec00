//! The state of every handler.

use axum::extract::FromRef;
use jeton_wire::Issuer;
use jeton_wire::pages::SignInFirst;

/// The issuer of this router, and the sign-in page for the owner's page.
#[derive(Clone)]
pub(crate) struct UmaState {
    pub(crate) issuer: Issuer,
    pub(crate) sign_in_first: SignInFirst,
}

impl FromRef<UmaState> for Issuer {
    fn from_ref(state: &UmaState) -> Self {
        state.issuer.clone()
    }
}
