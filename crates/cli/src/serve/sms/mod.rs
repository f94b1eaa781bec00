//! Confirmation codes, from the configuration: one file for each kind of sender.

mod file;
mod provider;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Secret;
use jeton_core::confirmation::{Limits, NoSender, SendError, Sender};
use jeton_core::outbound::{Outbound, OutboundAuthorization, OutboundBody, OutboundRequest, UrlTrust};
use jeton_server::config::Sms;

/// How long a provider may take: within the time of a request.
const BUDGET: Duration = Duration::from_secs(10);
/// What is read of a provider's answer; only its status counts.
const ANSWER: usize = 64 * 1024;

/// What messages are sent through.
pub(super) fn sender(sms: &Sms, outbound: &Arc<dyn Outbound>) -> Arc<dyn Sender> {
    let outbound = Arc::clone(outbound);
    let basic = sms.username.clone().zip(sms.password.clone());
    match (&sms.url, &sms.webhook, &sms.file) {
        (Some(url), _, _) => {
            let from = sms.from.clone().unwrap_or_default();
            Arc::new(provider::Provider { outbound, url: url.clone(), from, basic })
        }
        (None, Some(url), _) => {
            Arc::new(webhook::Webhook { outbound, url: url.clone(), from: sms.from.clone(), basic })
        }
        (None, None, Some(path)) => Arc::new(file::File { path: path.clone() }),
        (None, None, None) => Arc::new(NoSender),
    }
}

/// How many are sent, and to which numbers.
pub(super) fn limits(sms: &Sms) -> Limits {
    Limits {
        sign_up: sms.sign_up,
        gap: sms.gap,
        per_number: u8::try_from(sms.per_number).unwrap_or(u8::MAX),
        per_address: u32::try_from(sms.per_address).unwrap_or(u32::MAX),
        per_day: u32::try_from(sms.per_day).unwrap_or(u32::MAX),
        template: sms.template.clone(),
    }
}

/// Posts a message to the operator's URL; anything but 2xx is a failure.
async fn post(
    outbound: Arc<dyn Outbound>,
    url: Secret,
    basic: Option<(String, Secret)>,
    body: OutboundBody,
) -> Result<(), SendError> {
    let request = OutboundRequest {
        url: url.expose().to_owned(),
        trust: UrlTrust::Operator,
        body,
        accept: "*/*",
        authorization: basic.map(|(user, password)| OutboundAuthorization::Basic(user, password)),
        limit: ANSWER,
        budget: BUDGET,
    };
    let reply = outbound.send(request).await.map_err(|error| SendError(error.to_string()))?;
    match reply.status {
        200..=299 => Ok(()),
        status => Err(SendError(format!("the provider answered {status}"))),
    }
}
