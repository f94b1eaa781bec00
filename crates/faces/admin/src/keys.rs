//! `/admin/v1/keys`: signing keys. Times in seconds since 1970.

use std::time::Duration;

use jeton_core::Refusal;
use jeton_core::keys::KeySummary;
use jeton_core::refusal::invalid;
use jeton_jose::Algorithm;
use jeton_wire::Path;
use serde_json::{Value, json};

use crate::wire::{AdminRequest, Document, HandlerResult, Query, ok};

/// Members of the body of a rotation.
pub(crate) const ROTATE: &[&str] = &["alg", "publish_ahead"];

/// The longest time between publication and first use of a key.
const LONGEST_AHEAD: u64 = 365 * 86_400;

/// All keys of a service.
pub(crate) async fn list(call: AdminRequest, query: Query) -> HandlerResult {
    query.finish()?;
    ok(view(&call.administration.key_summaries(call.service.id).await?))
}

/// Publishes a new key and schedules its first use.
pub(crate) async fn rotate(call: AdminRequest, document: Document) -> HandlerResult {
    let mut members = document.members();
    let alg: Option<Algorithm> = members.take("alg")?;
    let ahead: Option<u64> = members.take("publish_ahead")?;
    members.finish(&[])?;
    if alg.is_some_and(Algorithm::is_symmetric) {
        return Err(invalid("alg", "is symmetric: such a key cannot be published").into());
    }
    if ahead.is_some_and(|seconds| seconds > LONGEST_AHEAD) {
        return Err(invalid("publish_ahead", "must be at most a year, in seconds").into());
    }
    let ahead = ahead.map(Duration::from_secs);
    ok(view(&call.administration.rotate_key(&call.caller, call.service.id, alg, ahead).await?))
}

/// Retires a key now.
pub(crate) async fn retire(call: AdminRequest, Path(kid): Path<String>) -> HandlerResult {
    let keys: Result<_, Refusal> = call.administration.retire_key(&call.caller, call.service.id, &kid).await;
    ok(view(&keys?))
}

fn view(keys: &[KeySummary]) -> Value {
    let items: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "kid": key.kid,
                "alg": key.alg,
                "state": key.state,
                "published_at": key.published.seconds(),
                "active_at": key.active.seconds(),
                "retired_at": key.retired.map(|at| at.seconds()),
            })
        })
        .collect();
    json!({ "total": items.len(), "items": items })
}
