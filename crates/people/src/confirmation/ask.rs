//! Asking for a code.

use jeton_jose::Secret;

use super::sender::Message;
use super::sends;
use super::volume::Asked;
use crate::People;
use crate::confirmation::refusals::{CONFIRMATION_FAILED, CONFIRMATION_OFF, CONFIRMATION_THROTTLED};
use crate::rate_limit::Limited;
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::PhoneNumber;
use jeton_model::refusals::{FAULT, PARAMETER_INVALID};

/// Sends a code to a number; it replaces any earlier one. Returns when the provider has accepted the message.
///
/// # Errors
/// [`CONFIRMATION_OFF`] without a sender, [`PARAMETER_INVALID`] for an invalid number,
/// [`CONFIRMATION_THROTTLED`] beyond a limit, [`CONFIRMATION_FAILED`] when the sender or the store
/// fails.
pub async fn ask(people: &People, service: ServiceId, number: &str, origin: &RequestSource) -> Result<(), Refusal> {
    if !people.confirmation.sender.is_on() {
        return Err(CONFIRMATION_OFF);
    }
    let to = PhoneNumber::parse(number).ok_or_else(|| PARAMETER_INVALID.with("phone_number"))?;
    let limits = &people.confirmation.limits;
    let (volume, now) = (&people.confirmation.volume, people.ledger.now());
    let asked = Asked { service, to: &to, address: origin.addr };
    let throttled = |limited: Limited| CONFIRMATION_THROTTLED.wait(limited.wait(now));
    // Checked first, so that a caller over its limit uses up nothing of the number's limit.
    volume.check(&asked, now).map_err(throttled)?;
    let drawn = sends::take(people, service, &to, limits).await.map_err(failed)?;
    volume.take(&asked, now).map_err(throttled)?;
    let text = Secret::new(limits.template.replace("{code}", drawn.code.expose()));
    people.confirmation.sender.send(Message { to, text }).await.map_err(|error| CONFIRMATION_FAILED.because(error))
}

/// What fails for good is a failure of this endpoint, by its contract's own name. A store that is away is 503.
fn failed(refusal: Refusal) -> Refusal {
    if refusal.is(&FAULT) { refusal.renamed(CONFIRMATION_FAILED) } else { refusal }
}
