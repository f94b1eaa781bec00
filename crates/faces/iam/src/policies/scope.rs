//! Scope policies (`docs/contracts/indigo-iam.md` section 9).

use axum::response::IntoResponse as _;
use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::administration::Requirement;
use jeton_core::refusals::{INVALID, NOT_FOUND};
use jeton_core::scope_policies::{Matching, ScopePolicy, Stored, Target};
use jeton_wire::{Entity, Path};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Rule, invalid, matching_name, number, read, rule_name};
use crate::date;
use crate::wire::{Failure, HandlerResult, IamRequest, nothing, ok};

const WHAT: &str = "scope policy";

/// A policy in a request. Members that the server sets are accepted and ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    description: Option<String>,
    rule: Rule,
    #[serde(default)]
    matching_policy: Matching,
    account: Option<Named>,
    group: Option<Named>,
    scopes: Option<Vec<String>>,
}

/// A person or a group. A group is identified by its path, where a person has a UUID.
#[derive(Deserialize)]
struct Named {
    uuid: String,
}

/// All policies.
pub(crate) async fn list(call: IamRequest) -> HandlerResult {
    call.authorization.admit(Requirement::IAM_READ).await?;
    let mut all = Vec::new();
    for policy in call.oauth.administration.scope_policies(call.service.id).await? {
        all.push(document(&call, &policy).await?);
    }
    ok(all)
}

/// One policy.
pub(crate) async fn show(call: IamRequest, Path(id): Path<String>) -> HandlerResult {
    call.authorization.admit(Requirement::IAM_READ).await?;
    let found = call.oauth.administration.scope_policy(call.service.id, number(&id)?).await;
    let policy = found.map_err(|refusal| named(refusal, &id))?;
    ok(document(&call, &policy).await?)
}

/// Creates one: 201 without a body.
pub(crate) async fn add(call: IamRequest, body: Entity) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
    let policy = policy(&call, read(&body, WHAT)?).await?;
    let added = call.oauth.administration.add_scope_policy(&caller, call.service.id, policy).await;
    added.map_err(|refusal| invalid(WHAT, refusal))?;
    Ok(StatusCode::CREATED.into_response())
}

/// Replaces one.
pub(crate) async fn replace(call: IamRequest, Path(id): Path<String>, body: Entity) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
    let key = number(&id)?;
    // A missing policy is reported before errors in its replacement.
    call.oauth.administration.scope_policy(call.service.id, key).await.map_err(|refusal| named(refusal, &id))?;
    let policy = policy(&call, read(&body, WHAT)?).await?;
    let replaced = call.oauth.administration.replace_scope_policy(&caller, call.service.id, key, policy).await;
    replaced.map_err(|refusal| named(refusal, &id))?;
    nothing()
}

/// Deletes one.
pub(crate) async fn delete(call: IamRequest, Path(id): Path<String>) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
    let deleted = call.oauth.administration.delete_scope_policy(&caller, call.service.id, number(&id)?).await;
    deleted.map_err(|refusal| named(refusal, &id))?;
    nothing()
}

/// The contract's wording for a missing or malformed policy.
fn named(refusal: Refusal, id: &str) -> Failure {
    if !refusal.is(&NOT_FOUND) {
        return invalid(WHAT, refusal);
    }
    let body = json!({ "error": format!("No scope policy found for id: {id}") });
    Failure::in_words(refusal, StatusCode::NOT_FOUND, body)
}

async fn policy(call: &IamRequest, sent: Sent) -> Result<ScopePolicy, Failure> {
    let wrong = |text: &str| invalid(WHAT, INVALID.with(text.to_owned()));
    let target = match (sent.account, sent.group) {
        (Some(_), Some(_)) => return Err(wrong("account and group are both set")),
        (None, None) => Target::Everybody,
        (None, Some(group)) => Target::Group(group.uuid),
        (Some(account), None) => {
            let user = call
                .oauth
                .ledger
                .entities()
                .user_by_sub(call.service.id, &account.uuid)
                .await
                .map_err(Refusal::from)?;
            Target::Account(user.ok_or_else(|| wrong("there is no account of this uuid"))?.key)
        }
    };
    let (description, rule, matching) = (sent.description, sent.rule.into(), sent.matching_policy);
    Ok(ScopePolicy { description, rule, matching, target, scopes: sent.scopes, created: call.oauth.ledger.now() })
}

async fn document(call: &IamRequest, stored: &Stored) -> Result<Value, Failure> {
    let policy = &stored.policy;
    let account = match &policy.target {
        Target::Account(key) => call.oauth.ledger.entities().user(*key).await.map_err(Refusal::from)?,
        _ => None,
    };
    let base = call.base();
    let account = account.map(|user| {
        json!({ "uuid": user.sub, "name": user.username, "location": format!("{base}/scim/Users/{}", user.sub) })
    });
    let group = match &policy.target {
        Target::Group(path) => {
            let (name, place) = (path.trim_start_matches('/'), path.replace('/', "%2F"));
            Some(json!({ "uuid": path, "name": name, "location": format!("{base}/scim/Groups/{place}") }))
        }
        _ => None,
    };
    Ok(json!({
        "id": stored.id.get(),
        "description": policy.description,
        "creationTime": date::with_offset(policy.created),
        "lastUpdateTime": date::with_offset(stored.updated),
        "rule": rule_name(policy.rule),
        "matchingPolicy": matching_name(policy.matching),
        "account": account,
        "group": group,
        "scopes": policy.scopes,
    }))
}
