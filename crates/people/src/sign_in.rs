//! Signing in: by password, by confirmation code.

use std::sync::Arc;

use jeton_jose::Secret;

use super::People;
use super::guesses::SignInFrom;
use super::hashing::Line;
use super::known::{self, Mark};
use super::password::verify;

use crate::confirmation::{Redeemed, redeem};
use crate::refusals::{CREDENTIALS_INVALID, SIGN_IN_SLOWED};
use jeton_ledger::ledger::MintPrecondition;
use jeton_ledger::request_source::party;
use jeton_model::Refusal;
use jeton_model::name_key::name_key;
use jeton_model::records::{PhoneNumber, Service, User};

/// The longest password that is looked at, in bytes; argon2 would take any length at our cost.
const LONGEST: usize = 1024;

/// The kinds of secret that may be sent with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInMethods {
    /// A password.
    Password,
    /// A code sent to the number that is the name.
    Code,
    /// Either: the password is tried first.
    Both,
}

/// An authenticated person. Only [`sign_in_by`] makes one.
pub struct SignedIn {
    /// Who.
    pub user: Arc<User>,
    /// How the person was authenticated, as `amr` (RFC 8176).
    pub method: &'static str,
    /// Whether the user is not written yet.
    pub is_new: bool,
    /// What is used up by it.
    pub precondition: Option<MintPrecondition>,
}

/// The user with this name and password; the name may be their telephone number. Unknown name, wrong password and
/// disabled user get the same answer in the same time; slowed names with and without an account are treated alike.
///
/// # Errors
/// [`CREDENTIALS_INVALID`], [`SIGN_IN_SLOWED`] when the password was not checked because there were too
/// many wrong ones, `BUSY` when too many passwords wait to be checked, or a fault.
pub async fn sign_in(
    people: &People,
    service: &Service,
    name: &str,
    password: &Secret,
    from: SignInFrom<'_>,
) -> Result<Arc<User>, Refusal> {
    Ok(sign_in_by(people, service, name, (password, SignInMethods::Password), from).await?.user)
}

/// The same with the given kinds of secret. Every attempt uses the budgets of the name, whatever the kind.
///
/// # Errors
/// As above.
pub async fn sign_in_by(
    people: &People,
    service: &Service,
    name: &str,
    (secret, methods): (&Secret, SignInMethods),
    from: SignInFrom<'_>,
) -> Result<SignedIn, Refusal> {
    if secret.expose().len() > LONGEST || name.len() > LONGEST {
        return Err(CREDENTIALS_INVALID);
    }
    let (named, mark) = match from {
        // Whose mark it may be must be known first.
        SignInFrom::Browser { known: Some(cookie), .. } => {
            let named = Named::called(people, service, name).await?;
            let mark = named.mark(people, service, cookie);
            (Some(named), mark)
        }
        _ => (None, None),
    };
    let guess = people.guesses.begin((service.id, &name_key(name)), from, mark, people.ledger.clock()).await;
    let guess = guess.map_err(|limited| SIGN_IN_SLOWED.wait(limited.wait(people.ledger.now())))?;
    let tried = async {
        let named = match named {
            Some(named) => named,
            None => Named::called(people, service, name).await?,
        };
        named.tried(people, service, (secret, methods), line(from, mark)).await
    };
    let tried = tried.await;
    // What was right, and what was not looked at, costs nothing.
    if !tried.as_ref().is_err_and(|refusal| refusal.is(&CREDENTIALS_INVALID)) {
        guess.free();
    }
    tried
}

/// Where the hashing of this password waits.
fn line(from: SignInFrom<'_>, mark: Option<Mark>) -> Line {
    match (mark, from) {
        (Some(_), _) => Line::First,
        (None, SignInFrom::Browser { address, .. }) => Line::Browser(party(address)),
        (None, SignInFrom::Client { client, address }) => Line::Client(format!("{client} {}", party(address))),
    }
}

/// Whom a name leads to.
struct Named {
    by_name: Option<Arc<User>>,
    by_number: Option<Arc<User>>,
    number: Option<PhoneNumber>,
}

impl Named {
    async fn called(people: &People, service: &Service, name: &str) -> Result<Self, Refusal> {
        let number = PhoneNumber::parse(name);
        let by_name = people.ledger.entities().user_by_name(service.id, name).await?;
        let by_number = match &number {
            Some(number) => people.ledger.entities().user_by_phone(service.id, number).await?,
            None => None,
        };
        Ok(Self { by_name, by_number, number })
    }

    fn user(&self) -> Option<&Arc<User>> {
        self.by_name.as_ref().or(self.by_number.as_ref())
    }

    fn mark(&self, people: &People, service: &Service, cookie: &str) -> Option<Mark> {
        known::mark(people, service.id, self.user().map(|user| &**user), cookie)
    }

    async fn tried(
        self,
        people: &People,
        service: &Service,
        (secret, methods): (&Secret, SignInMethods),
        line: Line,
    ) -> Result<SignedIn, Refusal> {
        let user = self.user().filter(|user| user.enabled).cloned();
        if methods != SignInMethods::Code {
            let hash = user.as_ref().and_then(|user| user.password.clone());
            let right = verify(people, secret, hash, line).await?;
            if let Some(user) = user.filter(|_| right) {
                return Ok(SignedIn { user, method: "pwd", is_new: false, precondition: None });
            }
        }
        match self.number {
            Some(number) if methods != SignInMethods::Password => {
                let Redeemed { user, is_new, precondition } = redeem(people, service, &number, secret).await?;
                Ok(SignedIn { user, method: "sms", is_new, precondition: Some(precondition) })
            }
            _ => Err(CREDENTIALS_INVALID),
        }
    }
}
