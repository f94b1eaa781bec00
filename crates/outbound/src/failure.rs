//! What a failure of HTTP means for whoever asked.

use jeton_model::outbound::OutboundError;

/// What went wrong, in the library's words: it tells no content.
pub(crate) fn broken(error: hyper::Error) -> OutboundError {
    OutboundError::Unreachable(format!("HTTP: {error}"))
}
