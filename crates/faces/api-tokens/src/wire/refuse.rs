//! Refusals in the contract's words (its section 5).

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::Refusal;
use serde_json::{Value, json};

use super::json;
use crate::state::ApiTokensState;

/// Answers a refused request, and records the refusal under the reference in the header `Jeton-Refusal`.
pub(crate) fn refuse(state: &ApiTokensState, refusal: &Refusal, endpoint: &'static str) -> Response {
    let administration = &state.administration;
    let reference = administration.ledger.refusals().record(administration.ledger.now(), refusal, endpoint, None);
    let (status, body) = said(refusal);
    let mut response = json::answer(status, &body);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(reference) {
        headers.insert("jeton-refusal", value);
    }
    if let Some(seconds) = refusal.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Status and body. Where the contract has an object, it is one; elsewhere the text that the original's framework gives the
/// status.
fn said(refusal: &Refusal) -> (StatusCode, Value) {
    let failed = |reasons: Value| json!({ "message": "Token creation failed", "reasons": reasons });
    match refusal {
        Refusal::ApiTokenFields(faults) => {
            let reasons = faults.0.iter().map(|(field, fault)| ((*field).to_owned(), json!([fault.to_string()])));
            (StatusCode::BAD_REQUEST, failed(Value::Object(reasons.collect())))
        }
        Refusal::ApiTokenSecret => (StatusCode::BAD_REQUEST, failed(json!({ "secret": [refusal.message()] }))),
        Refusal::ApiTokenMisfit(_) => {
            let reasons = json!({ "token": [refusal.message()] });
            (StatusCode::UNAUTHORIZED, json!({ "message": "Token validation failed", "reasons": reasons }))
        }
        Refusal::PaginationOverflow(over) => {
            let over = [("page", over.page), ("per_page", over.per_page)];
            let reason = |most: u64| json!([format!("Value higher than the limit {most}")]);
            let reasons = over.into_iter().filter_map(|(name, most)| Some((name.to_owned(), reason(most?))));
            let reasons = Value::Object(reasons.collect());
            (StatusCode::BAD_REQUEST, json!({ "message": refusal.message(), "reasons": reasons }))
        }
        Refusal::ApiRateLimit | Refusal::SecretsSlowed(_) => {
            (StatusCode::TOO_MANY_REQUESTS, json!({ "message": refusal.message() }))
        }
        other => {
            let (status, text) = plain(other);
            (status, Value::String(text.to_owned()))
        }
    }
}

fn plain(refusal: &Refusal) -> (StatusCode, &'static str) {
    match refusal {
        Refusal::NotFound(_) => (
            StatusCode::NOT_FOUND,
            "The requested URL was not found on the server. If you entered the URL manually please check your spelling and \
             try again.",
        ),
        Refusal::RequestTooLarge => {
            (StatusCode::PAYLOAD_TOO_LARGE, "The data value transmitted exceeds the capacity limit.")
        }
        Refusal::Busy | Refusal::StoreUnavailable(_) | Refusal::ServiceDisabled => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The server is temporarily unable to service your request due to maintenance downtime or capacity problems. \
             Please try again later.",
        ),
        Refusal::BodyMissing | Refusal::Invalid(_) => {
            (StatusCode::BAD_REQUEST, "The browser (or proxy) sent a request that this server could not understand.")
        }
        _ => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "The server encountered an internal error and was unable to complete your request. Either the server is \
             overloaded or there is an error in the application.",
        ),
    }
}
