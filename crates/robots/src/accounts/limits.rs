//! How many robots an account may own, and how fast it may associate them. Whoever has an account, or one of the configured
//! session tokens, could otherwise fill the store with robots that it makes up.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Robots;
use crate::calls::AccountSession;
use crate::refusals::ROBOT_TOO_MANY;
use crate::settings::RobotSettings;
use jeton_ledger::request_source::party;
use jeton_model::Refusal;
use jeton_model::ids::UserKey;
use jeton_model::store::Page;
use jeton_people::rate_limit::{Bounded, LimitKey, RateLimiters};
use jeton_people::refusals::REQUEST_PACE;
use std::net::IpAddr;

/// For how long a number of robots that was counted is taken for right; those that were added meanwhile are added to it.
const COUNTED_FOR: Duration = Duration::from_secs(60);
/// Of how many accounts the numbers are remembered.
const ACCOUNTS: usize = 1_000;
/// How many robots are read at once.
const STEP: u32 = 500;

/// The limits on what accounts do, in memory.
pub(crate) struct AccountLimits {
    pace: RateLimiters,
    owned: Mutex<Bounded<UserKey, u64>>,
}

impl Default for AccountLimits {
    fn default() -> Self {
        Self { pace: RateLimiters::default(), owned: Mutex::new(Bounded::new(ACCOUNTS)) }
    }
}

impl AccountLimits {
    fn owned(&self) -> MutexGuard<'_, Bounded<UserKey, u64>> {
        self.owned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An account has one robot more.
    pub(crate) fn one_more(&self, owner: UserKey) {
        if let Some((_, number)) = self.owned().get_mut(owner) {
            *number += 1;
        }
    }
}

impl Robots {
    /// Takes one association from the pace of an account. Those who share a configured session token are told apart by their
    /// addresses, so that a stranger who knows it slows nobody else.
    ///
    /// # Errors
    /// [`REQUEST_PACE`].
    pub(crate) fn associates(&self, session: &AccountSession, address: Option<IpAddr>) -> Result<(), Refusal> {
        let settings = self.settings();
        let now = self.ledger.now();
        let account = session.user.key.get().to_be_bytes();
        let key = match session.token {
            Some(_) => LimitKey::of(&[&account]),
            None => LimitKey::of(&[&account, party(address).as_bytes()]),
        };
        let pace = self.account_limits.pace.of(settings.associations, settings.association_interval);
        pace.take(key, 1, now).map_err(|limited| REQUEST_PACE.wait(limited.wait(now)))
    }

    /// That an account may own one robot more.
    ///
    /// # Errors
    /// [`ROBOT_TOO_MANY`]; or when the store fails.
    pub(crate) async fn may_own_more(&self, owner: UserKey) -> Result<(), Refusal> {
        let RobotSettings { robots_per_account: most, .. } = *self.settings();
        let now = self.ledger.now();
        let known = self.account_limits.owned().get_mut(owner).filter(|(until, _)| now < *until).map(|(_, n)| *n);
        let number = match known {
            Some(number) => number,
            None => {
                let number = self.count_robots(owner).await?;
                *self.account_limits.owned().keep(owner, now + COUNTED_FOR) = number;
                number
            }
        };
        if number < u64::from(most) { Ok(()) } else { Err(ROBOT_TOO_MANY.with(most.to_string())) }
    }

    async fn count_robots(&self, owner: UserKey) -> Result<u64, Refusal> {
        let (mut number, mut page) = (0, Page::first(STEP));
        loop {
            let devices = self.ledger.store().devices(self.settings().service, page).await?.items;
            let Some(last) = devices.last() else { return Ok(number) };
            page.after = last.id.get();
            number += devices.iter().filter(|device| device.owner == Some(owner)).count() as u64;
        }
    }
}
