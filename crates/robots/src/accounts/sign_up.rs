//! `POST /1/users`: people make accounts themselves. `POST /1/reset_user_password`: which needs mail.

use std::time::Duration;

use jeton_jose::Secret;
use serde_json::{Map, Value};

use super::Account;
use crate::refusals::{ROBOT_ACCOUNT_INVALID, ROBOT_ACCOUNT_TAKEN, ROBOT_RESET_UNAVAILABLE, ROBOT_SIGN_UP_CLOSED};
use crate::settings::AppScope;
use crate::{Presented, Robots};
use jeton_administration::{NewUser, SignUp};
use jeton_ledger::request_source::party;
use jeton_model::Refusal;
use jeton_model::readable::is_readable;
use jeton_model::records::User;
use jeton_model::refusals::CONFLICT;
use jeton_people::rate_limit::{Allowance, LimitKey, RateLimiter, WhenFull};
use jeton_people::refusals::REQUEST_PACE;

/// Accounts from one address.
const OF_ADDRESS: Allowance = Allowance { burst: 5, refill: Duration::from_secs(120) };
/// Accounts in all.
const OF_ALL: Allowance = Allowance { burst: 100, refill: Duration::from_secs(60) };
/// How many addresses are remembered.
const ADDRESSES: usize = 10_000;
/// The lengths of an e-mail address (RFC 5321 section 4.5.3.1) and of a password, in bytes.
const LONGEST_EMAIL: usize = 254;
const SHORTEST_PASSWORD: usize = 8;
const LONGEST_PASSWORD: usize = 1024;

/// The limits on new accounts, in memory.
pub(crate) struct SignUps {
    of_address: RateLimiter,
    of_all: RateLimiter,
}

impl Default for SignUps {
    fn default() -> Self {
        Self {
            of_address: RateLimiter::new(OF_ADDRESS, ADDRESSES, WhenFull::Forgive),
            of_all: RateLimiter::new(OF_ALL, 1, WhenFull::Inherit),
        }
    }
}

/// A new account.
pub struct NewAccount {
    /// The e-mail address: the name to sign in with.
    pub email: String,
    /// The password.
    pub password: Secret,
    /// The date of birth.
    pub dob: Option<String>,
    /// Which app made it, as it says: `created_by_…` and a value each.
    pub created_by: Vec<(String, String)>,
}

impl Robots {
    /// Makes an account, without any right but to own robots. The address is not proven, so it is recorded as unverified.
    ///
    /// # Errors
    /// Those of the app key; [`ROBOT_SIGN_UP_CLOSED`], [`ROBOT_ACCOUNT_INVALID`], [`ROBOT_ACCOUNT_TAKEN`], [`REQUEST_PACE`];
    /// `BUSY` when too many passwords wait to be hashed; or when the store fails.
    pub async fn sign_up(&self, presented: &Presented<'_>, new: NewAccount) -> Result<Account, Refusal> {
        self.app(presented, &[AppScope::User])?;
        if !self.settings().sign_up {
            return Err(ROBOT_SIGN_UP_CLOSED);
        }
        // Names are found with blanks around them: these are no part of an address.
        let new = NewAccount { email: new.email.trim().to_owned(), ..new };
        check(&new)?;
        let now = self.ledger.now();
        let key = LimitKey::of(&[party(presented.address).as_bytes()]);
        for (limiter, key) in [(&self.sign_ups.of_address, key), (&self.sign_ups.of_all, LimitKey::of(&[]))] {
            limiter.take(key, 1, now).map_err(|limited| REQUEST_PACE.wait(limited.wait(now)))?;
        }
        let service = self.settings().service;
        if self.ledger.entities().user_by_name(service, &new.email).await?.is_some() {
            return Err(ROBOT_ACCOUNT_TAKEN);
        }
        let mut claims = Map::new();
        claims.insert("email".to_owned(), new.email.as_str().into());
        claims.insert("email_verified".to_owned(), false.into());
        if let Some(dob) = &new.dob {
            claims.insert("birthdate".to_owned(), dob.as_str().into());
        }
        claims.extend(new.created_by.into_iter().map(|(name, value)| (name, Value::from(value))));
        let user = User { claims, ..User::named(service, new.email) };
        match SignUp(&self.administration).create(NewUser { user, password: Some(new.password) }).await {
            Err(refusal) if refusal.is(&CONFLICT) => Err(ROBOT_ACCOUNT_TAKEN),
            written => Ok(Account::of(written?, None)),
        }
    }

    /// Refuses: no mail is sent from here. The answer is the same whether there is such an account.
    ///
    /// # Errors
    /// Those of the app key; [`ROBOT_RESET_UNAVAILABLE`] always.
    pub async fn reset_password(&self, presented: &Presented<'_>, _email: &str) -> Result<(), Refusal> {
        self.app(presented, &[AppScope::User])?;
        Err(ROBOT_RESET_UNAVAILABLE)
    }
}

fn check(new: &NewAccount) -> Result<(), Refusal> {
    let invalid = |what| Err(ROBOT_ACCOUNT_INVALID.with(what));
    let is_plain = |text: &str, most| text.len() <= most && is_readable(text);
    let (name, host) = new.email.rsplit_once('@').unwrap_or_default();
    let has_space = new.email.contains(char::is_whitespace);
    if name.is_empty() || host.is_empty() || has_space || !is_plain(&new.email, LONGEST_EMAIL) {
        return invalid("email must be an e-mail address");
    }
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&new.password.expose().len()) {
        return invalid("the password must have 8 to 1024 bytes");
    }
    let dob = new.dob.as_deref().unwrap_or("1970-01-01");
    if dob.parse::<jiff::civil::Date>().is_err() || !is_plain(dob, 10) {
        return invalid("dob must be a date: YYYY-MM-DD");
    }
    let named = |(name, value): &(String, String)| {
        matches!(name.as_str(), "created_by_app_name" | "created_by_app_platform" | "created_by_app_version")
            && is_plain(value, 255)
    };
    if new.created_by.iter().all(named) { Ok(()) } else { invalid("created_by_app_… is not valid") }
}
