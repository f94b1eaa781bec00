//! `POST /device_authorization`, RFC 8628 section 3.1.

use axum::response::Response;
use jeton_core::{Dialect, device};
use jeton_wire::oauth::{ByClient, device_codes};

/// Starts a device authorization.
pub(crate) async fn device_authorization(call: ByClient) -> Response {
    call.answer("/device_authorization", async |asked| {
        let (oauth, service) = (asked.oauth, asked.service);
        let given = device::authorize(oauth, service, asked.presented, asked.params, Dialect::Standard).await?;
        Ok(device_codes(service, &given)?)
    })
    .await
}
