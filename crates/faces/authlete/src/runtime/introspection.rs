//! `POST /auth/introspection` (`docs/contracts/authlete.md` section 4.1).

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::checks::{Checked, Demand, DpopProof, Lack};
use jeton_core::model::{Binding, Service};
use jeton_core::refusal::Refusal;
use serde_json::{Map, Value, json};

use super::client_request::certificate;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::{Call, Members};
use crate::shapes::scope::described;
use crate::shapes::{authorization_details, client, grant_type, property};
use crate::tokens::record::{moment, words};

/// The members that are read.
pub(super) const MEMBERS: &[&str] =
    &["token", "scopes", "subject", "clientCertificate", "dpop", "htm", "htu", "resources", "acrValues", "maxAge"];

const INTROSPECTION: Operation =
    Operation::acting("/auth/introspection", Right::UseIntrospection, "The access token is valid.", Code("A057301"));

/// Checks a token.
pub(super) async fn introspection(call: Call) -> Response {
    call.answer(&INTROSPECTION, async |cx| {
        let body = &cx.body;
        let demand = demand(body)?;
        let checked = cx.backend.check_token(cx.service()?, body.text("token")?, &demand).await?;
        let answer = known(cx.service()?, &checked);
        Ok(match &checked.lack {
            None => Answer::action(Code("A056001"), "OK", answer),
            Some(lack) => {
                let (code, action, error, message) = said(lack, checked.is_refreshable);
                let mut answer = answer;
                let challenge = challenge(error, message, lack);
                answer.insert("responseContent".to_owned(), challenge.into());
                Answer::refused(code, action, message, answer)
            }
        })
    })
    .await
}

/// What the call demands.
pub(super) fn demand(body: &Members) -> Result<Demand<'_>, Refusal> {
    let dpop = match body.text("dpop")? {
        None => None,
        Some(proof) => Some(DpopProof { proof, method: body.text("htm")?, address: body.text("htu")? }),
    };
    Ok(Demand {
        scopes: body.texts("scopes")?.unwrap_or_default(),
        subject: body.text("subject")?,
        certificate: certificate(body)?.map(|certificate| certificate.sha256),
        dpop,
        resources: body.texts("resources")?.unwrap_or_default(),
        acr_values: body.texts("acrValues")?.unwrap_or_default(),
        max_age: body.positive("maxAge")?,
        is_proven: false,
    })
}

/// What is known of the token.
pub(super) fn known(service: &Service, checked: &Checked) -> Map<String, Value> {
    let usable = checked.live.is_some();
    let mut answer = members(json!({
        "existent": checked.record.is_some(),
        "usable": usable,
        "sufficient": checked.lack.is_none() || !matches!(checked.lack, Some(Lack::Scopes(_))) && usable,
        "refreshable": checked.is_refreshable,
    }));
    let Some(record) = &checked.record else { return answer };
    let token = &record.token;
    let details = token.details.as_ref().and_then(|details| details.authorization_details.as_ref());
    let signed_in = record.grant.as_ref().and_then(|grant| grant.authentication.as_ref());
    let print = match &token.binding {
        Some(Binding::Certificate(print)) => Some(jeton_jose::base64url::encode(print)),
        _ => None,
    };
    let resources: Option<Vec<_>> =
        Some(&token.audience).filter(|all| !all.is_empty()).map(|all| all.split(' ').collect());
    answer.extend(members(json!({
        "clientId": record.client.as_deref().map(client::number),
        "clientIdAlias": Value::Null,
        "clientIdAliasUsed": false,
        "subject": record.subject(),
        "scopes": words(&token.scope),
        "scopeDetails": described(service, &token.scope),
        "resources": resources,
        "accessTokenResources": resources,
        "expiresAt": moment(token.expires),
        "properties": property::shown(record.properties()),
        "certificateThumbprint": print,
        "grantType": grant_type::name(record.grant_type()),
        "acr": signed_in.and_then(|signed_in| signed_in.class.clone()),
        "authTime": signed_in.and_then(|signed_in| signed_in.at).map(jeton_core::Timestamp::seconds),
        "authorizationDetails": authorization_details::shown(details),
        "grantId": token.grant.map(|grant| grant.to_string()),
        "accessTokenHash": record.hash(),
    })));
    answer
}

/// Code, action, error of RFC 6750 (RFC 9470, RFC 9449), and message of what a token lacks.
pub(super) fn said(lack: &Lack, refreshable: bool) -> (Code, &'static str, &'static str, &'static str) {
    match lack {
        Lack::Missing => (Code("A057301"), "BAD_REQUEST", "invalid_request", "The call has no access token."),
        Lack::Unknown(_) => (Code("A057302"), "UNAUTHORIZED", "invalid_token", "The access token does not exist."),
        Lack::Expired => {
            let code = if refreshable { Code("A065301") } else { Code("A065302") };
            (code, "UNAUTHORIZED", "invalid_token", "The access token has expired.")
        }
        Lack::Scopes(_) => {
            (Code("A064301"), "FORBIDDEN", "insufficient_scope", "The access token lacks a scope that is needed.")
        }
        Lack::Subject => (Code("A066302"), "FORBIDDEN", "invalid_request", "The access token is for another subject."),
        Lack::Certificate { sent: false } => {
            (Code("A065304"), "UNAUTHORIZED", "invalid_token", "The certificate of the access token is missing.")
        }
        Lack::Certificate { sent: true } => {
            (Code("A065305"), "UNAUTHORIZED", "invalid_token", "The access token is bound to another certificate.")
        }
        Lack::Dpop { sent: false } => {
            (Code("A065308"), "UNAUTHORIZED", "invalid_token", "The proof of the access token's key is missing.")
        }
        Lack::Dpop { sent: true } => {
            (Code("A065309"), "UNAUTHORIZED", "invalid_dpop_proof", "The proof of the access token's key is not valid.")
        }
        Lack::Resources => (Code("A064302"), "FORBIDDEN", "invalid_token", "The access token is for other resources."),
        Lack::Authentication => (
            Code("A065307"),
            "UNAUTHORIZED",
            "insufficient_user_authentication",
            "The person must sign in again, or in another way.",
        ),
    }
}

/// The value of `WWW-Authenticate` for the client.
pub(super) fn challenge(error: &str, message: &str, lack: &Lack) -> String {
    let scheme = if matches!(lack, Lack::Dpop { .. }) { "DPoP" } else { "Bearer" };
    let scope = match lack {
        Lack::Scopes(words) => format!(",scope=\"{}\"", jeton_wire::oauth::sanitized(words)),
        _ => String::new(),
    };
    format!("{scheme} error=\"{error}\",error_description=\"{message}\"{scope}")
}
