//! The codes that were sent to a number in the last 24 hours: numbered slots, each claimed by one sending.
//!
//! A slot records when it was taken and which code it belongs to. The latest one is the number's code: it replaces the
//! earlier ones. Two requests at the same time claim the same slot, so one of them finds the other's entry, and waits.
//!
//! When all slots are taken, one more becomes available each half hour: an attacker can cause a message that often, and
//! cannot keep the owner from getting a code for longer.

use futures::future::try_join_all;

use super::Limits;
use super::code::{self, CONFIRMATION_CODE, Generation, NewCode, key, spent};
use crate::People;
use crate::confirmation::refusals::CONFIRMATION_THROTTLED;
use crate::rate_limit::Limited;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{PhoneNumber, SingleUse, SingleUseKey};
use jeton_model::store::{Command, Outcome, Precondition, Write};

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);
/// The maximum number of slots, whatever is configured: redeeming reads all of them.
pub(super) const MOST: u8 = 50;

/// How often one more code is sent when all slots are taken.
const HALF_HOUR: std::time::Duration = std::time::Duration::from_secs(1800);

/// Takes a place for a new code and writes the code with it.
///
/// # Errors
/// [`CONFIRMATION_THROTTLED`] within the gap, and within half an hour when all places are taken.
pub(super) async fn take(
    people: &People,
    service: ServiceId,
    to: &PhoneNumber,
    limits: &Limits,
) -> Result<NewCode, Refusal> {
    let now = people.ledger.now();
    let sent = Sent::lately(people, service, to, limits.per_number, now).await?;
    let free = sent.places.iter().position(Option::is_none);
    let (key, gap) = match free {
        Some(free) => (place(people, service, to, u8::try_from(free).unwrap_or(u8::MAX)), limits.gap),
        None => (further(people, service, to, half_hour(now)), limits.gap.max(HALF_HOUR)),
    };
    let throttled = |until: Timestamp| CONFIRMATION_THROTTLED.wait(Limited { until }.wait(now));
    if let Some(at) = sent.latest().map(|place| place.at).filter(|at| now < *at + gap) {
        return Err(throttled(at + gap));
    }
    let drawn = code::draw(people, service, to, now)?;
    let entry = spent(key, service, now + DAY, now, SendingSlot { at: now, generation: drawn.generation }.written());
    let writes = vec![Write::SingleUse(Box::new(drawn.entry.clone()))];
    match people.ledger.apply(Command { when: Some(Precondition::Claim(Box::new(entry))), writes }).await? {
        Outcome::Done { .. } => Ok(drawn),
        // Somebody was faster, so the gap has begun.
        Outcome::Lost(_) => Err(throttled(now + gap)),
    }
}

/// The number's code, if one was sent lately.
pub(super) async fn latest(
    people: &People,
    service: ServiceId,
    to: &PhoneNumber,
    limits: &Limits,
) -> Result<Option<Generation>, Refusal> {
    let sent = Sent::lately(people, service, to, limits.per_number, people.ledger.now()).await?;
    Ok(sent.latest().map(|place| place.generation))
}

/// What a number was sent.
struct Sent {
    places: Vec<Option<SendingSlot>>,
    /// In this half hour and the one before, beyond the places.
    further: Vec<Option<SendingSlot>>,
}

impl Sent {
    async fn lately(
        people: &People,
        service: ServiceId,
        to: &PhoneNumber,
        count: u8,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let count = count.clamp(1, MOST);
        let places = (0..count).map(|number| place(people, service, to, number));
        let half_hours = [half_hour(now), half_hour(now - HALF_HOUR)];
        let keys = places.chain(half_hours.map(|which| further(people, service, to, which)));
        let entries =
            try_join_all(keys.map(|key| people.ledger.store().single_use(CONFIRMATION_CODE.kind, key))).await?;
        let mut places: Vec<_> =
            entries.into_iter().map(|entry| SendingSlot::read(&entry.filter(|entry| entry.expires > now)?)).collect();
        let further = places.split_off(usize::from(count));
        Ok(Self { places, further })
    }

    fn latest(&self) -> Option<&SendingSlot> {
        self.places.iter().chain(&self.further).flatten().max_by_key(|place| place.at)
    }
}

fn place(people: &People, service: ServiceId, to: &PhoneNumber, number: u8) -> SingleUseKey {
    key(people, service, to, b"send", &[number])
}

/// The place of a half hour, for when all others are taken.
fn further(people: &People, service: ServiceId, to: &PhoneNumber, half_hour: i64) -> SingleUseKey {
    key(people, service, to, b"more", &half_hour.to_be_bytes())
}

fn half_hour(at: Timestamp) -> i64 {
    at.seconds().div_euclid(1800)
}

struct SendingSlot {
    at: Timestamp,
    generation: Generation,
}

impl SendingSlot {
    fn written(&self) -> Vec<u8> {
        [self.at.millis().to_be_bytes().as_slice(), &self.generation].concat()
    }

    fn read(entry: &SingleUse) -> Option<Self> {
        let (at, generation) = entry.payload.split_first_chunk()?;
        Some(Self { at: Timestamp::from_millis(i64::from_be_bytes(*at)), generation: generation.try_into().ok()? })
    }
}
