//! The failure of an HTTP request, for the caller.

use jeton_model::outbound::OutboundError;

/// The library's message, which contains no content.
pub(crate) fn broken(error: hyper::Error) -> OutboundError {
    OutboundError::Unreachable(format!("HTTP: {error}"))
}
