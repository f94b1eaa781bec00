//! What every handler has.

use axum::extract::FromRef;
use jeton_wire::Issuer;
use jeton_wire::pages::SignInFirst;

/// The issuer that this router speaks for, and the way in for a person whom the owner's page does not know.
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
