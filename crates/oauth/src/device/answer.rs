//! The user enters a user code and decides for the device.

use std::sync::Arc;

use super::entry::{DEVICE_ANSWER, DEVICE_CODE, DeviceAnswer, DeviceEntry, USER_CODE, UserCodeEntry, user_key};
use super::user_code;
use crate::OAuth;
use crate::authorization::{Authorizer, remember_consent};
use crate::device::refusals::USER_CODE_INVALID;
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Client, Service, SingleUse, SingleUseKey};
use jeton_model::scope::Scope;
use jeton_model::store::{Command, Outcome, Precondition, Write};
use jeton_people::Session;

/// What the user is asked.
#[derive(Debug)]
pub struct Question {
    /// The user code's entry.
    pub key: SingleUseKey,
    /// The code, as the device shows it.
    pub user_code: String,
    /// The client.
    pub client: Arc<Client>,
    /// The requested scope.
    pub scope: Scope,
    /// The names of the servers that the access is for, space-separated; none: the request names none.
    pub audience: Option<Arc<str>>,
}

/// Finds the request of a user code that a signed-in user typed. A wrong code counts against the budgets of the user and
/// of the address: codes are short, and whoever guesses one decides for another person's device. A right one is free.
///
/// # Errors
/// `USER_CODE_BUDGET`, [`USER_CODE_INVALID`], or a fault.
pub async fn find(
    oauth: &OAuth,
    service: &Service,
    session: &Session,
    origin: &RequestSource,
    typed: &str,
) -> Result<Question, Refusal> {
    // Text that cannot be a code is not a guess.
    let letters = user_code::letters(typed).ok_or(USER_CODE_INVALID)?;
    let guess = oauth.devices.guess(session.user.key, origin, oauth.ledger.clock()).await?;
    let found = behind(oauth, service, &letters).await;
    if !found.as_ref().is_err_and(|refusal| refusal.is(&USER_CODE_INVALID)) {
        guess.free();
    }
    found
}

async fn behind(oauth: &OAuth, service: &Service, letters: &str) -> Result<Question, Refusal> {
    let key = user_key(service.id, letters);
    let (_, device) = open(oauth, service, key).await?;
    let client = client_of(oauth, &device).await?;
    let scope = device.scope.intersect(&client.scope);
    Ok(Question { key, user_code: user_code::shown(letters), scope, audience: device.audience, client })
}

/// What a trusted caller learns about a user code.
#[derive(Debug)]
pub enum UserCode {
    /// It waits for a decision until this time.
    Open(Box<Question>, Timestamp),
    /// It has expired.
    Expired,
    /// It is unknown, or was answered before.
    Unknown,
}

/// Finds the request of a user code that a person typed on a page of a trusted caller, which limits guesses itself.
///
/// # Errors
/// When the store fails.
pub async fn look_up(oauth: &OAuth, service: &Service, typed: &str) -> Result<UserCode, Refusal> {
    let Some(letters) = user_code::letters(typed) else { return Ok(UserCode::Unknown) };
    let entry = oauth.ledger.store().single_use(USER_CODE.kind, user_key(service.id, &letters)).await?;
    let Some(entry) = entry.filter(|entry| entry.service == service.id && entry.used.is_none()) else {
        return Ok(UserCode::Unknown);
    };
    if entry.expires <= oauth.ledger.now() {
        return Ok(UserCode::Expired);
    }
    match behind(oauth, service, &letters).await {
        Ok(question) => Ok(UserCode::Open(Box::new(question), entry.expires)),
        Err(refusal) if refusal.is(&USER_CODE_INVALID) => Ok(UserCode::Unknown),
        Err(refusal) => Err(refusal),
    }
}

/// Records a user's decision and uses up the user code, whatever the decision.
///
/// # Errors
/// [`USER_CODE_INVALID`] when it was answered before or has expired, or a fault.
pub async fn answer(
    oauth: &OAuth,
    service: &Service,
    session: &Session,
    key: SingleUseKey,
    approved: bool,
) -> Result<(), Refusal> {
    let authorizer = approved.then(|| Authorizer::from(session));
    let (client, scope) = decide(oauth, service, key, authorizer.as_ref()).await?;
    if approved {
        remember_consent(oauth, service, &client, session, &scope).await?;
    }
    Ok(())
}

/// Records the decision of a person and uses up the user code; none: they denied it. Returns the client and the requested scope.
///
/// # Errors
/// As [`answer`].
pub async fn decide(
    oauth: &OAuth,
    service: &Service,
    key: SingleUseKey,
    authorizer: Option<&Authorizer>,
) -> Result<(Arc<Client>, Scope), Refusal> {
    let (entry, device) = open(oauth, service, key).await?;
    let client = client_of(oauth, &device).await?;
    let answer = match authorizer {
        None => DeviceAnswer::Denied,
        Some(authorizer) => DeviceAnswer::Approved {
            subject: authorizer.subject.clone(),
            authentication: authorizer.authentication.clone(),
            scope: Some(authorizer.granted(&device.scope)),
            details: authorizer.kept_details(),
        },
    };
    let of_device: UserCodeEntry = serde_json::from_slice(&entry.payload)?;
    let written = SingleUse {
        kind: DEVICE_ANSWER.kind,
        key: SingleUseKey(of_device.device),
        payload: serde_json::to_vec(&answer)?,
        used: None,
        ..entry
    };
    let when = Some(Precondition::Consume { kind: USER_CODE.kind, key, now: oauth.ledger.now() });
    match oauth.ledger.apply(Command { when, writes: vec![Write::SingleUse(Box::new(written))] }).await? {
        Outcome::Done { .. } => {}
        Outcome::Lost(_) => return Err(USER_CODE_INVALID),
    }
    let scope = device.scope.intersect(&client.scope);
    Ok((client, scope))
}

/// The entry of a user code that is still open, and the content of its device code.
async fn open(oauth: &OAuth, service: &Service, key: SingleUseKey) -> Result<(SingleUse, DeviceEntry), Refusal> {
    let fresh =
        |entry: &SingleUse| entry.service == service.id && entry.used.is_none() && oauth.ledger.now() < entry.expires;
    let entry = oauth.ledger.store().single_use(USER_CODE.kind, key).await?.filter(fresh).ok_or(USER_CODE_INVALID)?;
    let of_device: UserCodeEntry = serde_json::from_slice(&entry.payload)?;
    let device = oauth.ledger.store().single_use(DEVICE_CODE.kind, SingleUseKey(of_device.device)).await?;
    let device = device.filter(fresh).ok_or(USER_CODE_INVALID)?;
    Ok((entry, serde_json::from_slice(&device.payload)?))
}

async fn client_of(oauth: &OAuth, device: &DeviceEntry) -> Result<Arc<Client>, Refusal> {
    let client = oauth.ledger.entities().client(device.client).await?;
    oauth.ledger.entities().active(client).await?.ok_or(USER_CODE_INVALID)
}
