//! Asking for a code.

use jeton_jose::Secret;

use super::sender::Message;
use super::sends;
use super::volume::Asked;
use crate::People;
use crate::tries::Slowed;
use jeton_ledger::origin::Origin;
use jeton_ledger::refusal::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::PhoneNumber;

/// Sends a code to a number; it takes the place of any earlier one. Done when the provider has taken the message.
///
/// # Errors
/// [`Refusal::ConfirmationOff`] without a sender, [`Refusal::ParameterInvalid`] for what is no number,
/// [`Refusal::ConfirmationThrottled`] beyond a limit, [`Refusal::ConfirmationFailed`] when the sender fails, or when the store does.
pub async fn ask(people: &People, service: ServiceId, number: &str, origin: &Origin) -> Result<(), Refusal> {
    if !people.confirmation.sender.is_on() {
        return Err(Refusal::ConfirmationOff);
    }
    let to = PhoneNumber::parse(number).ok_or(Refusal::ParameterInvalid("phone_number"))?;
    let limits = &people.confirmation.limits;
    let (volume, now) = (&people.confirmation.volume, people.ledger.now());
    let asked = Asked { service, to: &to, address: origin.addr };
    let throttled = |slowed: Slowed| Refusal::ConfirmationThrottled(slowed.wait(now));
    // Looked at first, so that who is over their share takes no place of the number's.
    volume.check(&asked, now).map_err(throttled)?;
    let drawn = sends::take(people, service, &to, limits).await.map_err(failed)?;
    volume.take(&asked, now).map_err(throttled)?;
    let text = Secret::new(limits.template.replace("{code}", drawn.code.expose()));
    people
        .confirmation
        .sender
        .send(Message { to, text })
        .await
        .map_err(|error| Refusal::ConfirmationFailed(Box::new(error)))
}

/// What fails for good is a failure of this endpoint, by its contract's own name. A store that is away is 503.
fn failed(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Fault(source) => Refusal::ConfirmationFailed(source),
        other => other,
    }
}
