//! `POST /idtoken/reissue`: the ID token of a refresh, with claims of the authorization server (`docs/contracts/authlete.md` section
//! 2.6).

use axum::response::Response;
use jeton_core::Secret;
use jeton_core::backend::access::Right;
use jeton_core::id_token::{self, Reissue};
use jeton_core::ledger::Verdict;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BEARER_INVALID, BEARER_SCOPE, PARAMETER_MISSING};
use jeton_wire::oauth::token_response;
use serde_json::json;

use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::Call;
use crate::shapes::authorizer::audience_as_array;

/// The members that are read.
pub(super) const MEMBERS: &[&str] =
    &["accessToken", "refreshToken", "sub", "claims", "idtHeaderParams", "idTokenAudType"];

const CALLER: Outcome = Outcome::Action("CALLER_ERROR");

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (PARAMETER_MISSING, Code("A390201"), CALLER),
    (BEARER_INVALID, Code("A390202"), CALLER),
    (BEARER_SCOPE, Code("A390203"), CALLER),
];

const REISSUE: Operation =
    Operation::acting("/idtoken/reissue", Right::UseService, "The ID token was made.", Code("A390204"))
        .refusing(REFUSALS)
        .faulting("CALLER_ERROR");

/// Makes the ID token, and the whole token response with it.
pub(super) async fn reissue(call: Call) -> Response {
    call.answer(&REISSUE, async |cx| {
        let (service, body) = (cx.service()?, &cx.body);
        let text = body.text("accessToken")?.ok_or_else(|| PARAMETER_MISSING.with("accessToken"))?;
        let refresh = body.text("refreshToken")?.ok_or_else(|| PARAMETER_MISSING.with("refreshToken"))?;
        let Verdict::Active(live) = cx.backend.ledger.inspect(service.id, text).await? else {
            return Err(BEARER_INVALID);
        };
        let wanted = Reissue {
            sub: body.text("sub")?.map(str::to_owned),
            claims: body.json_text("claims")?.unwrap_or_default(),
            header: body.json_text("idtHeaderParams")?.unwrap_or_default(),
            audience_as_array: body.text("idTokenAudType")?.map(|_| audience_as_array(service, body)).transpose()?,
        };
        let made = id_token::reissue(&cx.backend.oauth, service, &live, (text, refresh), wanted).await?;
        let content = String::from_utf8(token_response(service, &made)).unwrap_or_default();
        let id_token = made.issued.id_token.as_ref().map(Secret::expose);
        let answer = members(json!({ "idToken": id_token, "responseContent": content }));
        Ok(Answer::action(Code("A390001"), "OK", answer))
    })
    .await
}
