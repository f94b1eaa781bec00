//! Policies of token exchange (`docs/contracts/indigo-iam.md` section 7.6).

use axum::response::IntoResponse as _;
use http::StatusCode;
use jeton_core::administration::Requirement;
use jeton_core::exchange::{ClientMatch, ExchangeRule, ScopeRule, StoredRule};
use jeton_core::refusals::{INVALID, NOT_FOUND};
use jeton_core::scope_policies::Matching;
use jeton_wire::{Entity, Path};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Rule, invalid, matching_name, number, read, rule_name};
use crate::date;
use crate::wire::{Failure, HandlerResult, IamRequest, nothing, ok};

const WHAT: &str = "exchange policy";

/// A policy in a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    description: Option<String>,
    rule: Rule,
    origin_client: Matcher,
    destination_client: Matcher,
    #[serde(default)]
    scope_policies: Option<Vec<ScopeSent>>,
}

/// Which clients.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Matcher {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    match_param: Option<String>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Any,
    ById,
    ByScope,
}

/// Which scopes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScopeSent {
    rule: Rule,
    #[serde(rename = "type", default)]
    matching: Matching,
    match_param: String,
}

/// All policies, including those of the configuration.
pub(crate) async fn list(call: IamRequest) -> HandlerResult {
    call.authorization.admit(Requirement::IAM_READ).await?;
    let all = call.oauth.exchange_rules(call.service.id).await?;
    ok(all.iter().map(document).collect::<Vec<_>>())
}

/// Creates one: 201 without a body.
pub(crate) async fn add(call: IamRequest, body: Entity) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
    let rule = rule(read(&body, WHAT)?)?;
    let added = call.oauth.add_exchange_rule(&caller, call.service.id, rule).await;
    added.map_err(|refusal| invalid(WHAT, refusal))?;
    Ok(StatusCode::CREATED.into_response())
}

/// Deletes one.
pub(crate) async fn delete(call: IamRequest, Path(id): Path<String>) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
    let deleted = call.oauth.delete_exchange_rule(&caller, call.service.id, number(&id)?).await;
    deleted.map_err(|refusal| {
        if !refusal.is(&NOT_FOUND) {
            return refusal.into();
        }
        let body = json!({ "error": format!("No exchange policy found for id: {id}") });
        Failure::in_words(refusal, StatusCode::NOT_FOUND, body)
    })?;
    nothing()
}

/// The contract's policies do not mention audiences and refresh tokens: a permission covers any audience, and
/// the new token names its actor.
fn rule(sent: Sent) -> Result<ExchangeRule, Failure> {
    let scopes = sent.scope_policies.unwrap_or_default().into_iter();
    let scopes = scopes.map(|one| ScopeRule { rule: one.rule.into(), matching: one.matching, scope: one.match_param });
    Ok(ExchangeRule {
        description: sent.description,
        rule: sent.rule.into(),
        origin: clients(sent.origin_client)?,
        client: clients(sent.destination_client)?,
        audience: vec!["*".into()],
        refresh: true,
        scopes: scopes.collect(),
        ..ExchangeRule::default()
    })
}

fn clients(matcher: Matcher) -> Result<ClientMatch, Failure> {
    let param = matcher.match_param.filter(|param| !param.is_empty());
    match (matcher.kind, param) {
        (Kind::Any, _) => Ok(ClientMatch::Any),
        (Kind::ById, Some(id)) => Ok(ClientMatch::ById(id)),
        (Kind::ByScope, Some(scope)) => Ok(ClientMatch::ByScope(scope)),
        (_, None) => Err(invalid(WHAT, INVALID.with("matchParam is missing"))),
    }
}

fn matcher(clients: &ClientMatch) -> Matcher {
    match clients {
        ClientMatch::Any => Matcher { kind: Kind::Any, match_param: None },
        ClientMatch::ById(id) => Matcher { kind: Kind::ById, match_param: Some(id.clone()) },
        ClientMatch::ByScope(scope) => Matcher { kind: Kind::ByScope, match_param: Some(scope.clone()) },
    }
}

fn document(stored: &StoredRule) -> Value {
    let rule = &stored.rule;
    let scope = |one: &ScopeRule| json!({ "rule": rule_name(one.rule), "type": matching_name(one.matching), "matchParam": one.scope });
    json!({
        "id": stored.id.get(),
        "description": rule.description,
        "creationTime": date::with_offset(rule.created.unwrap_or(stored.updated)),
        "lastUpdateTime": date::with_offset(stored.updated),
        "rule": rule_name(rule.rule),
        "originClient": matcher(&rule.origin),
        "destinationClient": matcher(&rule.client),
        "scopePolicies": rule.scopes.iter().map(scope).collect::<Vec<_>>(),
    })
}
