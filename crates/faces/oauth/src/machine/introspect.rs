//! `POST /introspect`, RFC 7662.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use jeton_core::client_auth::Refused;
use jeton_core::formats::jwt::{Audience, Confirmation, ScopeClaim, jti_of};
use jeton_core::introspection::{self, Answer, Caller};
use jeton_core::ledger::Inspection;
use jeton_core::model::{Profile, Token, TokenFormat, TokenKind};
use serde::Serialize;

use super::refuse::refuse;
use crate::state::OauthState;
use crate::wire::{bearer, form, json_ok, presented};

const INACTIVE: &[u8] = b"{\"active\":false}";

/// Says what a token is worth.
pub(crate) async fn introspect(State(state): State<OauthState>, headers: HeaderMap, body: Bytes) -> Response {
    let mut client = None;
    match run(&state, &headers, &body, &mut client).await {
        Ok(body) => json_ok(body),
        Err(refused) => refuse(&state, &headers, &refused, "/introspect", client.as_deref()),
    }
}

async fn run(
    state: &OauthState,
    headers: &HeaderMap,
    body: &[u8],
    client: &mut Option<String>,
) -> Result<Vec<u8>, Refused> {
    let service = state.service()?;
    let params = form(headers, body)?;
    let presented = presented(headers, &params);
    let caller = match bearer(headers) {
        Some(text) => Caller::Bearer(text),
        None => Caller::Client(&presented),
    };
    let token = params.get("token");
    let answered = introspection::introspect(&state.ledger, &service, caller, token).await;
    let (answer, profile) = answered.inspect_err(|_| *client = presented.claimed().map(str::to_owned))?;
    Ok(match &answer {
        Answer::Active(live) => active(&service.issuer, live, token.unwrap_or_default(), profile),
        Answer::Ended(token) => ended(&service.issuer, token),
        Answer::Inactive => INACTIVE.to_vec(),
    })
}

/// RFC 7662 section 2.2.
#[derive(Serialize)]
struct Record<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<ScopeClaim<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Audience<'a>>,
    iss: &'a str,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

fn active(issuer: &str, live: &Inspection, text: &str, profile: Profile) -> Vec<u8> {
    let token = &live.token;
    let mut record = record(issuer, token, profile);
    record.active = true;
    record.client_id = live.client.as_ref().map(|c| c.client_id.as_str());
    record.username = live.user.as_ref().map(|u| {
        u.claims.get("name").and_then(|v| v.as_str()).unwrap_or(&u.username)
    });
    record.sub = live.sub();
    if record.aud.is_none() && token.format == TokenFormat::Jwt {
        // What the JWT says when nobody in particular is meant.
        record.aud = record.client_id.map(Audience);
    }
    if token.format == TokenFormat::Jwt {
        if let Some(jti) = jti_of(text) {
            record.jti = jti;
        }
    }
    written(&record)
}

/// The record of a token that ended, for classic clients.
fn ended(issuer: &str, token: &Token) -> Vec<u8> {
    written(&record(issuer, token, Profile::Classic))
}

fn record<'a>(issuer: &'a str, token: &'a Token, profile: Profile) -> Record<'a> {
    let scope = ScopeClaim { scope: token.scope.as_str(), array: profile == Profile::Classic };
    Record {
        active: false,
        scope: (!token.scope.is_empty()).then_some(scope),
        client_id: None,
        username: None,
        token_type: (token.kind == TokenKind::Access).then_some("Bearer"),
        exp: token.expires.map(jeton_core::Timestamp::seconds),
        iat: token.issued.seconds(),
        nbf: token.not_before.map(jeton_core::Timestamp::seconds),
        sub: None,
        aud: (!token.audience.is_empty()).then_some(Audience(&token.audience)),
        iss: issuer,
        jti: token.id.to_string(),
        cnf: token.binding.as_ref().map(Confirmation::from),
    }
}

fn written(record: &Record<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(384);
    // Writing strings and numbers into memory cannot fail.
    let _ = serde_json::to_writer(&mut out, record);
    out
}
