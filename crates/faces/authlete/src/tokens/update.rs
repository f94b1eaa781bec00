//! `POST /auth/token/update` (`docs/contracts/authlete.md` section 2.3).

use std::sync::Arc;

use axum::response::Response;
use jeton_core::Timestamp;
use jeton_core::backend::access::Right;
use jeton_core::backend::records::UpdateRecord;
use jeton_core::ledger::Attempts;
use jeton_core::model::Token;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    INVALID, NOT_FOUND, RECORD_CLIENT_LOCKED, RECORD_FOREIGN, RECORD_RIGHTS_EXCEEDED, RECORD_UNKNOWN, RECORD_UNNAMED,
};
use serde_json::json;

use super::record::{moment, state};
use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::{Call, Cx, Members};
use crate::shapes::{authorization_details, property, scopes, thumbprint};

/// The members that are read.
pub(super) const MEMBERS: &[&str] = &[
    "accessToken",
    "accessTokenHash",
    "refreshToken",
    "refreshTokenHash",
    "tokenId",
    "accessTokenExpiresAt",
    "refreshTokenExpiresAt",
    "scopes",
    "properties",
    "authorizationDetails",
    "accessTokenPersistent",
    "accessTokenValueUpdated",
    "accessTokenExpiresAtUpdatedOnScopeUpdate",
    "refreshTokenExpiresAtUpdatedOnScopeUpdate",
    "certificateThumbprint",
    "dpopKeyThumbprint",
    "forExternalAttachment",
];

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (RECORD_UNNAMED, Code("A134201"), Outcome::Action("BAD_REQUEST")),
    (RECORD_UNKNOWN, Code("A134202"), Outcome::Action("NOT_FOUND")),
    (NOT_FOUND, Code("A134202"), Outcome::Action("NOT_FOUND")),
    (RECORD_FOREIGN, Code("A134203"), Outcome::Action("FORBIDDEN")),
    (RECORD_RIGHTS_EXCEEDED, Code("A134203"), Outcome::Action("FORBIDDEN")),
    (RECORD_CLIENT_LOCKED, Code("A001215"), Outcome::Action("FORBIDDEN")),
];

/// The earliest moment that is meant, in milliseconds since 1970: in 1973; as seconds, it is in the year 5138.
const EARLIEST: i64 = 100_000_000_000;

const UPDATE: Operation =
    Operation::acting("/auth/token/update", Right::UseService, "The token was updated.", Code("A134290"))
        .refusing(REFUSALS);

/// Changes a token.
pub(super) async fn update(call: Call) -> Response {
    call.answer(&UPDATE, async |cx| {
        let service = cx.service()?;
        let mut attempts = Attempts::default();
        let updated = loop {
            // Again when another call gave the token a new value meanwhile: the old value names nothing any more.
            let (asked, token) = (read(&cx.body)?, named(cx).await?);
            if let Some(done) = attempts.unless_changed(cx.backend.update_record(&cx.caller, token, asked).await) {
                break done?;
            }
        };
        let record = &updated.record;
        let mut answer = members(json!(state(service, record)));
        let renewed = updated.renewed.as_ref().map(|token| token.text.expose());
        answer.extend(members(json!({
            "accessToken": renewed.or(cx.body.text("accessToken")?),
            "accessTokenExpiresAt": moment(record.token.expires),
            "refreshTokenExpiresAt": moment(record.refresh.as_ref().and_then(|token| token.expires)),
        })));
        Ok(Answer::action(Code("A135001"), "OK", answer))
    })
    .await
}

/// The token that the first of the given identifiers names.
async fn named(cx: &Cx<'_>) -> Result<Arc<Token>, Refusal> {
    let service = cx.service()?.id;
    for name in ["accessToken", "accessTokenHash", "refreshToken", "refreshTokenHash"] {
        if let Some(identifier) = cx.body.text(name)? {
            return match cx.backend.token_named(service, identifier).await? {
                Some(token) => Ok(token),
                None => Err(cx.backend.no_record(&cx.caller, identifier).await?),
            };
        }
    }
    let number = cx.body.text("tokenId")?.ok_or(RECORD_UNNAMED)?;
    match cx.backend.token_numbered(service, number).await? {
        Some(token) => Ok(token),
        None => Err(cx.backend.no_record_numbered(&cx.caller, number).await?),
    }
}

fn read(body: &Members) -> Result<UpdateRecord, Refusal> {
    let moment = |name: &str| match body.number(name)?.filter(|millis| *millis > 0) {
        // Such a time would end the token at once.
        Some(millis) if millis < EARLIEST => Err(INVALID.with(format!(
            "`{name}` must be in milliseconds since 1970; {millis} looks like seconds: send it times 1000"
        ))),
        millis => Ok(millis.map(Timestamp::from_millis)),
    };
    let access_expires = match (body.flag("accessTokenPersistent")?, moment("accessTokenExpiresAt")?) {
        (true, _) => Some(None),
        (false, end) => end.map(Some),
    };
    Ok(UpdateRecord {
        access_expires,
        refresh_expires: moment("refreshTokenExpiresAt")?,
        scope: scopes::read(body)?,
        properties: property::read(body)?,
        authorization_details: authorization_details::read(body)?,
        access_expires_by_scope: body.flag("accessTokenExpiresAtUpdatedOnScopeUpdate")?,
        refresh_expires_by_scope: body.flag("refreshTokenExpiresAtUpdatedOnScopeUpdate")?,
        renew: body.flag("accessTokenValueUpdated")?,
        binding: thumbprint::read(body)?,
        for_external_attachment: body.flag("forExternalAttachment")?,
    })
}
