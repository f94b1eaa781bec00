//! `POST /idtoken/reissue`: the ID token of a refresh, with claims of the authorization server (`docs/contracts/authlete.md` section
//! 2.6).

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::id_token::{self, Reissue};
use jeton_core::ledger::Verdict;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BEARER_INVALID, BEARER_SCOPE, PARAMETER_MISSING};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::Call;
use crate::shapes::authorizer::audience_as_array;
use crate::tokens::record::token_type;

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
            audience_as_array: body.text("idTokenAudType")?.map(|_| audience_as_array(body)).transpose()?,
        };
        let made = id_token::reissue(&cx.backend.oauth, service, &live, text, wanted).await?;
        let record = cx.backend.record_of(std::sync::Arc::clone(&live.token)).await?;
        let visible = record.properties().filter(|property| !property.hidden);
        let mut content: Map<String, Value> =
            visible.map(|property| (property.key.clone(), property.value.as_str().into())).collect();
        let now = cx.backend.ledger.now();
        content.extend(members(json!({
            "access_token": text,
            "refresh_token": refresh,
            "token_type": token_type(service, &live.token),
            "expires_in": live.token.expires.map_or(0, |end| end.since(now).as_secs()),
            "scope": live.token.scope.as_str(),
            "id_token": made.expose(),
        })));
        let answer =
            members(json!({ "idToken": made.expose(), "responseContent": Value::Object(content).to_string() }));
        Ok(Answer::action(Code("A390001"), "OK", answer))
    })
    .await
}
