//! One code: how it is generated, stored, tried and used up.
//!
//! In the store a code is an entry whose key and payload are keyed hashes, so the database reveals neither number nor
//! code. An attempt is an entry that is claimed before the code is compared, so there are at most five comparisons,
//! also in parallel.

use jeton_jose::{Secret, digest::constant_time_eq};

use crate::People;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::entropy::Entropy;
use jeton_model::ids::ServiceId;
use jeton_model::records::{DeclaredSingleUse, PhoneNumber, SingleUse, SingleUseKey};
use jeton_model::store::{Command, Outcome, Precondition};

/// A confirmation code sent to a person, an attempt at one, and one of the codes of a day. Their limits for
/// unauthenticated callers are in [`volume`](super::volume).
pub const CONFIRMATION_CODE: DeclaredSingleUse = DeclaredSingleUse::new(7, "confirmation_code");

/// How long a code is good.
pub(super) const LIFETIME: std::time::Duration = std::time::Duration::from_secs(300);
/// How often one may be guessed at.
const TRIES: u8 = 5;

/// The code's id: random for each one.
pub(super) type Generation = [u8; 16];

/// A code that was just generated.
pub(super) struct NewCode {
    pub(super) code: Secret,
    pub(super) generation: Generation,
    pub(super) entry: SingleUse,
}

/// Draws one for a number.
pub(super) fn draw(people: &People, service: ServiceId, to: &PhoneNumber, now: Timestamp) -> Result<NewCode, Refusal> {
    let code = Secret::new(six_digits(people.ledger.entropy())?);
    let mut generation = Generation::default();
    people.ledger.entropy().fill(&mut generation)?;
    let entry = SingleUse {
        kind: CONFIRMATION_CODE.kind,
        key: key(people, service, to, b"code", &generation),
        service,
        grant: None,
        expires: now + LIFETIME,
        used: None,
        payload: hash(people, service, to, &generation, &code).to_vec(),
    };
    Ok(NewCode { code, generation, entry })
}

/// Six digits, each of the million as likely as another.
fn six_digits(entropy: &dyn Entropy) -> Result<String, Refusal> {
    /// The largest multiple of a million in 32 bits: numbers from here on would make low codes more likely.
    const FAIR: u32 = 4_294_000_000;
    loop {
        let mut drawn = [0; 4];
        entropy.fill(&mut drawn)?;
        let drawn = u32::from_be_bytes(drawn);
        if drawn < FAIR {
            return Ok(format!("{:06}", drawn % 1_000_000));
        }
    }
}

/// The key of the entry to use up, if this is the code; takes one of its tries.
pub(super) async fn check(
    people: &People,
    service: ServiceId,
    to: &PhoneNumber,
    generation: &Generation,
    code: &Secret,
) -> Result<Option<SingleUseKey>, Refusal> {
    let (now, key) = (people.ledger.now(), key(people, service, to, b"code", generation));
    let entry = people.ledger.store().single_use(CONFIRMATION_CODE.kind, key).await?;
    let Some(entry) = entry.filter(|entry| entry.used.is_none() && entry.expires > now) else { return Ok(None) };
    if !take_try(people, service, to, generation, entry.expires).await? {
        return Ok(None);
    }
    let right = constant_time_eq(&hash(people, service, to, generation, code), &entry.payload);
    Ok(right.then_some(key))
}

/// Claims the first try that is left.
async fn take_try(
    people: &People,
    service: ServiceId,
    to: &PhoneNumber,
    generation: &Generation,
    expires: Timestamp,
) -> Result<bool, Refusal> {
    for number in 0..TRIES {
        let mut which = [0; 17];
        let (head, tail) = which.split_at_mut(16);
        head.copy_from_slice(generation);
        tail.fill(number);
        let entry = spent(key(people, service, to, b"try!", &which), service, expires, people.ledger.now(), Vec::new());
        let command = Command { when: Some(Precondition::Claim(Box::new(entry))), writes: Vec::new() };
        if let Outcome::Done { .. } = people.ledger.apply(command).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An entry whose existence records that something was done.
pub(super) fn spent(
    key: SingleUseKey,
    service: ServiceId,
    expires: Timestamp,
    now: Timestamp,
    payload: Vec<u8>,
) -> SingleUse {
    SingleUse { kind: CONFIRMATION_CODE.kind, key, service, grant: None, expires, used: Some(now), payload }
}

/// The key of an entry about a number. `what` is four bytes long and `which` the last part: nothing can be confused.
pub(super) fn key(people: &People, service: ServiceId, to: &PhoneNumber, what: &[u8; 4], which: &[u8]) -> SingleUseKey {
    let to = to.as_str().as_bytes();
    SingleUseKey(people.confirmation.mac.mac(&[
        what.as_slice(),
        &service.sql().to_be_bytes(),
        &[to.len() as u8],
        to,
        which,
    ]))
}

fn hash(people: &People, service: ServiceId, to: &PhoneNumber, generation: &Generation, code: &Secret) -> [u8; 32] {
    let (number, text) = (to.as_str().as_bytes(), code.expose().as_bytes());
    people.confirmation.mac.mac(&[
        b"hash".as_slice(),
        &service.sql().to_be_bytes(),
        &[number.len() as u8],
        number,
        generation,
        text,
    ])
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use jeton_model::entropy::NoEntropy;

    struct Drawing(Mutex<Vec<u32>>);

    impl Entropy for Drawing {
        fn fill(&self, out: &mut [u8]) -> Result<(), NoEntropy> {
            out.copy_from_slice(&self.0.lock().unwrap().remove(0).to_be_bytes());
            Ok(())
        }
    }

    #[test]
    fn each_code_is_as_likely_as_another() {
        let drawing = |numbers: &[u32]| Drawing(Mutex::new(numbers.to_vec()));
        assert_eq!(six_digits(&drawing(&[7])).unwrap(), "000007");
        assert_eq!(six_digits(&drawing(&[4_293_999_999])).unwrap(), "999999");
        // What would make low codes likelier is drawn again.
        assert_eq!(six_digits(&drawing(&[4_294_000_000, u32::MAX, 42])).unwrap(), "000042");
    }
}
