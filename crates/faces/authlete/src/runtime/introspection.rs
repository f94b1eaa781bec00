//! `POST /auth/introspection` (`docs/contracts/authlete.md` section 4.1).

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::checks::{Checked, Demand, Lack};
use jeton_core::backend::records::{Named, Record};
use jeton_core::model::{Binding, Service};
use jeton_core::refusal::Refusal;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::client_request::{certificate, proof};
use crate::answer::{Answer, Code, Operation, Strict, members};
use crate::call::{Call, Members};
use crate::shapes::scope::{Described, described};
use crate::shapes::{authorization_details, client, grant_type, property};
use crate::tokens::record::{Words, moment};

/// The members that are read.
pub(super) const MEMBERS: &[&str] =
    &["token", "scopes", "subject", "clientCertificate", "dpop", "htm", "htu", "resources", "acrValues", "maxAge"];

const INTROSPECTION: Operation =
    Operation::acting("/auth/introspection", Right::UseIntrospection, "The access token is valid.", Code("A057290"));

/// Checks a token.
pub(super) async fn introspection(call: Call) -> Response {
    call.answer(&INTROSPECTION, async |cx| {
        let body = &cx.body;
        let demand = demand(body)?;
        let checked = cx.backend.check_token(cx.service()?, body.text("token")?, &demand).await?;
        let answer = known(cx.service()?, &checked);
        Ok(match &checked.lack {
            None => Answer::written(&INTROSPECTION, Code("A056001"), "OK", &answer),
            Some(lack) => {
                let (code, action, error) = said(lack, checked.is_refreshable);
                let refusal = lack.refusal();
                let mut answer = members(json!(answer));
                answer.insert("responseContent".to_owned(), challenge(error, &refusal, lack).into());
                Answer::because(refusal, code, action, answer)
            }
        })
    })
    .await
}

/// What the call demands.
pub(super) fn demand(body: &Members) -> Result<Demand<'_>, Refusal> {
    Ok(Demand {
        scopes: body.texts("scopes")?.unwrap_or_default(),
        subject: body.text("subject")?,
        certificate: certificate(body)?.map(|certificate| certificate.sha256),
        dpop: proof(body)?,
        resources: body.texts("resources")?.unwrap_or_default(),
        acr_values: body.texts("acrValues")?.unwrap_or_default(),
        max_age: body.positive("maxAge")?,
        is_proven: false,
    })
}

/// What is known of a token.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Known<'a> {
    existent: bool,
    usable: bool,
    sufficient: bool,
    refreshable: bool,
    #[serde(flatten)]
    record: Option<OfRecord<'a>>,
}

/// What its record says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<u64>,
    #[serde(flatten)]
    named: client::Shown<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    scopes: Words<'a>,
    scope_details: Vec<Described<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token_resources: Option<Vec<&'a str>>,
    expires_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Vec<property::Shown<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_thumbprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Value::is_null")]
    authorization_details: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<String>,
    for_external_attachment: bool,
    access_token_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_attributes: Option<Strict<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_attributes: Option<Strict<'a>>,
}

/// What is known of the token.
fn known<'a>(service: &'a Service, checked: &'a Checked) -> Known<'a> {
    let usable = checked.live.is_some();
    Known {
        existent: checked.record.is_some(),
        usable,
        sufficient: checked.lack.is_none() || !matches!(checked.lack, Some(Lack::Scopes(_))) && usable,
        refreshable: checked.is_refreshable,
        record: checked.record.as_ref().map(|record| of_record(service, record)),
    }
}

fn of_record<'a>(service: &'a Service, record: &'a Record) -> OfRecord<'a> {
    let token = &record.token;
    let details = token.details.as_ref().and_then(|details| details.authorization_details.as_ref());
    let signed_in = record.grant.as_ref().and_then(|grant| grant.authentication.as_ref());
    let resources: Option<Vec<_>> =
        Some(&token.audience).filter(|all| !all.is_empty()).map(|all| all.split(' ').collect());
    let written = record.client.as_ref().and_then(|client| client.backend.as_deref());
    OfRecord {
        client_id: record.client.as_deref().map(client::number),
        named: client::named(record.client.as_deref(), Named::of(record)),
        subject: record.subject(),
        scopes: Words(&token.scope),
        scope_details: described(service, &token.scope),
        access_token_resources: resources.clone(),
        resources,
        expires_at: moment(token.expires),
        properties: property::shown(record.properties()),
        certificate_thumbprint: match &token.binding {
            Some(Binding::Certificate(print)) => Some(jeton_jose::base64url::encode(print)),
            _ => None,
        },
        grant_type: grant_type::name(record.grant_type()),
        acr: signed_in.and_then(|signed_in| signed_in.class.as_deref()),
        auth_time: signed_in.and_then(|signed_in| signed_in.at).map(jeton_core::Timestamp::seconds),
        authorization_details: authorization_details::shown(details),
        grant_id: token.grant.map(|grant| grant.to_string()),
        for_external_attachment: record.is_for_external_attachment(),
        access_token_hash: record.hash(),
        service_attributes: attributes(&service.settings.other),
        client_attributes: written.and_then(|own| attributes(&own.document)),
    }
}

/// `attributes` of the document of a service or a client, where it has any.
fn attributes(document: &Map<String, Value>) -> Option<Strict<'_>> {
    document.get("attributes").filter(|all| all.as_array().is_some_and(|all| !all.is_empty())).map(Strict)
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
