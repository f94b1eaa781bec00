//! The limits on wrong passwords and codes at sign-in.
//!
//! A name has ten wrong attempts from one address, then one each six seconds, and forty an hour; and a hundred an hour
//! from all browsers that never signed in with it. A browser that did has its own budgets, whatever others do. Through
//! a client that asks for the password itself, ten from one address and a hundred an hour belong to that client, so
//! that attackers on the sign-in pages do not affect it.
//!
//! A budget belongs to the key of the typed name ([`jeton_model::name_key`]), also if it has no account: one budget for two names of a person would reveal
//! that they belong together. The limit that must hold across nodes and restarts, five attempts at a confirmation code,
//! is in the store.

use std::net::IpAddr;
use std::time::Duration;

use super::known::Mark;
use crate::rate_limit::{Allowance, LimitKey, Limited, RateLimiter, Reservation, WhenFull};
use jeton_ledger::request_source::party;
use jeton_model::clock::Clock;
use jeton_model::ids::{ClientKey, ServiceId};

/// Wrong tries of a name from one place, at once.
pub const AT_ONCE: Allowance = Allowance { burst: 10, refill: Duration::from_secs(6) };
/// Wrong tries of a name from one address in the long run: less than half of a name's, so that no single address can use
/// that up.
const LASTING: Allowance = Allowance { burst: 40, refill: Duration::from_secs(90) };
/// Wrong tries of a name in an hour.
const HOURLY: Allowance = Allowance { burst: 100, refill: Duration::from_secs(36) };
/// How many budgets of each are remembered.
const MOST: usize = 100_000;

/// Where a sign-in happens.
#[derive(Clone, Copy, Debug)]
pub enum SignInFrom<'a> {
    /// On a page.
    Browser {
        /// The browser's address.
        address: Option<IpAddr>,
        /// The cookie that an earlier sign-in gave it ([`super::remember_browser`]).
        known: Option<&'a str>,
    },
    /// Through a client that asks for the password itself.
    Client {
        /// Which, authenticated.
        client: ClientKey,
        /// The client's address.
        address: Option<IpAddr>,
    },
}

/// The budgets of wrong passwords, by name and source, in memory: a restart resets them. [`People`](crate::People) owns
/// them.
pub struct Guesses {
    at_once: RateLimiter,
    lasting: RateLimiter,
    hourly: RateLimiter,
}

impl Default for Guesses {
    fn default() -> Self {
        Self {
            at_once: RateLimiter::new(AT_ONCE, MOST, WhenFull::Inherit),
            lasting: RateLimiter::new(LASTING, MOST, WhenFull::Inherit),
            hourly: RateLimiter::new(HOURLY, MOST, WhenFull::Inherit),
        }
    }
}

/// A try that is being looked at. Dropped, it was wrong.
pub(crate) struct Guess<'a>(Vec<Reservation<'a>>);

impl Guess<'_> {
    /// It was right, or was not looked at.
    pub(crate) fn free(self) {
        self.0.into_iter().for_each(Reservation::free);
    }
}

impl Guesses {
    /// Takes one attempt from each budget that applies, before the secret is checked. `mark`: the mark in the browser's
    /// cookie of an earlier sign-in of the person with this name.
    pub(crate) async fn begin(
        &self,
        (service, name): (ServiceId, &str),
        from: SignInFrom<'_>,
        mark: Option<Mark>,
        clock: &dyn Clock,
    ) -> Result<Guess<'_>, Limited> {
        let service = service.get().to_be_bytes();
        let named = |parts: &[&[u8]]| LimitKey::of(&[&[service.as_slice(), name.as_bytes()], parts].concat());
        let wanted = match (mark, from) {
            (Some(mark), _) => {
                let of_browser = LimitKey::of(&[b"known", &mark.0]);
                vec![(&self.at_once, of_browser), (&self.hourly, of_browser)]
            }
            (None, SignInFrom::Browser { address, .. }) => {
                let at = named(&[b"page", party(address).as_bytes()]);
                vec![(&self.at_once, at), (&self.lasting, at), (&self.hourly, named(&[b"page"]))]
            }
            (None, SignInFrom::Client { client, address }) => {
                let client = client.get().to_be_bytes();
                let at = named(&[b"client", &client, party(address).as_bytes()]);
                vec![(&self.at_once, at), (&self.hourly, named(&[b"client", &client]))]
            }
        };
        let mut begun = Vec::with_capacity(wanted.len());
        for (limiter, key) in wanted {
            match limiter.reserve(key, clock).await {
                Ok(tried) => begun.push(tried),
                Err(limited) => {
                    begun.into_iter().for_each(Reservation::free);
                    return Err(limited);
                }
            }
        }
        Ok(Guess(begun))
    }
}
