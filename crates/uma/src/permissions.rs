//! The permissions in an RPT: which are granted, and which are reported.

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::decision::{RequestedAccess, owner_stands};
use super::protector::{protector, sees};
use super::{limits, resources};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Client, CompatibilityMode, Permission, Token};
use jeton_model::refusals::TOO_MANY;
use jeton_oauth::OAuth;
use jeton_oauth::introspection::{Permissions, Reader};

/// The permissions of an RPT that introspection reports.
pub struct Reported;

impl Permissions for Reported {
    fn reported<'a>(
        &'a self,
        oauth: &'a OAuth,
        service: ServiceId,
        token: &'a Token,
        reader: Reader<'a>,
    ) -> BoxFuture<'a, Result<Vec<Permission>, Refusal>> {
        Box::pin(reported(oauth, service, token, reader))
    }
}

/// What a token permits now: without permissions that have expired, scopes that the resource no longer has, and resources that
/// are deleted or whose owner is gone or disabled.
///
/// # Errors
/// When the store fails.
pub async fn reported(
    oauth: &OAuth,
    service: ServiceId,
    token: &Token,
    reader: Reader<'_>,
) -> Result<Vec<Permission>, Refusal> {
    let now = oauth.ledger.now();
    // A token with the scope that represents no resource server sees no resource.
    let by = match reader {
        Reader::Bearer(live) => protector(live.clone(), false).ok(),
        Reader::All | Reader::Server(_) => None,
    };
    let mut reported = Vec::new();
    for permission in token.details.iter().flat_map(|details| &details.permissions) {
        if permission.expires.is_some_and(|at| at <= now) {
            continue;
        }
        let Some(number) = jeton_ledger::ledger::documents::number(&permission.resource_id) else { continue };
        let Some(resource) = resources::by_number(oauth, service, number).await? else { continue };
        let seen = match reader {
            Reader::All => true,
            Reader::Bearer(_) => by.as_ref().is_some_and(|by| sees(by, resource.server, resource.owner)),
            Reader::Server(client) => resource.server == client,
        };
        if !seen || !owner_stands(oauth, resource.owner).await? {
            continue;
        }
        let mut permission = permission.clone();
        permission.resource_scopes.retain(|scope| resource.description.scopes.contains(scope));
        if !permission.resource_scopes.is_empty() {
            reported.push(permission);
        }
    }
    Ok(reported)
}

/// The permissions for a ticket's lines until `end`.
pub(crate) fn of_requested(requested: &RequestedAccess, end: Timestamp) -> Vec<Permission> {
    let permit = |line: &super::ticket::Line| Permission {
        resource_id: line.resource.to_string(),
        resource_scopes: line.scopes.clone(),
        expires: Some(end),
    };
    requested.lines.iter().map(|(line, _)| permit(line)).collect()
}

/// New permissions, and the old ones that the new ones do not contain; each keeps its end.
pub(crate) fn merged(mut new: Vec<Permission>, old: Vec<Permission>) -> Result<Vec<Permission>, Refusal> {
    for mut permission in old {
        let said = |scope: &String| {
            new.iter().any(|one| one.resource_id == permission.resource_id && one.resource_scopes.contains(scope))
        };
        let more: Vec<String> = permission.resource_scopes.iter().filter(|scope| !said(scope)).cloned().collect();
        if !more.is_empty() {
            permission.resource_scopes = more;
            new.push(permission);
        }
    }
    if new.len() > limits::PERMISSIONS { Err(TOO_MANY.with("permissions in one token")) } else { Ok(new) }
}

/// The claims for them in a JWT: `permissions`, and for a SimpleIdServer client `ticket` with the scopes as one text.
pub(crate) fn claims(client: &Client, permissions: &[Permission]) -> serde_json::Map<String, Value> {
    let entry = |p: &Permission| {
        json!({
            "resource_id": p.resource_id, "resource_scopes": p.resource_scopes, "exp": p.expires.map(Timestamp::seconds),
        })
    };
    let mut claims = serde_json::Map::new();
    claims.insert("permissions".into(), permissions.iter().map(entry).collect());
    if client.profile == CompatibilityMode::Classic {
        let line = |p: &Permission| json!({ "resource_id": p.resource_id, "scopes": p.resource_scopes.join(" ") });
        claims.insert("ticket".into(), permissions.iter().map(line).collect());
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permission(id: &str, scopes: &[&str], end: i64) -> Permission {
        Permission {
            resource_id: id.into(),
            resource_scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
            expires: Some(Timestamp::from_seconds(end)),
        }
    }

    #[test]
    fn an_old_permission_keeps_its_end_and_a_new_one_takes_its_place() {
        let new = vec![permission("1", &["view"], 100)];
        let old = vec![permission("1", &["view", "print"], 50), permission("2", &["view"], 50)];
        let all = merged(new, old).unwrap();
        let expected =
            [permission("1", &["view"], 100), permission("1", &["print"], 50), permission("2", &["view"], 50)];
        assert_eq!(all, expected);
    }
}
