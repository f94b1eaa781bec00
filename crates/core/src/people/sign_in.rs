//! Signing in by password.

use std::sync::Arc;

use jeton_jose::Secret;

use super::password::verify;
use crate::Ledger;
use crate::model::{Service, User};
use crate::refusal::Refusal;

/// The longest password that is looked at, in bytes; argon2 would take any length at our cost.
const LONGEST: usize = 1024;

/// The user that name and password belong to. Unknown, wrong, disabled and throttled are one answer, in the same time.
///
/// # Errors
/// [`Refusal::CredentialsInvalid`] (message 20), or a fault.
pub async fn sign_in(ledger: &Ledger, service: &Service, name: &str, password: &Secret) -> Result<Arc<User>, Refusal> {
    let now = ledger.now();
    if password.expose().len() > LONGEST || name.len() > LONGEST || !ledger.guesses().take(service.id, name, now) {
        return Err(Refusal::CredentialsInvalid);
    }
    let user = ledger.directory().user_by_name(service.id, name).await?.filter(|u| u.enabled);
    let hash = user.as_ref().and_then(|u| u.password.clone());
    match (verify(ledger, password, hash).await?, user) {
        (true, Some(user)) => {
            ledger.guesses().right(service.id, name);
            Ok(user)
        }
        _ => Err(Refusal::CredentialsInvalid),
    }
}
