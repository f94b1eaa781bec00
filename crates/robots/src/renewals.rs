//! Texts of JWTs that a robot can still renew although their rows have ended: whoever finds one ends the robot's tokens by
//! reporting it.

use futures::future::BoxFuture;
use jeton_jose::base64url;
use jeton_jose::digest::sha256;
use serde::Deserialize;

use jeton_ledger::Ledger;
use jeton_ledger::ledger::{Ending, Renewal};
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;

use crate::identity::RobotName;
use crate::robot::Robot;
use crate::settings::SharedSettings;

/// The JWTs that robots can renew: the last ones, also when they have expired, were renewed already, or their rows are gone.
pub struct RobotRenewals(pub SharedSettings);

/// The claim that names the robot. Nobody has proven it: it only says whose record knows the JWT, if one does.
#[derive(Deserialize)]
struct Said {
    requestor_id: String,
}

fn said(jwt: &str) -> Option<RobotName> {
    let claims = base64url::decode(jwt.split('.').nth(1)?).ok()?;
    let Said { requestor_id } = serde_json::from_slice(&claims).ok()?;
    RobotName::parse(&requestor_id)
}

impl Renewal for RobotRenewals {
    fn end<'a>(
        &'a self,
        ledger: &'a Ledger,
        text: &'a str,
        within: Option<ServiceId>,
        ending: Ending,
    ) -> BoxFuture<'a, Result<bool, Refusal>> {
        Box::pin(async move {
            let service = self.0.load().service;
            let Some(name) = said(text).filter(|_| within.is_none_or(|within| within == service)) else {
                return Ok(false);
            };
            let Some(device) = ledger.store().device_by_name(service, name.as_str()).await? else { return Ok(false) };
            let robot = Robot::of(device)?;
            // One that a newer one has replaced opens nothing: whoever kept it must not end what came after it.
            let opens = robot.state.jwts.open(&sha256(text.as_bytes())).is_some();
            let Some(family) = robot.state.family.filter(|_| opens) else { return Ok(false) };
            // Reported again: nothing is written.
            if !ledger.store().grant(family).await?.is_some_and(|family| family.is_alive(ledger.now())) {
                return Ok(false);
            }
            ledger.revoke_family(service, family, None, ending).await?;
            Ok(true)
        })
    }
}
