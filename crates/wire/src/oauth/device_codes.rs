//! The answer to a device authorization request, RFC 8628 section 3.2.

use axum::response::Response;
use http::StatusCode;
use jeton_core::device::DeviceAuthorization;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use serde::Serialize;

use crate::{json_body, own_url};

/// The answer with the codes.
///
/// # Errors
/// `FAULT` when it cannot be written.
pub fn device_codes(service: &Service, given: &DeviceAuthorization) -> Result<Response, Refusal> {
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
    own_url(&service.issuer, "/device")
}
