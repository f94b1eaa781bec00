//! `/admin/v1/robots`: robots, their apps, and what administrators change.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jeton_core::robots::administer::RobotSummary;
use jeton_core::{Robots, Timestamp};
use jeton_wire::Path;
use serde_json::{Value, json};

use crate::AdminState;
use crate::wire::{AdminRequest, Document, Failure, HandlerResult, Query, next, nothing, ok};

/// Members of the body of an adoption.
pub(crate) const ADOPTION: &[&str] = &["seconds"];
/// Members of the body that lets a barred robot in again.
pub(crate) const UNBAN: &[&str] = &["reason"];
/// For how long a robot can be adopted when the request does not say.
const HOUR: u64 = 3600;

/// An administrator's request about robots. They belong to the default service, so none is named.
pub(crate) struct RobotRequest {
    call: AdminRequest,
    robots: Arc<Robots>,
}

impl FromRequestParts<AdminState> for RobotRequest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AdminState) -> Result<Self, Failure> {
        let call = AdminRequest::from_request_parts(parts, state).await?;
        call.for_all_services("route")?;
        Ok(Self { call, robots: Arc::clone(&state.robots) })
    }
}

/// A page of robots.
pub(crate) async fn list(RobotRequest { call, robots }: RobotRequest, mut query: Query) -> HandlerResult {
    let page = query.page()?;
    query.finish()?;
    let listing = robots.robots(&call.caller, page).await?;
    let next = next(page, listing.items.len(), listing.items.last().map(|robot| robot.id));
    let items: Vec<_> = listing.items.iter().map(document).collect();
    ok(json!({ "items": items, "total": listing.total, "next": next }))
}

/// One robot.
pub(crate) async fn show(RobotRequest { call, robots }: RobotRequest, Path(name): Path<String>) -> HandlerResult {
    ok(document(&robots.robot(&call.caller, &name).await?))
}

/// The apps that a robot lets in.
pub(crate) async fn apps(RobotRequest { call, robots }: RobotRequest, Path(name): Path<String>) -> HandlerResult {
    let apps = robots.apps(&call.caller, &name).await?;
    let shown = apps.iter().map(|app| {
        json!({
            "token": app.token,
            "client_name": app.client_name,
            "app_id": app.app_id,
            "issued_at": app.issued.seconds(),
        })
    });
    ok(json!({ "items": shown.collect::<Vec<_>>(), "total": apps.len() }))
}

/// Forgets a robot's owner, key and settings, and ends all that was issued for it.
pub(crate) async fn forget(RobotRequest { call, robots }: RobotRequest, Path(name): Path<String>) -> HandlerResult {
    robots.forget(&call.caller, &name).await?;
    nothing()
}

/// Lets a robot come with another key.
pub(crate) async fn release(RobotRequest { call, robots }: RobotRequest, Path(name): Path<String>) -> HandlerResult {
    robots.release(&call.caller, &name).await?;
    ok(document(&robots.robot(&call.caller, &name).await?))
}

/// Lets a valid session take over a robot that holds another issuer's token, for a time.
pub(crate) async fn adopt(
    RobotRequest { call, robots }: RobotRequest,
    Path(name): Path<String>,
    body: Document,
) -> HandlerResult {
    let mut members = body.members();
    let seconds = members.take("seconds")?.unwrap_or(HOUR);
    members.finish(ADOPTION)?;
    robots.adopt(&call.caller, &name, Duration::from_secs(seconds)).await?;
    ok(document(&robots.robot(&call.caller, &name).await?))
}

/// Lets a robot in again whose certificate was revoked, for a reason that the audit trail keeps.
pub(crate) async fn unban(
    RobotRequest { call, robots }: RobotRequest,
    Path(name): Path<String>,
    body: Document,
) -> HandlerResult {
    let mut members = body.members();
    let reason: String = members.take("reason")?.unwrap_or_default();
    members.finish(UNBAN)?;
    robots.unban(&call.caller, &name, &reason).await?;
    ok(document(&robots.robot(&call.caller, &name).await?))
}

fn document(robot: &RobotSummary) -> Value {
    json!({
        "name": robot.name,
        "owner": robot.owner,
        "owner_name": robot.owner_name,
        "enabled": robot.enabled,
        "key_pinned": robot.key_pinned,
        "created_at": robot.created.seconds(),
        "last_refresh_at": robot.last_refresh.map(Timestamp::seconds),
        "jwt_expires_at": robot.jwt_expires.map(Timestamp::seconds),
        "apps": robot.apps,
        "adopts_until_at": robot.adoption_until.map(Timestamp::seconds),
    })
}
