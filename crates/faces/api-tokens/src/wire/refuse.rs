//! Refusals as the contract words them (its section 5).

use axum::response::Response;
use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::refusal::Class;
use jeton_core::refusals::{API_TOKEN_FIELDS, API_TOKEN_MISFIT, API_TOKEN_SECRET, PAGINATION_OVERFLOW};
use jeton_wire::exception;
use serde_json::{Value, json};

use super::json;
use crate::state::ApiTokensState;

/// Answers a refused request, and records the refusal under the reference in the header `Jeton-Refusal`.
pub(crate) fn refuse(state: &ApiTokensState, refusal: &Refusal, endpoint: &'static str) -> Response {
    jeton_wire::refused(&state.administration.ledger, refusal, (endpoint, None), |_| {
        let (status, body) = said(refusal);
        json::answer(status, &body)
    })
}

/// Status and body. Where the contract defines an object, it is one; elsewhere the text of the original's framework for the
/// status.
fn said(refusal: &Refusal) -> (StatusCode, Value) {
    if let Some(own) = exception(OWN, refusal) {
        return own(refusal);
    }
    let (status, text) = match refusal.class() {
        Class::Throttled => return (StatusCode::TOO_MANY_REQUESTS, json!({ "message": refusal.message() })),
        Class::Missing => (
            StatusCode::NOT_FOUND,
            "The requested URL was not found on the server. If you entered the URL manually please check your spelling and \
             try again.",
        ),
        Class::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The data value transmitted exceeds the capacity limit."),
        Class::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The server is temporarily unable to service your request due to maintenance downtime or capacity problems. \
             Please try again later.",
        ),
        Class::Malformed => {
            (StatusCode::BAD_REQUEST, "The browser (or proxy) sent a request that this server could not understand.")
        }
        Class::Unauthenticated
        | Class::Forbidden
        | Class::Conflict
        | Class::Gone
        | Class::NeedsInteraction
        | Class::Pending
        | Class::Fault => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "The server encountered an internal error and was unable to complete your request. Either the server is \
             overloaded or there is an error in the application.",
        ),
    };
    (status, text.into())
}

type Form = fn(&Refusal) -> (StatusCode, Value);

/// The refusals for which the contract defines an object.
const OWN: &[(Refusal, Form)] = &[
    (API_TOKEN_FIELDS, |refusal| {
        let reasons = refusal.members().map(|(field, fault)| (field.to_owned(), json!([fault])));
        not_created(Value::Object(reasons.collect()))
    }),
    (API_TOKEN_SECRET, |refusal| not_created(json!({ "secret": [refusal.message()] }))),
    (API_TOKEN_MISFIT, |refusal| {
        let reasons = json!({ "token": [refusal.message()] });
        (StatusCode::UNAUTHORIZED, json!({ "message": "Token validation failed", "reasons": reasons }))
    }),
    (PAGINATION_OVERFLOW, |refusal| {
        let reason = |most: &Value| json!([format!("Value higher than the limit {most}")]);
        let reasons = refusal.members().map(|(name, most)| (name.to_owned(), reason(most)));
        let reasons = Value::Object(reasons.collect());
        (StatusCode::BAD_REQUEST, json!({ "message": refusal.message(), "reasons": reasons }))
    }),
];

fn not_created(reasons: Value) -> (StatusCode, Value) {
    (StatusCode::BAD_REQUEST, json!({ "message": "Token creation failed", "reasons": reasons }))
}
