//! A record as this contract shows it.

use jeton_core::backend::records::Record;
use jeton_core::model::Service;
use jeton_core::{Scope, Timestamp};
use jeton_wire::oauth::token_type;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::answer::members;
use crate::shapes::{authorization_details, client, grant_type, property};

/// Milliseconds since 1970; zero for never.
pub(crate) fn moment(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::millis)
}

/// The words of a scope.
pub(crate) fn words(scope: &Scope) -> Vec<&str> {
    scope.words().collect()
}

/// The words of a scope, as a list.
pub(crate) struct Words<'a>(pub(crate) &'a Scope);

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.words())
    }
}

/// What answers of creating and changing a record have in common.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct State<'a> {
    token_id: String,
    token_type: &'a str,
    scopes: Words<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Vec<property::Shown<'a>>>,
    #[serde(skip_serializing_if = "Value::is_null")]
    authorization_details: Value,
    for_external_attachment: bool,
}

/// That of a record.
pub(super) fn state<'a>(service: &'a Service, record: &'a Record) -> State<'a> {
    let token = &record.token;
    let details = token.details.as_ref().and_then(|details| details.authorization_details.as_ref());
    let of_grant = record.grant.as_ref().and_then(|grant| grant.details.as_ref());
    let details = details.or_else(|| of_grant.and_then(|details| details.authorization_details.as_ref()));
    State {
        token_id: record.id(),
        token_type: token_type(service, token.binding),
        scopes: Words(&token.scope),
        properties: property::shown(record.properties()),
        authorization_details: authorization_details::shown(details),
        for_external_attachment: record.is_for_external_attachment(),
    }
}

/// An element of a list.
pub(super) fn listed(record: &Record) -> Map<String, Value> {
    let token = &record.token;
    members(json!({
        "accessTokenHash": record.hash(),
        "refreshTokenHash": record.refresh_hash(),
        "tokenId": record.id(),
        "clientId": record.client.as_deref().map(client::number),
        "subject": record.subject(),
        "grantType": grant_type::name(record.grant_type()),
        "scopes": words(&token.scope),
        "refreshTokenScopes": record.refresh.as_ref().map(|token| words(&token.scope)),
        "properties": property::shown(record.properties()),
        "accessTokenExpiresAt": moment(token.expires),
        "refreshTokenExpiresAt": moment(record.refresh.as_ref().and_then(|token| token.expires)),
        "createdAt": record.created().millis(),
        "lastRefreshedAt": moment(record.refreshed()),
    }))
}
