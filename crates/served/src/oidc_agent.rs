//! Requests of a well-known grid client.

use serde_json::{Value, json};

use crate::DEVICE_CODE;

/// The metadata that oidc-agent registers with.
#[must_use]
pub fn oidc_agent() -> Value {
    json!({
        "application_type": "web",
        "client_name": "oidc-agent:myacct-host1",
        "response_types": ["token"],
        "grant_types": ["refresh_token", DEVICE_CODE],
        "scope": "openid profile offline_access",
        "redirect_uris": ["http://localhost:4242", "http://localhost:31261", "http://localhost:8080",
                          "edu.kit.data.oidc-agent:/redirect"],
    })
}
