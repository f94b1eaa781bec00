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
                let (code, action, error) = said(lack, checked.is_refreshable);
                let refusal = lack.refusal();
                let mut answer = answer;
                answer.insert("responseContent".to_owned(), challenge(error, &refusal, lack).into());
                Answer::because(refusal, code, action, answer)
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
    let written = record.client.as_ref().and_then(|client| client.backend.as_deref());
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
        "serviceAttributes": attributes(&service.settings.other),
        "clientAttributes": written.and_then(|own| attributes(&own.document)),
    })));
    answer
}

/// `attributes` of the document of a service or a client, where it has any.
fn attributes(document: &Map<String, Value>) -> Option<Value> {
    document.get("attributes").filter(|all| all.as_array().is_some_and(|all| !all.is_empty())).cloned()
}

/// Code, action, and error of RFC 6750 (RFC 9470, RFC 9449) for what a token lacks.
pub(super) fn said(lack: &Lack, refreshable: bool) -> (Code, &'static str, &'static str) {
    match lack {
        Lack::Missing => (Code("A057301"), "BAD_REQUEST", "invalid_request"),
        Lack::Unknown(_) => (Code("A057302"), "UNAUTHORIZED", "invalid_token"),
        Lack::Expired if refreshable => (Code("A065301"), "UNAUTHORIZED", "invalid_token"),
        Lack::Expired => (Code("A065302"), "UNAUTHORIZED", "invalid_token"),
        Lack::Scopes(_) => (Code("A064301"), "FORBIDDEN", "insufficient_scope"),
        Lack::Subject => (Code("A066302"), "FORBIDDEN", "invalid_request"),
        Lack::Certificate { sent: false } => (Code("A065304"), "UNAUTHORIZED", "invalid_token"),
        Lack::Certificate { sent: true } => (Code("A065305"), "UNAUTHORIZED", "invalid_token"),
        Lack::Dpop { sent: false } => (Code("A065308"), "UNAUTHORIZED", "invalid_token"),
        Lack::Dpop { sent: true } => (Code("A065309"), "UNAUTHORIZED", "invalid_dpop_proof"),
        Lack::Resources => (Code("A064302"), "FORBIDDEN", "invalid_token"),
        Lack::Authentication => (Code("A065307"), "UNAUTHORIZED", "insufficient_user_authentication"),
    }
}

/// The value of `WWW-Authenticate` for the client.
pub(super) fn challenge(error: &str, refusal: &Refusal, lack: &Lack) -> String {
    let scheme = if matches!(lack, Lack::Dpop { .. }) { "DPoP" } else { "Bearer" };
    let scope = match lack {
        Lack::Scopes(words) => format!(",scope=\"{}\"", jeton_wire::oauth::sanitized(words)),
        _ => String::new(),
    };
    let message = jeton_wire::oauth::sanitized(&refusal.message());
    format!("{scheme} error=\"{error}\",error_description=\"{message}\"{scope}")
}
