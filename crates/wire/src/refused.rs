//! The answer to a refused request: recorded, logged, and with the headers that every such answer has.

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jeton_core::refusal::Class;
use jeton_core::{Ledger, Refusal};

/// The header with the reference for `jeton explain`.
const REFERENCE: HeaderName = HeaderName::from_static("jeton-refusal");

/// Answers a refused request. Every face answers all refusals through this: it records the refusal, which also writes the log (a
/// failure of the server is logged as an error, with its reference), and adds the reference and `Retry-After` to the answer.
///
/// `place`: the path and the client id in the request, for the record. `form`: the answer in the face's own form, made with the
/// reference.
pub fn refused(
    ledger: &Ledger,
    refusal: &Refusal,
    place: (&'static str, Option<&str>),
    form: impl FnOnce(&str) -> Response,
) -> Response {
    let (endpoint, client) = place;
    let reference = ledger.refusals().record(ledger.now(), refusal, endpoint, client);
    let mut response = form(&reference);
    // A browser follows a redirect at once: its target learns of the refusal from the parameters.
    if response.status().is_redirection() {
        return response;
    }
    let succeeds = response.status().is_success();
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(reference) {
        headers.insert(REFERENCE, value);
    }
    // A page that posts the refusal to the client (`form_post`) is a success itself: waiting is no advice for the browser.
    if !succeeds && let Some(seconds) = refusal.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The entry for a refusal in a table of exceptions.
pub fn exception<T: Copy>(table: &[(Refusal, T)], refusal: &Refusal) -> Option<T> {
    table.iter().find(|(kind, _)| refusal.is(kind)).map(|(_, answer)| *answer)
}

/// The status of a refusal in a JSON answer of a face without a standard of its own.
#[must_use]
pub const fn json_status(class: Class) -> StatusCode {
    match class {
        Class::Malformed | Class::Gone | Class::NeedsInteraction | Class::Pending => StatusCode::BAD_REQUEST,
        Class::Unauthenticated => StatusCode::UNAUTHORIZED,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::Missing => StatusCode::NOT_FOUND,
        Class::Conflict => StatusCode::CONFLICT,
        Class::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Class::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Class::Fault => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The status of a page that shows a refusal: a browser only uses it to decide whether to retry.
#[must_use]
pub const fn page_status(class: Class) -> StatusCode {
    match class {
        Class::Malformed
        | Class::Unauthenticated
        | Class::Forbidden
        | Class::Missing
        | Class::Conflict
        | Class::Gone
        | Class::TooLarge
        | Class::NeedsInteraction
        | Class::Pending => StatusCode::BAD_REQUEST,
        Class::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Class::Fault => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
