//! The device authorization request, RFC 8628 sections 3.1 and 3.2.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;

use super::entry::{DEVICE_CODE, DeviceEntry, LIFETIME, USER_CODE, UserCodeEntry, device_key, user_key};
use super::{DeviceCode, memory, user_code};
use crate::OAuth;
use crate::client_auth::{self, Claimed, Presented, Refused};
use crate::dialect::Dialect;
use crate::token_endpoint::{GrantType, Params, RequestedScope, entitled, named, resource};
use jeton_ledger::formats::reference;
use jeton_ledger::refusals::CLIENT_UNKNOWN;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::GrantId;
use jeton_model::records::{Service, SingleUse, SingleUseKey, SingleUseKind};
use jeton_model::refusals::{BUSY, PARAMETER_MISSING};
use jeton_model::store::{Lost, Outcome};
use jeton_people::unauthenticated::WrittenFor;

/// How many times letters are drawn again when they are in use: with a million codes in use, one draw in 25,000 is.
const DRAWS: usize = 8;

/// The response to the device.
#[derive(Debug)]
pub struct DeviceAuthorization {
    /// `device_code`: known to the device only.
    pub device_code: Secret,
    /// `user_code`: for the user, with its dash.
    pub user_code: String,
    /// `expires_in`.
    pub expires_in: Duration,
    /// `interval`.
    pub interval: Duration,
}

/// Answers a device authorization request. The client authenticates as at the token endpoint, and must have the grant. By
/// INDIGO IAM's rules (`docs/contracts/indigo-iam.md` section 7.3) it may omit its credentials, since the device code is
/// worthless without them, and gets all its scopes when it names none.
///
/// # Errors
/// Those of client authentication, `GRANT_NOT_ALLOWED`, `SCOPE_NEEDED`,
/// `SCOPE_NOT_ALLOWED`, `RESOURCE_MALFORMED` and `RESOURCE_INVALID`, as the client's compatibility mode
/// answers them; `REQUEST_PACE`.
pub async fn authorize(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    params: &Params<'_>,
    dialect: Dialect,
) -> Result<DeviceAuthorization, Refused> {
    let claimed = client_auth::claimed(oauth, service.id, presented).await?;
    let profile = claimed.profile();
    let answered = run(oauth, service, presented, (params, dialect), claimed).await;
    answered.map_err(|refusal| Refused { refusal, profile, dialect })
}

async fn run(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    (params, dialect): (&Params<'_>, Dialect),
    claimed: Claimed,
) -> Result<DeviceAuthorization, Refusal> {
    params.repeat_only(DeviceCode.repeats())?;
    let record = claimed.record();
    let scope = match dialect {
        Dialect::Standard => params.scope_or_registered(record)?,
        Dialect::Indigo => {
            let client = record.ok_or_else(|| match presented.claimed() {
                Some(_) => CLIENT_UNKNOWN,
                None => PARAMETER_MISSING.with("client_id"),
            })?;
            params.scope_or_default(Some(client)).unwrap_or_else(|_| RequestedScope::Default(client.scope.clone()))
        }
    };
    let audience = resource::requested(params)?;
    let grant = (&DeviceCode as &dyn GrantType, DeviceCode.grant_type());
    let origin = &presented.origin;
    let (client, whose) = match dialect {
        Dialect::Indigo if !presented.has_proof() => {
            (named(presented, claimed, grant)?, WrittenFor::Unauthenticated(origin))
        }
        _ => {
            let client = entitled(oauth, service, presented, claimed, grant).await?.record();
            let whose = WrittenFor::of(&client, origin);
            (client, whose)
        }
    };
    let scope = scope.within(&client.scope)?;
    let audience = audience.map(|asked| resource::allowed(asked, service, &client)).transpose()?;

    let number = oauth.ledger.new_number().await?;
    let device_code = reference::mint_with(reference::DEVICE_CODE_PREFIX, number, oauth.ledger.entropy())?;
    let grant = GrantId::new(number);
    let rules = &service.settings.backend;
    let lifetime = rules.device_code_lifetime.map_or(LIFETIME, Duration::from_secs);
    let interval = rules.device_poll_interval.map_or(memory::INTERVAL, Duration::from_secs);
    let now = oauth.ledger.now();
    let payload = DeviceEntry { client: client.key, grant, scope, audience, issued: Some(now) };
    let entry = |kind: SingleUseKind, key: SingleUseKey, expires: Timestamp, payload: Vec<u8>| SingleUse {
        kind,
        key,
        service: service.id,
        grant: Some(grant),
        expires,
        used: None,
        payload,
    };
    let (expires, device) = (now + lifetime, device_key(device_code.expose()));
    let about_user = serde_json::to_vec(&UserCodeEntry { device: device.0 })?;
    let about_device = entry(DEVICE_CODE.kind, device, expires, serde_json::to_vec(&payload)?);
    for _ in 0..DRAWS {
        let letters = user_code::draw(oauth.ledger.entropy())?;
        let for_user = entry(USER_CODE.kind, user_key(service.id, &letters), expires, about_user.clone());
        match oauth.people.write_for(whose, vec![about_device.clone(), for_user]).await? {
            Outcome::Done { .. } => {
                let user_code = user_code::shown(&letters);
                return Ok(DeviceAuthorization { device_code, user_code, expires_in: lifetime, interval });
            }
            Outcome::Lost(Lost::Exists) => {}
            Outcome::Lost(_) => break,
        }
    }
    Err(BUSY)
}
