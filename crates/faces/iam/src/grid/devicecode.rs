//! `POST /devicecode`, section 7.3.

use axum::response::Response;
use jeton_core::{Dialect, device};

use super::words;
use jeton_wire::oauth::{ByClient, device_codes};

/// Starts a device authorization.
pub(crate) async fn devicecode(call: ByClient) -> Response {
    call.in_words(words::device)
        .answer("/devicecode", async |asked| {
            let (oauth, service) = (asked.oauth, asked.service);
            let given = device::authorize(oauth, service, asked.presented, asked.params, Dialect::Indigo).await?;
            Ok(device_codes(service, &given)?)
        })
        .await
}
