//! Browsers in which a person signed in before.
//!
//! A sign-in writes a mark into a cookie: a number, its time, and a MAC over both, the person and the verifier of their
//! password. It signs nobody in and names nobody. Attempts from a browser with a mark of the same person have their own
//! budgets, so that attackers cannot lock the person out. A new password invalidates all marks; a mark expires after
//! half a year.

use std::time::Duration;

use jeton_jose::digest::{MacKey, constant_time_eq, sha256};
use jeton_jose::{Secret, base64url};

use crate::People;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Service, User};

/// How long a browser is known without another sign-in.
pub const KNOWN_FOR: Duration = Duration::from_secs(180 * 86_400);
/// For how many people one browser is known: a family, a desk in an office.
const MOST: usize = 8;
const NUMBER: usize = 12;
const LENGTH: usize = NUMBER + 4 + 16;

/// What makes one mark another than the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark(pub(super) [u8; NUMBER]);

/// A mark as stored in the cookie.
#[derive(Clone, Copy)]
struct Written([u8; LENGTH]);

impl Written {
    fn new(key: &MacKey, service: ServiceId, user: Option<&User>, number: [u8; NUMBER], at: Timestamp) -> Self {
        // Minutes since 1970 are enough, and last until the year 10136.
        let minutes = u32::try_from(at.seconds().max(0) / 60).unwrap_or(u32::MAX).to_be_bytes();
        let person = user.map_or(0, |user| user.key.get()).to_be_bytes();
        let password = sha256(user.and_then(|user| user.password.as_deref()).unwrap_or_default().as_bytes());
        let code = key.mac(&[&service.get().to_be_bytes(), &person, &minutes, &number, &password]);
        let mut bytes = [0; LENGTH];
        let parts = number.iter().chain(&minutes).chain(&code);
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        Self(bytes)
    }

    fn read(text: &str) -> Option<Self> {
        base64url::decode(text).ok()?.try_into().ok().map(Self)
    }

    fn number(&self) -> Option<[u8; NUMBER]> {
        self.0.first_chunk().copied()
    }

    fn made(&self) -> Option<Timestamp> {
        let (_, rest) = self.0.split_first_chunk::<NUMBER>()?;
        let minutes = u32::from_be_bytes(*rest.first_chunk()?);
        Some(Timestamp::from_seconds(i64::from(minutes) * 60))
    }

    /// The mark, when it is this person's and still counts. Nobody's takes as long.
    fn of(&self, key: &MacKey, service: ServiceId, user: Option<&User>, now: Timestamp) -> Option<Mark> {
        let (number, made) = (self.number()?, self.made()?);
        let right = constant_time_eq(&Self::new(key, service, user, number, made).0, &self.0);
        (right && user.is_some() && now < made + KNOWN_FOR).then_some(Mark(number))
    }
}

fn read(cookie: &str) -> impl Iterator<Item = Written> {
    cookie.split('.').take(MOST).filter_map(Written::read)
}

/// The mark of a person in a cookie.
pub(super) fn mark(people: &People, service: ServiceId, user: Option<&User>, cookie: &str) -> Option<Mark> {
    let (key, now) = (&people.known_browsers, people.ledger.now());
    read(cookie).filter_map(|written| written.of(key, service, user, now)).last()
}

/// The cookie of a browser in which this person has just signed in; `cookie` is its previous value. Marks of other
/// people stay, up to eight in total.
///
/// # Errors
/// When the random source fails.
pub fn remember_browser(
    people: &People,
    service: &Service,
    user: &User,
    cookie: Option<&str>,
) -> Result<Secret, Refusal> {
    let (key, now) = (&people.known_browsers, people.ledger.now());
    let mut number = [0; NUMBER];
    people.ledger.entropy().fill(&mut number)?;
    let new = Written::new(key, service.id, Some(user), number, now);
    let others = read(cookie.unwrap_or_default()).filter(|old| old.of(key, service.id, Some(user), now).is_none());
    let all: Vec<String> = std::iter::once(new).chain(others).take(MOST).map(|one| base64url::encode(one.0)).collect();
    Ok(Secret::new(all.join(".")))
}
