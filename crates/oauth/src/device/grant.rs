//! `urn:ietf:params:oauth:grant-type:device_code`, RFC 8628 section 3.4: a device polls for its user's decision.
//!
//! The decision is an entry beside the device code's (`entry.rs`). Using up the device code and writing the family and its
//! tokens is one command, so of any number of polls one succeeds. A late second poll ends nothing: a device that lost the
//! reply polls again, and nobody else knows its code.

use std::time::Duration;

use futures::future::BoxFuture;

use super::entry::{DEVICE_ANSWER, DEVICE_CODE, DeviceAnswer, DeviceEntry, LIFETIME, device_key};
use super::memory::{INTERVAL, Poll};
use crate::device::refusals::{
    AUTHORIZATION_PENDING, CONSENT_DENIED, DEVICE_CODE_EXPIRED, DEVICE_CODE_FOREIGN, DEVICE_CODE_INVALID, SLOW_DOWN,
};
use crate::token_endpoint::{Authorized, Decision, GrantContext, GrantRequest, GrantType, OpenTo, Params, resource};
use jeton_ledger::ledger::{MintPrecondition, Plan};
use jeton_model::Refusal;
use jeton_model::records::Client;
use jeton_model::store::Lost;

/// The grant.
pub(crate) struct DeviceCode;

const NAME: &str = "urn:ietf:params:oauth:grant-type:device_code";

impl GrantType for DeviceCode {
    fn grant_type(&self) -> &'static str {
        NAME
    }

    fn allows_public(&self) -> bool {
        true
    }

    fn open_to(&self) -> OpenTo {
        OpenTo::Anyone
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["device_code"]
    }

    fn parse(&self, params: &Params<'_>, _: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        let code = params.required("device_code")?.to_owned();
        Ok(Box::new(Request { code, audience: resource::requested(params)? }))
    }
}

struct Request {
    code: String,
    audience: Option<resource::Asked>,
}

impl GrantRequest for Request {
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let (key, now) = (device_key(&self.code), cx.oauth.ledger.now());
            let entry = cx.oauth.ledger.store().single_use(DEVICE_CODE.kind, key).await?;
            let entry = entry.filter(|e| e.service == cx.service.id).ok_or(DEVICE_CODE_INVALID)?;
            let device: DeviceEntry = serde_json::from_slice(&entry.payload)?;
            if device.client != cx.client.key {
                return Err(DEVICE_CODE_FOREIGN);
            }
            if entry.used.is_some() {
                return Err(DEVICE_CODE_INVALID);
            }
            if entry.expires <= now {
                return Err(DEVICE_CODE_EXPIRED);
            }
            let Some(answered) = cx.oauth.ledger.store().single_use(DEVICE_ANSWER.kind, key).await? else {
                let interval = cx.service.settings.backend.device_poll_interval;
                let interval = interval.map_or(INTERVAL, Duration::from_secs);
                return Err(match cx.oauth.devices.poll((key, entry.expires), interval, now) {
                    Poll::InTime => AUTHORIZATION_PENDING,
                    Poll::TooEarly => SLOW_DOWN,
                });
            };
            let decided: DeviceAnswer = serde_json::from_slice(&answered.payload)?;
            let DeviceAnswer::Approved { subject, authentication, scope, details } = decided else {
                return Err(CONSENT_DENIED);
            };
            let authorized = Authorized {
                grant_type: NAME,
                subject,
                grant: device.grant,
                exists: false,
                scope: scope.unwrap_or(device.scope),
                audience: device.audience,
                claims: None,
                nonce: None,
                authentication,
                since: device.issued.unwrap_or(entry.expires - LIFETIME),
                details,
            };
            let plan = authorized.plan(&cx, self.audience).await?;
            cx.oauth.devices.forget(key);
            let precondition = Some(MintPrecondition::SingleUse { kind: DEVICE_CODE.kind, key });
            Ok(Decision::Exchange(
                Box::new(Plan { precondition, ..plan }),
                Box::new(|_, lost| {
                    Box::pin(async move {
                        Err(match lost {
                            Lost::Expired => DEVICE_CODE_EXPIRED,
                            _ => DEVICE_CODE_INVALID,
                        })
                    })
                }),
            ))
        })
    }
}
