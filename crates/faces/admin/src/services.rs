//! `/admin/v1/services`: issuers.

use std::time::Duration;

use jeton_core::Refusal;
use jeton_core::ids::ServiceId;
use jeton_core::model::Service;
use jeton_core::refusals::NOT_FOUND;
use jeton_wire::Path;
use serde_json::{Value, json};

use crate::wire::{AdminRequest, HandlerResult, Query, ok};

/// All services.
pub(crate) async fn list(call: AdminRequest, query: Query) -> HandlerResult {
    query.finish()?;
    let all = call.administration.ledger.entities().services();
    let seen = all.iter().filter(|service| call.rules_all || service.id == call.service.id);
    let items: Vec<_> = seen.map(|service| view(service)).collect();
    ok(json!({ "total": items.len(), "items": items }))
}

/// One service.
pub(crate) async fn show(call: AdminRequest, Path(id): Path<u64>) -> HandlerResult {
    let id = seen(&call, id)?;
    ok(view(&*call.administration.ledger.entities().service(id).ok_or_else(|| NOT_FOUND.with("service"))?))
}

/// Enables a service.
pub(crate) async fn enable(call: AdminRequest, Path(id): Path<u64>) -> HandlerResult {
    let id = seen(&call, id)?;
    ok(view(&*call.administration.enable_service(&call.caller, id, true).await?))
}

/// Disables a service.
pub(crate) async fn disable(call: AdminRequest, Path(id): Path<u64>) -> HandlerResult {
    let id = seen(&call, id)?;
    ok(view(&*call.administration.enable_service(&call.caller, id, false).await?))
}

/// A service that the administrator rules.
fn seen(call: &AdminRequest, id: u64) -> Result<ServiceId, Refusal> {
    let id = ServiceId::new(id);
    if id != call.service.id {
        call.for_all_services("service")?;
    }
    Ok(id)
}

/// Times and lifetimes in seconds.
fn view(service: &Service) -> Value {
    let settings = &service.settings;
    let seconds = |life: Duration| life.as_secs();
    let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    json!({
        "id": service.id,
        "name": service.name,
        "issuer": service.issuer,
        "enabled": service.enabled,
        "created_at": service.created.seconds(),
        "access_token_format": settings.access_token_format,
        "access_token_typ": settings.access_token_typ,
        "access_token_lifetime": seconds(settings.access_token_lifetime),
        "refresh_token_lifetime": seconds(settings.refresh_token_lifetime),
        "refresh_token_idle": settings.refresh_token_idle.map(seconds),
        "id_token_lifetime": seconds(settings.id_token_lifetime),
        "code_lifetime": seconds(settings.code_lifetime),
        "signing_alg": settings.signing_alg,
        "id_token_signing_alg": settings.id_token_signing_alg,
        "refresh_rotation": settings.rotation,
        "audience": words(&settings.audience),
        "default_audience": words(&settings.default_audience),
        "key_publish_ahead": seconds(settings.key_publish_ahead),
        "key_grace": seconds(settings.key_grace),
    })
}
