//! The mark of a request for another service than the default one.

use jeton_core::ids::ServiceId;

/// The service that a request is addressed to, noted in the request; absent where that is the default service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceRef(pub ServiceId);
