//! Signing in: by password, by confirmation code.

use std::sync::Arc;

use jeton_jose::Secret;

use super::guesses::Person;
use super::password::verify;
use crate::Ledger;
use crate::confirmation::{Redeemed, redeem};
use crate::ledger::Spend;
use crate::model::{PhoneNumber, Service, User};
use crate::refusal::Refusal;

/// The longest password that is looked at, in bytes; argon2 would take any length at our cost.
const LONGEST: usize = 1024;

/// What the secret beside a name may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ways {
    /// A password.
    Password,
    /// A code sent to the number that is the name.
    Code,
    /// Either: the password is tried first.
    Both,
}

/// Somebody who has shown who he is.
pub(crate) struct SignedIn {
    /// Who.
    pub(crate) user: Arc<User>,
    /// How, as `amr` says it (RFC 8176).
    pub(crate) method: &'static str,
    /// Whether the user is not written yet.
    pub(crate) is_new: bool,
    /// What is used up by it.
    pub(crate) spend: Option<Spend>,
}

/// The user that name and password belong to; the name may be his telephone number. Unknown, wrong, disabled and throttled
/// are one answer, in the same time.
///
/// # Errors
/// [`Refusal::CredentialsInvalid`] (message 20), or a fault.
pub async fn sign_in(ledger: &Ledger, service: &Service, name: &str, password: &Secret) -> Result<Arc<User>, Refusal> {
    Ok(sign_in_by(ledger, service, name, password, Ways::Password).await?.user)
}

/// The same by the named ways. Every try takes from one budget of the person, whatever the way and whatever the name.
///
/// # Errors
/// As above.
pub(crate) async fn sign_in_by(
    ledger: &Ledger,
    service: &Service,
    name: &str,
    secret: &Secret,
    ways: Ways,
) -> Result<SignedIn, Refusal> {
    if secret.expose().len() > LONGEST || name.len() > LONGEST {
        return Err(Refusal::CredentialsInvalid);
    }
    let number = PhoneNumber::parse(name);
    let by_name = ledger.directory().user_by_name(service.id, name).await?;
    let by_number = match &number {
        Some(number) => ledger.directory().user_by_phone(service.id, number).await?,
        None => None,
    };
    let people = Person::of(service.id, name, [by_name.as_ref(), by_number.as_ref()]);
    if !ledger.guesses().take(&people, ledger.now()) {
        return Err(Refusal::CredentialsInvalid);
    }
    let user = by_name.or(by_number).filter(|user| user.enabled);
    let signed_in = by_password(ledger, user, secret, ways).await?;
    let signed_in = match (signed_in, number) {
        (Some(signed_in), _) => signed_in,
        (None, Some(number)) if ways != Ways::Password => {
            let Redeemed { user, is_new, spend } = redeem(ledger, service, &number, secret).await?;
            SignedIn { user, method: "sms", is_new, spend: Some(spend) }
        }
        _ => return Err(Refusal::CredentialsInvalid),
    };
    ledger.guesses().right(&people);
    Ok(signed_in)
}

async fn by_password(
    ledger: &Ledger,
    user: Option<Arc<User>>,
    secret: &Secret,
    ways: Ways,
) -> Result<Option<SignedIn>, Refusal> {
    if ways == Ways::Code {
        return Ok(None);
    }
    let hash = user.as_ref().and_then(|user| user.password.clone());
    let right = verify(ledger, secret, hash).await?;
    Ok(user.filter(|_| right).map(|user| SignedIn { user, method: "pwd", is_new: false, spend: None }))
}
