//! The text of a robot's JWT (`docs/contracts/vector.md` section 4): exactly six claims, and times as text.

use std::time::Duration;

use jeton_jose::Algorithm;
use serde::Serialize;

use crate::Robots;
use crate::text::timestamp_text;
use jeton_ledger::formats::jwt_form::{JwtContent, JwtForm};
use jeton_ledger::ledger::TokenPlan;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Device, TokenFormat, TokenKind};
use jeton_model::scope::Scope;

/// The algorithm. Robots know no EdDSA.
const ALG: Algorithm = Algorithm::RS512;
/// The claim that names the robot.
const REQUESTOR: &str = "requestor_id";

/// The form of a robot's JWT.
pub(crate) struct RobotJwt;

#[derive(Serialize)]
struct Claims<'a> {
    token_id: &'a str,
    token_type: &'static str,
    user_id: &'a str,
    requestor_id: &'a str,
    iat: String,
    expires: String,
}

impl JwtForm for RobotJwt {
    fn alg(&self) -> Option<Algorithm> {
        Some(ALG)
    }

    fn write(&self, content: &JwtContent<'_>, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let claims = content.claims;
        let requestor = claims.extra.and_then(|extra| extra.get(REQUESTOR)).and_then(|name| name.as_str());
        let text = |seconds| timestamp_text(Timestamp::from_seconds(seconds));
        let claims = Claims {
            token_id: claims.jti,
            token_type: "user+robot",
            user_id: claims.sub,
            requestor_id: requestor.unwrap_or_default(),
            iat: text(claims.iat),
            // It is always given.
            expires: text(claims.exp.unwrap_or(claims.iat)),
        };
        serde_json::to_writer(out, &claims)
    }
}

impl RobotJwt {
    /// A JWT for a robot. Its text is kept encrypted: services ask for the texts of revoked JWTs, and a robot whose answer was lost
    /// gets the same one again.
    pub(crate) fn plan(device: &Device, lifetime: Duration) -> TokenPlan {
        let mut plan = TokenPlan::new(TokenKind::Robot, TokenFormat::Jwt, Scope::empty(), Some(lifetime));
        plan.details.claims.insert(REQUESTOR.to_owned(), device.name.as_str().into());
        plan.form = Some(&Self);
        plan.keeps_text = true;
        plan
    }
}

impl Robots {
    /// Makes the key of robots' JWTs, unless there is one.
    ///
    /// # Errors
    /// When it cannot be made or the store fails.
    pub(crate) async fn ensure_key(&self) -> Result<(), Refusal> {
        self.administration.ensure_key(self.settings().service, ALG).await
    }
}
