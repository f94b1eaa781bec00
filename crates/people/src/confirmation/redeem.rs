//! Giving a code back.

use std::sync::Arc;

use jeton_jose::Secret;
use serde_json::{Value, json};

use super::code::{self, CONFIRMATION_CODE};
use super::sends;
use crate::People;
use crate::refusals::CREDENTIALS_INVALID;
use jeton_ledger::ledger::MintPrecondition;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::UserKey;
use jeton_model::records::{PhoneNumber, Service, User};

/// A code that is right.
pub(crate) struct Redeemed {
    /// Whose number it is.
    pub(crate) user: Arc<User>,
    /// Whether the user is not written yet.
    pub(crate) is_new: bool,
    /// The code, to be used up with what it buys.
    pub(crate) precondition: MintPrecondition,
}

/// Compares the code with the one that was sent to the number; uses up one of its attempts.
///
/// # Errors
/// [`CREDENTIALS_INVALID`] for whatever is wrong with it, or a fault.
pub(crate) async fn redeem(
    people: &People,
    service: &Service,
    number: &PhoneNumber,
    given: &Secret,
) -> Result<Redeemed, Refusal> {
    let limits = &people.confirmation.limits;
    let generation = sends::latest(people, service.id, number, limits).await?.ok_or(CREDENTIALS_INVALID)?;
    let key = code::check(people, service.id, number, &generation, given).await?.ok_or(CREDENTIALS_INVALID)?;
    let precondition = MintPrecondition::SingleUse { kind: CONFIRMATION_CODE.kind, key };
    match people.ledger.entities().user_by_phone(service.id, number).await? {
        Some(user) if user.enabled => Ok(Redeemed { user, is_new: false, precondition }),
        None if limits.sign_up => {
            let user = Arc::new(newcomer(people, service, number).await?);
            Ok(Redeemed { user, is_new: true, precondition })
        }
        _ => Err(CREDENTIALS_INVALID),
    }
}

/// The user that a number makes: it is their name, and shown to be theirs.
async fn newcomer(people: &People, service: &Service, number: &PhoneNumber) -> Result<User, Refusal> {
    let (key, now) = (people.ledger.new_number().await?, people.ledger.now());
    let claims = json!({ "phone_number": number.as_str(), "phone_number_verified": true });
    Ok(User {
        key: UserKey::new(key),
        service: service.id,
        sub: people.ledger.secrets().jti(key, people.ledger.entropy())?,
        username: number.as_str().to_owned(),
        password: None,
        enabled: true,
        roles: Vec::new(),
        groups: Vec::new(),
        claims: if let Value::Object(claims) = claims { claims } else { serde_json::Map::new() },
        tokens_from: Timestamp::default(),
        api_tokens_from: None,
        created: now,
        updated: now,
    })
}
