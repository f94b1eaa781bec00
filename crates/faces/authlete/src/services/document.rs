//! A service as this contract shows it.

use jeton_core::model::Service;
use serde_json::{Map, Value, json};

use crate::answer::members;

/// The members of a service.
pub(crate) fn document(service: &Service) -> Map<String, Value> {
    members(json!({
        "number": service.id.get(),
        "apiKey": service.id.get(),
        "serviceName": service.name,
        "issuer": &*service.issuer,
        "createdAt": service.created.millis(),
        "accessTokenDuration": service.settings.access_token_lifetime.as_secs(),
        "refreshTokenDuration": service.settings.refresh_token_lifetime.as_secs(),
        "idTokenDuration": service.settings.id_token_lifetime.as_secs(),
    }))
}
