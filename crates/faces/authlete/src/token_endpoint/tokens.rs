//! The members of an answer with tokens.

use jeton_core::Secret;
use jeton_core::backend::records::Named;
use jeton_core::grants::TokenAnswer;
use jeton_core::model::{Service, TokenKind};
use jeton_core::refusal::Refusal;
use jeton_wire::oauth::token_response;
use serde_json::{Map, Value, json};

use crate::answer::members;
use crate::call::Cx;
use crate::shapes::{authorization_details, client, grant_type, property};
use crate::tokens::record::{moment, words};

/// The tokens, and the response for the client.
///
/// # Errors
/// When the store fails.
pub(super) async fn members_of(
    cx: &Cx<'_>,
    service: &Service,
    answer: &TokenAnswer,
) -> Result<Map<String, Value>, Refusal> {
    let issued = &answer.issued;
    let content = String::from_utf8(token_response(service, answer)).unwrap_or_default();
    let refresh = issued.first(TokenKind::Refresh);
    let mut shown = members(json!({
        "responseContent": content,
        "idToken": issued.id_token.as_ref().map(Secret::expose),
        "refreshToken": refresh.map(|token| token.text.expose()),
        "refreshTokenExpiresAt": refresh.map(|token| moment(token.expires)),
        "refreshTokenDuration": refresh.map(|token| token.expires_in().unwrap_or(0)),
        "clientId": client::number(&answer.client),
        "clientAuthMethod": client::auth_method(&answer.client),
        "previousRefreshTokenUsed": answer.is_repeat,
        "requestedIdTokenClaims": answer.reissuable.as_ref().filter(|names| !names.is_empty()),
    }));
    let Some(access) = issued.first(TokenKind::Access) else { return Ok(shown) };
    let row = cx.backend.ledger.token(access.id).await?;
    let record = match row {
        Some(row) => Some(cx.backend.record_of(row).await?),
        None => None,
    };
    let details = record.as_ref().and_then(|record| record.grant.as_ref()).and_then(|grant| grant.details.as_ref());
    let details = details.and_then(|details| details.authorization_details.as_ref());
    shown.extend(members(json!({
        "accessToken": access.text.expose(),
        "jwtAccessToken": access.signed.as_ref().map(Secret::expose),
        "accessTokenExpiresAt": moment(access.expires),
        "accessTokenDuration": access.expires_in().unwrap_or(0),
        "scopes": words(&access.scope),
        "grantType": record.as_ref().and_then(|record| grant_type::name(record.grant_type())),
        "subject": record.as_ref().and_then(|record| record.subject()),
        "properties": record.as_ref().map(|record| property::shown(record.properties())),
        "authorizationDetails": authorization_details::shown(details),
        "grantId": issued.grant.map(|grant| grant.to_string()),
        "sessionId": record.as_ref().and_then(|record| record.session()),
    })));
    if let Some(record) = &record {
        shown.extend(members(json!(client::named(Some(&answer.client), Named::of(record)))));
    }
    Ok(shown)
}
