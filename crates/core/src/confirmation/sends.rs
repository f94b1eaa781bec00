//! The codes that a number was sent in the last 24 hours: as many numbered places, each claimed by one sending.
//!
//! A place says when it was taken and which code it belongs to. The latest one is the number's code: it replaces those
//! before it. Two who send at once want the same place, so one of them finds the other's, and waits.

use futures::future::try_join_all;

use super::Limits;
use super::code::{self, Drawn, Generation, key, spent};
use crate::Ledger;
use crate::clock::Timestamp;
use crate::ids::ServiceId;
use crate::model::{Once, OnceKey, OnceKind, PhoneNumber};
use crate::refusal::Refusal;
use crate::store::{Command, Outcome, Precondition, Write};

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);
/// The most places of a number, whatever is set: redeeming looks at all of them.
pub(super) const MOST: u8 = 50;

/// Takes a place for a new code and writes the code with it.
///
/// # Errors
/// [`Refusal::ConfirmationThrottled`] within the gap, and when all places are taken.
pub(super) async fn take(
    ledger: &Ledger,
    service: ServiceId,
    to: &PhoneNumber,
    limits: &Limits,
) -> Result<Drawn, Refusal> {
    let now = ledger.now();
    let places = taken(ledger, service, to, limits.per_number, now).await?;
    let latest = places.iter().flatten().map(|place| place.at).max();
    if latest.is_some_and(|at| now < at + limits.gap) {
        return Err(Refusal::ConfirmationThrottled);
    }
    let free = places.iter().position(Option::is_none).ok_or(Refusal::ConfirmationThrottled)?;
    let drawn = code::draw(ledger, service, to, now)?;
    let key = place(ledger, service, to, u8::try_from(free).unwrap_or(u8::MAX));
    let entry = spent(key, service, now + DAY, now, Place { at: now, generation: drawn.generation }.written());
    let writes = vec![Write::Once(Box::new(drawn.entry.clone()))];
    match ledger.store().apply(Command { when: Some(Precondition::Claim(Box::new(entry))), writes }).await? {
        Outcome::Done { .. } => Ok(drawn),
        // Somebody was faster, so the gap has begun.
        Outcome::Lost(_) => Err(Refusal::ConfirmationThrottled),
    }
}

/// The number's code, if one was sent lately.
pub(super) async fn latest(
    ledger: &Ledger,
    service: ServiceId,
    to: &PhoneNumber,
    limits: &Limits,
) -> Result<Option<Generation>, Refusal> {
    let places = taken(ledger, service, to, limits.per_number, ledger.now()).await?;
    Ok(places.into_iter().flatten().max_by_key(|place| place.at).map(|place| place.generation))
}

async fn taken(
    ledger: &Ledger,
    service: ServiceId,
    to: &PhoneNumber,
    count: u8,
    now: Timestamp,
) -> Result<Vec<Option<Place>>, Refusal> {
    let reads = (0..count.clamp(1, MOST))
        .map(|number| ledger.store().once(OnceKind::ConfirmationCode, place(ledger, service, to, number)));
    let entries = try_join_all(reads).await?;
    Ok(entries.into_iter().map(|entry| Place::read(&entry.filter(|entry| entry.expires > now)?)).collect())
}

fn place(ledger: &Ledger, service: ServiceId, to: &PhoneNumber, number: u8) -> OnceKey {
    key(ledger, service, to, b"send", &[number])
}

struct Place {
    at: Timestamp,
    generation: Generation,
}

impl Place {
    fn written(&self) -> Vec<u8> {
        [self.at.millis().to_be_bytes().as_slice(), &self.generation].concat()
    }

    fn read(entry: &Once) -> Option<Self> {
        let (at, generation) = entry.payload.split_first_chunk()?;
        Some(Self { at: Timestamp::from_millis(i64::from_be_bytes(*at)), generation: generation.try_into().ok()? })
    }
}
