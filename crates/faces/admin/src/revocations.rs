//! `/admin/v1/revocations`: suspends, then revokes many tokens at once. Times in seconds since 1970.

use std::time::Duration;

use jeton_core::Refusal;
use jeton_core::administration::Members;
use jeton_core::filter::FilterWords;
use jeton_core::refusal::invalid;
use jeton_core::refusals::PARAMETER_MISSING;
use jeton_core::suspension::{Stage, Suspension, SuspensionRequest};
use jeton_wire::Path;
use serde_json::{Map, Value, json};

use crate::tokens::TokenView;
use crate::wire::{AdminRequest, Document, HandlerResult, Query, created, ok};

/// Members of the body.
pub(crate) const MEMBERS: &[&str] = &["filter", "all", "reason", "undo_window", "expect", "dry_run"];

/// How long a suspension can be undone unless the request says otherwise, in seconds.
const UNDO_WINDOW: u64 = 900;

/// Suspends the tokens that a filter selects, or previews that.
pub(crate) async fn create(call: AdminRequest, document: Document) -> HandlerResult {
    let mut members = document.members();
    let is_preview = members.take("dry_run")?.unwrap_or(false);
    let reason: Option<String> = members.take("reason")?;
    let request = request(&call, members)?;
    if is_preview {
        return preview(&call, &request).await;
    }
    let reason = reason.ok_or_else(|| PARAMETER_MISSING.with("reason"))?;
    let suspension = call.administration.suspensions.suspend(&call.caller, call.service.id, request, &reason).await?;
    created(view(&call, &suspension).await?)
}

/// Lists revocations, active and finished ones.
pub(crate) async fn list(call: AdminRequest, mut query: Query) -> HandlerResult {
    let page = query.page()?;
    query.finish()?;
    let (listing, last) = call.administration.suspensions.all(&call.caller, call.service.id, page).await?;
    let next = crate::wire::next(page, listing.items.len(), last);
    let mut items = Vec::with_capacity(listing.items.len());
    for suspension in &listing.items {
        items.push(view(&call, suspension).await?);
    }
    ok(json!({ "items": items, "total": listing.total, "next": next }))
}

/// Shows one.
pub(crate) async fn show(call: AdminRequest, Path(id): Path<u64>) -> HandlerResult {
    let suspension = call.administration.suspensions.one(&call.caller, call.service.id, id).await?;
    ok(view(&call, &suspension).await?)
}

/// Lifts the suspension.
pub(crate) async fn undo(call: AdminRequest, Path(id): Path<u64>) -> HandlerResult {
    let suspension = call.administration.suspensions.undo(&call.caller, call.service.id, id).await?;
    ok(view(&call, &suspension).await?)
}

/// Revokes its tokens now.
pub(crate) async fn kill(call: AdminRequest, Path(id): Path<u64>) -> HandlerResult {
    let suspension = call.administration.suspensions.end(&call.caller, call.service.id, id).await?;
    ok(view(&call, &suspension).await?)
}

fn request(call: &AdminRequest, mut members: Members) -> Result<SuspensionRequest, Refusal> {
    let filter: Map<String, Value> = members.take("filter")?.unwrap_or_default();
    let request = SuspensionRequest {
        words: FilterWords::of_json(&filter, call.administration.ledger.now())?,
        all: members.take("all")?.unwrap_or(false),
        undo_window: Duration::from_secs(members.take("undo_window")?.unwrap_or(UNDO_WINDOW)),
        expect: members.take("expect")?,
    };
    members.finish(&[])?;
    if request.all && !request.words.means_everything() {
        return Err(invalid("all", "contradicts the filter: leave one of them out"));
    }
    Ok(request)
}

async fn preview(call: &AdminRequest, request: &SuspensionRequest) -> HandlerResult {
    let listing = call.administration.suspensions.preview(&call.caller, call.service.id, request).await?;
    let sample = TokenView::all(&call.administration, listing.items).await?;
    ok(json!({ "dry_run": true, "filter": request.words.said(), "count": listing.total, "sample": sample }))
}

async fn view(call: &AdminRequest, suspension: &Suspension) -> Result<Value, Refusal> {
    Ok(json!({
        "id": suspension.id,
        "state": suspension.stage,
        "filter": suspension.words,
        "reason": suspension.reason,
        "by": suspension.actor,
        "count": suspension.count,
        "suspended_at": suspension.from.seconds(),
        "kill_at": (suspension.stage != Stage::Undone).then(|| suspension.until.seconds()),
        "ended": call.administration.suspensions.ended_by(suspension).await?,
        "decided_by": suspension.decided_by,
        "over_at": suspension.over.map(|at| at.seconds()),
    }))
}
