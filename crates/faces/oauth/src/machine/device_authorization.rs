//! `POST /device_authorization`, RFC 8628 section 3.1.

use axum::response::Response;
use http::StatusCode;
use jeton_core::Dialect;
use jeton_core::device::{self, DeviceAuthorization};
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use serde::Serialize;

use super::ByClient;
use crate::wire::json_body;

/// Gives a device its codes.
pub(crate) async fn device_authorization(call: ByClient) -> Response {
    call.answer("/device_authorization", async |asked| {
        let (oauth, service) = (asked.oauth, asked.service);
        let given = device::authorize(oauth, service, asked.presented, asked.params, Dialect::Standard).await?;
        Ok(device_codes(service, &given)?)
    })
    .await
}

/// The answer with the codes.
pub(crate) fn device_codes(service: &Service, given: &DeviceAuthorization) -> Result<Response, Refusal> {
    let page = page_of(service);
    let codes = Codes {
        device_code: given.device_code.expose(),
        user_code: &given.user_code,
        verification_uri: &page,
        verification_uri_complete: format!("{page}?user_code={}", given.user_code),
        expires_in: given.expires_in.as_secs(),
        interval: given.interval.as_secs(),
    };
    Ok(json_body(StatusCode::OK, serde_json::to_vec(&codes)?))
}

/// RFC 8628 section 3.2.
#[derive(Serialize)]
struct Codes<'a> {
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: &'a str,
    verification_uri_complete: String,
    expires_in: u64,
    interval: u64,
}

fn page_of(service: &Service) -> String {
    format!("{}/device", service.issuer.trim_end_matches('/'))
}
