//! `POST /jose/verify` (`docs/contracts/authlete.md` section 4.2).

use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use jeton_core::Secret;
use jeton_core::backend::access::Right;
use jeton_core::backend::jose::JoseDemand;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{INVALID, PARAMETER_MISSING, RECORD_CLIENT_UNKNOWN};
use serde_json::{Value, json};

use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::Call;

/// The members that are read.
pub(super) const MEMBERS: &[&str] = &["jose", "mandatoryClaims", "clockSkew", "clientIdentifier", "signedByClient"];

/// The largest difference of clocks that a call may allow: a day.
const LARGEST_SKEW: Duration = Duration::from_secs(86_400);

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] =
    &[(RECORD_CLIENT_UNKNOWN, Code("A001218"), Outcome::Status(StatusCode::BAD_REQUEST))];

const VERIFY: Operation =
    Operation::answering("/jose/verify", Some(Right::UseService), "The object was checked.", Code("A160201"))
        .refusing(REFUSALS);

/// Checks a JWT. What is wrong with it is in the answer.
pub(super) async fn verify(call: Call) -> Response {
    call.answer(&VERIFY, async |cx| {
        let body = &cx.body;
        let text = body.text("jose")?.ok_or_else(|| PARAMETER_MISSING.with("jose"))?;
        let client = match body.text("clientIdentifier")? {
            None => None,
            Some(identifier) => Some(cx.client(identifier).await?),
        };
        let is_of_client = body.flag("signedByClient")?;
        if is_of_client && client.is_none() {
            return Err(INVALID.with("`signedByClient` needs `clientIdentifier`"));
        }
        let mandatory = body.texts("mandatoryClaims")?.unwrap_or_default();
        let skew = Duration::from_secs(body.positive("clockSkew")?.unwrap_or(0)).min(LARGEST_SKEW);
        let demand = JoseDemand { client: client.as_deref(), is_of_client, mandatory: &mandatory, skew };
        let verdict = cx.backend.verify_jose(cx.service()?, Secret::new(text), &demand).await?;
        let list = |all: Vec<Value>| if all.is_empty() { Value::Null } else { all.into() };
        let answer = members(json!({
            "valid": verdict.is_valid(),
            "signatureValid": verdict.is_signed,
            "missingClaims": list(verdict.missing.iter().map(|name| name.as_str().into()).collect()),
            "invalidClaims": list(verdict.invalid.iter().map(|name| (*name).into()).collect()),
            "errorDescriptions": list(verdict.faults.iter().map(|fault| fault.as_str().into()).collect()),
        }));
        Ok(Answer::Result(Code("A160001"), answer))
    })
    .await
}
