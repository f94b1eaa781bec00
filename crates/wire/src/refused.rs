//! The answer to a refused request: recorded, logged, and with the headers that every such answer has.

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jeton_core::refusal::Class;
use jeton_core::{Ledger, Refusal};

/// What an operator asks `jeton explain` with.
const REFERENCE: HeaderName = HeaderName::from_static("jeton-refusal");

/// Answers a refused request. Every face answers all refusals through this: it records the refusal, which also writes the log (a
/// failure of the server is an error there, with its reference), and adds the reference and `Retry-After` to the answer.
///
/// `place`: the path, for the record, and the client that the request claims to come from. `form`: the answer in the face's own
/// form, made with the reference.
pub fn refused(
    ledger: &Ledger,
    refusal: &Refusal,
    place: (&'static str, Option<&str>),
    form: impl FnOnce(&str) -> Response,
) -> Response {
    let (endpoint, client) = place;
    let reference = ledger.refusals().record(ledger.now(), refusal, endpoint, client);
    let mut response = form(&reference);
    // A redirect is followed at once: whoever it leads to is told by its parameters.
    if response.status().is_redirection() {
        return response;
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(reference) {
        headers.insert(REFERENCE, value);
    }
    if let Some(seconds) = refusal.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What a table of exceptions has for a refusal.
pub fn exception<T: Copy>(table: &[(Refusal, T)], refusal: &Refusal) -> Option<T> {
    table.iter().find(|(kind, _)| refusal.is(kind)).map(|(_, told)| *told)
}

/// The status of a page that tells a person of a refusal: whether to try again is all that a browser makes of it.
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
