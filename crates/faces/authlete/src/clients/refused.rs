//! The refusals that the operations on clients share.

use http::StatusCode;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::RECORD_CLIENT_UNKNOWN;

use crate::answer::{Code, Outcome};

/// A client of another service is as unknown as one that does not exist.
pub(super) const CLIENT: &[(Refusal, Code, Outcome)] =
    &[(RECORD_CLIENT_UNKNOWN, Code("A001218"), Outcome::Status(StatusCode::NOT_FOUND))];
