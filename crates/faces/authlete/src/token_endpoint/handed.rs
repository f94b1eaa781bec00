//! Token requests that the authorization server decides: it knows the passwords, and whom it trusts.

use jeton_core::backend::records::Named;
use jeton_core::client_alias;
use jeton_core::grants::{Handed, HandedRequest, HandedToken, PasswordTicket};
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::{Scope, Secret};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Code, members};
use crate::call::Cx;
use crate::shapes::client;
use crate::tokens::record::words;

/// What is left to decide. `named`: how the request named the client.
///
/// # Errors
/// When a ticket cannot be made.
pub(super) fn answer(cx: &Cx<'_>, service: &Service, handed: &Handed, named: Option<&str>) -> Result<Answer, Refusal> {
    let by_alias = client_alias::is_alias(&handed.client, named);
    let mut answer = members(json!({
        "clientId": client::number(&handed.client),
        "clientAuthMethod": client::auth_method(&handed.client),
    }));
    answer.extend(members(json!(client::named(Some(&handed.client), Named { by_alias, ..Named::default() }))));
    Ok(match &handed.request {
        HandedRequest::Password(request) => {
            let ticket = PasswordTicket::seal(&cx.backend.oauth, service.id, &handed.client, request)?;
            answer.extend(members(json!({
                "ticket": ticket,
                "username": request.username,
                "password": request.password.expose(),
                "scopes": words(&request.scope),
                "grantType": "PASSWORD",
            })));
            Answer::action(Code("A051001"), "PASSWORD", answer)
        }
        HandedRequest::TokenExchange(request) => {
            put(&mut answer, "subjectToken", Some(&request.subject));
            put(&mut answer, "actorToken", request.actor.as_ref());
            let resources: Option<Vec<_>> = request.resource.as_deref().map(|all| all.split(' ').collect());
            answer.extend(members(json!({
                "requestedTokenType": request.requested.and_then(type_name),
                "audiences": Some(&request.audience).filter(|all| !all.is_empty()),
                "resources": resources,
                "scopes": scopes_of(request.scope.as_ref()),
                "grantType": "TOKEN_EXCHANGE",
            })));
            Answer::action(Code("A331001"), "TOKEN_EXCHANGE", answer)
        }
        HandedRequest::JwtBearer { assertion, scope, audience, .. } => {
            let resources: Option<Vec<_>> = audience.as_deref().map(|all| all.split(' ').collect());
            answer.extend(members(json!({
                "assertion": Secret::expose(assertion),
                "resources": resources,
                "scopes": scopes_of(scope.as_ref()),
                "grantType": "JWT_BEARER",
            })));
            Answer::action(Code("A334001"), "JWT_BEARER", answer)
        }
    })
}

fn scopes_of(scope: Option<&Scope>) -> Value {
    scope.map_or(Value::Null, |scope| words(scope).into())
}

/// A presented token: its text, its type, and what is known of it.
fn put(answer: &mut Map<String, Value>, name: &str, token: Option<&HandedToken>) {
    let Some(token) = token else { return };
    answer.insert(name.to_owned(), token.text.expose().into());
    answer.insert(format!("{name}Type"), type_name(token.kind).into());
    let Some(live) = &token.live else { return };
    let info = json!({
        "tokenType": type_name(token.kind),
        "clientId": live.client.as_deref().map(client::number),
        "subject": live.sub(),
        "expiresAt": crate::tokens::record::moment(live.token.expires),
        "scopes": words(&live.token.scope).into_iter().map(|word| json!({ "name": word })).collect::<Vec<_>>(),
    });
    answer.insert(format!("{name}Info"), info);
}

/// The contract's name of a token type (RFC 8693 section 3).
fn type_name(urn: &str) -> Option<&'static str> {
    Some(match urn.rsplit(':').next()? {
        "access_token" => "ACCESS_TOKEN",
        "refresh_token" => "REFRESH_TOKEN",
        "id_token" => "ID_TOKEN",
        "jwt" => "JWT",
        "saml1" => "SAML1",
        "saml2" => "SAML2",
        _ => return None,
    })
}
