//! `POST /auth/userinfo`: checks the token of a user info request (`docs/contracts/authlete.md` section 4.1).

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::checks::Lack;
use jeton_core::backend::records::Named;
use serde_json::{Value, json};

use super::introspection::{challenge, demand, said};
use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;
use crate::shapes::{client, property};
use crate::tokens::record::words;

const USERINFO: Operation =
    Operation::acting("/auth/userinfo", Right::UseService, "The access token is valid.", Code("A092290"));

/// Checks the token, and says which claims the authorization server should give.
pub(super) async fn userinfo(call: Call) -> Response {
    call.answer(&USERINFO, async |cx| {
        let service = cx.service()?;
        let token = cx.body.text("token")?;
        let mut demand = demand(&cx.body)?;
        if let Some(proof) = &mut demand.dpop {
            // The request went to the endpoint that the service's document names, unless the call says otherwise.
            let endpoint = service.settings.other.get("userInfoEndpoint").and_then(Value::as_str);
            proof.address = proof.address.or(endpoint);
        }
        let checked = cx.backend.check_userinfo_token(service, token, &demand).await?;
        if let Some(lack) = &checked.lack {
            return Ok(insufficient(lack));
        }
        let record = checked.record.as_ref();
        let mut answer = members(json!({
            "responseContent": "",
            "token": token,
            "subject": record.and_then(|record| record.subject()),
            "scopes": record.map(|record| words(&record.token.scope)),
            "clientId": record.and_then(|record| record.client.as_deref()).map(client::number),
            "claims": cx.backend.claims_of(service, &checked),
            "properties": record.map(|record| property::shown(record.properties())),
            "userInfoClaims": checked.requested_claims().map(|asked| asked.to_string()),
            "consentedClaims": checked.consented_claims().filter(|all| !all.is_empty()),
        }));
        if let Some(record) = record {
            answer.extend(members(json!(client::named(record.client.as_deref(), Named::of(record)))));
        }
        Ok(Answer::action(Code("A091001"), "OK", answer))
    })
    .await
}

/// The answer for a token that is not sufficient.
pub(super) fn insufficient(lack: &Lack) -> Answer {
    let (_, action, error) = said(lack, false);
    let code = match lack {
        Lack::Missing => Code("A092301"),
        Lack::Unknown(_) => Code("A092302"),
        Lack::Expired => Code("A093301"),
        Lack::Scopes(_) => Code("A093302"),
        Lack::Subject => Code("A093303"),
        _ => Code("A093304"),
    };
    let refusal = lack.refusal();
    let answer = members(json!({ "responseContent": challenge(error, &refusal, lack) }));
    Answer::because(refusal, code, action, answer)
}
